/**
 * Streets with vehicles of all sorts: what is illegal parking, and above all what is not.
 *
 * Each row is a street for some minutes, looked at every two seconds; the rule warns after 20 s,
 * reports after 60 s and clears after 10 s of absence. Numbers are the seconds that decided.
 */
import { describe, expect, test } from "vitest";
import { drawsOf } from "../domain/draws.ts";
import { zoneId } from "../domain/ids.ts";
import type { SubKind } from "../domain/kind.ts";
import type { CameraRules, ZoneSettings } from "../domain/rule.ts";
import { poorly } from "../testing/poor-detector.ts";
import {
  carAt,
  looksEvery,
  morningMs,
  rectangle,
  ruleOf,
  rulesOf,
  runLooks,
  type Seen,
  storyOf,
  zoneOf,
} from "../testing/street.ts";

const times = { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 };
const ofAll: readonly SubKind[] = ["motor-vehicle", "non-motor-vehicle", "shared-bike-pile-up"];

const bikeAt = (x: number, y = 0.6): Seen => ({
  box: { xMin: x, yMin: y - 0.06, xMax: x + 0.03, yMax: y },
  label: "two-wheeler",
});
/** Somebody on the saddle: above the bicycle, feet within it. */
const riderOf = ({ box }: Seen): Seen => ({
  box: { xMin: box.xMin, yMin: box.yMin - 0.07, xMax: box.xMax, yMax: box.yMax - 0.01 },
  label: "person",
});
const passerBehind = ({ box }: Seen): Seen => ({
  box: { xMin: box.xMin, yMin: box.yMin - 0.12, xMax: box.xMax, yMax: box.yMin - 0.01 },
  label: "person",
});
const row = (count: number, from = 0.1): readonly Seen[] =>
  Array.from({ length: count }, (_, index) => bikeAt(from + index * 0.04));

function rulesFor(subKinds: readonly SubKind[], changes: Partial<ZoneSettings> = {}): CameraRules {
  const rule = ruleOf({ ...times, subKinds, pileUpCount: 5 });
  return rulesOf({ zones: [zoneOf({ rules: [rule], ...changes })] });
}

interface Row {
  readonly name: string;
  readonly of?: readonly SubKind[];
  readonly tags?: readonly string[];
  readonly untilSeconds?: number;
  readonly seenAt: (seconds: number, index: number) => readonly Seen[];
  readonly want: string;
}

const lorryInFront: Seen = {
  box: { xMin: 0.05, yMin: 0.4, xMax: 0.9, yMax: 0.79 },
  label: "truck",
};

