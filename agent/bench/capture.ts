/**
 * Measures what receiving a camera costs: CPU of this process and memory, against one ffmpeg a
 * camera that does nothing but receive.
 *
 * The cameras are a process of their own. Ours and ffmpeg take turns, so that a machine that
 * slows down slows both; the medians of the turns are the result. Nothing is decoded.
 */
import { setTimeout as wait } from "node:timers/promises";
import { cameraId } from "../../pipelines/domain/ids.ts";
import {
  type CameraServerProcess,
  startCameraServerProcess,
} from "../../test-fixtures/camera-server/camera-server-process.ts";
import { streetClip } from "../../test-fixtures/clips/made-clip.ts";
import { Capture } from "../capture/capture.ts";
import type { StreamSettings } from "../capture/stream-settings.ts";
import type { StreamStats } from "../capture/stream-stats.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { systemClock } from "../runtime/clock.ts";
import { FfmpegReceivers } from "./ffmpeg-receivers.ts";

export interface CaptureBenchOptions {
  readonly cameras: number;
  /** Measured time of ours and of ffmpeg, each, over all turns. */
  readonly seconds: number;
  readonly turns?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface CaptureBenchResult {
  readonly cameras: number;
  readonly seconds: number;
  readonly turns: number;
  readonly stream: string;
  /** Of one core. */
  readonly cpuPercentPerCamera: number;
  /**
   * Resident memory with full rings above that of the process with an idle receiving thread. Of
   * the first turn: later ones begin with memory that the turn before has not given back.
   */
  readonly megabytesPerCamera: number;
  readonly baseMegabytes: number;
  readonly packetsPerSecond: number;
  readonly megabitsPerSecond: number;
  readonly lostPackets: number;
  /** null where there is no ffmpeg. */
  readonly ffmpegCpuPercentPerCamera: number | null;
  /** ffmpeg's CPU over ours. */
  readonly ffmpegRatio: number | null;
  readonly cameraServerCpuPercentPerCamera: number;
  readonly cpuPercentPerCameraTurns: readonly number[];
  readonly ffmpegCpuPercentPerCameraTurns: readonly number[];
}

/** Connections, keyframes and rings (5 s) have come to rest after this. */
const warmUpMs = 7_000;
/** ffmpeg studies a stream before it copies it, which costs much more: until that is over. */
const ffmpegStepMs = 2_000;
const ffmpegStepsMax = 20;
const settledRatio = 0.15;
const liveTimeoutMs = 60_000;

export async function benchCapture(options: CaptureBenchOptions): Promise<CaptureBenchResult> {
  const { cameras, seconds, turns = 3, signal, onProgress } = options;
  onProgress("making the clip (once) and starting the cameras");
  const server = await startCameraServerProcess({
    streams: [{ path: "/camera-{n}", clip: { made: streetClip }, count: cameras }],
  });
  try {
    const urls = Array.from({ length: cameras }, (_, index) => server.url(`/camera-${index + 1}`));
    const windowMs = (seconds * 1_000) / turns;
    const ours: OurTurn[] = [];
    const theirs: (number | undefined)[] = [];
    for (let turn = 1; turn <= turns; turn++) {
      signal.throwIfAborted();
      onProgress(`turn ${turn} of ${turns}: ours`);
      ours.push(await measureOurs({ urls, windowMs, server, signal }));
      onProgress(`turn ${turn} of ${turns}: ffmpeg`);
      theirs.push(await measureFfmpeg({ urls, windowMs, signal }));
    }
    return summary({ cameras, seconds, ours, theirs: theirs.filter((ms) => ms !== undefined) });
  } finally {
    await server.stop();
  }
}

interface OurTurn {
  readonly cpuPercent: number;
  readonly serverCpuPercent: number;
  readonly baseBytes: number;
  readonly bytes: number;
  readonly packetsPerSecond: number;
  readonly bitsPerSecond: number;
  readonly lostPackets: number;
}

interface TurnInput {
  readonly urls: readonly string[];
  readonly windowMs: number;
  readonly signal: AbortSignal;
}

async function measureOurs(
  input: TurnInput & { readonly server: CameraServerProcess },
): Promise<OurTurn> {
  const { urls, windowMs, server, signal } = input;
  const capture = new Capture({ streams: [], clock: systemClock });
  let crash: Error | undefined;
  capture.start({
    onPicture: () => undefined,
    onState: () => undefined,
    onWorkerCrash: (error) => {
      crash = error;
    },
  });
  try {
    await capture.stats();
    await wait(500, undefined, { signal });
    const baseBytes = process.memoryUsage.rss();
    capture.update(urls.map(streamOf));
    await allLive(capture, signal);
    await wait(warmUpMs, undefined, { signal });
    const before = await reading(capture, server);
    await wait(windowMs, undefined, { signal });
    const after = await reading(capture, server);
    if (crash !== undefined) throw crash;
    const elapsedMs = after.monoMs - before.monoMs;
    return {
      cpuPercent: (100 * (after.cpuMs - before.cpuMs)) / elapsedMs,
      serverCpuPercent: (100 * (after.serverCpuMs - before.serverCpuMs)) / elapsedMs,
      baseBytes,
      bytes: after.rssBytes,
      packetsPerSecond: ((after.packets - before.packets) * 1_000) / elapsedMs,
      bitsPerSecond: ((after.bytes - before.bytes) * 8_000) / elapsedMs,
      lostPackets: after.lost,
    };
  } finally {
    await capture.stop();
  }
}

const streamOf = (url: string, index: number): StreamSettings => ({
  cameraId: cameraId(`camera-${index + 1}`),
  stream: "main",
  url,
  everyMs: 2_000,
});

async function allLive(capture: Capture, signal: AbortSignal): Promise<void> {
  const startedMonoMs = performance.now();
  for (;;) {
    const stats = await capture.stats();
    const waiting = stats.filter(({ state }) => state !== "live");
    if (waiting.length === 0) return;
    if (performance.now() - startedMonoMs > liveTimeoutMs) throw notLive(waiting);
    await wait(250, undefined, { signal });
  }
}

function notLive(waiting: readonly StreamStats[]): AgentError {
  const [first] = waiting;
  return new AgentError(
    "FIXTURE_MISSING",
    `${waiting.length} cameras gave no picture within ${liveTimeoutMs / 1_000} s (${first?.cameraId}: ${first?.detail})`,
    "Try fewer cameras: this machine may not carry so many and the cameras' own server.",
  );
}

async function reading(capture: Capture, server: CameraServerProcess) {
  const stats = await capture.stats();
  const { cpuMs: serverCpuMs } = await server.stats();
  const { user, system } = process.cpuUsage();
  const sum = (pick: (stream: StreamStats) => number): number =>
    stats.reduce((total, stream) => total + pick(stream), 0);
  return {
    monoMs: performance.now(),
    cpuMs: (user + system) / 1_000,
    serverCpuMs,
    rssBytes: process.memoryUsage.rss(),
    packets: sum((stream) => stream.packets),
    bytes: sum((stream) => stream.bytes),
    lost: sum((stream) => stream.lostPackets),
  };
}

/** CPU of all processes together in percent of a core; undefined without ffmpeg. */
async function measureFfmpeg({ urls, windowMs, signal }: TurnInput): Promise<number | undefined> {
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
  for (let step = 0; step < ffmpegStepsMax; step++) {
    await wait(ffmpegStepMs, undefined, { signal });
    const nowMs = receivers.cpuMs();
    const isSettled = step >= 2 && Math.abs(nowMs - cpuMs - stepCpuMs) < settledRatio * stepCpuMs;
    if (isSettled) return;
    stepCpuMs = nowMs - cpuMs;
    cpuMs = nowMs;
  }
}

function summary(input: {
  readonly cameras: number;
  readonly seconds: number;
  readonly ours: readonly OurTurn[];
  readonly theirs: readonly number[];
}): CaptureBenchResult {
  const { cameras, seconds, ours, theirs } = input;
  const [first] = ours;
  if (first === undefined) throw new RangeError("a benchmark needs one turn at least");
  const cpu = ours.map(({ cpuPercent }) => cpuPercent / cameras);
  const ffmpegCpu = theirs.map((percent) => percent / cameras);
  const cpuPercentPerCamera = median(cpu);
  const ffmpegPerCamera = ffmpegCpu.length === 0 ? null : median(ffmpegCpu);
  const { width, height, fps, bitrateKbit, gopSeconds } = streetClip;
  return {
    cameras,
    seconds,
    turns: ours.length,
    stream: `${width}×${height}, ${fps} pictures/s, ${bitrateKbit} kbit/s, keyframe every ${gopSeconds} s`,
    cpuPercentPerCamera: rounded(cpuPercentPerCamera, 3),
    megabytesPerCamera: rounded((first.bytes - first.baseBytes) / 1e6 / cameras, 2),
    baseMegabytes: rounded(first.baseBytes / 1e6, 1),
    packetsPerSecond: rounded(median(ours.map(({ packetsPerSecond }) => packetsPerSecond)), 0),
    megabitsPerSecond: rounded(median(ours.map(({ bitsPerSecond }) => bitsPerSecond / 1e6)), 1),
    lostPackets: ours.reduce((sum, { lostPackets }) => sum + lostPackets, 0),
    ffmpegCpuPercentPerCamera: ffmpegPerCamera === null ? null : rounded(ffmpegPerCamera, 3),
    ffmpegRatio:
      ffmpegPerCamera === null ? null : rounded(ffmpegPerCamera / cpuPercentPerCamera, 2),
    cameraServerCpuPercentPerCamera: rounded(
      median(ours.map(({ serverCpuPercent }) => serverCpuPercent / cameras)),
      3,
    ),
    cpuPercentPerCameraTurns: cpu.map((percent) => rounded(percent, 3)),
    ffmpegCpuPercentPerCameraTurns: ffmpegCpu.map((percent) => rounded(percent, 3)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
