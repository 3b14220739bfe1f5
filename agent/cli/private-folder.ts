/**
 * The data folder is the agent's own: pictures, places and the hub's words lie in it.
 *
 * From here on whatever this process writes is for its user alone, and a folder that somebody made
 * with the system's usual mode is closed to the others. What lies in it already keeps its mode:
 * nobody else gets through the folder.
 */
import { chmodSync, mkdirSync, statSync } from "node:fs";

const ownerOnly = 0o700;
const othersMask = 0o077;

export function keepPrivate(folder: string): void {
  process.umask(othersMask);
  try {
    mkdirSync(folder, { recursive: true, mode: ownerOnly });
    if ((statSync(folder).mode & othersMask) !== 0) chmodSync(folder, ownerOnly);
  } catch {
    // Somebody else's folder, or none that can be made: the store says what is wrong with it.
  }
}
