/**
 * `kerbside permits import | check | list`: the permit list as people write it, and as it holds.
 */
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Finding } from "../../config/finding.ts";
import { printPermits } from "../../config/permits/print-permits.ts";
import { type ReadPermits, readPermits } from "../../config/permits/read-permits.ts";
import { isDate } from "../../config/time-window.ts";
import type { Permit, PermitRegister } from "../../pipelines/domain/permit.ts";
import { endOfDayMs } from "../../pipelines/permits/local-midnight.ts";
import { hasLapsed, holdsAt } from "../../pipelines/permits/permits-for.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readBounded } from "../runtime/bounded-file.ts";
import { systemClock } from "../runtime/clock.ts";
import { writeDurably } from "../runtime/durable-file.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { readConfig } from "./read-config.ts";
import { textTable } from "./text-table.ts";

const columnsHelp = `Columns of a CSV file, by name, in any order (empty cells are left out):
  number        what the authority calls it
  kinds         street-vending; illegal-parking; overflowing-bin; unlicensed-signage
  camera, zone  where, as a camera sees it: a zone of it, a polygon, or all it sees
  polygon       instead of a zone: 0.1 0.2; 0.3 0.2; 0.3 0.4 (0 to 1 of the picture)
  longitude, latitude, radiusMetres   instead of a camera: where on the ground
  from, to      first and last day, both included; no last day: until it is struck out
  hours         06:00-09:00; 19:00-00:30 (empty: around the clock)
  confirmed     false: proposed, and covers nothing yet
  appearance    what a sign looks like, as permits learn wrote it
No column is for a name: the list holds nothing about people.`;

export const permitsCommands: readonly Command[] = [
  {
    name: "permits import",
    summary: "read a permit list from CSV and write it as YAML",
    usage: `Usage: kerbside permits import FILE.csv --out FILE.yaml [--version TEXT]

  --out FILE      the list to write; name it in the configuration: permits: FILE.yaml
  --version TEXT  what this version of the list is called (default: from its content)

${columnsHelp}

Exit code 2 when a row is wrong: each with its line and column, and nothing is written.`,
    example: "kerbside permits import permits-2026.csv --out permits.yaml --version 2026-11",
    run: importList,
  },
  {
    name: "permits check",
    summary: "say what is wrong with a permit list",
    usage: `Usage: kerbside permits check FILE [--json]

  --json   the last line is {"ok", "permits", "hash", "errors"}

FILE is CSV (by its name) or YAML. kerbside check CONFIG also compares it with the cameras.`,
    example: "kerbside permits check permits.yaml",
    run: checkList,
  },
  {
    name: "permits list",
    summary: "which permits hold, on which day, for which cameras",
    usage: `Usage: kerbside permits list CONFIG [options]

  --camera ID   only what can be about this camera
  --at DATE     as at the end of this day (default: now)
  --json        print one JSON object instead of the table

STATE: holds, later (not yet, or not at this hour), lapsed, unconfirmed (covers nothing).`,
    example: "kerbside permits list junction.yaml --camera east",
    run: list,
  },
];

async function importList(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: "string" }, version: { type: "string" } },
  });
  const file = onlyFile(positionals);
  if (values.out === undefined) throw usage("--out names the file to write");
  const read = await readList(file, io);
  const { register } = read;
  if (register === undefined) return tell(read.errors, io);
  const { permits } = register;
  const text = printPermits(
    values.version,
    permits.map((permit) => ({ permit })),
    `Permits, imported from ${file.split("/").at(-1)}.`,
  );
  const out = resolve(io.cwd, values.out);
  await writeWhole(out, text);
  io.stderr(`${permits.length} permits are in ${out}; name it in the configuration: permits\n`);
  return exitCodes.done;
}

async function checkList(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const file = onlyFile(positionals);
  const { register, errors } = await readList(file, io);
  if (values.json) {
    const count = register?.permits.length ?? 0;
    const ok = register !== undefined;
    io.stdout(`${JSON.stringify({ ok, permits: count, hash: register?.hash ?? null, errors })}\n`);
    return ok ? exitCodes.done : exitCodes.usage;
  }
  if (register === undefined) return tell(errors, io);
  const { permits, version } = register;
  const proposed = permits.filter(({ isConfirmed }) => !isConfirmed).length;
  const rest = proposed === 0 ? "" : `, ${proposed} of them not confirmed: they cover nothing`;
  io.stdout(`${file} is right: version ${version}, ${permits.length} permits${rest}\n`);
  return exitCodes.done;
}

