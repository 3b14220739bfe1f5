/**
 * `kerbside hub verdict | test`: one word of a hub to one box, for trials, demos and integrators.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseDuration } from "../../config/duration.ts";
import { askBox } from "../hub/ask-box.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { terminalJson, terminalText } from "../runtime/terminal-text.ts";
import { type CommandMessage, commandSchema } from "../uplink/messages.ts";
import type { DeviceAddress } from "../uplink/topics.ts";
import { checkBrokerAddress } from "./broker-address.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";

const brokerUsage = `  --url URL        the broker: mqtt://host:1883 or mqtts://host:8883
  --user NAME      user at the broker; the password comes from KERBSIDE_HUB_PASSWORD
  --ca FILE        the authority that signed the broker's certificate (PEM)
  --box DIV/DEV    the box, as in its topics; not needed where the broker knows one box only
  --id ID          the command's id (default: a new one); the same id is the same word
  --wait TIME      how long an answer is awaited (default: 10s)
  --json           print the answer as the box sent it

Exit code 0: accepted (or known before), 1: rejected, 3: no answer.`;

export const hubAskCommands: readonly Command[] = [
  {
    name: "hub verdict",
    summary: "tell a box what a person decided about a violation",
    usage: `Usage: kerbside hub verdict VIOLATION confirmed | dismissed | permitted --url URL [options]

  confirmed        it is one; it stays open until it is gone
  dismissed        it is none (--reason says why): withdrawn, and the same thing stays quiet
  permitted        it may be there up to and including --until: withdrawn, quiet until then

  --reason TEXT    why; needed with dismissed
  --until DATE     last day of the permit, local: 2026-12-31
  --case-no TEXT   the hub's case; goes with every later event of the violation
${brokerUsage}`,
    example:
      'kerbside hub verdict 072deb69b05defd6cad3 dismissed --reason "a bus" --url mqtt://hub',
    run: verdict,
  },
  {
    name: "hub test",
    summary: "ask a box for a test event, which takes the whole way of a violation",
    usage: `Usage: kerbside hub test --url URL [options]

  --note TEXT      goes with the test event
${brokerUsage}`,
    example: "kerbside hub test --url mqtt://localhost --note 'after the move'",
    run: testEvent,
  },
];

const brokerOptions = {
  url: { type: "string" },
  user: { type: "string" },
  ca: { type: "string" },
  box: { type: "string" },
  id: { type: "string" },
  wait: { type: "string", default: "10s" },
  json: { type: "boolean", default: false },
} as const;

async function verdict(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...brokerOptions,
      reason: { type: "string" },
      until: { type: "string" },
      "case-no": { type: "string" },
    },
  });
  const [violation, word, ...more] = positionals;
  if (violation === undefined || word === undefined || more.length > 0) {
    throw usage(`expected a violation and a word, got ${positionals.length} words`);
  }
  const command = commandOf({
    command: "verdict",
    id: values.id ?? randomUUID(),
    violation,
    verdict: word,
    ...(values.reason === undefined ? {} : { reason: values.reason }),
    ...(values.until === undefined ? {} : { until: values.until }),
    ...(values["case-no"] === undefined ? {} : { caseNo: values["case-no"] }),
  });
  return await ask(command, values, io);
}

async function testEvent(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { ...brokerOptions, note: { type: "string" } },
  });
  const command = commandOf({
    command: "test-event",
    id: values.id ?? randomUUID(),
    ...(values.note === undefined ? {} : { note: values.note }),
  });
  return await ask(command, values, io);
}

interface BrokerValues {
  readonly url?: string;
  readonly user?: string;
  readonly ca?: string;
  readonly box?: string;
  readonly wait: string;
  readonly json: boolean;
}

async function ask(command: CommandMessage, values: BrokerValues, io: CommandIo): Promise<number> {
  const { url = "", user, ca, box, wait, json } = values;
  if (url === "") throw usage("--url needs a broker: mqtt://host:1883");
  checkBrokerAddress(url);
  const waitMs = parseDuration(wait);
  if (waitMs === undefined) throw usage(`--wait ${wait}: expected a duration such as 10s`);
  const password = io.env["KERBSIDE_HUB_PASSWORD"];
  const result = await askBox({
    url,
    command,
    waitMs,
    signal: io.signal,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca: await readCa(resolve(io.cwd, ca)) }),
    ...(box === undefined ? {} : { address: addressOf(box) }),
  });
  const line = json ? terminalJson(result) : terminalText(`${result.outcome}: ${result.reason}`);
  io.stdout(`${line}\n`);
  const isNo = result.outcome === "rejected" || result.outcome === "refused";
  return isNo ? exitCodes.no : exitCodes.done;
}

/** The box would refuse it too; here the person who typed it is still there. */
function commandOf(written: object): CommandMessage {
  const result = commandSchema.safeParse(written);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw usage(`${issue?.path.join(".") ?? "command"}: ${issue?.message ?? "wrong"}`);
}

function addressOf(box: string): DeviceAddress {
  const [, division, device] = /^(\d{6})\/([A-Za-z0-9_-]+)$/.exec(box) ?? [];
  if (division !== undefined && device !== undefined) return { division, device };
  throw usage(`--box ${box}: expected DIVISION/DEVICE such as 445102/cz-paifang-03`);
}

async function readCa(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw usage(`--ca: cannot read ${path}: ${why}`);
  }
}

function usage(message: string): AgentError {
  return new AgentError("USAGE", message, "Add --help to see what the command takes.");
}
