/**
 * `kerbside explain VIOLATION`: how a decision came about, in plain words, from what the box holds.
 * `kerbside explain --camera ID --at TIME`: why nothing was told there (`explain-silence.ts`).
 *
 * Reads beside the running agent. What the detection log or the store has forgotten is said.
 */
import { parseArgs } from "node:util";
import type { AgentConfig } from "../../config/agent-config.ts";
import { violationDataSchema } from "../../pipelines/domain/event.ts";
import { cameraId } from "../../pipelines/domain/ids.ts";
import { explanation, type Revision } from "../replay/explanation.ts";
import { type HeldBack, heldBack } from "../replay/held-back.ts";
import { evidenceOf, type LogEvidence, type Span } from "../replay/log-evidence.ts";
import { LogSource } from "../replay/log-source.ts";
import type { Language } from "../replay/say.ts";
import { shownTime } from "../replay/shown-time.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readAgentFile } from "../runtime/agent-file.ts";
import { DetectionReader } from "../store/detection-reader.ts";
import { StoreReader } from "../store/store-reader.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { explainSilence } from "./explain-silence.ts";
import { readConfig } from "./read-config.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("explain");

export const explainCommand: Command = {
  name: "explain",
  summary: "tell in plain words how a violation was decided, or why nothing was told",
  usage: `Usage: kerbside explain VIOLATION [options]
       kerbside explain --camera ID --at TIME [--zone ID] [--point X,Y] [options]

  VIOLATION      an id, as kerbside events list shows it; with or without the revision behind it
  --data DIR     the agent's data folder (default: KERBSIDE_DATA, or ./data)
  --lang LANG    zh or en (default: en)
  --config FILE  run its rules again over the log, to tell what held it back or allowed it;
                 default: the file that the agent runs on
  --json         print one JSON object
  --camera ID    with --at: what was seen there, and why nothing was told of it, or not yet
  --at TIME      such as 2026-07-01T08:10, in the box's time zone
  --zone ID      only what stands in this zone
  --point X,Y    only what stands at this point, 0 to 1 of the camera's picture

Tells from the stored events what was decided when, under which rule, with what observed and
unobserved time; and, where the detection log still has that time, which looks saw it.`,
  example: "kerbside explain 4d80da425b0622c02832 --lang zh",
  run: explain,
};

/** Enough for a queue to have moved off before: what excuses a thing began earlier. */
const beforeMs = 1_800_000;

async function explain(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: "string" },
      lang: { type: "string", default: "en" },
      config: { type: "string" },
      json: { type: "boolean", default: false },
      camera: { type: "string" },
      at: { type: "string" },
      zone: { type: "string" },
      point: { type: "string" },
    },
  });
  const { camera, at: instant, zone, point, config: named, json } = values;
  const isAboutPlace = [camera, instant, zone, point].some((value) => value !== undefined);
  if (isAboutPlace && positionals.length === 0) {
    const folder = dataFolderOf(values.data, io);
    const language = languageOf(values.lang);
    const place = { camera, at: instant, zone, point, config: named, json };
    return await explainSilence({ folder, language, ...place }, io);
  }
  const [written, ...more] = positionals;
  if (written === undefined || more.length > 0 || isAboutPlace) {
    throw wrongUse(
      `explain takes one VIOLATION, got ${positionals.length}, or --camera and --at without one`,
    );
  }
  const language = languageOf(values.lang);
  const violation = written.replace(/\.\d+$/, "");
  const folder = dataFolderOf(values.data, io);
  const reader = new StoreReader(folder);
  try {
    const revisions = revisionsOf(reader, violation);
    const verdicts = reader.verdictsSince(0).filter(({ violationId }) => violationId === violation);
    const file = values.config ?? (await readAgentFile(folder))?.configurationFile;
    const config = file === undefined ? undefined : await configOf(file, values.config, io);
    const span = spanOf(revisions);
    const log = logOf(folder, revisions, span);
    const held = config && log && (await heldBackIn(folder, config, violation, revisions, span));
    const timeZone = config?.device.timeZone ?? zoneOf(revisions);
    const at = (atMs: number): string => shownTime(atMs, timeZone);
    const lines = explanation({ violation, revisions, verdicts, log, held, at }, language);
    if (!values.json) io.stdout(`${lines.join("\n")}\n`);
    else {
      const data = revisions.map((revision) => revision.data);
      io.stdout(
        `${JSON.stringify({ violation, revisions: data, verdicts, log, held, text: lines })}\n`,
      );
    }
    return exitCodes.done;
  } finally {
    reader.close();
  }
}

function revisionsOf(reader: StoreReader, violation: string): readonly Revision[] {
  const revisions = reader.revisions(violation).flatMap(({ event, outbox }) => {
    const data = violationDataSchema.safeParse(event["data"]);
    return data.success ? [{ time: String(event["time"]), data: data.data, outbox }] : [];
  });
  if (revisions.length > 0) return revisions;
  throw new AgentError(
    "USAGE",
    `this box knows no violation ${JSON.stringify(violation)}`,
    "kerbside events list shows ids; a clue that was never told has no event, and old events are forgotten.",
  );
}

/** From its first sight to the last thing that was told of it. */
function spanOf(revisions: readonly Revision[]): Span {
  const last = revisions.at(-1);
  return {
    fromMs: Date.parse(revisions[0]?.data.firstSeenAt ?? ""),
    toMs: Math.max(Date.parse(last?.time ?? ""), Date.parse(last?.data.lastSeenAt ?? "")),
  };
}

function logOf(
  folder: string,
  revisions: readonly Revision[],
  span: Span,
): LogEvidence | undefined {
  const data = revisions.at(-1)?.data;
  if (data === undefined) return undefined;
  let reader: DetectionReader;
  try {
    reader = new DetectionReader(folder);
  } catch (error) {
    // A log that is gone is an answer, not a fault.
    if (error instanceof AgentError) return undefined;
    throw error;
  }
  try {
    return evidenceOf(reader, {
      cameraId: cameraId(data.camera),
      box: data.box,
      labels: data.cues.map(({ label }) => label),
      everyMs: data.rule.everyMs,
      ...span,
    });
  } finally {
    reader.close();
  }
}

async function heldBackIn(
  folder: string,
  config: AgentConfig,
  violation: string,
  revisions: readonly Revision[],
  { fromMs, toMs }: Span,
): Promise<HeldBack | undefined> {
  const camera = revisions[0]?.data.camera ?? "";
  if (!config.cameras.some(({ id }) => id === camera)) return undefined;
  const source = new LogSource({
    folder,
    cameraId: camera,
    sinceMs: () => fromMs - beforeMs,
    untilMs: () => toMs + 1,
  });
  try {
    const opened = await source.open(config);
    return await heldBack({ ...opened, cameraId: cameraId(camera), violation });
  } finally {
    await source.close();
  }
}

/** The running agent's file may be gone or wrong by now; one that was named must be right. */
async function configOf(
  file: string,
  named: string | undefined,
  io: CommandIo,
): Promise<AgentConfig | undefined> {
  const quiet = { ...io, stderr: () => undefined };
  if (named !== undefined) return await readConfig(file, quiet);
  return await readConfig(file, quiet).catch(() => undefined);
}

function languageOf(text: string): Language {
  if (text === "zh" || text === "en") return text;
  throw wrongUse(`--lang takes zh or en, got ${JSON.stringify(text)}`);
}

/** As far as the events say: their offset. */
function zoneOf([first]: readonly Revision[]): string {
  return /[+-]\d\d:\d\d$/.exec(first?.time ?? "")?.[0] ?? "UTC";
}
