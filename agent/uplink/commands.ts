/**
 * What the hub says to the box, checked at the door: read, done, answered.
 *
 * Everything that arrives is hostile until the schema says otherwise; a command that is unknown
 * or wrong gets a clear answer and changes nothing. Acknowledgements are not answered, or two
 * sides would thank each other for ever.
 */
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import { commandsPerSecond, picturesPerMinute } from "./command-rate.ts";
import {
  type CommandMessage,
  commandSchema,
  type EvidenceWord,
  type FreshPictureCommand,
  type ResultMessage,
  type VerdictCommand,
} from "./messages.ts";
import { type DeviceAddress, sourceOf } from "./topics.ts";

export type Acknowledgements = Extract<CommandMessage, { command: "acknowledge" }>["events"];

export interface VerdictAnswer {
  readonly outcome: "accepted" | "duplicate" | "rejected";
  /** One sentence for the person at the hub. */
  readonly reason: string;
}

/** What may be done; each throws with a sentence when it cannot. */
export interface CommandDoers {
  testEvent(note: string): Promise<void>;
  /** Resolves when the verdict and what it changes are on disk together. */
  verdict(verdict: VerdictCommand): Promise<VerdictAnswer>;
  /** The hub opened cases for these events: their violations carry the number from here on. */
  noteCases(cases: readonly { readonly eventId: string; readonly caseNo: string }[]): void;
  /** Resolves when the picture is on disk and its event may go. Absent: this box makes none. */
  freshPicture?(request: FreshPictureCommand): Promise<{ readonly eventId: string }>;
}

const commandBytesMax = 256 * 1024;
const tooFast = `more than ${commandsPerSecond} commands a second: send it again later`;

const noPictures = "this box sends no pictures: evidence is off in its configuration";
const tooManyPictures = `more than ${picturesPerMinute} fresh pictures a minute: ask again later`;

export async function answerCommand(
  payload: Uint8Array,
  {
    address,
    nowMs,
    mayObey,
    mayPicture,
    doers,
  }: {
    readonly address: DeviceAddress;
    readonly nowMs: number;
    /** Takes one from what may be obeyed now; acknowledgements are not asked for. */
    readonly mayObey: () => boolean;
    readonly doers: CommandDoers & {
      acknowledge(events: Acknowledgements): Promise<void>;
      acknowledgeEvidence(files: readonly EvidenceWord[]): Promise<void>;
    };
    /** Takes one from the fresh pictures that may be made now. */
    readonly mayPicture: () => boolean;
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
  if ("problem" in parsed) {
    // Whoever sends what cannot be read, and too much of it, gets no echo.
    if (!mayObey()) return undefined;
    return answer(parsed.id, parsed.isVerdict ? "rejected" : "refused", parsed.problem);
  }
  const { message } = parsed;
  const failed = message.command === "verdict" ? "rejected" : "refused";
  if (!isAcknowledgement(message) && !mayObey()) {
    return answer(message.id, failed, tooFast);
  }
  try {
    switch (message.command) {
      case "acknowledge":
        doers.noteCases(casesOf(message.events));
        await doers.acknowledge(message.events);
        return undefined;
      case "acknowledge-evidence":
        await doers.acknowledgeEvidence(message.files);
        return undefined;
      case "fresh-picture": {
        if (doers.freshPicture === undefined) return answer(message.id, failed, noPictures);
        if (!mayPicture()) return answer(message.id, failed, tooManyPictures);
        const { eventId } = await doers.freshPicture(message);
        return { ...answer(message.id, "done", "the picture follows its event"), event: eventId };
      }
      case "verdict": {
        const { outcome, reason } = await doers.verdict(message);
        return { ...answer(message.id, outcome, reason), ...namesOf(message) };
      }
      case "test-event":
        await doers.testEvent(message.note ?? "");
        return answer(message.id, "done", "a test event is in the outbox");
    }
  } catch (error) {
    return answer(message.id, failed, error instanceof Error ? error.message : String(error));
  }
}

function isAcknowledgement({ command }: CommandMessage): boolean {
  return command === "acknowledge" || command === "acknowledge-evidence";
}

function namesOf({ violation, caseNo }: VerdictCommand): Partial<ResultMessage> {
  return { violation, ...(caseNo === undefined ? {} : { caseNo }) };
}

function casesOf(events: Acknowledgements) {
  return events.flatMap(({ id, outcome, caseNo }) =>
    caseNo === undefined || outcome === "rejected" ? [] : [{ eventId: id, caseNo }],
  );
}

interface Unreadable {
  readonly id: string | null;
  readonly isVerdict: boolean;
  readonly problem: string;
}

function parse(payload: Uint8Array): { readonly message: CommandMessage } | Unreadable {
  if (payload.byteLength > commandBytesMax) {
    return { id: null, isVerdict: false, problem: `larger than ${commandBytesMax} bytes` };
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return { id: null, isVerdict: false, problem: "not JSON in UTF-8" };
  }
  const result = commandSchema.safeParse(value);
  if (result.success) return { message: result.data };
  const issue = result.error.issues[0];
  const where = issue === undefined ? "" : issue.path.join(".");
  return {
    id: idOf(value),
    isVerdict: wordOf(value, "command") === "verdict",
    problem: `${where === "" ? "message" : where}: ${issue?.message ?? "wrong"}`.slice(0, 300),
  };
}

function idOf(value: unknown): string | null {
  return wordOf(value, "id")?.slice(0, 100) ?? null;
}

function wordOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const word = new Map(Object.entries(value)).get(key);
  return typeof word === "string" ? word : undefined;
}
