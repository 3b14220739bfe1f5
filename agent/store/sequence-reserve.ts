/**
 * A small file beside the database that says up to which sequence numbers may have been given.
 *
 * The database knows the exact number. This file is for the day it cannot be believed any more: a
 * new range then starts above every number that was ever sent. It is written once per block,
 * before the first number of the block is used.
 */
import { readFileSync } from "node:fs";
import { writeDurablySync } from "../runtime/durable-file.ts";
import type { Mark } from "./store-mark.ts";

const blockSize = 10_000;

export class SequenceReserve {
  readonly #path: string;
  #ceiling: number;

  constructor(path: string) {
    this.#path = path;
    this.#ceiling = readCeiling(path) ?? 0;
  }

  /** No number above it was ever given; 0 on a box that never gave out one. */
  get ceiling(): number {
    return this.#ceiling;
  }

  /** False on a box that never gave out a sequence. */
  get isUsed(): boolean {
    return this.#ceiling > 0;
  }

  /**
   * Where to go on with a database that was damaged or lost; `readSequence` is what could still be
   * read of it. Only when the last run ended in order and noted the same number is it believed:
   * then nothing was written behind it.
   */
  resume(
    readSequence: number | undefined,
    { mark, nowMs }: { readonly mark: Mark | undefined; readonly nowMs: number },
  ): { readonly last: number; readonly isContinued: boolean } {
    if (mark?.isClosed === true && mark.lastSequence === readSequence) {
      return { last: readSequence, isContinued: true };
    }
    return { last: this.#aboveAll(readSequence, mark, nowMs), isContinued: false };
  }

  /** Called inside the transaction that gives out `sequence`. */
  cover(sequence: number): void {
    if (sequence <= this.#ceiling) return;
    const ceiling = Math.ceil(sequence / blockSize) * blockSize;
    writeDurablySync(this.#path, `${ceiling}\n`);
    this.#ceiling = ceiling;
  }

  #aboveAll(readSequence: number | undefined, mark: Mark | undefined, nowMs: number): number {
    const noted = mark === undefined ? 0 : mark.lastSequence;
    if (this.#ceiling >= noted && this.#ceiling > 0) return this.#ceiling;
    // The file was lost too. After a power cut the mark is a few seconds old: no whole block.
    if (mark !== undefined) return noted === 0 ? 0 : (Math.ceil(noted / blockSize) + 1) * blockSize;
    // Nothing is left. No box sends a thousand events a millisecond, so this is above them all.
    return Math.max(readSequence ?? 0, Math.floor(nowMs) * 1_000);
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
