/** One turn of ffmpeg: one process a camera that receives and throws away. */
import { setTimeout as wait } from "node:timers/promises";
import { FfmpegReceivers } from "./ffmpeg-receivers.ts";
import type { TurnInput } from "./turn-input.ts";

/** ffmpeg studies a stream before it copies it, which costs much more: until that is over. */
const stepMs = 1_500;
const stepsMax = 5;
const settledRatio = 0.15;

/** CPU of all processes together in percent of a core; undefined without ffmpeg. */
export async function measureFfmpeg({
  urls,
  windowMs,
  signal,
}: TurnInput): Promise<number | undefined> {
  const receivers = await FfmpegReceivers.start(urls);
  if (receivers === undefined) return undefined;
  try {
    await settle(receivers, signal);
    const before = { monoMs: performance.now(), cpuMs: receivers.cpuMs() };
    await wait(windowMs, undefined, { signal });
    const after = { monoMs: performance.now(), cpuMs: receivers.cpuMs() };
    receivers.checkRunning();
    return (100 * (after.cpuMs - before.cpuMs)) / (after.monoMs - before.monoMs);
  } finally {
    await receivers.stop();
  }
}

async function settle(receivers: FfmpegReceivers, signal: AbortSignal): Promise<void> {
  let cpuMs = receivers.cpuMs();
  let stepCpuMs = Number.POSITIVE_INFINITY;
  for (let step = 0; step < stepsMax; step++) {
    await wait(stepMs, undefined, { signal });
    const nowMs = receivers.cpuMs();
    const isSettled = step >= 2 && Math.abs(nowMs - cpuMs - stepCpuMs) < settledRatio * stepCpuMs;
    if (isSettled) return;
    stepCpuMs = nowMs - cpuMs;
    cpuMs = nowMs;
  }
}
