/** Each check by its number: what fails it, and nothing else fails with it. */
import { describe, expect, test } from "vitest";
import { type CompletenessFacts, checkCompleteness, type ViewFacts } from "./completeness.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const start = Date.UTC(2026, 5, 1);

const view = (
  role: ViewFacts["role"],
  atMs: number,
  changes: Partial<ViewFacts> = {},
): ViewFacts => ({
  role,
  capturedAtMs: start + atMs,
  uncertaintyMs: 40,
  isClockSynced: true,
  width: 1_920,
  height: 1_080,
  isSameThing: true,
  zoneShare: 0.9,
  sharpness: 4,
  luma: 110,
  thingPx: 200,
  coveredShare: 0,
  isMasked: true,
  ...changes,
});

const firstSeen = view("first-seen", 0);
const warned = view("warned", minute);
const reported = view("reported", 5 * minute);

const factsOf = (changes: Partial<CompletenessFacts> = {}): CompletenessFacts => ({
  stage: "reported",
  kind: "illegal-parking",
  subKind: "motor-vehicle",
  timeZoneDateOf: (atMs) => new Date(atMs).toISOString().slice(0, 10),
  atMs: start + 5 * minute,
  views: [firstSeen, warned, reported],
  hasCloseUp: true,
  hasClip: true,
  warnedAtMs: start + minute,
  reportedAtMs: start + 5 * minute,
  reportAfterMs: 5 * minute,
  zoneShareMin: 0.5,
  versions: ["0.1.0", "street-nano@0123456789ab", "abc", "2026.1"],
  isCalendarMissing: false,
  isDecidedAgain: true,
  isChained: true,
  isEveryFileMasked: true,
  place: { hasPoint: true, isInDivision: true, isInGrid: true, hasAddress: true, hasMatter: true },
  site: ["2026-01-01", "2026-01-02", "2026-06-01"],
  ...changes,
});

const { place } = factsOf();
const withLast = (changes: Partial<ViewFacts>) => [firstSeen, warned, { ...reported, ...changes }];

