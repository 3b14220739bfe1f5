/**
 * Measures what the agent costs before any camera gives a picture: how soon it runs, what memory
 * its processes hold, what CPU it takes to wait.
 *
 * The real agent as a process of its own, with the detector that ships loaded and one camera that
 * is away. The first start prepares the detector's graph; later ones find it prepared, which is
 * what a restart in the field is like. Memory counts pages that processes share in shares. Linux
 * only.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { AgentProcess } from "../../test-fixtures/agent-process.ts";
import { freePort } from "../../test-fixtures/free-port.ts";
import { Junction, wholePicture } from "../../test-fixtures/junction-file.ts";
import { type ProcessInfo, proportionalBytes } from "../../test-fixtures/process-tree.ts";

export interface IdleBenchOptions {
  /** Measured time. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface IdleBenchResult {
  readonly model: string;
  readonly seconds: number;
  /** From starting the process to its first "running" and to its page answering `/ready`. */
  readonly startMs: number;
  readonly readyMs: number;
  /** The first start of all, which prepares the detector. */
  readonly firstStartMs: number;
  /** From SIGTERM to the end. */
  readonly stopMs: number;
  /** Of one core, all processes together. */
  readonly cpuPercent: number;
  /** All processes together. */
  readonly megabytes: number;
  readonly processes: readonly {
    readonly name: string;
    readonly megabytes: number;
    readonly cpuPercent: number;
  }[];
}

const startsCount = 3;
/** What starting left to do is done after this, and the first regular duties are over. */
const settleMs = 8_000;

export async function benchIdle(options: IdleBenchOptions): Promise<IdleBenchResult> {
  const { seconds, signal, onProgress } = options;
  const junction = await Junction.make("street-nano");
  try {
    await junction.write({ cameras: [await cameraThatIsAway()] });
    onProgress("first start: the detector is prepared");
    const first = await measureStart(junction);
    await first.agent.stop();
    const starts: StartTimes[] = [];
    const stops: number[] = [];
    for (let turn = 1; turn < startsCount; turn++) {
      signal.throwIfAborted();
      onProgress(`start ${turn} of ${startsCount}`);
      const { agent, times } = await measureStart(junction);
      starts.push(times);
      stops.push((await agent.stop()).afterMs);
    }
    onProgress(`start ${startsCount} of ${startsCount}, then ${seconds} s of waiting`);
    const { agent, times } = await measureStart(junction);
    starts.push(times);
    await wait(settleMs, undefined, { signal });
    const cost = await measureCost(agent, seconds, signal);
    stops.push((await agent.stop()).afterMs);
    return {
      model: junction.model,
      seconds,
      startMs: median(starts.map(({ startMs }) => startMs)),
      readyMs: median(starts.map(({ readyMs }) => readyMs)),
      firstStartMs: Math.round(first.times.startMs),
      stopMs: median(stops),
      ...cost,
    };
  } finally {
    await junction.remove();
  }
}

async function cameraThatIsAway() {
  return {
    id: "away",
    url: `rtsp://127.0.0.1:${await freePort()}/away`,
    every: "2s",
    zones: [{ id: "kerb", polygon: wholePicture, rules: [{ kind: "illegal-parking" }] }],
  };
}

interface StartTimes {
  readonly startMs: number;
  readonly readyMs: number;
}

async function measureStart(
  junction: Junction,
): Promise<{ readonly agent: AgentProcess; readonly times: StartTimes }> {
  const agent = junction.start();
  await agent.running();
  const startMs = performance.now() - agent.startedMonoMs;
  await agent.until(async () => (await agent.ask("/ready"))?.ok === true, "/ready");
  return { agent, times: { startMs, readyMs: performance.now() - agent.startedMonoMs } };
}

async function measureCost(
  agent: AgentProcess,
  seconds: number,
  signal: AbortSignal,
): Promise<Pick<IdleBenchResult, "cpuPercent" | "megabytes" | "processes">> {
  const startedMonoMs = performance.now();
  const before = new Map(agent.tree().map(({ pid, cpuMs }) => [pid, cpuMs]));
  await wait(seconds * 1_000, undefined, { signal });
  const elapsedMs = performance.now() - startedMonoMs;
  const processes = agent.tree().map((one, index) => ({
    name: index === 0 ? "agent" : nameOf(one),
    megabytes: rounded(proportionalBytes(one.pid) / 1e6, 1),
    cpuPercent: rounded((100 * (one.cpuMs - (before.get(one.pid) ?? 0))) / elapsedMs, 2),
  }));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    cpuPercent: rounded(sum(processes.map(({ cpuPercent }) => cpuPercent)), 2),
    megabytes: rounded(sum(processes.map(({ megabytes }) => megabytes)), 1),
    processes,
  };
}

/** By the file that it runs. */
function nameOf({ commandLine }: ProcessInfo): string {
  if (commandLine.includes("/decoder/")) return "decoder";
  return commandLine.split(" ", 1)[0]?.split("/").at(-1) ?? "unknown";
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
