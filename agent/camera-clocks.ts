/**
 * Each camera's clock against ours, ours against the time service: how far apart, how fast they
 * drift, whether the camera's jumped.
 *
 * Captured times are ours, so a camera's clock moves no event; but its own overlay shows its own
 * time, and two times on one picture are no evidence. So every event says both, and with more than a
 * second between any two of them, or nobody who knows, it is not enforceable.
 */
import type { EventClock } from "../pipelines/domain/event.ts";
import type { CameraId } from "../pipelines/domain/ids.ts";
import type { StreamStats } from "./capture/stream-stats.ts";
import type { HealthInput } from "./health/health-report.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";

interface Sample {
  readonly atMonoMs: number;
  readonly offsetMs: number;
}

interface Book {
  samples: Sample[];
  stepCount: number;
  jumpedAtMonoMs: number;
  isApart: boolean;
}

const clockApartMs = 1_000;
/** Drift is told from half an hour on, over an hour. */
const sampleEveryMs = 30_000;
const samplesMax = 120;
const driftMsMin = 1_800_000;
/** Crystals are off by some tens; beyond, a clock is broken. */
const driftPpmMax = 200;
/** A jump is a problem for so long. */
const jumpToldMs = 3_600_000;

export class CameraClocks {
  readonly #books = new Map<CameraId, Book>();
  readonly #log: Log;
  readonly #clock: Clock;

  constructor({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Again and again, with what receiving knows of its main streams. */
  measured(
    streams: readonly Pick<
      StreamStats,
      "cameraId" | "stream" | "cameraClockOffsetMs" | "cameraClockSteps"
    >[],
  ): void {
    const nowMonoMs = this.#clock.monoMs();
    const main = streams.filter(({ stream }) => stream === "main");
    const ids = new Set(main.map(({ cameraId }) => cameraId));
    for (const id of this.#books.keys()) {
      if (!ids.has(id)) this.#books.delete(id);
    }
    for (const { cameraId, cameraClockOffsetMs: offsetMs, cameraClockSteps } of main) {
      const book = this.#books.get(cameraId) ?? newBook(cameraClockSteps);
      this.#books.set(cameraId, book);
      this.#noteSteps(cameraId, book, cameraClockSteps, nowMonoMs);
      if (offsetMs === undefined) {
        book.samples = [];
        continue;
      }
      const last = book.samples.at(-1);
      if (last !== undefined && nowMonoMs - last.atMonoMs < sampleEveryMs / 2) continue;
      book.samples = [...book.samples, { atMonoMs: nowMonoMs, offsetMs }].slice(-samplesMax);
      this.#noteApart(cameraId, book, offsetMs);
    }
  }

  of(cameraId: CameraId): EventClock {
    const samples = this.#books.get(cameraId)?.samples ?? [];
    const last = samples.at(-1);
    const driftPpm = driftOf(samples);
    const trust = this.#clock.trust?.();
    return {
      boxSynced: trust?.isSynced ?? null,
      boxOffsetMs: trust?.offset === undefined ? null : tenths(trust.offset.offsetMs),
      boxBoundMs: trust?.offset === undefined ? null : Math.ceil(trust.offset.boundMs),
      cameraOffsetMs: last === undefined ? null : Math.round(last.offsetMs),
      cameraDriftPpm: driftPpm === undefined ? null : tenths(driftPpm),
    };
  }

  /** What the box and the camera say of their clocks can stand behind a penalty. */
  isSure({
    cameraId,
    clockUncertaintyMs,
  }: {
    readonly cameraId: CameraId;
    readonly clockUncertaintyMs: number;
  }): boolean {
    const { boxSynced, boxOffsetMs, boxBoundMs, cameraOffsetMs } = this.of(cameraId);
    if (boxSynced !== true || !isNear(boxBoundMs) || !isNear(cameraOffsetMs)) return false;
    const isCameraRight = isNear((cameraOffsetMs ?? 0) + (boxOffsetMs ?? 0));
    return isCameraRight && isNear(clockUncertaintyMs);
  }

  problems(): NonNullable<HealthInput["cameraClocks"]> {
    const nowMonoMs = this.#clock.monoMs();
    return [...this.#books].flatMap(([camera, { samples, jumpedAtMonoMs }]) => {
      const offsetMs = samples.at(-1)?.offsetMs ?? 0;
      const driftPpm = driftOf(samples) ?? 0;
      const said = [
        Math.abs(offsetMs) > clockApartMs ? `its clock is ${apartText(offsetMs)}` : "",
        Math.abs(driftPpm) > driftPpmMax ? `its clock drifts by ${driftPpm.toFixed(0)} ppm` : "",
        nowMonoMs - jumpedAtMonoMs < jumpToldMs ? "its clock was set to another time" : "",
      ].filter((part) => part !== "");
      return said.length === 0 ? [] : [{ camera, detail: said.join(", ") }];
    });
  }

  #noteSteps(camera: CameraId, book: Book, stepCount: number, nowMonoMs: number): void {
    if (stepCount > book.stepCount) {
      book.jumpedAtMonoMs = nowMonoMs;
      book.samples = [];
      this.#log.warn({ camera }, "the camera's clock was set to another time");
    }
    book.stepCount = stepCount;
  }

  #noteApart(camera: CameraId, book: Book, offsetMs: number): void {
    const isApart = Math.abs(offsetMs) > clockApartMs;
    if (isApart === book.isApart) return;
    book.isApart = isApart;
    if (isApart) {
      const message = `the camera's clock is ${apartText(offsetMs)}: give it a time server; its evidence is not enforceable`;
      this.#log.warn({ camera }, message);
    } else this.#log.info({ camera }, "the camera's clock is right again");
  }
}

/** Who does not say is not near. */
function isNear(ms: number | null | undefined): boolean {
  return typeof ms === "number" && Math.abs(ms) <= clockApartMs;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function newBook(stepCount: number): Book {
  return {
    samples: [],
    stepCount,
    jumpedAtMonoMs: Number.NEGATIVE_INFINITY,
    isApart: false,
  };
}

function apartText(offsetMs: number): string {
  const seconds = (Math.abs(offsetMs) / 1_000).toFixed(1);
  return `${seconds} s ${offsetMs > 0 ? "ahead of" : "behind"} ours`;
}

/** Slope of a straight line through the samples, in millionths; undefined: too short a time. */
function driftOf(samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  if (last.atMonoMs - first.atMonoMs < driftMsMin) return undefined;
  const count = samples.length;
  const meanAt = samples.reduce((sum, { atMonoMs }) => sum + atMonoMs, 0) / count;
  const meanOffset = samples.reduce((sum, { offsetMs }) => sum + offsetMs, 0) / count;
  let [across, along] = [0, 0];
  for (const { atMonoMs, offsetMs } of samples) {
    across += (atMonoMs - meanAt) ** 2;
    along += (atMonoMs - meanAt) * (offsetMs - meanOffset);
  }
  return (along / across) * 1e6;
}
