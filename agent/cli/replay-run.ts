/**
 * One replay of a source under one configuration, printed while it runs; used once for the
 * configuration and, silently, once more for the one it is compared with.
 */
import { resolve } from "node:path";
import type { OpenRecording, RecordingSource } from "../replay/recording-source.ts";
import { type RecordedLook, type ReplayResult, replay } from "../replay/replay.ts";
import { eventHeading, eventLine } from "../replay/replay-text.ts";
import type { Decision } from "../replay/virtual-box.ts";
import type { CommandIo } from "./command.ts";
import { progressBar } from "./progress-bar.ts";
import { packageVersion, readConfig } from "./read-config.ts";
import { durationOf, type ReplayValues } from "./replay-values.ts";

export interface RunOptions {
  readonly source: RecordingSource;
  readonly configFile: string;
  readonly values: ReplayValues;
  readonly io: CommandIo;
  readonly isSilent?: boolean;
}

/** Undefined when it was stopped. */
export async function runOnce(options: RunOptions): Promise<ReplayResult | undefined> {
  const { source, configFile, values, io, isSilent = false } = options;
  const config = await readConfig(configFile, io);
  const opened = await source.open(config);
  const { timeZone } = config.device;
  const bar = progressBar(io, isSilent ? "the other configuration" : "replay");
  let isHeadingPrinted = values.json;
  const print = (decision: Decision, startMs: number) => {
    if (isSilent) return;
    if (!isHeadingPrinted) io.stdout(`${eventHeading}\n`);
    isHeadingPrinted = true;
    const { event } = decision;
    io.stdout(`${values.json ? JSON.stringify(event) : eventLine(decision, startMs, timeZone)}\n`);
  };
  try {
    const onLook = isSilent ? undefined : drawing(options, opened);
    return await replay({
      ...opened,
      agentVersion: packageVersion(),
      signal: io.signal,
      onDecision: print,
      ...(onLook === undefined ? {} : { onLook }),
      onProgress: (capturedAtMs, startMs) => {
        const { endMs } = opened;
        if (endMs !== undefined) bar.update(capturedAtMs - startMs, endMs - startMs);
      },
    });
  } finally {
    bar.end();
  }
}

type OnLook = NonNullable<Parameters<typeof replay>[0]["onLook"]>;

/** A picture of each decision, and one now and then where that was asked for. */
function drawing({ values, io }: RunOptions, opened: OpenRecording): OnLook | undefined {
  const { picture: written } = values;
  const { wholePicture } = opened;
  if (written === undefined || wholePicture === undefined) return undefined;
  const folder = resolve(io.cwd, written);
  const every = values["picture-every"];
  const everyMs = every === undefined ? undefined : durationOf("--picture-every", every);
  let nextMs = everyMs === undefined ? Number.POSITIVE_INFINITY : 0;
  return async ({ look, picture }: RecordedLook, decisions, box) => {
    const { startMs = look.capturedAtMs } = opened;
    const atMs = look.capturedAtMs - startMs;
    if (picture === undefined || (decisions.length === 0 && atMs < nextMs)) return;
    if (everyMs !== undefined && atMs >= nextMs) nextMs = atMs + everyMs;
    const camera = opened.config.cameras.find(({ id }) => id === look.cameraId);
    const state = box.state(look.cameraId);
    const whole = await wholePicture(picture);
    if (camera === undefined || state === undefined || whole === undefined) return;
    // Loads sharp, which a log does without.
    const { writePicture } = await import("../replay/annotated-picture.ts");
    await writePicture(folder, { whole, look, rules: camera.rules, state, decisions, startMs });
  };
}
