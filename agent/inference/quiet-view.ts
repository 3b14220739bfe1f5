/**
 * Whether a view may use its last analysis again, because nothing it shows has changed.
 *
 * Two levels: sizes of packets tell for nothing, where they are believed; otherwise the picture is
 * decoded and a tiny one of it compared with that of the last *analysed* look, so that what changes
 * slowly adds up. Never longer than the bound, never after a gap, and only after some analyses in
 * a row of a picture at rest. What the rules think of it is asked elsewhere. Pure.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { PictureSizes } from "./ports.ts";
import { PictureClock } from "./quiet-clock.ts";
import { PacketQuiet } from "./quiet-packets.ts";
import { comparePictures, type PictureChange } from "./quiet-picture.ts";

/** Analyses in a row that found the picture at rest, before one is used again. */
const restingAnalysesMin = 5;
/** Announced pictures between two that are decoded; more say nothing of when something changed. */
const intervalsMax = 128;

/** Which of the two levels said so. */
export const reuseLevels = ["packets", "picture"] as const;
export type ReuseLevel = (typeof reuseLevels)[number];

export class QuietView {
  readonly #reuseMs: number;
  readonly #packets = new PacketQuiet();
  readonly #clock: PictureClock;
  /** Sizes since the picture that was decoded last. */
  #intervals: PictureSizes[] = [];
  /** The tiny pictures of the last analysis, and of what was decoded last. */
  #analysed: Uint8Array | undefined;
  #decoded: Uint8Array | undefined;
  #analysedAtMonoMs = Number.NEGATIVE_INFINITY;
  #decodedAtMonoMs = Number.NEGATIVE_INFINITY;
  #lastChange: PictureChange | undefined;
  #restingCount = 0;
  #mustAnalyse = true;

  constructor({ reuseMs, crop }: { readonly reuseMs: number; readonly crop: NormBox }) {
    if (!(reuseMs > 0)) throw new RangeError(`reuseMs must be above 0, got ${reuseMs}`);
    this.#reuseMs = reuseMs;
    this.#clock = new PictureClock(crop);
  }

  /** Changes that packets did not show although they were believed or about to be. */
  get packetsWrongCount(): number {
    return this.#packets.wrongCount;
  }

  /** A picture was announced. `sizes`: where its source tells them. */
  announced(sizes: PictureSizes | undefined): void {
    if (sizes === undefined) {
      this.#intervals = [unknownSizes];
      return;
    }
    if (!sizes.isUnbroken) this.#mustAnalyse = true;
    if (this.#intervals.length < intervalsMax) this.#intervals.push(sizes);
  }

  /** Whoever looked was away, or looks elsewhere now: the next picture is analysed. */
  interrupt(): void {
    this.#mustAnalyse = true;
  }

  /** By its packets the newest picture is the one that was analysed: it need not be decoded. */
  isQuietByPackets(nowMonoMs: number): boolean {
    return (
      this.#isWithinBound(nowMonoMs) &&
      this.#lastChange === "same" &&
      this.#packets.isBelieved &&
      this.#intervals.length > 0 &&
      this.#intervals.length < intervalsMax &&
      this.#intervals.every((sizes) => this.#packets.isQuiet(sizes) === true)
    );
  }

  /** A picture was decoded: is it the one that was analysed? Once for each picture. */
  isQuietByPicture(tiny: Uint8Array, nowMonoMs: number): boolean {
    const change = this.#changeSince(this.#analysed, tiny);
    this.#learn(change, tiny);
    this.#clock.add(tiny);
    this.#decoded = Uint8Array.from(tiny);
    this.#decodedAtMonoMs = nowMonoMs;
    this.#lastChange = change;
    if (change !== "same") this.#restingCount = 0;
    return change === "same" && this.#isWithinBound(nowMonoMs);
  }

  /** The picture that was decoded last has its analysis. */
  analysed(): void {
    const isAtRest = this.#lastChange === "same" && !this.#mustAnalyse;
    this.#restingCount = isAtRest ? this.#restingCount + 1 : 0;
    this.#analysed = this.#decoded;
    this.#analysedAtMonoMs = this.#decodedAtMonoMs;
    this.#mustAnalyse = false;
    this.#lastChange = "same";
  }

  #isWithinBound(nowMonoMs: number): boolean {
    return (
      !this.#mustAnalyse &&
      this.#restingCount >= restingAnalysesMin &&
      nowMonoMs - this.#analysedAtMonoMs <= this.#reuseMs
    );
  }

  /** What packets said of it is held against what the picture says. */
  #learn(change: PictureChange | undefined, tiny: Uint8Array): void {
    if (change === "same") this.#packets.learnSame(this.#intervals);
    // What crept up on the last analysis did not move since the last picture.
    else if (this.#changeSince(this.#decoded, tiny) === "changed") {
      this.#packets.learnChanged(this.#intervals);
    }
    this.#intervals = [];
  }

  #changeSince(
    before: Uint8Array | undefined,
    now: Uint8Array | undefined,
  ): PictureChange | undefined {
    if (before === undefined || now === undefined) return undefined;
    return comparePictures(before, now, this.#clock);
  }
}

const unknownSizes: PictureSizes = {
  isUnbroken: false,
  betweenCount: 0,
  betweenBytes: 0,
  betweenBytesMax: 0,
  keyBytes: 0,
};
