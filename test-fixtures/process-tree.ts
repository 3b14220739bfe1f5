/**
 * A process and all it has started, read from /proc: who lives, what they cost, who is left over.
 *
 * Linux only. Process numbers are used again, so a process is known by number and start together.
 */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  /** In ticks since the machine started: with the number, the name of one process for ever. */
  readonly startTicks: number;
  /** User and system time since its start. */
  readonly cpuMs: number;
  readonly commandLine: string;
}

/** The process itself first; empty when it is gone. */
export function processTree(pid: number): readonly ProcessInfo[] {
  const root = processInfo(pid);
  if (root === undefined) return [];
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processInfo(Number(name)))
    .filter((one) => one !== undefined);
  const tree = [root];
  // Grows while it is walked: children of children are found behind their parents.
  for (const parent of tree) {
    tree.push(...all.filter((one) => one.parentPid === parent.pid && !tree.includes(one)));
  }
  return tree;
}

/** Whether exactly this process still runs; one that ended and waits to be collected does not. */
export function isRunning({ pid, startTicks }: ProcessInfo): boolean {
  return processInfo(pid)?.startTicks === startTicks;
}

/** Memory that would come free if it ended: shared pages count in shares. 0 when it is gone. */
export function proportionalBytes(pid: number): number {
  return memoryBytes(pid).proportional;
}

/**
 * `own` is what it has asked for itself. The rest are pages of programs and libraries, of which its
 * share becomes less whenever somebody else starts the same program.
 */
export function memoryBytes(pid: number): { readonly proportional: number; readonly own: number } {
  const text = readProc(pid, "smaps_rollup") ?? "";
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) * 1_024;
  return { proportional: bytes("Pss"), own: bytes("Pss_Anon") };
}

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const msPerTick = 10;

function processInfo(pid: number): ProcessInfo | undefined {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;
  // The name of the program may hold blanks; fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parentPid] = fields;
  if (state === "Z" || state === "X") return undefined;
  return {
    pid,
    parentPid: Number(parentPid),
    startTicks: Number(fields[19]),
    cpuMs: (Number(fields[11]) + Number(fields[12])) * msPerTick,
    commandLine: (readProc(pid, "cmdline") ?? "").replaceAll("\0", " ").trim(),
  };
}

/** Undefined when the process is gone, also in the middle of reading. */
function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return undefined;
  }
}