const rows: readonly Row[] = [
  {
    name: "a bicycle that stays is warned and reported",
    of: ["non-motor-vehicle"],
    seenAt: () => [bikeAt(0.4)],
    want: "a warned@20, a reported@60",
  },
  {
    name: "a rule of motor vehicles alone does not see it",
    of: ["motor-vehicle"],
    seenAt: () => [bikeAt(0.4)],
    want: "",
  },
  {
    name: "a rule of bicycles alone does not see cars",
    of: ["non-motor-vehicle"],
    seenAt: () => [{ box: carAt(0.4) }],
    want: "",
  },
  {
    name: "a bicycle that rides by tells nothing",
    of: ["non-motor-vehicle"],
    seenAt: (s) => [bikeAt(0.06 + ((s * 0.02) % 0.8))],
    want: "",
  },
  {
    name: "a rider who waits is not parked; once off the saddle the bicycle is",
    of: ["non-motor-vehicle"],
    untilSeconds: 120,
    seenAt: (s) => (s < 50 ? [bikeAt(0.4), riderOf(bikeAt(0.4))] : [bikeAt(0.4)]),
    want: "a warned@50, a reported@60",
  },
  {
    name: "somebody who walks behind it does not ride it",
    of: ["non-motor-vehicle"],
    seenAt: () => [bikeAt(0.4), passerBehind(bikeAt(0.4))],
    want: "a warned@20, a reported@60",
  },
  {
    name: "one look that sees nothing is a bad look, not a queue that moved off",
    of: ["motor-vehicle"],
    untilSeconds: 150,
    seenAt: (s) => (s === 80 ? [] : [0.2, 0.32, 0.44].map((x) => ({ box: carAt(x) }))),
    want: "a warned@20, b warned@20, c warned@20, a reported@60, b reported@60, c reported@60",
  },
  {
    name: "five bicycles are a pile-up, four are none",
    of: ["shared-bike-pile-up"],
    seenAt: (s) => row(s < 20 ? 4 : 5),
    want: "a warned@42",
  },
  {
    name: "a pile-up that loses one and gains two is the same",
    of: ["shared-bike-pile-up"],
    untilSeconds: 100,
    seenAt: (s) => row(s < 30 ? 5 : s < 40 ? 4 : 7),
    want: "a warned@22, a reported@62",
  },
  {
    name: "a pile-up is over when clearly fewer are left",
    of: ["shared-bike-pile-up"],
    untilSeconds: 160,
    seenAt: (s) => row(s < 70 ? 6 : 2),
    want: "a warned@22, a reported@62, a cleared@86",
  },
  {
    name: "a lorry in front of the pile-up does not clear it",
    of: ["shared-bike-pile-up"],
    untilSeconds: 140,
    seenAt: (s) => (s > 70 && s < 110 ? [lorryInFront] : row(6)),
    want: "a warned@22, a reported@62",
  },
  {
    name: "a detector that misses every third bicycle still counts them",
    of: ["shared-bike-pile-up"],
    seenAt: (_, index) => row(8).filter((_bike, i) => (i + index) % 3 !== 0),
    want: "a warned@24, a reported@64",
  },
  {
    name: "bicycles of a pile-up are no violations of their own",
    of: ofAll,
    untilSeconds: 120,
    seenAt: () => [...row(6), bikeAt(0.6)],
    want: "a warned@22, a reported@62",
  },
  {
    name: "a car within a pile-up is a violation of its own",
    of: ofAll,
    seenAt: () => [...row(6), { box: carAt(0.15, 0.62) }],
    want: "a warned@20, b warned@22, a reported@60, b reported@62",
  },
  {
    name: "a car in the place of one that left is another violation",
    of: ["motor-vehicle"],
    untilSeconds: 140,
    seenAt: (s) => (s <= 40 ? [{ box: carAt(0.4) }] : s < 60 ? [] : [{ box: carAt(0.405) }]),
    want: "a warned@20, a cleared@52, b warned@80, b reported@120",
  },
  {
    name: "a bus at its stop is none, whatever one look in four calls it; a lorry there is one",
    tags: ["bus-stop"],
    seenAt: (_, index) => [
      { box: carAt(0.2), label: index % 4 === 3 ? "truck" : "bus" },
      { box: carAt(0.6), label: "truck" },
    ],
    want: "a warned@20, a reported@60",
  },
  {
    name: "a bus where no bus stops is one",
    seenAt: () => [{ box: carAt(0.2), label: "bus" }],
    want: "a warned@20, a reported@60",
  },
];

describe("vehicles", () => {
  for (const { name, of = ofAll, tags = [], untilSeconds = 80, seenAt, want } of rows) {
    test(name, () => {
      const { changes } = runLooks(rulesFor(of, { tags }), looksEvery(2, untilSeconds, seenAt));
      expect(storyOf(changes)).toBe(want);
    });
  }
});

test("a pile-up says how many it is, its code and what to do", () => {
  const { changes } = runLooks(
    rulesFor(["shared-bike-pile-up"]),
    looksEvery(2, 80, (s) => row(s < 40 ? 6 : 8)),
  );
  expect(
    changes.map(({ objectCount, subKind, matter }) => [objectCount, subKind, matter.code]),
  ).toEqual([
    [6, "shared-bike-pile-up", "09011"],
    [8, "shared-bike-pile-up", "09011"],
  ]);
  expect(changes[0]?.reason.zh).toContain("约6辆");
  expect(changes[0]?.notice?.zh).toContain("指定区域");
  expect(changes[1]?.notice).toBeNull();
});

describe("marked bays", () => {
  const bay = (allowed: readonly { startMinute: number; endMinute: number }[]) =>
    zoneOf({
      id: zoneId("bay"),
      polygon: rectangle(0.38, 0.45, 0.6, 0.65),
      rules: [ruleOf({ ...times, allowed })],
    });
  const story = (allowed: readonly { startMinute: number; endMinute: number }[]) =>
    storyOf(
      runLooks(
        rulesOf({ zones: [zoneOf({ rules: [ruleOf(times)] }), bay(allowed)] }),
        looksEvery(2, 200, () => [{ box: carAt(0.42) }]),
      ).changes,
    );

  test("a bay excuses within a no-stopping zone", () => {
    expect(story([{ startMinute: 0, endMinute: 1_440 }])).toBe("");
  });

  test("a tidal bay does so within its hours", () => {
    // The street's first look is at 08:00:00 local time.
    expect(story([{ startMinute: 470, endMinute: 481 }])).toBe("a warned@80, a reported@120");
  });

  test("a larger zone with windows does not excuse a smaller one without", () => {
    const street = zoneOf({
      rules: [ruleOf({ ...times, allowed: [{ startMinute: 0, endMinute: 1_440 }] })],
    });
    const stop = { ...bay([]), id: zoneId("bus-stop") };
    const { changes } = runLooks(
      rulesOf({ zones: [street, stop] }),
      looksEvery(2, 80, () => [{ box: carAt(0.42) }]),
    );
    expect(changes.map(({ zoneId: id, stage }) => `${id} ${stage}`)).toEqual([
      "bus-stop warned",
      "bus-stop reported",
    ]);
  });
});

