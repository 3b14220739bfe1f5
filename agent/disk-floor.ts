/**
 * What goes when the disk has less room than `limits.freeDisk`, before the store itself fails: kept
 * pictures, the detection log, events that the hub has, and at a quarter of the floor updates and
 * warnings that wait for the hub (told to it as dropped). Reports, ends and open violations never.
 *
 * A little each round; a round that freed nothing is followed by one that takes the next, too.
 * Whoever else fills the disk is not stopped by this: the log and health say what is missing.
 */
import { Episode } from "./health/episode.ts";
import { spareParts } from "./health/health-report.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";

export type SparePart = (typeof spareParts)[number];

export interface DiskFloorOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly floorBytes: () => number;
  /** Gives up some of it. */
  readonly spare: (part: SparePart) => Promise<void>;
}

export interface DiskRoom {
  readonly floorBytes: number;
  /** What is being given up; empty while there is room. */
  readonly sparing: readonly SparePart[];
}

/** So much more must be free than a round before: else the next part goes, too. */
const progressShareMin = 0.02;
/** Events that the hub does not have wait for the last moment. */
const updatesShareMax = 0.25;
const calmMs = 60_000;
/** However often somebody asks. */
const roundMsMin = 20_000;

export class DiskFloor {
  readonly #options: DiskFloorOptions;
  readonly #episode = new Episode({ calmMs });
  #stage = -1;
  #lastFreeBytes = 0;
  #nextRoundMonoMs = 0;
  #sparing: readonly SparePart[] = [];

  constructor(options: DiskFloorOptions) {
    this.#options = options;
  }

  /** `freeBytes` null: nobody knows, and nothing goes. */
  async measured(freeBytes: number | null): Promise<DiskRoom> {
    const { clock, log } = this.#options;
    const floorBytes = this.#options.floorBytes();
    const isLow = freeBytes !== null && freeBytes < floorBytes;
    const change = this.#episode.measured(isLow, clock.monoMs());
    if (change === "began") {
      log.error({ freeBytes, floorBytes }, "the disk is nearly full: kept pictures go first");
    }
    if (change === "ended") log.info({ freeBytes }, "the disk has room again");
    if (!isLow) {
      this.#stage = -1;
      this.#sparing = [];
    } else if (clock.monoMs() >= this.#nextRoundMonoMs) {
      this.#nextRoundMonoMs = clock.monoMs() + roundMsMin;
      this.#sparing = await this.#round(freeBytes, floorBytes);
    }
    return { floorBytes, sparing: this.#sparing };
  }

  async #round(freeBytes: number, floorBytes: number): Promise<readonly SparePart[]> {
    const hasFreed = freeBytes > this.#lastFreeBytes + floorBytes * progressShareMin;
    if (this.#stage < 0 || !hasFreed) this.#stage += 1;
    this.#lastFreeBytes = freeBytes;
    const parts = spareParts
      .slice(0, this.#stage + 1)
      .filter((part) => part !== "updates" || freeBytes < floorBytes * updatesShareMax);
    for (const part of parts) {
      // A store that fails says so itself; the next round tries again.
      await this.#options.spare(part).catch(() => {});
    }
    return parts;
  }
}
