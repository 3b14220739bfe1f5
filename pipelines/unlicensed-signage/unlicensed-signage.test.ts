/**
 * Façades over days: which signs are told of, when and why, and which are not.
 *
 * One row a street: what hangs there by the hour, the rule and the permit list; the story is told
 * as `d2 10:00 a warned`, days counted from the first. Looks come every half an hour around the
 * clock, as the usual rule asks.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCameraState, stepCamera } from "../camera.ts";
import { type CameraState, parseCameraState, serialiseCameraState } from "../camera-state.ts";
import { appearanceBytes } from "../domain/appearance.ts";
import type { NormBox } from "../domain/geometry.ts";
import type { Label } from "../domain/label.ts";
import type { Look } from "../domain/look.ts";
import type { Permit } from "../domain/permit.ts";
import type { CameraRules, RuleSettings } from "../domain/rule.ts";
import { resumeCamera } from "../resume.ts";
import { reviewEntriesMax } from "../stages/review.ts";
import { permitOf, registerOf } from "../testing/permits.ts";
import { lookAt, morningMs, ruleOf, rulesOf, zoneOf } from "../testing/street.ts";
import type { ViolationChange } from "../violation-change.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** 2026-07-01T00:00+08:00 */
const midnightMs = morningMs - 8 * hourMs;

const sign: NormBox = { xMin: 0.4, yMin: 0.5, xMax: 0.52, yMax: 0.58 };
const elsewhere: NormBox = { xMin: 0.6, yMin: 0.5, xMax: 0.72, yMax: 0.58 };
const van: NormBox = { xMin: 0.35, yMin: 0.45, xMax: 0.6, yMax: 0.66 };
/** The same car's box when a board stands in front of it. */
const carBehind: NormBox = { xMin: 0.35, yMin: 0.4, xMax: 0.6, yMax: 0.585 };

interface Thing {
  readonly box: NormBox;
  readonly label?: Label;
  readonly appearance?: Uint8Array;
}
/** `hour` counts from the first midnight, 0 to 24 times the days. */
type Street = (hour: number) => readonly Thing[];

const red = looking(200, 30, 40);
const redAtNoon = looking(250, 60, 70);
const blue = looking(30, 60, 200);

/** Two halves, so that there is a pattern to compare. */
function looking(...[r, g, b]: readonly [number, number, number]): Uint8Array {
  return Uint8Array.from({ length: appearanceBytes }, (_, index) => {
    const isLight = Math.floor(index / 3) % 4 >= 2;
    return Math.min(255, ([r, g, b][index % 3] ?? 0) + (isLight ? 40 : 0));
  });
}

const hex = (appearance: Uint8Array): string => Buffer.from(appearance).toString("hex");

function signRules(rule: Partial<RuleSettings> = {}, permits: readonly Permit[] = []): CameraRules {
  const signage = ruleOf({
    kind: "unlicensed-signage",
    everyMs: 30 * minuteMs,
    warnAfterMs: 0,
    reportAfterMs: 0,
    clearAfterMs: dayMs,
    ...rule,
  });
  const matter = { standard: "S", edition: "1", name: "n", objectType: "matter" } as const;
  return rulesOf({
    position: { longitude: 116.647, latitude: 23.67, errorMetres: 60 },
    permits: registerOf(...permits),
    zones: [zoneOf({ rules: [signage] })],
    matters: {
      "outdoor-ad": { ...matter, code: "07003" },
      "shop-sign": { ...matter, code: "07006" },
      "pavement-board": { ...matter, code: "07003" },
      banner: { ...matter, code: "07007" },
    },
  });
}

function lookOf(hour: number, things: readonly Thing[]): Look {
  const look = lookAt(
    0,
    things.map(({ box, label = "signboard" }) => ({ box, label })),
  );
  const appearances = new Uint8Array(things.length * appearanceBytes);
  for (const [index, { appearance }] of things.entries()) {
    if (appearance !== undefined) appearances.set(appearance, index * appearanceBytes);
  }
  const detections = { ...look.detections, appearances };
  return { ...look, capturedAtMs: midnightMs + Math.round(hour * hourMs), detections };
}

interface Watched {
  readonly state: CameraState;
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly string[];
}

