/**
 * The whole way of a camera's looks: what a street does, and which stages come of it when.
 *
 * Each row is a street for some minutes, looked at every two seconds unless it says otherwise; the
 * rule warns after 20 s, reports after 60 s and clears after 10 s of absence. `a` and `b` are the
 * first and the second violation, numbers are the seconds of the looks that decided.
 */
import { describe, expect, test } from "vitest";
import { presencesOf } from "./camera.ts";
import { parseCameraState, serialiseCameraState } from "./camera-state.ts";
import type { NormBox } from "./domain/geometry.ts";
import type { Label } from "./domain/label.ts";
import {
  carAt,
  lookAt,
  looksEvery,
  rulesWith,
  runLooks,
  type Seen,
  storyOf,
} from "./testing/street.ts";

const rules = rulesWith({ warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 });
const parked: Seen = { box: carAt(0.4) };
/** Nearer to the camera than the kerb, as long as two cars. */
const busInFront: Seen = {
  box: { xMin: 0.35, yMin: 0.45, xMax: 0.62, yMax: 0.95 },
  label: "bus",
};
/** The box of a detector that is off by up to `by` of the car's width, differently in each look. */
const jittered = (box: NormBox, index: number, by = 0.05): NormBox => {
  const shift = (salt: number): number => Math.sin(index * 12.9898 + salt * 78.233) * by * 0.12;
  return {
    xMin: box.xMin + shift(1),
    yMin: box.yMin + shift(2),
    xMax: box.xMax + shift(3),
    yMax: box.yMax + shift(4),
  };
};

interface Row {
  readonly name: string;
  readonly untilSeconds?: number;
  readonly everySeconds?: number;
  readonly seenAt: (seconds: number, index: number) => readonly Seen[];
  readonly want: string;
}

const rows: readonly Row[] = [
  { name: "an empty street tells nothing", seenAt: () => [], want: "" },
  {
    name: "a car that stays is warned, then reported",
    seenAt: () => [parked],
    want: "a warned@20, a reported@60",
  },
  {
    name: "it is reported once, however long it stays",
    untilSeconds: 3_600,
    seenAt: () => [parked],
    want: "a warned@20, a reported@60",
  },
  {
    name: "a car that leaves is cleared after its absence was seen",
    untilSeconds: 120,
    seenAt: (s) => (s <= 70 ? [parked] : []),
    want: "a warned@20, a reported@60, a cleared@82",
  },
  {
    name: "a car that leaves after the warning is cleared without a report",
    untilSeconds: 120,
    seenAt: (s) => (s <= 40 ? [parked] : []),
    want: "a warned@20, a cleared@52",
  },
  {
    name: "a car that leaves before the warning is no event",
    seenAt: (s) => (s <= 18 ? [parked] : []),
    want: "",
  },
  {
    name: "a detector that misses every second look neither delays nor clears",
    untilSeconds: 300,
    seenAt: (_, index) => (index % 2 === 0 ? [parked] : []),
    want: "a warned@20, a reported@60",
  },
  {
    name: "one that sees one look in three does not clear either",
    untilSeconds: 300,
    seenAt: (_, index) => (index % 3 === 0 ? [parked] : []),
    want: "a warned@36, a reported@72",
  },
  {
    name: "a box that jitters keeps its dwell",
    seenAt: (_, index) => [{ box: jittered(carAt(0.4), index) }],
    want: "a warned@20, a reported@60",
  },
  {
    name: "labels that flip do not split a presence",
    seenAt: (_, index) => {
      const labels: readonly Label[] = ["truck", "bus", "car"];
      return [{ box: carAt(0.4), label: labels[index % 3] ?? "car" }];
    },
    want: "a warned@20, a reported@60",
  },
  {
    name: "a vehicle seen as car and as truck in the same look is one",
    seenAt: () => [parked, { box: carAt(0.405), label: "truck", score: 0.6 }],
    want: "a warned@20, a reported@60",
  },
  {
    name: "the visible part of a vehicle beside the whole is the same vehicle",
    seenAt: () => [parked, { box: { xMin: 0.41, yMin: 0.52, xMax: 0.5, yMax: 0.6 }, score: 0.5 }],
    want: "a warned@20, a reported@60",
  },
  {
    name: "a bus that hides the car for a minute does not end it, and gives it no dwell",
    untilSeconds: 140,
    seenAt: (s) => (s > 30 && s < 90 ? [busInFront] : [parked]),
    want: "a warned@20, a reported@120",
  },
  {
    name: "a bus that hides it for three looks costs nothing",
    seenAt: (s) => (s > 30 && s < 38 ? [busInFront] : [parked]),
    want: "a warned@20, a reported@60",
  },
  {
    name: "a van that hides half of the car leaves the other half in its place",
    seenAt: (s) =>
      s > 30
        ? [
            { box: { xMin: 0.4, yMin: 0.5, xMax: 0.47, yMax: 0.6 } },
            { box: { xMin: 0.46, yMin: 0.46, xMax: 0.6, yMax: 0.66 }, label: "truck" },
          ]
        : [parked],
    untilSeconds: 76,
    want: "a warned@20, b warned@52, a reported@60",
  },
  {
    name: "headlights that blind the detector for ten seconds do not end it",
    untilSeconds: 90,
    seenAt: (s) => (s > 30 && s < 40 ? [] : [parked]),
    want: "a warned@20, a reported@70",
  },
  {
    name: "a car that drives through tells nothing",
    seenAt: (s) => [{ box: carAt(0.06 + s * 0.012) }],
    want: "",
  },
  {
    name: "traffic that creeps a quarter of a car a look tells nothing",
    untilSeconds: 120,
    seenAt: (s) => [0, 0.2, 0.4, 0.6].map((x) => ({ box: carAt(0.06 + ((x + s * 0.015) % 0.8)) })),
    want: "",
  },
  {
    name: "dense traffic in which some car is always near the place tells nothing",
    untilSeconds: 240,
    seenAt: (s, index) =>
      [0, 0.16, 0.32, 0.48, 0.64].map((x) => ({
        box: carAt(0.06 + ((x + s * 0.031 + (index % 3) * 0.02) % 0.8)),
      })),
    want: "",
  },
  {
    name: "a car that another replaces after a while is cleared, the other starts anew",
    untilSeconds: 140,
    seenAt: (s) => (s <= 40 ? [parked] : s < 60 ? [] : [{ box: carAt(0.41) }]),
    want: "a warned@20, a cleared@52, b warned@80, b reported@120",
  },
  {
    name: "a van that takes the place of a car is another violation",
    untilSeconds: 120,
    seenAt: (s) =>
      s <= 40 ? [parked] : [{ box: { xMin: 0.38, yMin: 0.4, xMax: 0.56, yMax: 0.6 } }],
    want: "a warned@20, a cleared@52, b warned@62, b reported@102",
  },
  {
    name: "looks a minute apart see a car that stays",
    everySeconds: 60,
    untilSeconds: 400,
    seenAt: () => [parked],
    want: "a warned@60, a reported@60",
  },
  {
    name: "a person and a bicycle are no motor vehicles",
    seenAt: () => [
      { box: carAt(0.4), label: "person" },
      { box: carAt(0.7), label: "two-wheeler" },
    ],
    want: "",
  },
  {
    name: "a car outside the zone tells nothing",
    seenAt: () => [{ box: carAt(0.4, 0.95) }],
    want: "",
  },
  {
    name: "two cars are two violations",
    seenAt: () => [parked, { box: carAt(0.6) }],
    want: "a warned@20, b warned@20, a reported@60, b reported@60",
  },
];

