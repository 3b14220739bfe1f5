/**
 * The promise of the whole loop as laws, in virtual time: random cameras with up to three views
 * each, a decoder and sessions that take random times, the real scheduler, batcher and slots
 * between them.
 *
 * Method: draw a box whose views ask for as much as wanted of its sessions or its decoder, run it
 * and look at every wait of every view. A view's period is what its camera's keyframes allow.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  loadOf,
  runBox,
  type ServedView,
  type SimulatedBox,
} from "../../test-fixtures/simulated-box.ts";
import { periodWith } from "./scheduler.ts";

interface BoxRange {
  readonly loadMin: number;
  readonly loadMax: number;
  /** What one batch, or one picture's decoding, may take of the shortest period. */
  readonly batchShareMax: number;
  readonly viewsPerCameraMax: number;
  /** What asks for the load; the other asks for less. */
  readonly bottleneck: "sessions" | "decoder";
}

const anyCamera = (viewsMax: number) =>
  fc.record({
    keyframeDistanceMs: fc.integer({ min: 500, max: 10_000 }),
    phase: fc.double({ min: 0, max: 0.999, noNaN: true }),
    decodeMs: fc.double({ min: 0.2, max: 1, noNaN: true }),
    views: fc.array(fc.integer({ min: 500, max: 30_000 }), { minLength: 1, maxLength: viewsMax }),
  });

/** Scaled to the load; where a batch would take too long, more cameras with less work each. */
function boxes({ loadMin, loadMax, batchShareMax, viewsPerCameraMax, bottleneck }: BoxRange) {
  return fc
    .record({
      cameras: fc.array(anyCamera(viewsPerCameraMax), { minLength: 2, maxLength: 5 }),
      workerCount: fc.integer({ min: 1, max: 3 }),
      batchMax: fc.constantFrom(1, 2, 4),
      decodingMax: fc.constantFrom(1, 2, 4),
      draws: fc.array(fc.double({ min: 0.8, max: 1, noNaN: true }), {
        minLength: 3,
        maxLength: 20,
      }),
      load: fc.double({ min: loadMin, max: loadMax, noNaN: true }),
      lesserShare: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    })
    .map(({ load, lesserShare, ...raw }) => {
      const one = { ...raw, runMs: 1 };
      const lesser = load * lesserShare;
      const [sessions, decoder] = bottleneck === "sessions" ? [load, lesser] : [lesser, load];
      const known = loadOf(one);
      return spread(
        {
          ...one,
          runMs: sessions / known.sessions,
          cameras: one.cameras.map((camera) => ({
            ...camera,
            decodeMs: (camera.decodeMs * decoder) / known.decoder,
          })),
        },
        batchShareMax,
      );
    })
    .filter(({ cameras }) => cameras.length <= 100);
}

function spread(box: SimulatedBox, batchShareMax: number): SimulatedBox {
  const times = Math.ceil(batchMs(box) / (shortestMs(box) * batchShareMax));
  return {
    ...box,
    runMs: box.runMs / times,
    cameras: Array.from({ length: times }, (_, copy) =>
      box.cameras.map((camera) => ({
        ...camera,
        decodeMs: camera.decodeMs / times,
        phase: (camera.phase + copy / times) % 1,
      })),
    ).flat(),
  };
}

/** A full batch, or the slowest picture, whichever takes longer. */
function batchMs({ runMs, batchMax, cameras }: SimulatedBox): number {
  return Math.max(runMs * batchMax, ...cameras.map(({ decodeMs }) => decodeMs));
}

const shortestMs = (box: SimulatedBox): number => Math.min(...periodsMs(box));
const longestMs = (box: SimulatedBox): number => Math.max(...periodsMs(box));

function periodsMs({ cameras }: SimulatedBox): readonly number[] {
  return cameras.flatMap(({ views, keyframeDistanceMs }) =>
    views.map((everyMs) => periodWith(everyMs, keyframeDistanceMs)),
  );
}

/** Everything that may have begun before a look: full slots, and what is being decoded. */
function begunMs({ runMs, batchMax, workerCount, decodingMax, cameras }: SimulatedBox): number {
  const slotCount = 2 * workerCount * batchMax + 2 * decodingMax;
  const decodeMs = Math.max(...cameras.map((camera) => camera.decodeMs));
  return (slotCount / workerCount) * runMs + decodingMax * decodeMs;
}