describe("before a school", () => {
  // The street's first look is at 08:00:00 local time; school begins at 08:01 on this day.
  const school = [{ startMinute: 481, endMinute: 540, days: ["workday"] as const }];
  const urgent = {
    tags: ["school"],
    times: { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 },
  };
  const usual = { warnAfterMs: 100_000, reportAfterMs: 300_000, clearAfterMs: 10_000 };
  const run = (fromSeconds: number, changes: Partial<CameraRules>, tags = ["school"]) => {
    const rules = rulesOf({
      zones: [zoneOf({ tags, rules: [ruleOf({ ...usual, urgent })] })],
      ...changes,
    });
    const looks = looksEvery(2, 200, (s) => (s < fromSeconds ? [] : [{ box: carAt(0.4) }]));
    return runLooks(rules, looks).changes;
  };
  const inHours = { urgentTimes: { tagHours: { school }, peakHours: [] } };
  const rows = [
    {
      name: "in its hours times are short",
      from: 80,
      changes: inHours,
      want: "a warned@100, a reported@140",
    },
    {
      name: "what stood there before has them from their first minute on",
      from: 0,
      changes: inHours,
      want: "a warned@60, a reported@60",
    },
    {
      name: "outside its hours they are as anywhere",
      from: 0,
      changes: {
        urgentTimes: {
          tagHours: { school: [{ startMinute: 900, endMinute: 960 }] },
          peakHours: [],
        },
      },
      want: "a warned@100",
    },
    {
      name: "without hours they are always short",
      from: 0,
      changes: {},
      want: "a warned@20, a reported@60",
    },
  ];
  for (const { name, from, changes, want } of rows) {
    test(name, () => expect(storyOf(run(from, changes))).toBe(want));
  }

  test("the event says by which times it was judged, and why it is red", () => {
    const [warned] = run(80, inHours);
    expect(warned?.rule).toMatchObject({ warnAfterMs: 20_000, reportAfterMs: 60_000 });
    expect(warned?.severityFact).toBe("tag:school");
  });

  test("they are about that tag alone", () => {
    expect(storyOf(run(0, {}, ["market"]))).toBe("a warned@100");
  });
});

test("times of a sub-kind hold for it alone", () => {
  const bicycles = { warnAfterMs: 40_000, reportAfterMs: 90_000, clearAfterMs: 10_000 };
  const rule = ruleOf({
    ...times,
    subKinds: ["motor-vehicle", "non-motor-vehicle"],
    timesOf: { "non-motor-vehicle": bicycles },
  });
  const { changes } = runLooks(
    rulesOf({ zones: [zoneOf({ rules: [rule] })] }),
    looksEvery(2, 100, () => [{ box: carAt(0.4) }, bikeAt(0.7)]),
  );
  expect(storyOf(changes)).toBe("a warned@20, b warned@40, a reported@60, b reported@90");
  expect(changes[1]?.rule.warnAfterMs).toBe(40_000);
});

describe("through a poor detector, under twenty seeds of noise", () => {
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
  const warnedAt = (seed: number, rules: CameraRules, seen: readonly Seen[]): number => {
    const random = drawsOf(seed);
    const looks = looksEvery(2, 240, () => poorly(seen, random));
    const warned = runLooks(rules, looks).changes.find(({ stage }) => stage === "warned");
    return warned === undefined ? Number.POSITIVE_INFINITY : (warned.atMs - morningMs) / 1_000;
  };

  test("a rider who waits for four minutes is not parked in 18 of them at least", () => {
    const seen = [bikeAt(0.4), riderOf(bikeAt(0.4))];
    const late = seeds.map((seed) => warnedAt(seed, rulesFor(["non-motor-vehicle"]), seen));
    expect(late.filter((at) => at > 240).length, late.join(" ")).toBeGreaterThanOrEqual(18);
  });

  test("a car that may stand for 20 s is warned of within eight looks more in 19 of them at least", () => {
    const rules = rulesFor(["motor-vehicle"]);
    const late = seeds.map((seed) => warnedAt(seed, rules, [{ box: carAt(0.4) }]));
    expect(late.filter((at) => at <= 36).length, late.join(" ")).toBeGreaterThanOrEqual(19);
  });
});
