/**
 * Writes a file so that a reader sees the old one or the whole new one, also after a power cut.
 *
 * Written beside its place, flushed to the disk, renamed, and the folder flushed: without the last
 * step a file system may keep the name and lose the rename.
 */
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  // Two processes may write the same file at the same time; each has a name of its own.
  const temporary = `${path}.${process.pid}-${performance.now().toString(36)}.tmp`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
