/** What all rings may take together where the configuration does not say. */
import { totalmem } from "node:os";
import { ringTotalBytesMax, ringTotalMemoryRatio } from "../limits.ts";

/** `memoryBytes`: the machine's, or the container's where that is less. */
export function ringTotalBytes(memoryBytes: number = memoryOfBox()): number {
  return Math.min(ringTotalBytesMax, Math.floor(memoryBytes * ringTotalMemoryRatio));
}

function memoryOfBox(): number {
  const limitBytes = process.constrainedMemory();
  return limitBytes > 0 ? Math.min(limitBytes, totalmem()) : totalmem();
}