describe("stages", () => {
  for (const { name, untilSeconds = 80, everySeconds = 2, seenAt, want } of rows) {
    const view = rules.views.map((v) => ({ ...v, everyMs: everySeconds * 1_000 }));
    const looks = looksEvery(everySeconds, untilSeconds, seenAt);
    test(name, () => {
      expect(storyOf(runLooks({ ...rules, views: view }, looks).changes)).toBe(want);
    });

    test(`${name}: the same with a restart between any two looks`, () => {
      const restart = (state: Parameters<typeof serialiseCameraState>[0]) =>
        parseCameraState(serialiseCameraState(state), rules.cameraId).state;
      const straight = runLooks({ ...rules, views: view }, looks);
      expect(runLooks({ ...rules, views: view }, looks, restart)).toEqual(straight);
    });
  }
});

describe("time that nobody observed", () => {
  const fastRules = rulesWith({
    warnAfterMs: 20_000,
    reportAfterMs: 60_000,
    clearAfterMs: 10_000,
  });

  test("a gap of ten minutes keeps the presence and adds nothing to its dwell", () => {
    const before = [0, 2, 4, 6, 8, 10].map((s) => lookAt(s, [parked]));
    const after = Array.from({ length: 40 }, (_, i) => lookAt(610 + i * 2, [parked]));
    const { changes, state } = runLooks(fastRules, [...before, ...after]);
    expect(storyOf(changes)).toBe("a warned@620, a reported@660");
    const [presence] = presencesOf(state);
    expect(presence?.observedMs).toBe(88_000);
    expect(presence?.unobservedMs).toBe(600_000);
    expect(changes[0]?.unobservedMs).toBe(600_000);
  });

  test("a day of nobody looking clears nothing", () => {
    const seen = Array.from({ length: 40 }, (_, i) => lookAt(i * 2, [parked]));
    const { changes, state } = runLooks(fastRules, [...seen, lookAt(86_400, [parked])]);
    expect(storyOf(changes)).toBe("a warned@20, a reported@60");
    expect(presencesOf(state)).toHaveLength(1);
  });

  test("looks that do not show the place neither see it nor see it gone", () => {
    const seen = Array.from({ length: 40 }, (_, i) => lookAt(i * 2, [parked]));
    const elsewhere = Array.from({ length: 40 }, (_, i) =>
      lookAt(80 + i * 2, [], { crop: { xMin: 0.7, yMin: 0, xMax: 1, yMax: 1 } }),
    );
    expect(storyOf(runLooks(fastRules, [...seen, ...elsewhere]).changes)).toBe(
      "a warned@20, a reported@60",
    );
  });

  test("a single look after an hour's gap does not clear what it does not see", () => {
    const seen = Array.from({ length: 40 }, (_, i) => lookAt(i * 2, [parked]));
    const { changes } = runLooks(fastRules, [...seen, lookAt(3_680, []), lookAt(7_280, [])]);
    expect(storyOf(changes)).toBe("a warned@20, a reported@60");
  });

  test("a clock that is set back never gives negative dwell, and time counts on from there", () => {
    const before = Array.from({ length: 6 }, (_, i) => lookAt(7_200 + i * 2, [parked]));
    const after = Array.from({ length: 40 }, (_, i) => lookAt(3_600 + i * 2, [parked]));
    const { changes, state } = runLooks(fastRules, [...before, ...after]);
    expect(storyOf(changes)).toBe("a warned@3610, a reported@3650");
    const [presence] = presencesOf(state);
    expect(presence?.observedMs).toBe(88_000);
    expect(presence?.unobservedMs).toBe(0);
  });

  test("a clock that was set back leaves no sighting before the first", () => {
    const looks = [lookAt(0.5, [parked]), lookAt(20.5, [parked]), lookAt(-9.501, [parked])];
    const gone = [0, 2, 4, 6, 8, 10, 12, 14].map((s) => lookAt(s, []));
    const { changes } = runLooks(fastRules, [...looks, ...gone]);
    expect(changes.map(({ stage }) => stage)).toEqual(["warned", "cleared"]);
    for (const { firstSeenAtMs, lastSeenAtMs } of changes) {
      expect(lastSeenAtMs).toBeGreaterThanOrEqual(firstSeenAtMs);
    }
  });

  test("a look that arrives late is not used", () => {
    const looks = [lookAt(0, [parked]), lookAt(4, [parked]), lookAt(2, []), lookAt(4, [])];
    const { state } = runLooks(fastRules, looks);
    expect(presencesOf(state)[0]?.seenCount).toBe(2);
    expect(presencesOf(state)[0]?.gap.missCount).toBe(0);
  });
});

