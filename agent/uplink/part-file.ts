/**
 * A file of evidence, read part by part: never more than one part of it in memory.
 *
 * Before its first part it is read through once and compared with what the manifest says; one that
 * is gone, shorter or other is not sent at all (`FileDamage` says how).
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { partBytes } from "./evidence-topic.ts";

/** What lies there is not what the manifest says. */
export class FileDamage extends Error {
  override readonly name = "FileDamage";
}

export interface PartFile {
  /** From 1; a buffer of its own. */
  read(part: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const compareBytes = 4 * partBytes;

/** Rejects with `FileDamage`, or with what the disk said. */
export async function openPartFile(
  path: string,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
): Promise<PartFile> {
  const handle = await openPlain(path);
  try {
    const { size } = await handle.stat();
    if (size !== bytes) throw new FileDamage(`${size} bytes, the manifest says ${bytes}`);
    const found = await hashOf(handle, bytes);
    if (found !== sha256) throw new FileDamage(`SHA-256 ${found}, the manifest says ${sha256}`);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    read: async (part) => {
      const start = (part - 1) * partBytes;
      const piece = new Uint8Array(Math.min(partBytes, bytes - start));
      await fill(handle, piece, start);
      return piece;
    },
    close: () => handle.close(),
  };
}

async function openPlain(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ELOOP" || code === "ENOTDIR") {
      throw new FileDamage("it is not there any more", { cause });
    }
    throw cause;
  }
}

async function hashOf(handle: FileHandle, bytes: number): Promise<string> {
  const hash = createHash("sha256");
  const piece = new Uint8Array(compareBytes);
  for (let start = 0; start < bytes; start += compareBytes) {
    const part = piece.subarray(0, Math.min(compareBytes, bytes - start));
    await fill(handle, part, start);
    hash.update(part);
  }
  return hash.digest("hex");
}

async function fill(handle: FileHandle, piece: Uint8Array, start: number): Promise<void> {
  let filled = 0;
  while (filled < piece.byteLength) {
    const { bytesRead } = await handle.read(piece, filled, undefined, start + filled);
    if (bytesRead === 0) throw new FileDamage(`it ends at byte ${start + filled}`);
    filled += bytesRead;
  }
}