function watch(
  rules: CameraRules,
  street: Street,
  {
    days = 4,
    everyHours = 0.5,
    between = (state: CameraState) => state,
  }: {
    readonly days?: number;
    readonly everyHours?: number;
    readonly between?: (state: CameraState, hour: number) => CameraState;
  } = {},
): Watched {
  const views = rules.views.map((view) => ({ ...view, everyMs: everyHours * hourMs }));
  const watched = { ...rules, views };
  let state = createCameraState(watched);
  const changes: ViolationChange[] = [];
  const counts: string[] = [];
  for (let hour = 0; hour < days * 24; hour += everyHours) {
    const step = stepCamera(watched, between(state, hour), lookOf(hour, street(hour)));
    state = step.state;
    changes.push(...step.changes);
    counts.push(...step.counts.map(({ stage }) => stage));
  }
  return { state, changes, counts };
}

function storyOf(changes: readonly ViolationChange[]): string {
  const ids = [...new Set(changes.map(({ violationId }) => violationId))];
  return changes
    .map(({ violationId, stage, atMs, reasonCode, endReason }) => {
      const since = atMs - midnightMs;
      const clock = new Date(since).toISOString().slice(11, 16);
      const why = stage === "cleared" || stage === "withdrawn" ? endReason : reasonCode;
      const letter = String.fromCodePoint(97 + ids.indexOf(violationId));
      return `d${Math.floor(since / dayMs) + 1} ${clock} ${letter} ${stage} ${why}`;
    })
    .join(", ");
}

const hangs: Street = () => [{ box: sign }];
const from = (first: number, until = Number.POSITIVE_INFINITY): Street => {
  return (hour) => (hour >= first && hour < until ? [{ box: sign }] : []);
};
const told = (when: string, why: string) => `${when} a warned ${why}, ${when} a reported ${why}`;
const permit = (changes: Partial<Permit> = {}): Permit =>
  permitOf({ kinds: ["unlicensed-signage"], ...changes });
const isDay = (hour: number): boolean => hour % 24 >= 6 && hour % 24 < 18.5;

