/**
 * `kerbside check FILE`: says everything that is wrong with a configuration, or what it holds.
 *
 * Findings are the command's result and go to standard output, one line each, ready for an
 * editor: file, line, column, path, message. It reads files and nothing else.
 */
import { parseArgs } from "node:util";
import type { AgentConfig, CameraConfig, HubConfig } from "../../config/agent-config.ts";
import { printDuration } from "../../config/duration.ts";
import type { Finding } from "../../config/finding.ts";
import { loadConfig } from "../../config/load.ts";
import type { ViewSettings, ZoneSettings } from "../../pipelines/domain/rule.ts";
import { knownModels } from "../inference/model-manifest.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { modelsFolderOf } from "./models-folder.ts";

export const checkCommand: Command = {
  name: "check",
  summary: "say what is wrong with a configuration, or what it holds",
  usage: `Usage: kerbside check FILE [--json]

  --json   the last line is {"ok", "errors", "warnings"}; each finding has file, line, column,
           path and message

Exit code 0 when the file is right (warnings do not count), 2 when it is not.`,
  example: "kerbside check config/examples/minimal.yaml",
  run: runCheck,
};

async function runCheck(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new AgentError(
      "USAGE",
      `expected one file, got ${positionals.length}`,
      "See kerbside check --help.",
    );
  }
  const result = loadConfig(file, {
    env: io.env,
    cwd: io.cwd,
    // The one place where a command asks for the wall clock itself: which year is it?
    nowMs: Date.now(),
    models: await knownModels(modelsFolderOf(io)),
  });
  const errors = result.ok ? [] : result.errors;
  const { warnings } = result;
  const print = values.json ? io.stderr : io.stdout;
  for (const finding of errors) print(`${lineOf(finding, "")}\n`);
  for (const finding of warnings) print(`${lineOf(finding, "warning: ")}\n`);
  if (result.ok) print(`${contentOf(file, result.config)}\n`);
  print(`${summaryOf(file, errors.length, warnings.length)}\n`);
  if (values.json) io.stdout(`${JSON.stringify({ ok: result.ok, errors, warnings })}\n`);
  return result.ok ? exitCodes.done : exitCodes.usage;
}

function lineOf({ file, line, column, path, message }: Finding, prefix: string): string {
  const where = `${file}:${line}:${column}`;
  return path === "" ? `${where}  ${prefix}${message}` : `${where}  ${path}  ${prefix}${message}`;
}

function summaryOf(file: string, errorCount: number, warningCount: number): string {
  const verdict = errorCount === 0 ? "is right" : "is not right";
  return `${file} ${verdict}: ${counted(errorCount, "error")}, ${counted(warningCount, "warning")}`;
}

function contentOf(file: string, config: AgentConfig): string {
  const { device, hub, cameras } = config;
  const place = device.place === undefined ? "" : `, ${device.place}`;
  return [
    `device  ${device.id} in division ${device.division}${place} (${device.timeZone})`,
    `hub     ${hub === undefined ? "none: events stay in this box" : hubOf(hub)}`,
    ...cameras.flatMap(cameraLines),
    `hash    ${config.configurationHash.slice(0, 12)} of ${file} and what it names`,
  ].join("\n");
}

function hubOf({ protocol, host, port, path, user }: HubConfig): string {
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return `${protocol}://${shownHost}:${port}${path}${user === undefined ? "" : ", with a login"}`;
}

function cameraLines({ id, main, rules }: CameraConfig): string[] {
  return [
    `camera  ${id}  ${main.display}`,
    ...rules.views.map(viewLine),
    ...rules.zones.map(zoneLine),
  ];
}

function viewLine({ id, stream, everyMs, model }: ViewSettings): string {
  const source = stream === "sub" ? " of the substream" : "";
  return `  view  ${id}${source}: every ${printDuration(everyMs)}, ${model}`;
}

function zoneLine({ id, rules }: ZoneSettings): string {
  const texts = rules.map(({ kind, warnAfterMs, reportAfterMs, allowed }) => {
    const windows = allowed.length === 0 ? "" : `, allowed in ${counted(allowed.length, "window")}`;
    const times = `warned after ${printDuration(warnAfterMs)}, reported after ${printDuration(reportAfterMs)}`;
    return `${kind} (${times}${windows})`;
  });
  return `  zone  ${id}: ${texts.join("; ") || "no rule that this version runs"}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
