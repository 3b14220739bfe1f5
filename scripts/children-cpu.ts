/**
 * Processor time of the programs that this one started and that have ended, and of theirs.
 *
 * Wall time says how long a proof took, processor time what it cost: on a machine that is busy
 * otherwise only the second one means anything. Linux alone says it (`/proc`).
 */
import { readFileSync } from "node:fs";

/** Linux counts these in hundredths of a second, whatever its own clock does. */
const ticksPerSecond = 100;
/** Fields behind the name, which may hold blanks: of children, waited for. */
const childUserField = 13;
const childSystemField = 14;

/** Seconds until now; the difference of two is what ran in between. */
export function childrenCpuSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[childUserField]) + Number(fields[childSystemField]);
  if (!Number.isFinite(ticks)) throw new Error(`/proc/self/stat is not understood: ${stat}`);
  return ticks / ticksPerSecond;
}