const rows: readonly {
  readonly name: string;
  readonly street: Street;
  readonly rule?: Partial<RuleSettings>;
  readonly permits?: readonly Permit[];
  readonly days?: number;
  readonly want: string;
}[] = [
  // By the sun it is day from 05:46 to 18:45 on these days.
  { name: "a sign on no list", street: hangs, want: told("d2 06:00", "not-registered") },
  {
    name: "one put up in the afternoon",
    street: from(15),
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "one put up at dusk has one sighting less",
    street: from(18),
    want: told("d2 06:30", "not-registered"),
  },
  {
    name: "more sightings on more days",
    street: hangs,
    rule: { signs: { sightings: 60, days: 3, daylight: "sun" } },
    want: told("d3 09:30", "not-registered"),
  },
  { name: "one day alone", street: from(0, 24), want: "" },
  {
    name: "two days, taken down in between",
    street: from(0, 30.2),
    want: "d2 06:00 a warned not-registered, d2 06:00 a reported not-registered, d3 18:00 a cleared gone",
  },
  {
    name: "a lamp at night alone",
    street: (hour) => (isDay(hour) ? [] : [{ box: sign }]),
    want: "",
  },
  {
    name: "a sign that is lit at night and there by day is one sign",
    street: (hour) => [{ box: isDay(hour) ? sign : { ...sign, xMin: 0.38, yMax: 0.6 } }],
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "a sign that nobody sees at night is not taken down",
    street: (hour) => (isDay(hour) ? [{ box: sign }] : []),
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "a van with a logo that parks for days",
    street: () => [{ box: sign }, { box: van, label: "truck" }],
    want: "",
  },
  {
    name: "a van that the detector misses every fourth time",
    street: (hour) => [
      { box: sign },
      ...(hour % 2 === 0 ? [] : [{ box: van, label: "car" as const }]),
    ],
    want: "",
  },
  {
    name: "a board in front of a parked car",
    street: () => [{ box: sign }, { box: carBehind, label: "car" }],
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "a van with a logo that drives past now and then",
    street: (hour) => {
      const box = { ...sign, xMin: 0.1 + ((hour * 0.13) % 0.7), xMax: 0.2 + ((hour * 0.13) % 0.7) };
      return hour % 3 === 0 ? [{ box }] : [];
    },
    want: "",
  },
  { name: "a permitted sign", street: hangs, permits: [permit()], want: "" },
  {
    name: "a permit for stalls says nothing of signs",
    street: hangs,
    permits: [permit({ kinds: ["street-vending"] })],
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "a permit that lapses: told on that day",
    street: hangs,
    permits: [permit({ to: "2026-07-02" })],
    want: told("d3 06:00", "lapsed"),
  },
  {
    name: "a permit that lapsed long ago",
    street: hangs,
    permits: [permit({ from: "2025-01-01", to: "2025-12-31" })],
    want: told("d2 06:00", "lapsed"),
  },
  {
    name: "a permit that begins while it is told",
    street: hangs,
    permits: [permit({ from: "2026-07-03" })],
    want: `${told("d2 06:00", "not-registered")}, d3 00:00 a withdrawn permit`,
  },
  {
    name: "a permit for three days in between: told again on the day it lapses",
    street: hangs,
    permits: [permit({ from: "2026-07-03", to: "2026-07-05" })],
    days: 7,
    want: `${told("d2 06:00", "not-registered")}, d3 00:00 a withdrawn permit, d6 06:00 b warned lapsed, d6 06:00 b reported lapsed`,
  },
  {
    name: "a permitted sign in other light",
    street: (hour) => [{ box: sign, appearance: hour % 24 > 11 ? redAtNoon : red }],
    permits: [permit({ appearance: hex(red) })],
    want: "",
  },
  {
    name: "a permitted sign replaced by another",
    street: (hour) => [{ box: sign, appearance: hour < 30 ? red : blue }],
    permits: [permit({ appearance: hex(red) })],
    days: 5,
    want: told("d3 06:30", "replaced"),
  },
  {
    name: "a lorry's colours in front of it for an afternoon",
    street: (hour) => [{ box: sign, appearance: hour > 36 && hour < 40 ? blue : red }],
    permits: [permit({ appearance: hex(red) })],
    want: "",
  },
  {
    name: "two permitted signs at one place, each as registered",
    street: (hour) => [{ box: sign, appearance: hour < 48 ? red : blue }],
    permits: [permit({ appearance: hex(red) }), permit({ number: "P-2", appearance: hex(blue) })],
    days: 6,
    want: "",
  },
  {
    name: "a screen whose content changes, permitted without a picture",
    street: (hour) => [{ box: sign, appearance: hour % 2 === 0 ? red : blue }],
    permits: [permit()],
    want: "",
  },
  {
    name: "a banner that moves in the wind is one banner",
    street: (hour) => [{ box: { ...sign, yMax: sign.yMax + 0.008 * Math.sin(hour * 5) } }],
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "a permitted banner that moves in the wind",
    street: (hour) => [
      {
        box: {
          ...sign,
          xMax: sign.xMax + 0.03 * Math.sin(hour * 5),
          yMax: sign.yMax + 0.03 * Math.cos(hour * 3),
        },
      },
    ],
    permits: [permit()],
    want: "",
  },
  {
    name: "given hours of day",
    street: hangs,
    rule: { signs: { sightings: 3, days: 2, daylight: { startMinute: 600, endMinute: 960 } } },
    want: told("d2 10:00", "not-registered"),
  },
  {
    name: "evidence that must be complete holds it at warned",
    street: hangs,
    rule: { evidenceRequire: "complete" },
    want: "d2 06:00 a warned not-registered",
  },
  {
    name: "allowed windows are obeyed, and forgotten afterwards",
    street: hangs,
    rule: { allowed: [{ startMinute: 0, endMinute: 1_440, toDate: "2026-07-03" }] },
    want: told("d4 06:00", "not-registered"),
  },
];

describe("streets", () => {
  for (const { name, street, rule = {}, permits = [], days = 4, want } of rows) {
    test(name, () => {
      expect(storyOf(watch(signRules(rule, permits), street, { days }).changes)).toBe(want);
    });
  }
});

test("a look every minute counts no more sightings than one every half an hour", () => {
  const counted = (everyHours: number) =>
    watch(signRules(), hangs, { days: 1, everyHours }).state.cases[0]?.memory.sign?.sightings;
  // Thirteen hours of daylight.
  expect(counted(1 / 60)).toMatchObject({ count: 26 });
  expect(counted(0.5)).toMatchObject({ count: 26 });
});

test("what hangs there is named as the rule says, a long one as a banner", () => {
  const long: NormBox = { xMin: 0.3, yMin: 0.5, xMax: 0.6, yMax: 0.55 };
  const rules = signRules({ subKinds: ["shop-sign", "banner"] });
  const subKinds = watch(rules, () => [{ box: sign }, { box: long }, { box: elsewhere }])
    .changes.filter(({ stage }) => stage === "warned")
    .map(({ subKind, matter }) => `${subKind} ${matter.code}`);
  expect(subKinds.toSorted()).toEqual(["banner 07007", "shop-sign 07006", "shop-sign 07006"]);
});

