/**
 * Bins and rubbish: what overflows, what belongs to whom, and what is in order.
 *
 * Each row is a kerb looked at every ten seconds; the rule warns after 100 s, reports after 300 s
 * and clears after 30 s. Numbers are the seconds of the looks that decided.
 */
import { describe, expect, test } from "vitest";
import type { RuleSettings } from "../domain/rule.ts";
import {
  looksEvery,
  ruleOf,
  rulesOf,
  runLooks,
  type Seen,
  standingAt,
  storyOf,
  zoneOf,
} from "../testing/street.ts";

const times = { warnAfterMs: 100_000, reportAfterMs: 300_000, clearAfterMs: 30_000 };

const box = (x: number, height = 0.12, width = 0.05) => standingAt(x, width, height);
const bin: Seen = { box: box(0.4), label: "bin" };
const over: Seen = { box: box(0.4, 0.13), label: "overflowing-bin" };
const bags = (x: number, width = 0.04): Seen => ({ box: box(x, 0.04, width), label: "garbage" });
const lorry: Seen = { box: { xMin: 0.3, yMin: 0.35, xMax: 0.6, yMax: 0.78 }, label: "truck" };

function rulesFor(changes: Partial<RuleSettings> = {}) {
  const rule = ruleOf({ kind: "overflowing-bin", ...times, ...changes });
  const rules = rulesOf({ zones: [zoneOf({ rules: [rule] })] });
  return { ...rules, views: rules.views.map((view) => ({ ...view, everyMs: 10_000 })) };
}

interface Row {
  readonly name: string;
  readonly rule?: Partial<RuleSettings>;
  readonly untilSeconds?: number;
  readonly seenAt: (seconds: number, index: number) => readonly Seen[];
  readonly want: string;
}

const rows: readonly Row[] = [
  { name: "a full bin that is closed tells nothing", seenAt: () => [bin], want: "" },
  {
    name: "a bin that overflows is warned and reported",
    seenAt: () => [over],
    want: "a warned@100, a reported@300",
  },
  {
    name: "time counts from the look on in which it began to overflow",
    untilSeconds: 500,
    seenAt: (s) => [s < 100 ? bin : over],
    want: "a warned@200, a reported@400",
  },
  {
    name: "a detector that takes one look in five for the other neither delays nor clears",
    seenAt: (_, index) => [index % 5 === 3 ? bin : over],
    want: "a warned@100, a reported@300",
  },
  {
    name: "a closed bin that one look in five takes for an overflowing one tells nothing",
    untilSeconds: 2_000,
    seenAt: (_, index) => [index % 5 === 3 ? over : bin],
    want: "",
  },
  {
    name: "both labels on one bin are one bin; the surer one counts",
    seenAt: () => [over, { ...bin, score: 0.3 }],
    want: "a warned@100, a reported@300",
  },
  {
    name: "a cart that is as much a tricycle as a bin tells nothing",
    untilSeconds: 900,
    seenAt: () => [
      { ...over, score: 0.53 },
      { box: over.box, label: "two-wheeler", score: 0.57 },
    ],
    want: "",
  },
  {
    name: "nor with rubbish beside it",
    untilSeconds: 900,
    seenAt: () => [
      { ...bin, score: 0.6 },
      { box: bin.box, label: "stall", score: 0.55 },
      { ...bags(0.46), score: 0.7 },
    ],
    want: "",
  },
  {
    name: "a bin that one look in four takes for something else as well is told in time",
    seenAt: (_, index) =>
      index % 4 === 1 ? [over, { box: over.box, label: "two-wheeler" }] : [over],
    want: "a warned@100, a reported@300",
  },
  {
    name: "a bicycle that leans on it for a while has another box, and changes nothing",
    seenAt: () => [
      over,
      { box: { ...over.box, xMax: over.box.xMax + 0.04 }, label: "two-wheeler" },
    ],
    want: "a warned@100, a reported@300",
  },
  {
    name: "a bin that was emptied is cleared, and the same bin may overflow again",
    untilSeconds: 900,
    seenAt: (s) => [s <= 320 || s >= 600 ? over : bin],
    want: "a warned@100, a reported@300, a cleared@360, b warned@700, b reported@900",
  },
  {
    name: "a look now and then that takes the emptied bin for a full one does not keep the case",
    untilSeconds: 600,
    seenAt: (s, index) => [s <= 320 || index % 4 === 1 ? over : bin],
    want: "a warned@100, a reported@300, a cleared@430",
  },
  {
    name: "one look that says emptied clears nothing",
    untilSeconds: 400,
    seenAt: (s) => [s === 330 ? bin : over],
    want: "a warned@100, a reported@300",
  },
  {
    name: "a lorry that hides it for ten minutes is unobserved time and clears nothing",
    untilSeconds: 1_200,
    seenAt: (s) => (s > 150 && s < 750 ? [lorry] : [over]),
    want: "a warned@100, a reported@900",
  },
  {
    name: "a bin that was taken away is gone",
    untilSeconds: 700,
    seenAt: (s) => (s <= 320 ? [over] : []),
    want: "a warned@100, a reported@300, a cleared@360",
  },
  {
    name: "bags that touch a closed bin are that bin's overflow, one case",
    seenAt: () => [bin, bags(0.46)],
    want: "a warned@110, a reported@310",
  },
  {
    name: "an overflowing bin with bags beside it is one case",
    seenAt: () => [over, bags(0.455), bags(0.36)],
    want: "a warned@100, a reported@300",
  },
  {
    name: "bags away from every bin are exposed rubbish",
    seenAt: () => [bin, bags(0.6)],
    want: "a warned@100, a reported@300",
  },
  {
    name: "bags beside a bin that are taken away are over after 30 s without them",
    untilSeconds: 700,
    seenAt: (s) => (s < 400 ? [bin, bags(0.46)] : [bin]),
    want: "a warned@110, a reported@310, a cleared@430",
  },
  {
    name: "bags that every second look misses: their end counts from when they were taken",
    untilSeconds: 900,
    seenAt: (s, index) => (s < 400 && index % 2 === 0 ? [bin, bags(0.46)] : [bin]),
    want: "a warned@120, a reported@320, a cleared@510",
  },
  {
    name: "the look that is sure of it misses the bin: the next one still knows since when",
    untilSeconds: 900,
    seenAt: (s, index) => [
      ...(s === 510 ? [] : [bin]),
      ...(s < 400 && index % 2 === 0 ? [bags(0.46)] : []),
    ],
    want: "a warned@120, a reported@320, a cleared@520",
  },
  {
    name: "bags that are put down again are no end",
    untilSeconds: 700,
    seenAt: (s) => (s < 400 || s >= 420 ? [bin, bags(0.46)] : [bin]),
    want: "a warned@110, a reported@310",
  },
  {
    name: "bags that are taken away are cleared",
    untilSeconds: 300,
    seenAt: (s) => (s <= 150 ? [bags(0.6)] : []),
    want: "a warned@100, a cleared@190",
  },
  {
    name: "rubbish that blows past tells nothing",
    seenAt: (s) => [bags(0.1 + ((s * 0.007) % 0.7))],
    want: "",
  },
  {
    name: "in collection hours nothing is told",
    rule: { allowed: [{ startMinute: 470, endMinute: 500 }] },
    seenAt: () => [over],
    want: "",
  },
  {
    name: "bins alone: rubbish on the ground is not asked for",
    rule: { subKinds: ["bin-overflow"] },
    seenAt: () => [bin, bags(0.6)],
    want: "",
  },
  {
    name: "rubbish alone: a bin that overflows is not asked for",
    rule: { subKinds: ["exposed-garbage"] },
    seenAt: () => [over],
    want: "",
  },
  {
    name: "a bin that is not named is not watched when others are",
    rule: {
      bins: { named: [{ id: "B-12", at: { x: 0.8, y: 0.55 } }], heapSizeMin: 0.03, heapAfterMs: 0 },
    },
    seenAt: () => [over],
    want: "",
  },
];

