/**
 * Reads a file that somebody else wrote or named: a regular one, of at most so many bytes, whole.
 *
 * A pipe would be waited for, a device has no end, and a file that grows is no reason to take more
 * memory than was meant.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Its message reads as the end of "cannot read FILE: …". */
export class FileNotTaken extends Error {
  override readonly name = "FileNotTaken";
  /** How many there are, where they are too many. */
  readonly bytes: number | undefined;

  constructor(message: string, bytes?: number) {
    super(message);
    this.bytes = bytes;
  }
}

/** Rejects with what the system said, or with FileNotTaken. */
export async function readBounded(path: string, bytesMax: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw new FileNotTaken("it is a folder, not a file");
    if (!found.isFile()) throw new FileNotTaken("it is not a regular file");
    if (found.size > bytesMax) {
      const message = `it has ${found.size} bytes, at most ${bytesMax} are read`;
      throw new FileNotTaken(message, found.size);
    }
    const bytes = Buffer.allocUnsafe(found.size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** The same as text in UTF-8. */
export async function readBoundedText(path: string, bytesMax: number): Promise<string> {
  return (await readBounded(path, bytesMax)).toString("utf8");
}
