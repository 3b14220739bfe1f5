/**
 * Façades over days: which signs are told of, when and why, and which are not.
 *
 * One row a street: what hangs there by the hour, the rule and the permit list; the story is told
 * as `d2 10:00 a warned`, days counted from the first. Looks come every half an hour around the
 * clock, as the usual rule asks.
 */
import { describe, expect, test } from "vitest";
import type { NormBox } from "../domain/geometry.ts";
import type { Permit } from "../domain/permit.ts";
import type { RuleSettings } from "../domain/rule.ts";
import {
  blue,
  carBehind,
  elsewhere,
  from,
  hangs,
  hex,
  isDay,
  permit,
  red,
  redAtNoon,
  type Street,
  sign,
  signRules,
  storyOf,
  told,
  van,
  watch,
} from "../testing/signs.ts";

/** It hangs for good; the sun stands in the camera's eye from ten until three. */
const besidesGlare: Street = (hour) => (hour % 24 >= 10 && hour % 24 < 15 ? [] : [{ box: sign }]);

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
    name: "one that a single look by day found, and those by night saw again, was there that day",
    street: from(18.5),
    want: told("d2 07:00", "not-registered"),
  },
  {
    name: "one that this look found on a van says nothing of the day",
    street: (hour) => [
      ...(hour >= 18.5 ? [{ box: sign }] : []),
      ...(hour === 18.5 ? [{ box: van, label: "truck" as const }] : []),
    ],
    want: told("d3 06:00", "not-registered"),
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
    name: "a board that glare hides from ten until three each day is not taken down at noon",
    street: besidesGlare,
    rule: { clearAfterMs: 2 * 3_600_000 },
    days: 8,
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "nor does a lucky look at noon make it one that is missed there",
    street: (hour) => (hour === 60 ? [{ box: sign }] : besidesGlare(hour)),
    rule: { clearAfterMs: 2 * 3_600_000 },
    days: 8,
    want: told("d2 06:00", "not-registered"),
  },
  {
    name: "when it is taken down, the hours in which it was seen say so",
    street: (hour) => (hour < 108 ? besidesGlare(hour) : []),
    rule: { clearAfterMs: 2 * 3_600_000 },
    days: 8,
    want: `${told("d2 06:00", "not-registered")}, d5 16:30 a cleared gone`,
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
    name: "a van that the detector misses three times in four",
    street: (hour) => [
      { box: sign },
      ...(hour % 2 === 0 ? [{ box: van, label: "car" as const }] : []),
    ],
    want: "",
  },
  {
    name: "a sign with a lorry behind it in one look of six",
    street: (hour) => [
      { box: sign },
      ...(hour % 3 === 0 ? [{ box: van, label: "truck" as const }] : []),
    ],
    want: told("d2 07:30", "not-registered"),
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
    want: told("d3 06:00", "replaced"),
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

test("what is no candidate is counted: on a vehicle, and never seen twice by day", () => {
  const streetOf: Street = (hour) => {
    const isThere = hour % 24 >= 9 && hour % 24 < 12;
    const onVan = { box: sign };
    if (hour < 24) return isThere ? [onVan, { box: van, label: "truck" }] : [];
    return hour === 34 ? [{ box: elsewhere }] : [];
  };
  const { state, changes } = watch(signRules(), streetOf, { days: 6 });
  expect(changes).toEqual([]);
  expect(state.review).toEqual({
    entries: [],
    droppedCount: 0,
    passedOver: { "on-vehicle": 1, "not-settled": 1 },
  });
});

test("a sign that was told of is not on the review list", () => {
  const { state } = watch(signRules(), from(0, 31), { days: 6 });
  expect(state.review).toBeUndefined();
});
