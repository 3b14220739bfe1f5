/**
 * Is there a secret where none belongs? Scans the repository with its whole history, the logs of a
 * run, and the command lines of all processes while a command runs:
 *
 *   npm run proof:secrets -- [--logs FILE_OR_FOLDER]… [--watch] [--json] [-- COMMAND…]
 *
 * With a COMMAND its output is scanned as a log, and with `--watch` the process list as long as it
 * runs. Exit code 1 when something was found, 3 when the command could not be started.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ProcessList } from "./secrets/process-list.ts";
import {
  hasWholeHistory,
  historyTexts,
  type NamedText,
  trackedTexts,
} from "./secrets/repository-texts.ts";
import { scan, unneeded } from "./secrets/scan.ts";

const root = resolve(import.meta.dirname, "..");
const cut = process.argv.indexOf("--", 2);
const own = cut < 0 ? process.argv.slice(2) : process.argv.slice(2, cut);
const command = cut < 0 ? [] : process.argv.slice(cut + 1);
const { values } = parseArgs({
  args: own,
  options: {
    logs: { type: "string", multiple: true, default: [] },
    watch: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const run = command.length === 0 ? undefined : await runWatched(command);
const repository = [...trackedTexts(root), ...historyTexts(root)];
const logs = [
  ...values.logs.flatMap(logTexts),
  ...(run === undefined ? [] : [{ name: "output of the command", text: run.output }]),
];
const processes = values.watch && run !== undefined ? [...run.processes] : [];
const lists = processes.map((text) => ({ name: `process ${text.split(" ", 1)[0]}`, text }));
const { leaks, used } = await scan([...repository, ...logs, ...lists]);

for (const { where, rule, begins } of leaks) console.error(`${where}: ${rule}: ${begins}`);
const rows = unneeded(used, { withHistory: hasWholeHistory(root) });
for (const { secret, reason } of rows) {
  console.error(`allowed and not needed any more: ${secret} (${reason})`);
}
const result = {
  files: repository.length,
  logLines: logs.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0),
  processes: processes.length,
  found: leaks.length,
};
console.log(
  values.json
    ? JSON.stringify(result)
    : `${result.files} files and changes, ${result.logLines} lines of logs, ${result.processes} command lines: ${result.found} secrets found`,
);
process.exitCode = leaks.length + rows.length > 0 ? 1 : 0;

/** Its output passes through and is kept. */
async function runWatched([file = "", ...args]: readonly string[]): Promise<{
  readonly output: string;
  readonly processes: ReadonlySet<string>;
}> {
  const list = new ProcessList();
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
    process.stderr.write(chunk);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  try {
    await once(child, "close");
  } catch (error) {
    console.error(`${file} did not start: ${String(error)}`);
    process.exit(3);
  } finally {
    list.stop();
  }
  return { output: Buffer.concat(chunks).toString("latin1"), processes: list.seen };
}

function logTexts(path: string): NamedText[] {
  if (statSync(path).isFile()) return [{ name: path, text: readFileSync(path, "latin1") }];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => ({ name, text: readFileSync(name, "latin1") }));
}
