/**
 * Decides which pictures are told of: every keyframe, and where keyframes are too far apart for
 * the shortest period of the stream's views, pictures between them too.
 *
 * Half a period between two announcements lets a look come on time whatever its phase. Pure.
 */
import { announceDistanceMsMax } from "../limits.ts";

/** Keyframes may come this much later than the period before it counts as too long. */
const toleranceRatio = 1.1;

/** A distance over which something is missing, and that is longer by this, is no distance. */
const doubtRatio = 1.5;

export class Announcer {
  #everyMs: number;
  #keyframeDistanceMs = 0;
  #lastKeyMs = Number.NEGATIVE_INFINITY;
  #lastAnnouncedMs = Number.NEGATIVE_INFINITY;
  #announcedDistanceMs = 0;
  #isKeyDoubtful = false;
  #isAnnouncedDoubtful = false;

  constructor({ everyMs }: { readonly everyMs: number }) {
    this.#everyMs = everyMs;
  }

  set everyMs(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Measured between keyframes; 0 until two have come. */
  get keyframeDistanceMs(): number {
    return this.#keyframeDistanceMs;
  }

  /** Distance between pictures that are announced: what the scheduler can count on. */
  get announcedDistanceMs(): number {
    return this.#announcedDistanceMs;
  }

  /** The stream broke off: the next distance says nothing. */
  restart(): void {
    this.#lastKeyMs = Number.NEGATIVE_INFINITY;
    this.#lastAnnouncedMs = Number.NEGATIVE_INFINITY;
  }

  /** Something is missing, perhaps a keyframe: what is measured across it may be too long. */
  interrupt(): void {
    this.#isKeyDoubtful = true;
    this.#isAnnouncedDoubtful = true;
  }

  /** Takes a picture that can be decoded, in the order of arrival; true: announce it. */
  offer({ isKey, capturedMs }: { readonly isKey: boolean; readonly capturedMs: number }): boolean {
    const isDue = isKey || this.#isDueBetween(capturedMs);
    if (isKey) {
      if (this.#lastKeyMs !== Number.NEGATIVE_INFINITY) {
        const knownMs = this.#isKeyDoubtful ? this.#keyframeDistanceMs : 0;
        this.#keyframeDistanceMs = believed(capturedMs - this.#lastKeyMs, knownMs);
      }
      this.#isKeyDoubtful = false;
      this.#lastKeyMs = capturedMs;
    }
    if (!isDue) return false;
    if (this.#lastAnnouncedMs !== Number.NEGATIVE_INFINITY) {
      const knownMs = this.#isAnnouncedDoubtful ? this.#announcedDistanceMs : 0;
      this.#announcedDistanceMs = believed(capturedMs - this.#lastAnnouncedMs, knownMs);
    }
    this.#isAnnouncedDoubtful = false;
    this.#lastAnnouncedMs = capturedMs;
    return true;
  }

  #isDueBetween(capturedMs: number): boolean {
    const tooLongMs = this.#everyMs * toleranceRatio;
    const sinceKeyMs = capturedMs - this.#lastKeyMs;
    if (this.#keyframeDistanceMs <= tooLongMs && sinceKeyMs <= tooLongMs) return false;
    const stepMs = Math.min(this.#everyMs / 2, announceDistanceMsMax);
    return capturedMs - this.#lastAnnouncedMs >= stepMs;
  }
}

/** `knownMs`: what it was before, where something is missing since; else 0. */
function believed(measuredMs: number, knownMs: number): number {
  return knownMs > 0 && measuredMs > doubtRatio * knownMs ? knownMs : Math.max(0, measuredMs);
}
