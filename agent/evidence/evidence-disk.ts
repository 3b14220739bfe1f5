/**
 * How a revision's folder gets onto the disk: beside its place, every file flushed, then renamed.
 *
 * A reader sees no folder or the whole one, also after a power cut. Flushes of one folder run
 * together: on a card each may take 200 ms. Every step is one call, so that a test can end the
 * world between any two.
 */
import { constants } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeDurably } from "../runtime/durable-file.ts";

export interface EvidenceDisk {
  readonly makeFolder: (path: string) => Promise<void>;
  /** Whole and flushed; the folder is not. */
  readonly writeFile: (path: string, bytes: Uint8Array) => Promise<void>;
  /** Whole or not at all, flushed with its folder. */
  readonly replaceFile: (path: string, bytes: Uint8Array) => Promise<void>;
  readonly flushFolder: (path: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
}

export const evidenceDisk: EvidenceDisk = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  writeFile: async (path, bytes) => {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    const file = await open(path, flags, 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  replaceFile: writeDurably,
  flushFolder: async (path) => {
    const folder = await open(path, constants.O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
};

export interface NewFolder {
  /** Of the data folder: where it is put together, on the same disk. */
  readonly workFolder: string;
  readonly evidenceFolder: string;
  readonly violation: string;
  readonly revision: string;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

export async function placeFolder(disk: EvidenceDisk, made: NewFolder): Promise<void> {
  const { workFolder, evidenceFolder, violation, revision, files } = made;
  const parent = join(workFolder, violation);
  const work = join(parent, revision);
  await disk.remove(parent);
  await disk.makeFolder(work);
  await Promise.all(files.map(({ name, bytes }) => disk.writeFile(join(work, name), bytes)));
  await disk.flushFolder(work);
  const place = join(evidenceFolder, violation);
  const isKnown = (await stat(place).catch(() => undefined)) !== undefined;
  if (isKnown) {
    await disk.rename(work, join(place, revision));
    await disk.flushFolder(place);
    await disk.remove(parent);
    return;
  }
  // The folder of the violation comes with its first revision: an empty one never stands there.
  await disk.flushFolder(parent);
  await disk.rename(parent, place);
  await disk.flushFolder(dirname(place));
}