test("what came to nothing is on the review list, what comes back is the same entry", () => {
  const visits: Street = (hour) => {
    const day = Math.floor(hour / 24);
    return day % 4 === 0 && hour % 24 >= 9 && hour % 24 < 12 ? [{ box: sign }] : [];
  };
  const { state, changes, counts } = watch(signRules(), visits, { days: 12 });
  expect(changes).toEqual([]);
  expect(counts.filter((stage) => stage === "settled")).toHaveLength(3);
  expect(state.review?.entries).toMatchObject([
    { kind: "unlicensed-signage", zoneId: "kerb", times: 3, sightings: 15, days: 1 },
  ]);
  expect(state.cases).toEqual([]);
});

test("a sign that was told of is not on the review list", () => {
  const { state } = watch(signRules(), from(0, 31), { days: 6 });
  expect(state.review).toBeUndefined();
});

const gap = fc.record({
  startHour: fc.integer({ min: 0, max: 95 }),
  hours: fc.integer({ min: 1, max: 30 }),
});

describe("laws", () => {
  test("nothing is told before its sightings and days were really seen, whatever nobody saw", () => {
    fc.assert(
      fc.property(
        fc.array(gap, { maxLength: 5 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (gaps, sightings, days) => {
          const rules = signRules({ signs: { sightings, days, daylight: "always" } });
          const isSeen = (hour: number) =>
            !gaps.some(({ startHour, hours }) => hour >= startHour && hour < startHour + hours);
          let state = createCameraState(rules);
          const seenDays = new Set<number>();
          let seenCount = 0;
          for (let hour = 0; hour < 96; hour += 0.5) {
            if (!isSeen(hour)) continue;
            seenCount += 1;
            seenDays.add(Math.floor(hour / 24));
            const step = stepCamera(rules, state, lookOf(hour, [{ box: sign }]));
            state = step.state;
            if (step.changes.length === 0) continue;
            expect(seenCount).toBeGreaterThan(sightings);
            expect(seenDays.size).toBeGreaterThanOrEqual(days);
            return;
          }
          // The first look only makes it known; each after it is a sighting.
          expect(seenCount > sightings && seenDays.size >= days).toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("restarts at any time change nothing", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 95 }), { maxLength: 8 }), (hours) => {
        const rules = signRules({}, [permit({ to: "2026-07-02", appearance: hex(red) })]);
        const street: Street = () => [{ box: sign, appearance: red }];
        const restarted = watch(rules, street, {
          between: (state, hour) =>
            hours.includes(hour)
              ? resumeCamera(parseCameraState(serialiseCameraState(state), rules.cameraId).state)
              : state,
        });
        expect(storyOf(restarted.changes)).toBe(storyOf(watch(rules, street).changes));
      }),
      { numRuns: 5 },
    );
  });

  test("a permitted sign is never told of, and one more permit tells nothing more", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        (fromDay, length) => {
          const date = (day: number) =>
            new Date(midnightMs + 8 * hourMs + day * dayMs).toISOString().slice(0, 10);
          const covers = permit({ from: date(fromDay), to: date(fromDay + length) });
          const { changes } = watch(signRules({}, [covers]), hangs, { days: 6 });
          for (const { stage, atMs } of changes) {
            const day = Math.floor((atMs - midnightMs) / dayMs);
            const isCovered = day >= fromDay && day <= fromDay + length;
            expect(isCovered).toBe(stage === "withdrawn");
          }
          const more = watch(signRules({}, [covers, permit()]), hangs, { days: 3 });
          expect(more.changes).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  });

  test("what is remembered is bounded, however many boxes come and go", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return seed / 2 ** 32;
    };
    const noise: Street = () =>
      Array.from({ length: 6 }, () => {
        const xMin = 0.1 + random() * 0.7;
        return { box: { xMin, yMin: 0.5, xMax: xMin + 0.05, yMax: 0.55 + random() * 0.1 } };
      });
    const { state } = watch(
      signRules({ signs: { sightings: 1_000, days: 60, daylight: "always" } }),
      noise,
      { days: 20 },
    );
    expect(state.presences.length).toBeLessThanOrEqual(128);
    expect(state.review?.entries.length ?? 0).toBeLessThanOrEqual(reviewEntriesMax);
    expect(serialiseCameraState(state).length).toBeLessThan(400_000);
  });
});
