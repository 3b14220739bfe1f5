/**
 * `kerbside replay`: what the rules would have decided, from recorded footage or from the agent's
 * own detection log, in virtual time.
 *
 * Parsing and printing alone; `agent/replay/` does the work.
 */
import { resolve } from "node:path";
import { type Comparison, compare, isSame } from "../replay/compare.ts";
import { comparisonText } from "../replay/compare-text.ts";
import { LogSource } from "../replay/log-source.ts";
import type { RecordingSource } from "../replay/recording-source.ts";
import type { ReplayResult } from "../replay/replay.ts";
import { replayObject, summaryText } from "../replay/replay-text.ts";
import { Judge, type Judgement, readTruth } from "../replay/truth.ts";
import { judgementText } from "../replay/truth-text.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { loadModels } from "./read-config.ts";
import { runOnce } from "./replay-run.ts";
import {
  checkSource,
  countOf,
  defaultStart,
  durationOf,
  instantOf,
  parseReplayArgs,
  type ReplayValues,
  wrongUse,
} from "./replay-values.ts";

export const replayCommand: Command = {
  name: "replay",
  summary: "run the rules over recorded footage or the detection log, in virtual time",
  usage: `Usage: kerbside replay FILE --config FILE [options]         recorded footage
       kerbside replay --log DIR --config FILE [options]    what a box saw
       kerbside replay --scenes [NAME…] [options]           streets whose truth is exact
       kerbside replay --cases FILE [NAME…] [options]       clips, and what is due in each
       kerbside replay --stills DIR --classes MAP [options] labelled pictures as still cameras

  FILE             H.264, H.265 or MJPEG in MP4, Matroska, AVI, or raw
  --log DIR        the detection log in an agent's data folder; it may run meanwhile
  --config FILE    the configuration: views, zones, rules
  --camera ID      footage: the camera that it is of, default the only one; log: only this one

 Footage
  --view ID        look with this view alone; may be given several times
  --start TIME     when it begins: 2026-01-05T08:00 (the box's time zone) or with an offset;
                   default ${defaultStart}, a Monday
  --loop N         play it N times, one after the other
  --for TIME       play it so long, again and again: 20m
  --picture DIR    write a picture of each decision: zones, boxes, how long things stood, why
  --picture-every TIME  and one every TIME
  --data DIR       where added weights lie (default: KERBSIDE_DATA, or ./data)

 Log
  --since TIME, --until TIME   only looks captured in between, times as for --start

 Scenes (each brings its configuration and its truth)
  --detections HOW  truth: every visible thing (default); noisy: 30 % missed, boxes off by 20 %,
                    a false box every ten looks; model: what a detector sees in the pictures
  --seed N          of the noise (default 1)
  --seeds N         the noise N times, from --seed on: figures over all, no events
  --draw N          the same stories drawn again by chance: other things, houses, light, camera
  --model NAME      the detector (default street-nano)

 Clips
  --cases FILE     a list of clips with their configurations and what is due in each; exit code 1
                   when a clip does worse than the list allows
  --footage DIR    where the clips lie (default: beside the list)
  --picture DIR    as for footage, a folder each

 Stills
  --stills DIR      holds images/ and labels/ (YOLO layout); each picture is a camera that sees it
                    for as long as the rules need: minutes, or days for signs
  --classes MAP     the set's class numbers as our labels: "0=garbage,1=bin,2=overflowing-bin"
  --config FILE     its camera (--camera ID) looks at them; default: every kind's usual rule over
                    the whole picture, seen by --model NAME
  --picture DIR     write a picture of what was missed, and of what was told for nothing

 Footage and log
  --truth FILE     what really happened: precision, recall, lateness by kind
  --against FILE   another configuration: which violations appear, disappear or change with it
  --json           print events as JSON lines, and last one JSON object with the summary

Every event is a CloudEvent as the box would have sent it, but for evidence. The same recording and
configuration give the same output, to the byte. With --against the exit code is 1 when anything
differs, 0 when nothing does.`,
  example: "kerbside replay --log /var/lib/kerbside --config junction.yaml --against wider.yaml",
  run: runReplay,
};

