/**
 * What a process and all it has started hold: memory, processes, threads, open handles by sort.
 *
 * Read from /proc, so Linux only. A process that ends in the middle of reading holds nothing.
 */
import { readdirSync, readlinkSync } from "node:fs";
import { memoryBytes, type ProcessInfo } from "../../test-fixtures/process-tree.ts";

export interface Memory {
  /** All processes, what they share with others in shares. */
  readonly allBytes: number;
  /** Of it what they have asked for themselves: nothing that others do changes it. */
  readonly ownBytes: number;
  /** Of that the decoder hosts'. */
  readonly childrenOwnBytes: number;
}

export interface Holdings {
  readonly processes: number;
  readonly threads: number;
  readonly handles: number;
  /** Sockets, pipes, files, files that are removed, and the kernel's own sorts. */
  readonly handlesBySort: Readonly<Record<string, number>>;
}

/** The agent comes first. */
export function memoryOf(tree: readonly ProcessInfo[]): Memory {
  const each = tree.map(({ pid }) => memoryBytes(pid));
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  return {
    allBytes: sum(each.map(({ proportional }) => proportional)),
    ownBytes: sum(each.map(({ own }) => own)),
    childrenOwnBytes: sum(each.slice(1).map(({ own }) => own)),
  };
}

export function holdingsOf(tree: readonly ProcessInfo[]): Holdings {
  const sorts = tree.flatMap(({ pid }) => handleTargets(pid).map(sortOf));
  const bySort: Record<string, number> = {};
  for (const sort of sorts.toSorted()) bySort[sort] = (bySort[sort] ?? 0) + 1;
  return {
    processes: tree.length,
    threads: tree.reduce((sum, { pid }) => sum + entries(`/proc/${pid}/task`).length, 0),
    handles: sorts.length,
    handlesBySort: bySort,
  };
}

/** As the kernel names it: `socket:[1234]`, `pipe:[5]`, `anon_inode:[eventfd]`, `/path (deleted)`. */
export function sortOf(target: string): string {
  if (target.startsWith("/")) {
    if (target.endsWith(" (deleted)")) return "removed-file";
    return target.startsWith("/dev/") ? "device" : "file";
  }
  const [sort = "", name = ""] = target.split(":");
  return sort === "anon_inode" ? name.replaceAll(/[[\]]/g, "") : sort;
}

function handleTargets(pid: number): readonly string[] {
  return entries(`/proc/${pid}/fd`).flatMap((handle) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${handle}`)];
    } catch {
      return []; // Closed meanwhile.
    }
  });
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
