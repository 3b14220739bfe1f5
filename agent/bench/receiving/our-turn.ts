/** One turn of our own receiving: connections until every ring is full, then a window of time. */
import { setTimeout as wait } from "node:timers/promises";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { CameraServerProcess } from "../../../test-fixtures/camera-server/camera-server-process.ts";
import { Capture } from "../../capture/capture.ts";
import type { StreamSettings } from "../../capture/stream-settings.ts";
import type { StreamStats } from "../../capture/stream-stats.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { TurnInput } from "./turn-input.ts";

export interface OurTurn {
  readonly cpuPercent: number;
  readonly serverCpuPercent: number;
  readonly baseBytes: number;
  readonly bytes: number;
  readonly packetsPerSecond: number;
  readonly bitsPerSecond: number;
  readonly lostPackets: number;
}

/** Connections, keyframes and rings (5 s) have come to rest after this. */
const warmUpMs = 6_000;
const liveTimeoutMs = 60_000;

export async function measureOurs(
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
