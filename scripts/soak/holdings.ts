/**
 * What a process and all it has started hold: memory, processes, threads, open handles by sort.
 *
 * Read from /proc, so Linux only. A process that ends in the middle of reading holds nothing.
 */
import { readdirSync, readlinkSync } from "node:fs";
import { type ProcessInfo, proportionalBytes } from "../../test-fixtures/process-tree.ts";

export interface Memory {
  readonly agentBytes: number;
  /** Decoder hosts and whatever else it started. */
  readonly childrenBytes: number;
}

export interface Holdings {
  readonly processes: number;
  readonly threads: number;
  readonly handles: number;
  /** Sockets, pipes, files, files that are removed, and the kernel's own sorts. */
  readonly handlesBySort: Readonly<Record<string, number>>;
}

/** What they share counts in shares. */
export function memoryOf([agent, ...children]: readonly ProcessInfo[]): Memory {
  return {
    agentBytes: agent === undefined ? 0 : proportionalBytes(agent.pid),
    childrenBytes: children.reduce((sum, { pid }) => sum + proportionalBytes(pid), 0),
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
