/**
 * Streets where somebody trades, or only seems to.
 *
 * Each row is a pavement looked at every two seconds; the rule warns after 60 s, reports after
 * 180 s and clears after 20 s of absence. Numbers are the seconds of the looks that decided.
 */
import { describe, expect, test } from "vitest";
import { zoneId } from "../domain/ids.ts";
import type { AllowedWindow, RuleSettings, ZoneSettings } from "../domain/rule.ts";
import { permitOf, registerOf } from "../testing/permits.ts";
import {
  looksEvery,
  rectangle,
  ruleOf,
  rulesOf,
  runLooks,
  type Seen,
  standingAt,
  storyOf,
  zoneOf,
} from "../testing/street.ts";

const times = { warnAfterMs: 60_000, reportAfterMs: 180_000, clearAfterMs: 20_000 };

const stall = (x = 0.4): Seen => ({ box: standingAt(x, 0.12, 0.14), label: "stall" });
const person = (x: number, y = 0.6): Seen => ({
  box: standingAt(x, 0.03, 0.12, y),
  label: "person",
});
const umbrella = (x = 0.42): Seen => ({ box: standingAt(x, 0.1, 0.16), label: "umbrella" });
const table = (x = 0.42): Seen => ({ box: standingAt(x, 0.08, 0.06), label: "table" });
const goods = (x = 0.42): Seen => ({ box: standingAt(x, 0.08, 0.05), label: "goods" });
const tricycle = (x = 0.42): Seen => ({ box: standingAt(x, 0.09, 0.1), label: "two-wheeler" });
const vendor = person(0.45, 0.58);
/** Walks by within two looks, another one after the other. */
const passer = (seconds: number): Seen => person(0.2 + ((seconds * 0.05) % 0.5), 0.59);

function rulesFor(rule: Partial<RuleSettings> = {}, zone: Partial<ZoneSettings> = {}) {
  const rules = [ruleOf({ kind: "street-vending", ...times, ...rule })];
  return rulesOf({ zones: [zoneOf({ rules, ...zone })] });
}

interface Row {
  readonly name: string;
  readonly rule?: Partial<RuleSettings>;
  readonly tags?: readonly string[];
  readonly untilSeconds?: number;
  readonly seenAt: (seconds: number, index: number) => readonly Seen[];
  readonly want: string;
}

