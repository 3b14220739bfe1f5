/**
 * Where pictures and planes lie while the agent and a decoder host hand them over: files in memory
 * that have no name any more, one for each picture in flight, open in these two processes alone.
 *
 * A pipe would move the same bytes in pieces of 64 KB, each with a wake-up and an array of its own,
 * on the thread that rules and uplink share. Here a picture costs one write and one read.
 */
import {
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writevSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProtocolError } from "./protocol.ts";

/** More than a host is ever sent at once. */
const slotCount = 4;
/** What a longer request took is given back; most fit into what stays. */
const keptBytesMax = 4 * 1024 * 1024;
const memoryFolder = "/dev/shm";

let fileCount = 0;

export class Exchange {
  /** A slot each, in the order in which the host gets them. */
  readonly files: readonly number[];
  readonly #free: number[];
  readonly #bytes: number[];

  constructor() {
    this.files = Array.from({ length: slotCount }, () => namelessFile());
    this.#free = this.files.map((_, slot) => slot);
    this.#bytes = this.files.map(() => 0);
  }

  /** Throws a ProtocolError where there is no memory for it. */
  put(parts: readonly Uint8Array[], bytes: number): number {
    const slot = this.#free.shift();
    if (slot === undefined) throw new RangeError(`${slotCount} pictures are in flight already`);
    this.#bytes[slot] = bytes;
    let why = "no memory";
    try {
      if (writevSync(this.#file(slot), parts, 0) === bytes) return slot;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    this.release(slot);
    throw new ProtocolError(`${bytes} bytes do not fit into ${memoryFolder}: ${why}`);
  }

  /** What the host has put there, one target after the other. */
  take(slot: number, targets: readonly Uint8Array[]): void {
    let position = 0;
    for (const target of targets) {
      const count = readSync(this.#file(slot), target, 0, target.byteLength, position);
      if (count !== target.byteLength) throw new ProtocolError("planes are missing");
      position += count;
    }
  }

  release(slot: number): void {
    if ((this.#bytes[slot] ?? 0) > keptBytesMax) ftruncateSync(this.#file(slot), 0);
    this.#free.push(slot);
  }

  close(): void {
    for (const file of this.files) closeSync(file);
  }

  #file(slot: number): number {
    const file = this.files[slot];
    if (file === undefined) throw new RangeError(`there is no slot ${slot}`);
    return file;
  }
}

function namelessFile(): number {
  try {
    return openedIn(memoryFolder);
  } catch {
    // Not every system has one; its temporary folder does as well, if more slowly.
    return openedIn(tmpdir());
  }
}

function openedIn(folder: string): number {
  const path = join(folder, `kerbside-${process.pid}-${performance.now()}-${fileCount++}`);
  const { O_RDWR, O_CREAT, O_EXCL } = constants;
  const file = openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600);
  unlinkSync(path);
  return file;
}
