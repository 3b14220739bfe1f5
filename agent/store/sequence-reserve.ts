/**
 * A small file beside the database that says up to which sequence numbers may have been given.
 *
 * The database knows the exact number. This file is for the day it cannot be read any more: a
 * new range then starts above every number that was ever sent. It is written once per block,
 * before the first number of the block is used.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const blockSize = 10_000;

export class SequenceReserve {
  readonly #path: string;
  #ceiling: number;

  constructor(path: string) {
    this.#path = path;
    this.#ceiling = readCeiling(path) ?? 0;
  }

  /** False on a box that never gave out a sequence. */
  get isUsed(): boolean {
    return this.#ceiling > 0;
  }

  /** Where to go on after a database was lost; `readSequence` is what could still be read. */
  resume(readSequence: number | undefined, nowMs: number): { last: number; isContinued: boolean } {
    const isPlausible =
      readSequence !== undefined &&
      (this.#ceiling === 0 ||
        (readSequence <= this.#ceiling && readSequence > this.#ceiling - blockSize));
    if (isPlausible) return { last: readSequence, isContinued: true };
    if (this.#ceiling > 0) return { last: this.#ceiling, isContinued: false };
    // Neither is left. No box sends a thousand events a millisecond, so this is above them all.
    return { last: Math.max(readSequence ?? 0, Math.floor(nowMs) * 1_000), isContinued: false };
  }

  /** Called inside the transaction that gives out `sequence`. */
  cover(sequence: number): void {
    if (sequence <= this.#ceiling) return;
    const ceiling = Math.ceil(sequence / blockSize) * blockSize;
    writeDurably(this.#path, `${ceiling}\n`);
    this.#ceiling = ceiling;
  }
}

function readCeiling(path: string): number | undefined {
  try {
    const ceiling = Number(readFileSync(path, "utf8").trim());
    return Number.isSafeInteger(ceiling) && ceiling > 0 ? ceiling : undefined;
  } catch {
    return undefined; // Missing or unreadable: a first start, or it was lost with the rest.
  }
}

/** Written beside, synced, renamed, and the rename synced: a power cut leaves old or new. */
function writeDurably(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** A rename is on disk only when its folder is. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
