/**
 * Decides which pictures are told of: every keyframe, and where keyframes are too far apart for
 * the shortest period of the stream's views, pictures between them too.
 *
 * Half a period between two announcements lets a look come on time whatever its phase. Pure.
 */
import { announceDistanceMsMax } from "../limits.ts";

/** Keyframes may come this much later than the period before it counts as too long. */
const toleranceRatio = 1.1;

export class Announcer {
  #everyMs: number;
  #keyframeDistanceMs = 0;
  #lastKeyMs = Number.NEGATIVE_INFINITY;
  #lastAnnouncedMs = Number.NEGATIVE_INFINITY;
  #announcedDistanceMs = 0;

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

  /** Takes a picture that can be decoded, in the order of arrival; true: announce it. */
  offer({ isKey, capturedMs }: { readonly isKey: boolean; readonly capturedMs: number }): boolean {
    const isDue = isKey || this.#isDueBetween(capturedMs);
    if (isKey) {
      if (this.#lastKeyMs !== Number.NEGATIVE_INFINITY) {
        this.#keyframeDistanceMs = Math.max(0, capturedMs - this.#lastKeyMs);
      }
      this.#lastKeyMs = capturedMs;
    }
    if (!isDue) return false;
    if (this.#lastAnnouncedMs !== Number.NEGATIVE_INFINITY) {
      this.#announcedDistanceMs = Math.max(0, capturedMs - this.#lastAnnouncedMs);
    }
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
