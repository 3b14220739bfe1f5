/**
 * The scheduler's promises as laws, in a simulated box: cameras with random periods, keyframe
 * distances and phases, one server that takes a fixed time a picture.
 *
 * Method: run random sets of views and measure what each view got. A view's period is rounded to
 * its keyframe distance first, because nobody can look at pictures that a camera does not send.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utilisation } from "./load-meter.ts";
import { DeadlineScheduler, periodWith } from "./scheduler.ts";

interface SimulatedView {
  readonly everyMs: number;
  readonly keyframeDistanceMs: number;
  /** 0..1 of the keyframe distance. */
  readonly phase: number;
  readonly costMs: number;
}

interface Served {
  readonly looks: {
    readonly releasedAtMs: number;
    readonly startedAtMs: number;
    readonly endedAtMs: number;
  }[];
}

/** What a view's period comes to with the pictures that its camera sends. */
const periodMs = ({ everyMs, keyframeDistanceMs }: SimulatedView): number =>
  periodWith(everyMs, keyframeDistanceMs);

/** One server, one camera a view. `joinsAtMs` is when the last view is added. */
function simulate(views: readonly SimulatedView[], untilMs: number, joinsAtMs = 0): Served[] {
  const scheduler = new DeadlineScheduler();
  const keyed = views.map((view, index) => ({ view, key: `${index}`, streamKey: `${index}` }));
  const settings = keyed.map(({ view, key, streamKey }) => ({
    key,
    streamKey,
    everyMs: view.everyMs,
  }));
  scheduler.update(joinsAtMs > 0 ? settings.slice(0, -1) : settings);
  const arrivals = keyed
    .flatMap(({ view, key }) => {
      const { keyframeDistanceMs, phase } = view;
      const count = Math.floor(untilMs / keyframeDistanceMs);
      return Array.from({ length: count }, (_, number) => ({
        key,
        moment: {
          pictureNumber: number,
          capturedAtMs: (number + phase) * keyframeDistanceMs,
          arrivedAtMonoMs: (number + phase) * keyframeDistanceMs,
          keyframeDistanceMs,
        },
      }));
    })
    .toSorted((a, b) => a.moment.arrivedAtMonoMs - b.moment.arrivedAtMonoMs);

  const served: Served[] = views.map(() => ({ looks: [] }));
  let nowMs = 0;
  let arrived = 0;
  let hasJoined = joinsAtMs === 0;
  const advanceTo = (ms: number): void => {
    nowMs = ms;
    if (!hasJoined && nowMs >= joinsAtMs) {
      hasJoined = true;
      scheduler.update(settings);
    }
    for (;;) {
      const next = arrivals[arrived];
      if (next === undefined || next.moment.arrivedAtMonoMs > nowMs) return;
      arrived += 1;
      scheduler.offer(next.key, next.moment);
    }
  };
  while (arrived < arrivals.length) {
    const due = scheduler.next(nowMs);
    if (due === undefined) {
      advanceTo(arrivals[arrived]?.moment.arrivedAtMonoMs ?? untilMs);
      continue;
    }
    const startedAtMs = nowMs;
    for (const { key, releasedAtMonoMs } of due.looks) {
      advanceTo(nowMs + (views[Number(key)]?.costMs ?? 0));
      served[Number(key)]?.looks.push({
        releasedAtMs: releasedAtMonoMs,
        startedAtMs,
        endedAtMs: nowMs,
      });
      scheduler.finished(key, { isLost: false });
    }
  }
  return served;
}

const anyView = fc.record({
  everyMs: fc.integer({ min: 400, max: 4_000 }),
  keyframeShare: fc.constantFrom(0.1, 0.25, 0.5, 1),
  phase: fc.double({ min: 0, max: 0.999, noNaN: true }),
  weight: fc.double({ min: 0.1, max: 1, noNaN: true }),
});

interface LoadRange {
  readonly loadMin: number;
  readonly loadMax: number;
  /** What one batch may take of the shortest period: an order cannot help below it. */
  readonly batchShareMax: number;
}

/**
 * Random views whose costs are scaled so that the box is used as much as asked; where one look
 * would take too long, there are as many more views as make it short enough.
 */