const rows: readonly Row[] = [
  {
    name: "a stall with its vendor is warned and reported",
    seenAt: () => [stall(), vendor],
    want: "a warned@60, a reported@180",
  },
  {
    name: "one that packs up is cleared",
    untilSeconds: 300,
    seenAt: (s) => (s <= 200 ? [stall(), vendor] : []),
    want: "a warned@60, a reported@180, a cleared@222",
  },
  {
    name: "one that packs up in time is a statistic",
    seenAt: (s) => (s <= 50 ? [stall(), vendor] : []),
    want: "",
  },
  {
    name: "a stall that nobody attends is not in trade",
    seenAt: () => [stall()],
    want: "",
  },
  {
    name: "whoever attends it may be seen now and then",
    seenAt: (s) => (s % 50 === 0 ? [stall(), vendor] : [stall()]),
    want: "a warned@60, a reported@180",
  },
  {
    name: "where trade needs nobody, an unattended stall is one",
    rule: { vending: { cueScoreMin: 0.62, attendedMs: null } },
    seenAt: () => [stall()],
    want: "a warned@60, a reported@180",
  },
  {
    name: "a stall that rolls by tells nothing",
    seenAt: (s) => [stall(0.06 + ((s * 0.02) % 0.7)), passer(s)],
    want: "",
  },
  {
    name: "two stalls side by side are two",
    untilSeconds: 100,
    seenAt: () => [stall(), stall(0.53), vendor, person(0.58)],
    want: "a warned@60, b warned@60",
  },
  {
    name: "a stall with its table, umbrella and goods is one",
    seenAt: () => [stall(), umbrella(), table(0.5), goods(0.36), vendor],
    want: "a warned@60, a reported@180",
  },
  {
    name: "goods and people who linger are a stall that the detector does not know",
    seenAt: () => [goods(), vendor],
    want: "a warned@60, a reported@180",
    untilSeconds: 230,
  },
  {
    name: "a tricycle under an umbrella with people is one, too",
    seenAt: () => [tricycle(), umbrella(), vendor],
    want: "a warned@60",
    untilSeconds: 180,
  },
  {
    name: "people alone are none, however long they stand around",
    seenAt: () => [vendor, person(0.5), person(0.55)],
    want: "",
  },
  {
    name: "a queue at a bus stop in the rain",
    seenAt: () => [vendor, person(0.5), person(0.55), umbrella(), umbrella(0.55)],
    want: "",
  },
  {
    name: "a terrace of a café: tables, umbrellas and guests",
    seenAt: () => [umbrella(), table(), table(0.55), vendor, person(0.5)],
    want: "",
  },
  {
    name: "a terrace that is marked may have bicycles and crates beside it",
    tags: ["terrace"],
    seenAt: () => [umbrella(), table(), tricycle(0.53), goods(0.36), vendor],
    want: "",
  },
  {
    name: "a stall at a marked bus stop is a stall all the same",
    tags: ["bus-stop"],
    seenAt: () => [stall(), vendor],
    want: "a warned@60, a reported@180",
  },
  {
    name: "a parasol on a marked terrace that is half taken for a stall",
    tags: ["terrace"],
    seenAt: () => [{ ...stall(), score: 0.58 }, umbrella(), table(), tricycle(0.53), vendor],
    want: "",
  },
  {
    name: "the same with goods is a stall",
    tags: ["terrace"],
    seenAt: () => [{ ...stall(), score: 0.58 }, umbrella(), goods(0.36), vendor],
    want: "a warned@60, a reported@180",
  },
  {
    name: "and so it is in a street where nobody marked a terrace",
    seenAt: () => [{ ...stall(), score: 0.58 }, umbrella(), table(), vendor],
    want: "a warned@60, a reported@180",
  },
  {
    name: "people under umbrellas whom one look in three takes for a stall",
    untilSeconds: 600,
    seenAt: (_, index) => [...(index % 3 === 1 ? [stall()] : []), tricycle(0.53), vendor],
    want: "",
  },
  {
    name: "a stall that one look in three sees is one where there are goods",
    untilSeconds: 300,
    seenAt: (_, index) => [...(index % 3 === 1 ? [stall()] : []), goods(0.36), vendor],
    want: "a warned@62, a reported@182",
  },
  {
    name: "an umbrella alone",
    seenAt: () => [umbrella()],
    want: "",
  },
  {
    name: "a loaded tricycle that waits with its rider",
    seenAt: () => [tricycle(), vendor],
    want: "",
  },
  {
    name: "a parked tricycle that people pass",
    seenAt: (s) => [tricycle(), umbrella(), passer(s)],
    want: "",
  },
  {
    name: "goods that are unloaded while people pass",
    seenAt: (s) => [goods(), passer(s)],
    want: "",
  },
  {
    name: "goods and tables in a shop's front are the shop's overflow",
    tags: ["shop-front"],
    seenAt: () => [goods(), table(0.55)],
    want: "a warned@60, b warned@60, a reported@180, b reported@180",
  },
  {
    name: "goods that are spread out before a shop are one from end to end",
    tags: ["shop-front"],
    seenAt: () => [goods(0.42), goods(0.53), goods(0.64), goods(0.75)],
    want: "a warned@60, a reported@180",
  },
  {
    name: "a detector that misses each cue now and then knows the stall all the same",
    seenAt: (_, index) => [
      ...(index % 3 === 2 ? [] : [goods()]),
      ...(index % 4 === 1 ? [] : [umbrella()]),
      ...(index % 3 === 0 ? [] : [vendor]),
    ],
    want: "a warned@60, a reported@180",
  },
  {
    name: "a passing tricycle tells nothing",
    seenAt: (s) => [tricycle(0.06 + ((s * 0.03) % 0.8)), goods(0.06 + ((s * 0.03) % 0.8))],
    want: "",
  },
];

describe("who trades", () => {
  for (const { name, rule = {}, tags = [], untilSeconds = 190, seenAt, want } of rows) {
    test(name, () => {
      const { changes } = runLooks(rulesFor(rule, { tags }), looksEvery(2, untilSeconds, seenAt));
      expect(storyOf(changes)).toBe(want);
    });
  }
});

