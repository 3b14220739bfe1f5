/**
 * Processor time of the agent with all its children, by part, as the operating system counts it.
 *
 * A part is a thread by its name in the agent's own process, or a whole child. Threads of the
 * JavaScript engine (compiling, collecting) are one part. Linux only.
 */
import { readdirSync, readFileSync } from "node:fs";
import { type ProcessInfo, processTree } from "../../../test-fixtures/process-tree.ts";

export interface CpuReading {
  readonly monoMs: number;
  /** All processes. */
  readonly cpuMs: number;
  readonly partsMs: Readonly<Record<string, number>>;
}

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const msPerTick = 10;

export function readCpu(pid: number): CpuReading {
  const monoMs = performance.now();
  const [agent, ...children] = processTree(pid);
  if (agent === undefined) throw new Error("the agent has ended");
  const partsMs = threadsOf(agent);
  for (const child of children) add(partsMs, childName(child), child.cpuMs);
  const cpuMs = [agent, ...children].reduce((sum, one) => sum + one.cpuMs, 0);
  return { monoMs, cpuMs, partsMs };
}

/** Of one core, by part; parts that do next to nothing are left out. */
export function coresBetween(
  before: CpuReading,
  after: CpuReading,
): { readonly cores: number; readonly parts: Readonly<Record<string, number>> } {
  const elapsedMs = after.monoMs - before.monoMs;
  const parts = Object.entries(after.partsMs).map(([name, ms]) => {
    return [name, (ms - (before.partsMs[name] ?? 0)) / elapsedMs] as const;
  });
  return { cores: (after.cpuMs - before.cpuMs) / elapsedMs, parts: Object.fromEntries(parts) };
}

function threadsOf({ pid }: ProcessInfo): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = statOf(`/proc/${pid}/task/${thread}/stat`);
    if (stat === undefined) continue;
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const name = threadNames[stat.slice(stat.indexOf("(") + 1, end)];
    add(parts, name ?? "other threads", (Number(fields[11]) + Number(fields[12])) * msPerTick);
  }
  return parts;
}

/** As the kernel knows them, at most 15 characters. */
const threadNames: Readonly<Record<string, string>> = {
  MainThread: "main",
  receive: "receive",
  inference: "inference",
  store: "store",
  V8Worker: "engine",
  DelayedTaskSche: "engine",
};

function childName({ commandLine }: ProcessInfo): string {
  return commandLine.includes("/decoder/") ? "decoder" : "other children";
}

function add(parts: Record<string, number>, name: string, ms: number): void {
  parts[name] = (parts[name] ?? 0) + ms;
}

/** Undefined when the thread has ended meanwhile. */
function statOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