function expectWaits(served: readonly ServedView[], beyondPeriodMs: number, untilMs: number): void {
  for (const { periodMs, waitsMs, endsMs } of served) {
    const boundMs = periodMs + beyondPeriodMs + 1e-6;
    expect(Math.max(0, ...waitsMs)).toBeLessThanOrEqual(boundMs);
    // Nobody is still waiting when the time is over.
    expect(endsMs.at(-1) ?? 0).toBeGreaterThan(untilMs - 2 * periodMs - boundMs);
  }
}

const untilMs = 120_000;
const bottlenecks = ["sessions", "decoder"] as const;

describe.for(bottlenecks)("where the %s can carry the load", (bottleneck) => {
  const fitting = { loadMin: 0.3, loadMax: 0.99, viewsPerCameraMax: 3, bottleneck };

  test("no view waits longer than its period and what the slots hold", async () => {
    await fc.assert(
      fc.asyncProperty(boxes({ ...fitting, batchShareMax: 0.25 }), async (box) => {
        expectWaits((await runBox(box, untilMs)).flat(), begunMs(box), untilMs);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test("no view waits longer than its period and one batch, where batches are short", async () => {
    await fc.assert(
      fc.asyncProperty(boxes({ ...fitting, batchShareMax: 0.1 }), async (box) => {
        expectWaits((await runBox(box, untilMs)).flat(), batchMs(box), untilMs);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test("a camera that comes does not disturb the others", async () => {
    await fc.assert(
      fc.asyncProperty(boxes({ ...fitting, batchShareMax: 0.1 }), async (box) => {
        const others = (await runBox(box, untilMs, untilMs / 2)).slice(0, -1);
        expectWaits(others.flat(), batchMs(box), untilMs);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});

/** From two periods after a silence of all cameras on, everything is as it was. */
test("what a silence made late together does not stay together", async () => {
  const periodMs = 10_000;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 500, max: 30_000 }), async (silenceMs) => {
      const cameras = Array.from({ length: 200 }, (_, index) => ({
        keyframeDistanceMs: 2_000,
        phase: (index * 0.754_877_666) % 1,
        decodeMs: 20,
        views: [periodMs],
      }));
      const fromMs = 5 * periodMs;
      const box = { cameras, workerCount: 1, batchMax: 1, runMs: 14, decodingMax: 3, draws: [1] };
      const silence = { fromMs, untilMs: fromMs + silenceMs };
      const served = (await runBox({ ...box, silence }, silence.untilMs + 5 * periodMs)).flat();
      const settled = served.flatMap(({ waitsMs, endsMs }) =>
        waitsMs.filter((_, look) => (endsMs[look] ?? 0) > silence.untilMs + 2 * periodMs),
      );
      expect(settled.length).toBeGreaterThan(500);
      expect(Math.max(...settled)).toBeLessThan(500);
    }),
    { numRuns: 4, examples: [[7_000], [9_000]], endOnFailure: true },
  );
});

describe("where the views ask for too much", () => {
  /** Of the longest: a look comes with a picture, and over 60 one at either end is a tenth. */
  const measuredPeriods = 180;
  const tooMuch = { loadMin: 1.5, loadMax: 4, batchShareMax: 0.05 };
  const rows = [
    { name: "of the sessions", bottleneck: "sessions", viewsPerCameraMax: 3 },
    // Views that share a picture ask for less of the decoder than is reckoned here.
    { name: "of the decoder", bottleneck: "decoder", viewsPerCameraMax: 1 },
  ] as const;
  test.for(rows)(
    "$name, all are stretched alike, within a tenth, and none starves",
    async (row) => {
      await fc.assert(
        fc.asyncProperty(boxes({ ...tooMuch, ...row }), async (box) => {
          const stretches = (await runBox(box, measuredPeriods * longestMs(box)))
            .flat()
            .map(stretchOf);
          expect(Math.max(...stretches) / Math.min(...stretches)).toBeLessThanOrEqual(1.1);
        }),
        { numRuns: 3, endOnFailure: true },
      );
    },
  );
});

/** The mean distance between looks by the period, once the box has settled. */
function stretchOf({ endsMs, periodMs }: ServedView): number {
  const settled = endsMs.slice(Math.floor(endsMs.length / 4));
  const [first, last] = [settled[0], settled.at(-1)];
  if (first === undefined || last === undefined) return Number.POSITIVE_INFINITY;
  return (last - first) / (settled.length - 1) / periodMs;
}
