/**
 * Says when a picture was captured, in the time of our own machine, and how far that may be off.
 *
 * Until the camera's first sender report the arrival is all there is. Then RTP time + report give
 * the camera's wall clock, and the smallest delay seen between that clock and ours maps one to the
 * other; what stays unknown is the delay of the quickest packet. A camera whose clock jumps (NTP
 * arrives) moves nothing: the mapping moves with it. Captured times of successive keyframes never
 * go backwards. Pure: monotonic times come in, monotonic times go out.
 */
import type { SenderReport } from "../rtp/sender-report.ts";
import { MinimumDelay } from "./minimum-delay.ts";

export interface CaptureTime {
  readonly capturedAtMonoMs: number;
  readonly uncertaintyMs: number;
  readonly source: "sender-report" | "arrival";
}

/** What the way from the sensor to the first packet takes, beside the network. */
const encoderDelayMs = 40;
/** Without reports: buffers of camera and network may have held the picture so long. */
const arrivalUncertaintyMs = 1_000;
/** A mapping that rests on less than this has not seen a quick packet yet. */
const settlingMs = 2_000;
const settlingUncertaintyMs = 500;
/** The camera's wall clock ran apart from its RTP clock by more than drift between two reports. */
const clockStepMs = 100;
/** RTP time that runs ahead of the world by more than this was set anew. */
const rtpJumpMs = 2_000;
/** A picture cannot be captured after it came; this much is noise of the estimate. */
const toleranceMs = 50;

export class CaptureClock {
  readonly #clockRate: number;
  readonly #delay = new MinimumDelay();
  /** RTP time without wrap, in ticks, of the newest packet. */
  #rtpTicks = 0;
  #lastRtpTime = -1;
  #lastArrivedAtMonoMs = 0;
  /** Camera's wall clock = RTP time in ms + this; 0 until the first report. */
  #wallOffsetMs = 0;
  #hasReport = false;
  #settledFromMonoMs = 0;
  #lastKeyMonoMs = Number.NEGATIVE_INFINITY;
  #roundTripMs = 0;
  #stepCount = 0;

  constructor({ clockRate }: { readonly clockRate: number }) {
    if (!(clockRate > 0)) throw new RangeError(`clockRate must be above 0, got ${clockRate}`);
    this.#clockRate = clockRate;
  }

  /** How often the camera's wall clock was found set to another time. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /** Camera's wall clock minus `monoMs`; undefined without a report. */
  cameraMinusMonoMs(): number | undefined {
    const least = this.#delay.leastMs;
    return this.#hasReport && least !== undefined ? -least : undefined;
  }

  /** Shortest answer to one of our requests: twice the way of the quickest packet. */
  noteRoundTrip(ms: number): void {
    this.#roundTripMs = this.#roundTripMs === 0 ? ms : Math.min(this.#roundTripMs, ms);
  }

  /** One picture; in the order of arrival. */
  stamp(input: {
    readonly rtpTime: number;
    readonly arrivedAtMonoMs: number;
    readonly isKey: boolean;
  }): CaptureTime {
    const { arrivedAtMonoMs } = input;
    const mediaMs = this.#advance(input.rtpTime, arrivedAtMonoMs) + this.#wallOffsetMs;
    this.#delay.add(arrivedAtMonoMs - mediaMs, arrivedAtMonoMs);
    const least = this.#delay.leastMs ?? arrivedAtMonoMs - mediaMs;
    const isMapped = this.#hasReport;
    const mappedMonoMs = isMapped ? mediaMs + least : arrivedAtMonoMs;
    const capturedAtMonoMs = input.isKey
      ? Math.max(mappedMonoMs, this.#lastKeyMonoMs)
      : mappedMonoMs;
    if (input.isKey) this.#lastKeyMonoMs = capturedAtMonoMs;
    return {
      capturedAtMonoMs,
      uncertaintyMs: isMapped
        ? this.#mappedUncertaintyMs(arrivedAtMonoMs) + Math.abs(capturedAtMonoMs - mappedMonoMs)
        : arrivalUncertaintyMs,
      source: isMapped ? "sender-report" : "arrival",
    };
  }

  /** A report of the camera, in the order of arrival with the pictures. */
  addReport(report: SenderReport, arrivedAtMonoMs: number): void {
    const mediaMs = this.#advance(report.rtpTime, arrivedAtMonoMs);
    const offsetMs = report.cameraWallMs - mediaMs;
    const movedMs = offsetMs - this.#wallOffsetMs;
    if (!this.#hasReport) {
      this.#hasReport = true;
      this.#delay.shift(-movedMs);
    } else if (
      Math.abs(movedMs) > clockStepMs &&
      this.#isWallStep(movedMs, mediaMs, arrivedAtMonoMs)
    ) {
      this.#stepCount += 1;
      this.#delay.shift(-movedMs);
    }
    this.#wallOffsetMs = offsetMs;
  }

  /** The stream starts anew: another source, or another connection. */
  restart(): void {
    this.#lastRtpTime = -1;
    this.#wallOffsetMs = 0;
    this.#hasReport = false;
    this.#delay.clear();
  }

  /**
   * The two clocks of the camera moved against each other: which one? If the wall clock was set,
   * delays by the old mapping still fit; if RTP time stood still or was set, those by the new do.
   * The smaller delay that is possible at all is the true one.
   */
  #isWallStep(movedMs: number, mediaMs: number, arrivedAtMonoMs: number): boolean {
    const least = this.#delay.leastMs ?? 0;
    const delayIfWallMs = arrivedAtMonoMs - (mediaMs + this.#wallOffsetMs) - least;
    const delayIfRtpMs = delayIfWallMs - movedMs;
    if (delayIfRtpMs < -toleranceMs) return true;
    if (delayIfWallMs < -toleranceMs) return false;
    return delayIfWallMs <= delayIfRtpMs;
  }

  /** RTP time without wrap, in milliseconds. */
  #advance(rtpTime: number, arrivedAtMonoMs: number): number {
    if (this.#lastRtpTime === -1) {
      this.#rtpTicks = 0;
      this.#settledFromMonoMs = arrivedAtMonoMs + settlingMs;
    } else {
      const ticks = (rtpTime - this.#lastRtpTime) | 0;
      const mediaMs = (ticks / this.#clockRate) * 1_000;
      const elapsedMs = arrivedAtMonoMs - this.#lastArrivedAtMonoMs;
      const isJump = mediaMs > elapsedMs + rtpJumpMs || mediaMs < -rtpJumpMs;
      if (isJump) {
        // The camera set its RTP clock anew: go on as if it had run with ours.
        const keptMs = Math.max(0, elapsedMs);
        this.#wallOffsetMs -= mediaMs - keptMs;
        this.#settledFromMonoMs = arrivedAtMonoMs + settlingMs;
      }
      this.#rtpTicks += ticks;
    }
    this.#lastRtpTime = rtpTime;
    this.#lastArrivedAtMonoMs = arrivedAtMonoMs;
    return (this.#rtpTicks / this.#clockRate) * 1_000;
  }

  #mappedUncertaintyMs(nowMonoMs: number): number {
    const settling = nowMonoMs < this.#settledFromMonoMs ? settlingUncertaintyMs : 0;
    return encoderDelayMs + this.#roundTripMs / 2 + this.#delay.spreadMs + settling;
  }
}
