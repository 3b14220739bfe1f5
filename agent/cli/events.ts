/**
 * `kerbside events list | export`: what the box decided, read beside the running agent.
 *
 * `list` is for eyes: the newest events, filtered, one line each. `export` is for programs: every
 * kept event as it was stored, one CloudEvent a line, in order of sequence.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseDuration } from "../../config/duration.ts";
import { kinds, stages } from "../../pipelines/domain/kind.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { systemClock } from "../runtime/clock.ts";
import { writeDurably } from "../runtime/durable-file.ts";
import { type JournalEntry, StoreReader } from "../store/store-reader.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";

const dataUsage = "  --data DIR    the agent's data folder (default: KERBSIDE_DATA, or ./data)";

export const eventsCommands: readonly Command[] = [
  {
    name: "events list",
    summary: "the newest events of this box, one line each",
    usage: `Usage: kerbside events list [options]

${dataUsage}
  --kind KIND   only this kind: ${kinds.join(", ")}
  --stage NAME  only this stage: warned, reported, cleared, withdrawn
  --since TIME  only events of the last TIME: 30m, 8h, 1d
  --limit N     at most N events (default: 50)
  --json        print one JSON object instead of the table

The last column says what has not left the box: waiting for the hub, or refused by it.`,
    example: "kerbside events list --kind illegal-parking --since 1d",
    run: list,
  },
  {
    name: "events export",
    summary: "every kept event as CloudEvents, one JSON object a line",
    usage: `Usage: kerbside events export [options]

${dataUsage}
  --out FILE    write to FILE instead of standard output
  --after SEQ   only events after this sequence number`,
    example: "kerbside events export --out events.jsonl",
    run: exportEvents,
  },
];

async function list(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      kind: { type: "string" },
      stage: { type: "string" },
      since: { type: "string" },
      limit: { type: "string", default: "50" },
      json: { type: "boolean", default: false },
    },
  });
  const filter = {
    kind: values.kind === undefined ? undefined : oneOf("--kind", values.kind, kinds),
    stage: values.stage === undefined ? undefined : oneOf("--stage", values.stage, stages),
    sinceMs: values.since === undefined ? 0 : systemClock.wallMs() - durationOf(values.since),
    countMax: wholeNumber("--limit", values.limit),
  };
  const reader = new StoreReader(dataFolderOf(values.data, io));
  try {
    const lines = newest(reader, filter).map(lineOf);
    io.stdout(values.json ? `${JSON.stringify({ events: lines })}\n` : table(lines));
  } finally {
    reader.close();
  }
  return exitCodes.done;
}

async function exportEvents(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, out: { type: "string" }, after: { type: "string" } },
  });
  const after = values.after === undefined ? 0 : wholeNumber("--after", values.after);
  const reader = new StoreReader(dataFolderOf(values.data, io));
  try {
    if (values.out === undefined) {
      for (const text of exportText(reader, after)) io.stdout(text);
    } else {
      const path = resolve(io.cwd, values.out);
      const count = await writeExport(path, exportText(reader, after));
      io.stderr(`${count} events are in ${path}\n`);
    }
  } finally {
    reader.close();
  }
  return exitCodes.done;
}

interface Filter {
  readonly kind: string | undefined;
  readonly stage: string | undefined;
  readonly sinceMs: number;
  readonly countMax: number;
}

/** Oldest first, so that the newest stands next to the prompt. */
function newest(reader: StoreReader, { kind, stage, sinceMs, countMax }: Filter): JournalEntry[] {
  const found: JournalEntry[] = [];
  for (const entry of reader.newestEvents()) {
    if (found.length >= countMax || entry.createdAtMs < sinceMs) break;
    const data = dataOf(entry);
    if (kind !== undefined && data["kind"] !== kind) continue;
    if (stage !== undefined && data["stage"] !== stage) continue;
    found.push(entry);
  }
  return found.toReversed();
}

function lineOf(entry: JournalEntry) {
  const data = dataOf(entry);
  const where = [data["camera"], data["zone"]].filter((part) => part !== undefined);
  const type = text(entry.event["type"]);
  return {
    time: text(entry.event["time"]),
    // Events that are no violation show what they are: dropped, store, test.
    kind: text(data["kind"] ?? type.split(".").at(-2)),
    stage: text(data["stage"]),
    where: where.map(text).join("/"),
    severity: text(data["severity"]),
    id: text(entry.event["id"]),
    sequence: entry.sequence,
    outbox: entry.outbox === "parked" ? "refused" : (entry.outbox ?? ""),
  };
}
type Line = ReturnType<typeof lineOf>;

const columns: readonly (readonly [title: string, cell: (line: Line) => string])[] = [
  ["TIME", ({ time }) => time.replace("T", " ").replace(/\.\d+/, "")],
  ["KIND", ({ kind }) => kind],
  ["STAGE", ({ stage }) => stage],
  ["CAMERA/ZONE", ({ where }) => where],
  ["SEVERITY", ({ severity }) => severity],
  ["ID", ({ id }) => id],
  ["OUTBOX", ({ outbox }) => outbox],
];

function table(lines: readonly Line[]): string {
  if (lines.length === 0) return "no events\n";
  const rows = [
    columns.map(([title]) => title),
    ...lines.map((line) => columns.map(([, cell]) => cell(line))),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const print = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return `${rows.map(print).join("\n")}\n`;
}

/** In pieces of some hundred events: the whole history need not fit into memory. */
function* exportText(reader: StoreReader, after: number): Generator<string> {
  for (let afterSequence = after; ; ) {
    const events = reader.events({ afterSequence, countMax: 500 });
    const last = events.at(-1);
    if (last === undefined) return;
    yield events.map(({ payload }) => `${Buffer.from(payload).toString("utf8")}\n`).join("");
    afterSequence = last.sequence;
  }
}

/** Complete or not there: a program that watches for the file never reads half of it. */
async function writeExport(path: string, pieces: Iterable<string>): Promise<number> {
  let count = 0;
  function* counted(): Generator<string> {
    for (const piece of pieces) {
      count += piece.split("\n").length - 1;
      yield piece;
    }
  }
  try {
    await writeDurably(path, counted(), { mode: 0o644 });
    return count;
  } catch (error) {
    if (error instanceof AgentError) throw error;
    throw new AgentError(
      "STORE_FAILED",
      `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      "Name a file in a folder that exists, is writable and has space.",
      { cause: error },
    );
  }
}

function dataOf({ event }: JournalEntry): Readonly<Record<string, unknown>> {
  const data = event["data"];
  return typeof data === "object" && data !== null ? { ...data } : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function oneOf(option: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  throw usage(`${option} ${value}: expected one of ${known.join(", ")}`);
}

function durationOf(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined) throw usage(`--since ${value}: expected a duration such as 30m, 8h or 1d`);
  return ms;
}

function wholeNumber(option: string, value: string): number {
  const parsed = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(parsed)) return parsed;
  throw usage(`${option} ${value}: expected a whole number`);
}

function usage(message: string): AgentError {
  return new AgentError("USAGE", message, "Add --help to see what the command takes.");
}