const rows: readonly {
  readonly name: string;
  readonly facts: Partial<CompletenessFacts>;
  readonly want: readonly number[];
}[] = [
  { name: "a whole set", facts: {}, want: [] },
  { name: "1: two views of a car", facts: { views: [firstSeen, reported] }, want: [1, 2] },
  {
    name: "1: a view of less than 1280 × 720",
    facts: { views: withLast({ width: 800 }) },
    want: [1],
  },
  { name: "1: no close-up of a car", facts: { hasCloseUp: false }, want: [1] },
  { name: "1: no clip of a car", facts: { hasClip: false }, want: [1] },
  {
    name: "2: the clock is not known",
    facts: { views: withLast({ isClockSynced: false }) },
    want: [2],
  },
  {
    name: "2: more than a second off",
    facts: { views: withLast({ uncertaintyMs: 1_001 }) },
    want: [2],
  },
  {
    name: "2: a second off is allowed",
    facts: { views: withLast({ uncertaintyMs: 1_000 }) },
    want: [],
  },
  {
    name: "2: two pictures of one moment",
    facts: { views: [firstSeen, warned, { ...reported, capturedAtMs: warned.capturedAtMs }] },
    want: [2],
  },
  { name: "2: less than the rule's time", facts: { reportAfterMs: 5 * minute + 1 }, want: [2] },
  {
    name: "2: two of three views nine seconds apart",
    facts: { views: [firstSeen, view("warned", 9_000), reported] },
    want: [2],
  },
  { name: "3: another thing", facts: { views: withLast({ isSameThing: false }) }, want: [3] },
  { name: "3: out of its zone", facts: { views: withLast({ zoneShare: 0.49 }) }, want: [3] },
  { name: "4: blurred", facts: { views: withLast({ sharpness: 0.2 }) }, want: [4] },
  { name: "4: too dark", facts: { views: withLast({ luma: 10 }) }, want: [4] },
  { name: "4: too bright", facts: { views: withLast({ luma: 250 }) }, want: [4] },
  { name: "4: too small", facts: { views: withLast({ thingPx: 39 }) }, want: [4] },
  {
    name: "4: more than half covered",
    facts: { views: withLast({ coveredShare: 0.51 }) },
    want: [4],
  },
  { name: "5: a version without a name", facts: { versions: ["0.1.0", ""] }, want: [5] },
  { name: "5: a year without a calendar", facts: { isCalendarMissing: true }, want: [5] },
  { name: "6: asked again, the rule says no", facts: { isDecidedAgain: false }, want: [6] },
  { name: "7: no manifest", facts: { isChained: false }, want: [7] },
  {
    name: "8: a view that is not masked",
    facts: { views: withLast({ isMasked: false }) },
    want: [8],
  },
  { name: "8: a file that is not masked", facts: { isEveryFileMasked: false }, want: [8] },
  { name: "9: never warned", facts: { warnedAtMs: null }, want: [9] },
  { name: "10: no point", facts: { place: { ...place, hasPoint: false } }, want: [10] },
  { name: "10: in another grid", facts: { place: { ...place, isInGrid: false } }, want: [10] },
  {
    name: "10: in another division",
    facts: { place: { ...place, isInDivision: false } },
    want: [10],
  },
  { name: "10: no address", facts: { place: { ...place, hasAddress: false } }, want: [10] },
  { name: "10: no matter", facts: { place: { ...place, hasMatter: false } }, want: [10] },
  {
    name: "11: not published",
    facts: { site: [undefined, "2026-01-01", "2026-01-01"] },
    want: [11],
  },
  {
    name: "11: reviewed tomorrow",
    facts: { site: ["2026-01-01", "2026-06-02", "2026-01-01"] },
    want: [11],
  },
  { name: "nothing at all", facts: { views: [] }, want: [1, 2, 3, 4] },
  {
    name: "a warning: two views, no clip",
    facts: { stage: "warned", reportedAtMs: null, views: [firstSeen, warned], hasClip: false },
    want: [],
  },
  {
    name: "a warning with one view",
    facts: { stage: "warned", reportedAtMs: null, views: [warned] },
    want: [1],
  },
  {
    name: "an end without its own view",
    facts: { stage: "cleared" },
    want: [1],
  },
  {
    name: "an end: the place is empty on its view",
    facts: {
      stage: "cleared",
      views: [
        firstSeen,
        warned,
        reported,
        view("cleared", day, { isSameThing: false, sharpness: 0 }),
      ],
    },
    want: [],
  },
];
for (const { name, facts, want } of rows) {
  test(name, () => {
    const { complete, failed } = checkCompleteness(factsOf(facts));
    expect(failed).toEqual(want);
    expect(complete).toBe(want.length === 0);
  });
}

const kindRows: readonly {
  readonly name: string;
  readonly facts: Partial<CompletenessFacts>;
  readonly spacing: number;
  readonly want: readonly number[];
}[] = [
  {
    name: "bins ten minutes apart",
    facts: { kind: "overflowing-bin", subKind: "bin-overflow" },
    spacing: 10 * minute,
    want: [],
  },
  {
    name: "bins closer",
    facts: { kind: "overflowing-bin", subKind: "bin-overflow" },
    spacing: 10 * minute - 1,
    want: [2],
  },
  {
    name: "bicycles five minutes apart",
    facts: { subKind: "non-motor-vehicle" },
    spacing: 5 * minute,
    want: [],
  },
  {
    name: "bicycles closer",
    facts: { subKind: "non-motor-vehicle" },
    spacing: 5 * minute - 1,
    want: [2],
  },
];
describe("two views are enough, where they are far apart", () => {
  for (const { name, facts, spacing, want } of kindRows) {
    test(name, () => {
      const views = [firstSeen, view("reported", spacing)];
      const known = factsOf({ ...facts, views, hasClip: false, reportAfterMs: minute });
      expect(checkCompleteness(known).failed).toEqual(want);
    });
  }
});

describe("a sign needs three views on two days, a day apart", () => {
  const sign = { kind: "unlicensed-signage", subKind: "banner", reportAfterMs: 0 } as const;
  const signRows = [
    { name: "it has them", lastMs: day, want: [] },
    { name: "an hour less", lastMs: day - 60 * minute, want: [2] },
  ];
  test.each(signRows)("$name", ({ lastMs, want }) => {
    const views = [firstSeen, view("warned", lastMs - minute), view("reported", lastMs)];
    const facts = factsOf({ ...sign, views, hasClip: false, hasCloseUp: false });
    expect(checkCompleteness(facts).failed).toEqual(want);
  });
});
