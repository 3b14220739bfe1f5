/**
 * What the hub says to the box, checked at the door: read, done, answered.
 *
 * Everything that arrives is hostile until the schema says otherwise; a command that is unknown
 * or wrong gets a clear answer and changes nothing. Acknowledgements are not answered, or two
 * sides would thank each other for ever.
 */
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import { type CommandMessage, commandSchema, type ResultMessage } from "./messages.ts";
import { type DeviceAddress, sourceOf } from "./topics.ts";

type Acknowledgements = Extract<CommandMessage, { command: "acknowledge" }>["events"];

/** What may be done; each throws with a sentence when it cannot. */
export interface CommandDoers {
  testEvent(note: string): Promise<void>;
}

const commandBytesMax = 256 * 1024;

export async function answerCommand(
  payload: Uint8Array,
  {
    address,
    nowMs,
    doers,
  }: {
    readonly address: DeviceAddress;
    readonly nowMs: number;
    readonly doers: CommandDoers & {
      acknowledge(events: Acknowledgements): Promise<void>;
    };
  },
): Promise<ResultMessage | undefined> {
  const answer = (
    command: string | null,
    outcome: ResultMessage["outcome"],
    reason: string,
  ): ResultMessage => ({
    source: sourceOf(address),
    command,
    outcome,
    reason,
    at: rfc3339(nowMs, "UTC"),
  });
  const parsed = parse(payload);
  if ("problem" in parsed) return answer(parsed.id, "refused", parsed.problem);
  const { message } = parsed;
  try {
    switch (message.command) {
      case "acknowledge":
        await doers.acknowledge(message.events);
        return undefined;
      case "test-event":
        await doers.testEvent(message.note ?? "");
        return answer(message.id, "done", "a test event is in the outbox");
    }
  } catch (error) {
    return answer(message.id, "refused", error instanceof Error ? error.message : String(error));
  }
}

function parse(
  payload: Uint8Array,
): { readonly message: CommandMessage } | { readonly id: string | null; readonly problem: string } {
  if (payload.byteLength > commandBytesMax) {
    return { id: null, problem: `larger than ${commandBytesMax} bytes` };
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return { id: null, problem: "not JSON in UTF-8" };
  }
  const result = commandSchema.safeParse(value);
  if (result.success) return { message: result.data };
  const issue = result.error.issues[0];
  const where = issue === undefined ? "" : issue.path.join(".");
  return {
    id: idOf(value),
    problem: `${where === "" ? "message" : where}: ${issue?.message ?? "wrong"}`.slice(0, 300),
  };
}

function idOf(value: unknown): string | null {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" ? id.slice(0, 100) : null;
}
