/**
 * What the machine under the agent says: space on the disk, size of the data.
 *
 * Each answer may be "unknown" (null): a health report with a hole is better than none.
 */
import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

export interface MachineState {
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null;
  /** Everything in the data folder, one level deep: the databases are the bulk of it. */
  readonly dataBytes: number | null;
}

export async function readMachine(dataFolder: string): Promise<MachineState> {
  const [disk, dataBytes] = await Promise.all([
    orNull(diskOf(dataFolder)),
    orNull(sizeOf(dataFolder)),
  ]);
  return { disk, dataBytes };
}

/** Free for the agent's user, not for root alone. */
async function diskOf(folder: string): Promise<MachineState["disk"]> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = entries.map(async (entry) => {
    if (!entry.isFile()) return 0;
    // A log of the database may go between listing and asking.
    return (await orNull(stat(join(folder, entry.name))))?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function orNull<Value>(promise: Promise<Value>): Promise<Value | null> {
  return promise.catch(() => null);
}
