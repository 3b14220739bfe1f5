/**
 * How large the ring of a stream should be: for the seconds that it should reach back at the rate
 * the camera sends, and at least for what a look needs. Pure; fed a picture at a time.
 *
 * The rate is measured between places where decoding can begin, over the ring's seconds, in the
 * camera's time: a burst at the start of a connection is not taken for the camera's rate. What a
 * look needs is the newest group, up to the end of the picture with which the next one begins.
 */
import { groupBytesMax } from "../limits.ts";
import type { RingNeed } from "./ring-shares.ts";

/** Steps to a doubling in which needs are told, so that they are told seldom. */
const needSteps = 8;
/** A need that falls is told when it is below this part of what was told. */
const fallRatio = 0.8;
/** A ring that nearly reaches back far enough is good enough. */
const reachRatio = 0.9;
const slackRatio = 1.05;
/** A first measure this short says more than none. */
const firstSpanMsMin = 1_500;

export class RingSize {
  readonly #seconds: number;
  readonly #rateBytesMax: number;
  readonly #bytesMax: number;
  readonly #assumedBytes: number;
  #bytesPerMs: number | undefined;
  #rateFrom: { readonly capturedMs: number; readonly atBytes: number } | undefined;
  #groupFromBytes: number | undefined;
  #openGroupBytes = 0;
  #lastGroupBytes = 0;
  #startBytes = 0;
  #told: RingNeed;

  constructor(options: {
    readonly seconds: number;
    /** What the seconds may take; what a look needs may take more. */
    readonly rateBytesMax: number;
    readonly bytesMax: number;
    /** What is needed until the rate is known. */
    readonly assumedBytes: number;
  }) {
    this.#seconds = options.seconds;
    this.#rateBytesMax = options.rateBytesMax;
    this.#bytesMax = options.bytesMax;
    this.#assumedBytes = options.assumedBytes;
    this.#told = { needBytes: options.assumedBytes, floorBytes: 0 };
  }

  get needBytes(): number {
    return this.#told.needBytes;
  }

  /** A ring of this size reaches back about as far as it should, and holds what a look needs. */
  isEnough(bytes: number): boolean {
    return bytes >= Math.max(this.#rateNeedBytes() * reachRatio, this.#floorBytes());
  }

  /** The stream broke off: distances over the break say nothing. */
  restart(): void {
    this.#rateFrom = undefined;
    this.#groupFromBytes = undefined;
    this.#openGroupBytes = 0;
  }

  /** Decoding can begin here. Places are counted in bytes over the ring's life. */
  groupBegan(begun: {
    readonly capturedMs: number;
    readonly fromBytes: number;
    readonly atBytes: number;
  }): void {
    const { capturedMs, fromBytes, atBytes } = begun;
    if (this.#groupFromBytes !== undefined) this.#lastGroupBytes = fromBytes - this.#groupFromBytes;
    this.#groupFromBytes = fromBytes;
    this.#openGroupBytes = atBytes - fromBytes;
    this.#startBytes = this.#openGroupBytes;
    this.#measureRate(capturedMs, fromBytes);
  }

  /** A picture of the group has come, up to here. */
  groupReached(atBytes: number): void {
    if (this.#groupFromBytes !== undefined) this.#openGroupBytes = atBytes - this.#groupFromBytes;
  }

  /** What the ring needs, when that is not what was said last. */
  changedNeed(): RingNeed | undefined {
    const floorBytes = stepUp(this.#floorBytes(), this.#bytesMax);
    const byRate = Math.min(this.#rateNeedBytes() * slackRatio, this.#rateBytesMax);
    const known =
      this.#bytesPerMs === undefined ? this.#assumedBytes : stepUp(byRate, this.#bytesMax);
    const least = stepUp(Math.max(3 * this.#startBytes, floorBytes), this.#bytesMax);
    const needBytes = Math.max(known, least);
    const before = this.#told;
    if (isAbout(needBytes, before.needBytes) && isAbout(floorBytes, before.floorBytes)) {
      return undefined;
    }
    this.#told = { needBytes, floorBytes };
    return this.#told;
  }

  #measureRate(capturedMs: number, atBytes: number): void {
    const from = this.#rateFrom;
    const spanMs = capturedMs - (from?.capturedMs ?? capturedMs);
    if (from === undefined || spanMs < 0) {
      this.#rateFrom = { capturedMs, atBytes };
      return;
    }
    const isFull = spanMs >= this.#seconds * 1_000 * reachRatio && spanMs > 0;
    const isFirst = this.#bytesPerMs === undefined && spanMs >= firstSpanMsMin;
    if (isFull || isFirst) this.#bytesPerMs = (atBytes - from.atBytes) / spanMs;
    if (isFull) this.#rateFrom = { capturedMs, atBytes };
  }

  #rateNeedBytes(): number {
    const bytes = (this.#bytesPerMs ?? 0) * this.#seconds * 1_000;
    return Math.min(bytes, this.#rateBytesMax);
  }

  #floorBytes(): number {
    const groupBytes = Math.max(this.#openGroupBytes, this.#lastGroupBytes) * slackRatio;
    return Math.min(groupBytesMax, groupBytes) + this.#startBytes;
  }
}

function stepUp(bytes: number, bytesMax: number): number {
  if (bytes <= 0) return 0;
  const step = Math.ceil(Math.log2(bytes) * needSteps);
  return Math.min(bytesMax, Math.ceil(2 ** (step / needSteps)));
}

const isAbout = (bytes: number, told: number): boolean =>
  bytes <= told && bytes >= told * fallRatio;
