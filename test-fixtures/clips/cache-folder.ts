/**
 * Where made files are kept between runs: `KERBSIDE_CACHE`, or a folder under the system's
 * temporary one. A file appears there whole or not at all, whoever else makes it at the same time.
 */
import { createHash } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The file that `parameters` describe; `make` writes it when it is not there yet. Whatever changes
 * the content must be part of `parameters`.
 */
export async function cachedFile(
  parameters: Readonly<Record<string, unknown>>,
  extension: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  const folder = process.env["KERBSIDE_CACHE"] || join(tmpdir(), "kerbside-cache");
  await mkdir(folder, { recursive: true });
  const hash = createHash("sha256").update(JSON.stringify(parameters)).digest("hex").slice(0, 24);
  const path = join(folder, `${hash}.${extension}`);
  if (await isFile(path)) return path;
  // The extension stays last: ffmpeg chooses the container by it.
  const draft = join(folder, `${hash}.${process.pid}.${draftCount++}.${extension}`);
  try {
    await make(draft);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return path;
}

let draftCount = 0;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
