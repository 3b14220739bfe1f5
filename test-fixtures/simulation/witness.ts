/**
 * What a simulated world writes down: a story line by line, and every promise that was broken.
 *
 * The story's hash tells whether two runs of a seed were the same.
 */
import { createHash } from "node:crypto";
import type { WorldTime } from "./world-time.ts";

export interface Broken {
  readonly promise: string;
  readonly what: string;
  readonly atMs: number;
}

/** Of one sort more say nothing new. */
const brokenMax = 20;

export class Witness {
  readonly broken: Broken[] = [];
  #allowedCount = 0;
  readonly #lines: string[] = [];
  readonly #time: WorldTime;
  readonly #startMs: number;

  constructor(time: WorldTime) {
    this.#time = time;
    this.#startMs = time.nowMs;
  }

  tell(line: string): void {
    const seconds = (this.#time.nowMs - this.#startMs) / 1_000;
    this.#lines.push(`${seconds.toFixed(3).padStart(10)}  ${line}`);
  }

  breaks(promise: string, what: string): void {
    this.tell(`BROKEN ${promise}: ${what}`);
    if (this.broken.length < brokenMax) {
      this.broken.push({ promise, what, atMs: this.#time.nowMs - this.#startMs });
    }
  }

  /** Looks like a broken promise, and is chance that no rule can see through. */
  allows(what: string): void {
    this.tell(`ALLOWED ${what}`);
    this.#allowedCount += 1;
  }

  get allowedCount(): number {
    return this.#allowedCount;
  }

  get story(): readonly string[] {
    return this.#lines;
  }

  hash(): string {
    return createHash("sha256").update(this.#lines.join("\n")).digest("hex");
  }
}