async function list(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      camera: { type: "string" },
      at: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const config = await readConfig(onlyFile(positionals), io);
  const { timeZone } = config.device;
  if (values.at !== undefined && !isDate(values.at)) {
    throw usage(`--at ${values.at}: expected a date such as 2026-12-31`);
  }
  const atMs = values.at === undefined ? systemClock.wallMs() : endOfDayMs(values.at, timeZone) - 1;
  const register = registerOf(config, values.camera);
  const rows = register.permits.map((permit) => ({
    ...permit,
    state: stateOf(permit, atMs, timeZone),
  }));
  if (values.json) {
    const { version, hash } = register;
    io.stdout(`${JSON.stringify({ version, hash, permits: rows })}\n`);
    return exitCodes.done;
  }
  const titles = ["NUMBER", "STATE", "KINDS", "PLACE", "FROM", "TO"];
  const cells = rows.map((row) => [
    row.number,
    row.state,
    row.kinds.join(", "),
    placeText(row),
    row.from,
    row.to ?? "-",
  ]);
  io.stdout(rows.length === 0 ? "no permits\n" : textTable(titles, cells));
  return exitCodes.done;
}

function registerOf(
  { cameras, permits }: Awaited<ReturnType<typeof readConfig>>,
  cameraId: string | undefined,
): PermitRegister {
  const nothing: PermitRegister = { version: "none", hash: "", permits: [] };
  if (cameraId === undefined) return permits ?? nothing;
  const camera = cameras.find(({ id }) => id === cameraId);
  if (camera !== undefined) return camera.rules.permits ?? nothing;
  const names = cameras.map(({ id }) => id).join(", ");
  throw usage(`--camera ${cameraId}: the configuration has ${names}`);
}

function stateOf(permit: Permit, atMs: number, timeZone: string): string {
  if (!permit.isConfirmed) return "unconfirmed";
  if (hasLapsed(permit, atMs, timeZone)) return "lapsed";
  return holdsAt(permit, atMs, timeZone) ? "holds" : "later";
}

function placeText({ place }: Permit): string {
  switch (place.type) {
    case "zone":
      return `${place.cameraId}/${place.zoneId}`;
    case "area":
      return `${place.cameraId}, a polygon`;
    case "camera":
      return `${place.cameraId}, all of it`;
    case "ground":
      return `${place.radiusMetres} m around ${place.longitude}, ${place.latitude}`;
  }
}

/** What the agent reads of a list that its configuration names. */
const listBytesMax = 1024 * 1024;

async function readList(file: string, io: CommandIo): Promise<ReadPermits> {
  const path = resolve(io.cwd, file);
  try {
    const bytes = await readBounded(path, listBytesMax);
    return readPermits({ name: file, folder: dirname(path), bytes });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw usage(`cannot read ${file}: ${why}`);
  }
}

function tell(errors: readonly Finding[], io: CommandIo): number {
  for (const { file, line, column, path, message } of errors) {
    io.stdout(`${file}:${line}:${column}  ${path === "" ? "" : `${path}  `}${message}\n`);
  }
  return exitCodes.usage;
}

/** A list is replaced as a whole: an editor or an agent that reads meanwhile sees the old one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    const before = await stat(path).catch(() => undefined);
    await writeDurably(path, text, { mode: (before?.mode ?? 0o644) & 0o777 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AgentError(
      "STORE_FAILED",
      `${path} could not be written: ${why}`,
      "Name a file in a folder that exists, is writable and has space.",
      { cause },
    );
  }
}

function onlyFile(positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (file !== undefined && more.length === 0) return file;
  throw usage(`expected one file, got ${positionals.length}`);
}

function usage(message: string): AgentError {
  return new AgentError("USAGE", message, "Add --help to see what the command takes.");
}