function viewSets({ loadMin, loadMax, batchShareMax }: LoadRange) {
  return fc
    .record({
      raw: fc.array(anyView, { minLength: 3, maxLength: 12 }),
      load: fc.double({ min: loadMin, max: loadMax, noNaN: true }),
    })
    .map(({ raw, load }) => {
      const one = raw.map(({ everyMs, keyframeShare, phase, weight }) => ({
        everyMs,
        keyframeDistanceMs: everyMs * keyframeShare,
        phase,
        costMs: weight,
      }));
      const scale = load / loadOf(one);
      const shortestMs = Math.min(...one.map((view) => periodMs(view)));
      const times = Math.ceil((longestBatchMs(one) * scale) / (shortestMs * batchShareMax));
      return Array.from({ length: times }, (_, copy) =>
        one.map((view) => ({
          ...view,
          costMs: (view.costMs * scale) / times,
          phase: (view.phase + copy / times) % 1,
        })),
      ).flat();
    });
}

/** How much of the one server the views ask for. */
function loadOf(views: readonly SimulatedView[]): number {
  return utilisation(views, periodMs);
}

const longestBatchMs = (views: readonly SimulatedView[]): number =>
  Math.max(...views.map(({ costMs }) => costMs));

const boxMs = 60_000;

/** From release to end, and nobody is still waiting when the time is over. */
function expectBoundedWaits(views: readonly SimulatedView[], served: readonly Served[]): void {
  views.forEach((view, index) => {
    const looks = served[index]?.looks ?? [];
    const boundMs = periodMs(view) + longestBatchMs(views) + 1e-6;
    const waits = looks.map((look) => look.endedAtMs - look.releasedAtMs);
    expect(Math.max(0, ...waits)).toBeLessThanOrEqual(boundMs);
    const lastMs = looks.at(-1)?.endedAtMs ?? 0;
    expect(lastMs).toBeGreaterThan(boxMs - 2 * periodMs(view) - boundMs);
  });
}

describe("in a box", () => {
  test("that can carry the load, no view waits longer than its period and one batch", () => {
    fc.assert(
      fc.property(viewSets({ loadMin: 0.2, loadMax: 0.99, batchShareMax: 0.25 }), (views) => {
        expectBoundedWaits(views, simulate(views, boxMs));
      }),
      { numRuns: 200 },
    );
  });

  test("that can carry one more camera, the others do not notice that it comes", () => {
    fc.assert(
      fc.property(viewSets({ loadMin: 0.2, loadMax: 0.99, batchShareMax: 0.25 }), (views) => {
        expectBoundedWaits(views, simulate(views, boxMs, boxMs / 2));
      }),
      { numRuns: 200 },
    );
  });

  test("that cannot carry it, all views are stretched alike, within a tenth", () => {
    fc.assert(
      fc.property(viewSets({ loadMin: 1.05, loadMax: 4, batchShareMax: 0.05 }), (views) => {
        expect(unevenness(views)).toBeLessThanOrEqual(1.1);
      }),
      { numRuns: 12 },
    );
  });

  test("that cannot carry it, views of short periods are forgiven no turn", () => {
    const views = Array.from({ length: 20 }, (_, copy) => [
      { everyMs: 544, keyframeDistanceMs: 54.4, phase: copy / 20, costMs: 11.1165 },
      { everyMs: 400, keyframeDistanceMs: 40, phase: copy / 20, costMs: 11.0877 },
      { everyMs: 1_311, keyframeDistanceMs: 131.1, phase: copy / 20, costMs: 19.6702 },
    ]).flat();
    expect(unevenness(views)).toBeLessThanOrEqual(1.03); // It was 1.10.
  });
});

/** The largest stretch of a view as a multiple of the smallest. */
function unevenness(views: readonly SimulatedView[]): number {
  const untilMs = 60 * Math.max(...views.map((view) => periodMs(view)));
  const stretches = simulate(views, untilMs).map((served, index) => {
    const view = views[index];
    return view === undefined ? Number.NaN : meanDistanceMs(served) / periodMs(view);
  });
  return Math.max(...stretches) / Math.min(...stretches);
}

/** Between the starts of looks, once the box has settled. */
function meanDistanceMs({ looks }: Served): number {
  const settled = looks.slice(Math.floor(looks.length / 4));
  const [first, last] = [settled[0], settled.at(-1)];
  if (first === undefined || last === undefined) return Number.NaN;
  return (last.startedAtMs - first.startedAtMs) / (settled.length - 1);
}
