/**
 * A damaged file is renamed, never changed: it is evidence of a failing disk, and a person may
 * still get something out of it. The newest few are kept, so that a disk that fails each day does
 * not fill itself.
 */
import { copyFileSync, existsSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const keptMax = 3;
const suffixes = ["-wal", "-shm", ""] as const;

/** The database goes with its log: together they may still be readable. */
export function putAside(path: string, nowMs: number): string {
  const aside = freeName(path, nowMs);
  for (const suffix of suffixes) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/** The log alone, while its database goes on without it; undefined when there is none. */
export function copyLogAside(path: string, nowMs: number): string | undefined {
  const log = `${path}-wal`;
  if (!existsSync(log) || lstatSync(log).size === 0) return undefined;
  const aside = freeName(path, nowMs);
  copyFileSync(log, `${aside}-wal`);
  return `${aside}-wal`;
}

/** By the time at which they were put aside. */
export function newestAside(path: string): string | undefined {
  return asidesOf(path).at(-1);
}

/** The oldest go; what is no plain file was never ours, and stays. */
export function forgetOldAsides(path: string): void {
  for (const aside of asidesOf(path).slice(0, -keptMax)) {
    for (const suffix of suffixes) {
      if (existsSync(aside + suffix) && lstatSync(aside + suffix).isFile()) rmSync(aside + suffix);
    }
  }
}

function asidesOf(path: string): string[] {
  const prefix = `${basename(path)}.damaged-`;
  const names = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.replace(/-(?:wal|shm)$/, ""));
  const paths = [...new Set(names)].map((name) => join(dirname(path), name));
  return paths.toSorted((a, b) => renamedAtMs(a) - renamedAtMs(b) || (a < b ? -1 : 1));
}

/** Not by the name: the box may have named it before its clock was set. */
function renamedAtMs(aside: string): number {
  const there = suffixes.filter((suffix) => existsSync(aside + suffix));
  return Math.max(...there.map((suffix) => lstatSync(aside + suffix).ctimeMs));
}

function freeName(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/[-:.]/g, "");
  const isTaken = (name: string) => suffixes.some((suffix) => existsSync(name + suffix));
  let name = `${path}.damaged-${stamp}`;
  for (let attempt = 2; isTaken(name); attempt++) name = `${path}.damaged-${stamp}-${attempt}`;
  return name;
}
