/**
 * What a hub received, on disk: `events.jsonl`, one event a line, as received.
 *
 * A line is with the system when `append` returns and on the disk when `flush` resolves; only then
 * is a box told. A line that a crash cut was never acknowledged: the next start removes it.
 */
import { writeSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";

const newline = 0x0a;
const chunkBytes = 64 * 1024;

export class ReceivedFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #hasNew = false;
  /** Ends when everything is on the disk that was appended before the last `flush`. */
  #syncing: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async open(folder: string): Promise<ReceivedFile> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, "events.jsonl");
    // Created when missing, never emptied; "a" alone cannot be read.
    const handle = await open(path, "a+", 0o600);
    await handle.truncate(await endOfLastLine(handle));
    return new ReceivedFile(path, handle);
  }

  append(line: string): void {
    let left: Uint8Array = Buffer.from(`${line}\n`);
    while (left.byteLength > 0) left = left.subarray(writeSync(this.#handle.fd, left));
    this.#hasNew = true;
  }

  /** Once it rejected, it rejects for good: nobody knows what the disk has. */
  flush(): Promise<void> {
    if (this.#hasNew) this.#syncing = this.#syncing.then(() => this.#handle.datasync());
    this.#hasNew = false;
    return this.#syncing;
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }
}

async function endOfLastLine(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  for (let end = size; end > 0; end -= chunkBytes) {
    const start = Math.max(0, end - chunkBytes);
    const chunk = Buffer.alloc(end - start);
    await handle.read(chunk, 0, chunk.length, start);
    const at = chunk.lastIndexOf(newline);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}
