/**
 * Reads the files that a configuration is made of, and says in words why one cannot be read.
 *
 * Only regular files up to a size are opened: a folder, a pipe or a disk image named by mistake
 * is a finding, not a hang.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

const mebibyte = 1024 * 1024;

/** A city has thousands of polygons; everything else is written by hand. */
const bytesMax = { configuration: mebibyte, secret: mebibyte, regions: 64 * mebibyte } as const;

/** `secret`: a password, a key or a certificate; its content is never kept anywhere. */
export type FileUse = keyof typeof bytesMax;

/** Whole file, or throws. `loadConfig` takes another one to keep what was read, and for tests. */
export type ReadFile = (absolutePath: string, use: FileUse) => Uint8Array;

export type FileResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

export const readFromDisk: ReadFile = (absolutePath, use) => {
  // Without waiting: a pipe opens only when somebody writes to it.
  const descriptor = openSync(absolutePath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw new FileReason("is a folder, not a file");
    if (!stat.isFile()) throw new FileReason("is not a regular file");
    if (stat.size > bytesMax[use]) throw new FileReason(tooLarge(stat.size, use));
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

export function tryRead(
  readFile: ReadFile,
  absolutePath: string,
  use: FileUse = "configuration",
): FileResult {
  try {
    const bytes = readFile(absolutePath, use);
    if (bytes.length > bytesMax[use]) return { ok: false, reason: tooLarge(bytes.length, use) };
    return { ok: true, bytes };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** A reason that reads as the end of "FILE …". */
class FileReason extends Error {}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist (a part of its path is a file, not a folder)",
  EACCES: "may not be read by this user",
  EPERM: "may not be read by this user",
  EISDIR: "is a folder, not a file",
  ELOOP: "is a link that leads in a circle",
  ENAMETOOLONG: "has a name that is too long",
  ENXIO: "is not a regular file",
  ERR_INVALID_ARG_VALUE: "has a name that no file can have",
};

function reasonOf(error: unknown): string {
  if (error instanceof FileReason) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
  return reasons[code] ?? `cannot be read (${code})`;
}

function tooLarge(bytes: number, use: FileUse): string {
  return `is ${bytes} bytes large, at most ${bytesMax[use]} are read`;
}
