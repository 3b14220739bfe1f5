/**
 * `kerbside replay`: what the rules would have decided, from recorded footage or from the agent's
 * own detection log, in virtual time.
 *
 * Parsing and printing alone; `agent/replay/` does the work.
 */
import { resolve } from "node:path";
import { FootageSource } from "../replay/footage-source.ts";
import type { RecordingSource } from "../replay/recording-source.ts";
import { type ReplayResult, replay } from "../replay/replay.ts";
import { eventHeading, eventLine, replayObject, summaryText } from "../replay/replay-text.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";
import { loadModels, packageVersion, readConfig } from "./read-config.ts";
import {
  countOf,
  durationOf,
  instantOf,
  parseReplayArgs,
  type ReplayValues,
  wrongUse,
} from "./replay-values.ts";

export const replayCommand: Command = {
  name: "replay",
  summary: "run the rules over recorded footage, in virtual time",
  usage: `Usage: kerbside replay FILE --config FILE [options]

  FILE             recorded footage: H.264, H.265 or MJPEG in MP4, Matroska, AVI, or raw
  --config FILE    the configuration: views, zones, rules
  --camera ID      the camera that the footage is of; default: the only one
  --view ID        look with this view alone; may be given several times
  --start TIME     when the footage begins: 2026-01-05T08:00 (the box's time zone) or with an
                   offset; default 2026-01-05T08:00, a Monday
  --loop N         play the footage N times, one after the other
  --for TIME       play it so long, again and again: 20m
  --data DIR       where added weights lie (default: KERBSIDE_DATA, or ./data)
  --json           print events as JSON lines, and last one JSON object with the summary

Every event is a CloudEvent as the box would have sent it, but for evidence. The same recording and
configuration give the same output, to the byte.`,
  example: "kerbside replay parked-row.mp4 --config junction.yaml --loop 40",
  run: runReplay,
};

async function runReplay(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseReplayArgs(args);
  if (values.config === undefined) throw wrongUse("replay needs --config FILE");
  const source = sourceOf(positionals, values, io);
  try {
    const result = await replayOnce(source, values.config, values, io);
    if (result === undefined) {
      io.stderr("stopped: what half a recording gave is not told\n");
      return exitCodes.no;
    }
    for (const complaint of source.complaints()) io.stderr(`${complaint}\n`);
    io.stdout(
      values.json
        ? `${JSON.stringify(replayObject(source.about(), result))}\n`
        : `\n${summaryText(result)}`,
    );
    return exitCodes.done;
  } finally {
    await source.close();
  }
}

function sourceOf(
  positionals: readonly string[],
  values: ReplayValues,
  io: CommandIo,
): RecordingSource {
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw wrongUse(`replay takes one FILE of footage, got ${positionals.length}`);
  }
  if (values.loop !== undefined && values.for !== undefined) {
    throw wrongUse("--loop and --for say the same in two ways: give one of them");
  }
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const isEndless = values.for !== undefined;
  return new FootageSource({
    path: resolve(io.cwd, file),
    cameraId: values.camera,
    viewIds: values.view,
    startMs: (timeZone) => instantOf("--start", values.start, timeZone),
    rounds: isEndless ? Number.POSITIVE_INFINITY : countOf("--loop", values.loop ?? "1"),
    durationMsMax:
      values.for === undefined ? Number.POSITIVE_INFINITY : durationOf("--for", values.for),
    loadModels: (config) => loadModels(config, folders),
  });
}

/** Undefined when it was stopped. */
async function replayOnce(
  source: RecordingSource,
  configFile: string,
  values: ReplayValues,
  io: CommandIo,
): Promise<ReplayResult | undefined> {
  const config = await readConfig(configFile, io);
  const opened = await source.open(config);
  const { timeZone } = config.device;
  const bar = progressBar(io, "replay");
  let isHeadingPrinted = values.json;
  try {
    return await replay({
      ...opened,
      agentVersion: packageVersion(),
      signal: io.signal,
      onDecision: (decision, startMs) => {
        if (!isHeadingPrinted) io.stdout(`${eventHeading}\n`);
        isHeadingPrinted = true;
        const line = values.json
          ? JSON.stringify(decision.event)
          : eventLine(decision, startMs, timeZone);
        io.stdout(`${line}\n`);
      },
      onProgress: (capturedAtMs, startMs) => {
        const { endMs } = opened;
        if (endMs !== undefined) bar.update(capturedAtMs - startMs, endMs - startMs);
      },
    });
  } finally {
    bar.end();
  }
}