async function runReplay(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseReplayArgs(args);
  if (values.scenes) {
    // Loads the renderer, which recordings do without.
    const { replayScenes } = await import("./replay-scenes.ts");
    return await replayScenes(positionals, values, io);
  }
  if (values.stills !== undefined) {
    // Loads sharp and the detectors' runtime.
    const { replayStills } = await import("./replay-stills.ts");
    return await replayStills(positionals, values, io);
  }
  if (values.cases !== undefined) {
    // Loads libav and the detectors' runtime.
    const { replayCases } = await import("./replay-cases.ts");
    return await replayCases(positionals, values, io);
  }
  checkSource(positionals, values);
  const { config: configFile, truth: truthFile, against } = values;
  if (configFile === undefined) throw wrongUse("replay needs --config FILE");
  const truth = truthFile === undefined ? undefined : await readTruth(resolve(io.cwd, truthFile));
  const source = await sourceOf(positionals, values, io);
  try {
    const result = await runOnce({ source, configFile, values, io });
    if (result === undefined) return stopped(io);
    const about = source.about();
    for (const complaint of source.complaints()) io.stderr(`${complaint}\n`);
    const judge = new Judge();
    if (truth !== undefined) judge.add(truth, result.violations);
    const judgement = truth === undefined ? undefined : judge.judgement();
    let comparison: Comparison | undefined;
    if (against !== undefined) {
      const other = await runOnce({ source, configFile: against, values, io, isSilent: true });
      if (other === undefined) return stopped(io);
      comparison = compare(result.violations, other.violations);
    }
    io.stdout(printed({ about, result, judgement, comparison }, values.json));
    return comparison === undefined || isSame(comparison) ? exitCodes.done : exitCodes.no;
  } finally {
    await source.close();
  }
}

function stopped(io: CommandIo): number {
  io.stderr("stopped: what a part of the recording gave would mislead\n");
  return exitCodes.no;
}

interface Findings {
  readonly about: Readonly<Record<string, unknown>>;
  readonly result: ReplayResult;
  readonly judgement: Judgement | undefined;
  readonly comparison: Comparison | undefined;
}

function printed({ about, result, judgement, comparison }: Findings, isJson: boolean): string {
  if (!isJson) {
    const parts = [
      summaryText(result),
      ...(judgement === undefined ? [] : [judgementText(judgement)]),
      ...(comparison === undefined ? [] : [comparisonText(comparison)]),
    ];
    return parts.map((part) => `\n${part}`).join("");
  }
  const object = replayObject(about, result, judgement);
  return `${JSON.stringify({ ...object, ...(comparison && { against: comparison }) })}\n`;
}

async function sourceOf(
  [file]: readonly string[],
  values: ReplayValues,
  io: CommandIo,
): Promise<RecordingSource> {
  const { camera: cameraId, log } = values;
  if (log !== undefined) {
    const at = (option: "since" | "until") => (timeZone: string) => {
      const text = values[option];
      return text === undefined ? undefined : instantOf(`--${option}`, text, timeZone);
    };
    const folder = resolve(io.cwd, log);
    return new LogSource({ folder, cameraId, sinceMs: at("since"), untilMs: at("until") });
  }
  // Loads libav and the detectors' runtime, which a log does without.
  const { FootageSource } = await import("../replay/footage-source.ts");
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const { for: duration, loop = duration === undefined ? "1" : undefined } = values;
  return new FootageSource({
    path: resolve(io.cwd, file ?? ""),
    cameraId,
    viewIds: values.view,
    startMs: (timeZone) => instantOf("--start", values.start ?? defaultStart, timeZone),
    rounds: loop === undefined ? Number.POSITIVE_INFINITY : countOf("--loop", loop),
    durationMsMax:
      duration === undefined ? Number.POSITIVE_INFINITY : durationOf("--for", duration),
    loadModels: (config) => loadModels(config, folders),
  });
}