describe("a queue at a light", () => {
  const places = [0.2, 0.36, 0.52];
  /** Red for 40 s, then 20 s in which the lane moves; each red has other cars at the same line. */
  const queueAt = (s: number): readonly Seen[] => {
    const inCycle = s % 60;
    const cycle = Math.floor(s / 60);
    if (inCycle < 40) return places.map((x) => ({ box: carAt(x + (cycle % 2) * 0.01) }));
    return places.map((x) => ({ box: carAt(x + 0.05 + (inCycle - 40) * 0.017) }));
  };

  test("dwell is not carried over to the next car at the line", () => {
    const { changes } = runLooks(
      rulesWith({ warnAfterMs: 45_000, reportAfterMs: 90_000, clearAfterMs: 30_000 }),
      looksEvery(2, 600, queueAt),
    );
    expect(storyOf(changes)).toBe("");
  });

  test("once the lane has moved, waiting cars are not warned of", () => {
    const { changes } = runLooks(
      rulesWith({ warnAfterMs: 20_000, reportAfterMs: 90_000, clearAfterMs: 10_000 }),
      looksEvery(2, 600, queueAt),
    );
    const seconds = changes.filter(({ stage }) => stage === "warned").map(({ atMs }) => atMs);
    expect(new Set(seconds).size).toBe(1);
    expect(changes.some(({ stage }) => stage === "reported")).toBe(false);
  });

  test("a car that stays when the lane moves is parked", () => {
    const { changes } = runLooks(
      rulesWith({ warnAfterMs: 45_000, reportAfterMs: 90_000, clearAfterMs: 30_000 }),
      looksEvery(2, 300, (s) => [
        { box: carAt(0.75) },
        ...queueAt(s).map(({ box }) => ({
          box: { ...box, xMin: Math.min(box.xMin, 0.6), xMax: Math.min(box.xMax, 0.72) },
        })),
      ]),
    );
    const reported = changes.filter(({ stage }) => stage === "reported");
    expect(reported).toHaveLength(1);
    expect(reported[0]?.box.xMin).toBeCloseTo(0.75, 3);
  });
});
