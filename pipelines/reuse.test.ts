/**
 * Looks that repeat an analysis: time goes on, nothing is learnt, nothing is decided.
 *
 * A street is looked at every two seconds; `.` in a row is a look of its own, `=` one that may
 * repeat the last analysis if the rules can do with it. What is told must not depend on it.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCameraState, stepCamera } from "./camera.ts";
import type { CameraState } from "./camera-state.ts";
import type { Look } from "./domain/look.ts";
import { mayReuse } from "./reuse.ts";
import { carAt, lookAt, rulesWith, type Seen } from "./testing/street.ts";

const rules = rulesWith({ warnAfterMs: 60_000, reportAfterMs: 120_000, clearAfterMs: 10_000 });
const everySeconds = 2;
const parked: Seen = { box: carAt(0.4) };

interface Run {
  readonly told: readonly string[];
  readonly savedCount: number;
  readonly state: CameraState;
}

/** `isStill`: nothing has changed at this time since the last analysis. */
function run(
  seenAt: (seconds: number) => readonly Seen[],
  isStill: (seconds: number) => boolean,
  untilSeconds = 300,
): Run {
  let state = createCameraState(rules);
  let last: Look | undefined;
  let savedCount = 0;
  const told: string[] = [];
  for (let seconds = 0; seconds <= untilSeconds; seconds += everySeconds) {
    let look = lookAt(seconds, seenAt(seconds));
    if (last !== undefined && isStill(seconds)) {
      const again = repeated(last, look.capturedAtMs);
      if (mayReuse(rules, state, again)) {
        look = again;
        savedCount += 1;
      }
    }
    const step = stepCamera(rules, state, look);
    state = step.state;
    last = look;
    told.push(
      ...step.changes.map(({ violationId, stage }) => `${violationId} ${stage}@${seconds}`),
    );
  }
  return { told, savedCount, state };
}

function repeated(last: Look, capturedAtMs: number): Look {
  return { ...last, capturedAtMs, isReused: true };
}

/** Still but for some looks after each of these times. */
const changingAt =
  (...times: readonly number[]) =>
  (seconds: number): boolean =>
    times.every((time) => seconds < time || seconds > time + 10) && seconds % 30 !== 0;

describe("what is told is the same as without saved looks", () => {
  const rows: readonly {
    readonly name: string;
    readonly seenAt: (seconds: number) => readonly Seen[];
    readonly changes: readonly number[];
    readonly savedMin: number;
  }[] = [
    { name: "an empty street", seenAt: () => [], changes: [0], savedMin: 120 },
    { name: "a car that stays", seenAt: () => [parked], changes: [0], savedMin: 80 },
    {
      name: "a car that comes and goes",
      seenAt: (seconds) => (seconds >= 20 && seconds < 220 ? [parked] : []),
      changes: [0, 20, 220],
      savedMin: 40,
    },
    {
      name: "a second car",
      seenAt: (seconds) => (seconds < 100 ? [parked] : [parked, { box: carAt(0.7) }]),
      changes: [0, 100],
      savedMin: 40,
    },
    {
      name: "a car that every third look misses is never repeated as absent",
      seenAt: (seconds) => ((seconds / 2) % 3 === 2 ? [] : [parked]),
      changes: [0],
      savedMin: 10,
    },
  ];
  for (const { name, seenAt, changes, savedMin } of rows) {
    test(name, () => {
      const plain = run(seenAt, () => false);
      const saving = run(seenAt, changingAt(...changes));
      expect(saving.told).toEqual(plain.told);
      expect(saving.savedCount).toBeGreaterThanOrEqual(savedMin);
    });
  }
});

test("a repeated look learns nothing and lets time go on", () => {
  const seen = [parked];
  let state = createCameraState(rules);
  let look = lookAt(0, seen);
  for (let seconds = 0; seconds <= 40; seconds += 2) {
    look = lookAt(seconds, seen);
    state = stepCamera(rules, state, look).state;
  }
  const [before] = state.presences;
  const [after] = stepCamera(rules, state, repeated(look, look.capturedAtMs + 2_000)).state
    .presences;
  expect(after).toEqual({
    ...before,
    lastSeenAtMs: look.capturedAtMs + 2_000,
    lastLookAtMs: look.capturedAtMs + 2_000,
    observedMs: (before?.observedMs ?? 0) + 2_000,
  });
});

test("what the last look did not see is neither missed nor ended by repeating it", () => {
  let state = createCameraState(rules);
  for (let seconds = 0; seconds <= 60; seconds += 2) {
    state = stepCamera(rules, state, lookAt(seconds, [parked])).state;
  }
  let look = lookAt(62, []);
  state = stepCamera(rules, state, look).state;
  const [missed] = state.presences;
  expect(mayReuse(rules, state, repeated(look, look.capturedAtMs + 2_000))).toBe(false);
  for (let step = 0; step < 500; step += 1) {
    look = repeated(look, look.capturedAtMs + 2_000);
    state = stepCamera(rules, state, look).state;
  }
  expect(state.presences).toEqual([missed]);
});

test("nothing is decided on a repeated look", () => {
  let state = createCameraState(rules);
  let look = lookAt(0, [parked]);
  for (let seconds = 0; seconds <= 40; seconds += 2) {
    look = lookAt(seconds, [parked]);
    state = stepCamera(rules, state, look).state;
  }
  let atMs = look.capturedAtMs;
  while (mayReuse(rules, state, repeated(look, atMs + 2_000))) {
    atMs += 2_000;
    look = repeated(look, atMs);
    const { changes } = stepCamera(rules, state, look);
    expect(changes).toEqual([]);
    state = stepCamera(rules, state, look).state;
  }
  // The look of the warning is one of its own.
  expect(atMs - lookAt(0, []).capturedAtMs).toBe(58_000);
});

test("a first look, a restart and an older look ask for an analysis", () => {
  const empty = createCameraState(rules);
  const look = lookAt(0, []);
  expect(mayReuse(rules, empty, repeated(look, look.capturedAtMs + 2_000))).toBe(false);
  const { state } = stepCamera(rules, empty, look);
  expect(mayReuse(rules, state, repeated(look, look.capturedAtMs + 2_000))).toBe(true);
  expect(mayReuse(rules, state, repeated(look, look.capturedAtMs - 2_000))).toBe(false);
});

test("whenever looks are repeated, the same is told", () => {
  const visit = fc.tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 10, max: 170 }));
  fc.assert(
    fc.property(
      fc.array(visit, { maxLength: 3 }),
      fc.infiniteStream(fc.boolean()),
      (visits, is) => {
        const places = [0.1, 0.4, 0.7];
        const seenAt = (seconds: number): readonly Seen[] =>
          visits.flatMap(([from, forSeconds], index) => {
            const isThere = seconds >= from && seconds < from + forSeconds;
            return isThere ? [{ box: carAt(places[index] ?? 0) }] : [];
          });
        const changes = visits.flatMap(([from, forSeconds]) => [from, from + forSeconds]);
        const isStill = changingAt(...changes);
        const plain = run(seenAt, () => false);
        const saving = run(seenAt, (seconds) => isStill(seconds) && (is.next().value ?? false));
        expect(saving.told).toEqual(plain.told);
      },
    ),
    { numRuns: 60 },
  );
});
