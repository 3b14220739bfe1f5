/**
 * After the end: the place is looked at again, and the hub is told once how that went.
 *
 * A car stands for 30 s of looks every two seconds and leaves; the rule warns after 20 s, clears
 * after 10 s of absence and checks again after 60 s of clear time. It is cleared at 40 s.
 */
import { describe, expect, test } from "vitest";
import { parseCameraState, serialiseCameraState } from "./camera-state.ts";
import type { Permit } from "./domain/permit.ts";
import type { RuleSettings } from "./domain/rule.ts";
import { resumeCamera } from "./resume.ts";
import { permitOf, registerOf } from "./testing/permits.ts";
import {
  carAt,
  lookAt,
  looksEvery,
  morningMs,
  rulesWith,
  runLooks,
  type Seen,
} from "./testing/street.ts";
import { applyVerdict, noteCaseNo } from "./verdicts/apply-verdict.ts";
import type { ViolationChange } from "./violation-change.ts";

const times = { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 };
const parked: Seen = { box: carAt(0.4) };
const lorry: Seen = {
  box: { xMin: 0.3, yMin: 0.35, xMax: 0.62, yMax: 0.78 },
  label: "truck",
};
const rulesFor = (rule: Partial<RuleSettings> = {}, permits: readonly Permit[] = []) => ({
  ...rulesWith({ ...times, recheckAfterMs: 60_000, ...rule }),
  permits: registerOf(...permits),
});

/** `a cleared@40, a stays-clear@100 60` */
function story(changes: readonly ViolationChange[]): string {
  const ids = [...new Set(changes.map(({ violationId }) => violationId))];
  return changes
    .map(({ violationId, stage, atMs, recheck }) => {
      const letter = String.fromCodePoint(97 + ids.indexOf(violationId));
      const seconds = (atMs - morningMs) / 1_000;
      if (recheck === undefined) return `${letter} ${stage}@${seconds}`;
      return `${letter} ${recheck.outcome}@${seconds} ${recheck.clearMs / 1_000}`;
    })
    .join(", ");
}

const rows: readonly {
  readonly name: string;
  readonly rule?: Partial<RuleSettings>;
  readonly permits?: readonly Permit[];
  readonly untilSeconds?: number;
  readonly seenAt: (seconds: number) => readonly Seen[];
  readonly want: string;
}[] = [
  {
    name: "a place that stays clear is told once",
    untilSeconds: 600,
    seenAt: () => [],
    want: "a stays-clear@100 60",
  },
  {
    name: "a rule that does not ask is told nothing",
    rule: { recheckAfterMs: undefined as never }, // As a file that leaves it out.
    seenAt: () => [],
    want: "",
  },
  {
    name: "one that comes back in time is told of with its violation",
    untilSeconds: 140,
    seenAt: (s) => (s >= 60 ? [parked] : []),
    want: "b warned@80, a came-back@80 18, b reported@120",
  },
  {
    name: "one that comes back later is a recurrence, and no matter of this check",
    untilSeconds: 140,
    seenAt: (s) => (s >= 110 ? [parked] : []),
    want: "a stays-clear@100 60, b warned@130",
  },
  {
    name: "a car that stops for ten seconds delays it, until it was seen to be gone",
    seenAt: (s) => (s >= 60 && s < 70 ? [parked] : []),
    want: "a stays-clear@122 60",
  },
  {
    name: "another car elsewhere is no matter of this place",
    seenAt: () => [{ box: carAt(0.7) }],
    want: "b warned@62, a stays-clear@100 60, b reported@102",
  },
  {
    name: "a lorry that passes in front hides it: that time is not observed",
    seenAt: (s) => (s >= 60 && s < 66 ? [lorry] : []),
    want: "a stays-clear@108 60",
  },
  {
    name: "what a permit covers may be there",
    permits: [
      permitOf({ kinds: ["illegal-parking"], hours: [{ startMinute: 481, endMinute: 540 }] }),
    ],
    seenAt: (s) => (s >= 60 ? [parked] : []),
    want: "a stays-clear@104 60",
  },
];

describe("the second look", () => {
  for (const { name, rule = {}, permits = [], untilSeconds = 200, seenAt, want } of rows) {
    test(name, () => {
      const looks = looksEvery(2, untilSeconds, (s) =>
        s < 30 ? [parked] : s < 42 ? [] : seenAt(s),
      );
      const { changes } = runLooks(rulesFor(rule, permits), looks);
      const ended = "a warned@20, a cleared@40";
      expect(story(changes)).toBe(want === "" ? ended : `${ended}, ${want}`);
    });
  }

  test("it keeps the times of the end, has the next revision, and is counted as no stage", () => {
    const looks = looksEvery(2, 120, (s) => (s < 30 ? [parked] : []));
    const { changes, counts } = runLooks(rulesFor(), looks);
    const [, cleared, again] = changes;
    expect(again).toMatchObject({
      stage: "cleared",
      revision: 3,
      clearedAtMs: cleared?.clearedAtMs,
      endReason: "gone",
      recheck: { outcome: "stays-clear", recurredAs: null },
    });
    expect(again?.reason.zh).toContain("未见复发");
    expect(counts.map(({ stage }) => stage)).toEqual(["clue", "warned", "cleared"]);
  });
});

describe("time that nobody observed", () => {
  const leaving = looksEvery(2, 60, (s) => (s < 30 ? [parked] : []));
  const emptyFrom = (fromSeconds: number, count: number) =>
    Array.from({ length: count }, (_, index) => lookAt(fromSeconds + index * 2, []));

  test("a gap and a restart add nothing", () => {
    const gap = runLooks(rulesFor(), [...leaving, ...emptyFrom(600, 60)]);
    expect(story(gap.changes)).toContain("a stays-clear@642 60");
    let count = 0;
    const restarted = runLooks(rulesFor(), [...leaving, ...emptyFrom(60, 60)], (state) => {
      count += 1;
      return count === 30
        ? resumeCamera(parseCameraState(serialiseCameraState(state), state.cameraId).state)
        : state;
    });
    expect(story(restarted.changes)).toContain("a stays-clear@102 60");
  });

  test("after a day of too little it says so", () => {
    const { changes } = runLooks(rulesFor(), [...leaving, ...emptyFrom(86_400, 40)]);
    expect(story(changes)).toContain("a not-observed@86440 58");
  });
});

describe("what people say meanwhile", () => {
  const cleared = () =>
    runLooks(
      rulesFor(),
      looksEvery(2, 60, (s) => (s < 30 ? [parked] : [])),
    );
  const rest = looksEvery(2, 120, () => []).slice(30);

  test("a dismissed one is not looked at again", () => {
    const { state, changes } = cleared();
    const [first] = changes;
    if (first === undefined) throw new Error("nothing was told");
    const verdict = { violationId: first.violationId, word: "dismissed" } as const;
    const applied = applyVerdict(rulesFor(), state, verdict, morningMs + 60_000);
    expect([applied.outcome, applied.changes]).toEqual(["ended", []]);
    const next = runLooks(rulesFor(), rest, (before) =>
      before.presences.length === 0 && before.rechecks === undefined ? applied.state : before,
    );
    expect(next.changes).toEqual([]);
  });

  test("the hub's case number goes with it", () => {
    const { state, changes } = cleared();
    const [first] = changes;
    if (first === undefined) throw new Error("nothing was told");
    const named = noteCaseNo(state, first.violationId, "2026-77");
    const next = runLooks(rulesFor(), rest, (before) =>
      before.rechecks === undefined ? named : before,
    );
    expect(next.changes.map(({ caseNo }) => caseNo)).toEqual(["2026-77"]);
  });
});