describe("a guidance point with hours", () => {
  // The street's first look is at 08:00:00 local time; the point closes at 08:05.
  const point = (graceMinutes: number) =>
    zoneOf({
      id: zoneId("guidance-point"),
      polygon: rectangle(0.3, 0.4, 0.6, 0.7),
      rules: [
        ruleOf({
          kind: "street-vending",
          ...times,
          allowed: [{ startMinute: 360, endMinute: 485, graceMinutes }],
        }),
      ],
    });
  const street = zoneOf({
    id: zoneId("street"),
    rules: [ruleOf({ kind: "street-vending", ...times })],
  });
  const run = (x: number, graceMinutes: number, untilSeconds: number) =>
    runLooks(
      rulesOf({ zones: [street, point(graceMinutes)] }),
      looksEvery(2, untilSeconds, () => [stall(x), person(x + 0.05)]),
    );

  test("within its hours a stall is counted, not told", () => {
    const { changes, counts } = run(0.4, 0, 280);
    expect(changes).toEqual([]);
    expect(counts.map(({ stage, zoneId: zone }) => `${zone} ${stage}`)).toEqual([
      "guidance-point allowed",
      "street allowed",
    ]);
  });

  test("after its hours it is told, for the point", () => {
    const { changes } = run(0.4, 0, 400);
    expect(storyOf(changes)).toBe("a warned@360");
    expect(changes[0]).toMatchObject({ zoneId: "guidance-point", reasonCode: "out-of-hours" });
    expect(changes[0]?.reason.zh).toContain("超时段");
  });

  test("there is time to pack up", () => {
    expect(storyOf(run(0.4, 2, 500).changes)).toBe("a warned@480");
  });

  test("beside it, it is told in its hours, too", () => {
    const { changes } = run(0.7, 0, 80);
    expect(storyOf(changes)).toBe("a warned@60");
    expect(changes[0]).toMatchObject({ zoneId: "street", reasonCode: "out-of-place" });
  });
});

describe("doubt whether it is trade", () => {
  // The street's first look is at 08:00:00 local time, its minute 480.
  const hours = (startMinute: number, endMinute: number) => [
    { startMinute, endMinute, graceMinutes: 0 },
  ];
  const run = (
    [leavesAt, backAt]: readonly [number, number],
    { allowed = [], permitted }: { allowed?: AllowedWindow[]; permitted?: AllowedWindow[] },
  ) => {
    const permit = permitOf({ kinds: ["street-vending"], hours: permitted ?? [] });
    const rules = rulesFor({ clearAfterMs: 10_000, allowed });
    const isThere = (s: number) => s <= leavesAt || s >= backAt;
    const looks = looksEvery(2, 270, (s) => (isThere(s) ? [goods(), vendor] : [goods()]));
    const permits = permitted === undefined ? {} : { permits: registerOf(permit) };
    return storyOf(runLooks({ ...rules, ...permits }, looks).changes);
  };

  // Doubt from 72 until 86: the score falls, not far enough to say that nobody trades any more.
  const isBackSoon = [60, 76] as const;

  test("what was told stays told, and its time goes on", () => {
    expect(run(isBackSoon, {})).toBe("a warned@60, a reported@180");
  });

  test.each([
    { name: "hours", allowing: { allowed: hours(470, 481) } },
    { name: "a permit", allowing: { permitted: hours(470, 481) } },
  ])("what $name kept untold has no more time for it", ({ allowing }) => {
    expect(run(isBackSoon, allowing)).toBe("a warned@120, a reported@240");
  });

  // In order from 118 on, trade again from 188 on; 172 to 186 are no doubt of what is in order.
  const isBackLate = [100, 162] as const;

  test("a permit that ends makes no doubt of what is in order", () => {
    expect(run(isBackLate, {})).toBe("a warned@60, a cleared@128, b warned@248");
    const permitted = hours(482, 483);
    expect(run(isBackLate, { permitted })).toBe("a warned@60, a withdrawn@120, b warned@248");
  });
});

test("score and cues say what it was taken from", () => {
  const { changes } = runLooks(
    rulesFor(),
    looksEvery(2, 130, () => [goods(), umbrella(), vendor]),
  );
  const [warned] = changes;
  expect(warned?.cues.map(({ label }) => label)).toEqual(["umbrella", "people", "goods"]);
  expect(warned?.score).toBeGreaterThanOrEqual(0.62);
  expect(warned?.score).toBeLessThan(0.8);
  expect(warned?.notice?.zh).toContain("疏导点");
});

test("a terrace in a street has bicycles and crates beside it, for the street's rule, too", () => {
  const rules = [ruleOf({ kind: "street-vending", ...times })];
  const street = zoneOf({ id: zoneId("street"), rules });
  const seenAt = () => [umbrella(), table(), tricycle(0.53), goods(0.36), vendor];
  const run = (zones: readonly ZoneSettings[]) =>
    storyOf(runLooks(rulesOf({ zones }), looksEvery(2, 100, seenAt)).changes);
  const terrace = zoneOf({
    id: zoneId("terrace"),
    tags: ["terrace"],
    polygon: [
      { x: 0.2, y: 0.3 },
      { x: 0.8, y: 0.3 },
      { x: 0.8, y: 0.7 },
      { x: 0.2, y: 0.7 },
    ],
    rules,
  });
  expect(run([street])).toBe("a warned@60");
  expect(run([street, terrace])).toBe("");
});