describe("bins and rubbish", () => {
  for (const { name, rule = {}, untilSeconds = 400, seenAt, want } of rows) {
    test(name, () => {
      const { changes } = runLooks(rulesFor(rule), looksEvery(10, untilSeconds + 1, seenAt));
      expect(storyOf(changes)).toBe(want);
    });
  }
});

describe("what the event says", () => {
  const run = (rule: Partial<RuleSettings>, seen: readonly Seen[], until = 400) =>
    runLooks(
      rulesFor(rule),
      looksEvery(10, until, () => seen),
    ).changes;
  const facts = (changes: ReturnType<typeof run>) =>
    changes.map(({ subKind, reasonCode, matter, objectCount }) =>
      [subKind, reasonCode, matter.code, objectCount].join(" "),
    );

  test("over the rim", () => {
    expect(facts(run({}, [over]))[0]).toBe("bin-overflow above-rim 06042 1");
  });

  test("beside the bin", () => {
    expect(facts(run({}, [bin, bags(0.46)]))[0]).toBe("bin-overflow beside-bin 06042 2");
  });

  test("rubbish on the ground", () => {
    expect(facts(run({}, [bags(0.6)]))[0]).toBe("exposed-garbage  06010 1");
  });

  test("large and lasting rubbish is a heap, where the rule asks for it", () => {
    const bins = { named: [], heapSizeMin: 0.005, heapAfterMs: 200_000 };
    const large = [{ ...bags(0.55, 0.2) }];
    const rule = { bins, subKinds: ["exposed-garbage", "rubbish-heap"] } as const;
    expect(facts(run(rule, large))).toEqual(["exposed-garbage  06010 1", "rubbish-heap  06011 1"]);
    expect(facts(run({ bins }, large)).at(-1)).toBe("exposed-garbage  06010 1");
  });

  const named = {
    named: [{ id: "B-12", at: { x: 0.42, y: 0.55 } }],
    heapSizeMin: 1,
    heapAfterMs: 0,
  };

  test("the name of a named bin", () => {
    const [warned] = run({ bins: named }, [over]);
    expect(warned?.objectId).toBe("B-12");
    expect(warned?.reason.zh).toContain("B-12");
  });

  test("rubbish that has buried a named bin is that bin's", () => {
    const [warned] = run({ bins: named }, [bags(0.39, 0.08)]);
    expect([warned?.subKind, warned?.objectId]).toEqual(["bin-overflow", "B-12"]);
  });

  test("times are the overflow's, not the bin's", () => {
    const { changes } = runLooks(
      rulesFor(),
      looksEvery(10, 500, (s) => [s < 200 ? bin : over]),
    );
    const [warned] = changes;
    expect(warned?.observedMs).toBe(100_000);
    expect((warned?.atMs ?? 0) - (warned?.firstSeenAtMs ?? 0)).toBe(100_000);
  });

  test("emptied is put right, taken away is gone", () => {
    const ends = (after: readonly Seen[]) =>
      runLooks(
        rulesFor(),
        looksEvery(10, 700, (s) => (s <= 320 ? [over] : after)),
      ).changes.map(({ endReason }) => endReason);
    expect(ends([bin]).at(-1)).toBe("put-right");
    expect(ends([]).at(-1)).toBe("gone");
  });
});
