/** How far from its time an event may be, and which told violation is compared with which true one. */
import { describe, expect, test } from "vitest";
import { Judge, parseTruth, type TrueViolation, toldCount } from "./truth.ts";
import type { ReplayedViolation } from "./violation-list.ts";

const second = 1_000;
const minute = 60 * second;
const here = { xMin: 0.4, yMin: 0.4, xMax: 0.5, yMax: 0.5 };
const beside = { xMin: 0.6, yMin: 0.4, xMax: 0.7, yMax: 0.5 };

/** Every 2 s: ten periods are 20 s. Warned after 1 min, reported after 10 min, over after 2 min. */
const rule: ReplayedViolation["rule"] = {
  everyMs: 2 * second,
  warnAfterMs: minute,
  reportAfterMs: 10 * minute,
  clearAfterMs: 2 * minute,
};

const due = (more: Partial<TrueViolation> = {}): TrueViolation => ({
  kind: "illegal-parking",
  zone: "kerb",
  box: here,
  ...more,
});

function told(more: Partial<ReplayedViolation> = {}): ReplayedViolation {
  return {
    violation: "a",
    camera: "east",
    zone: "kerb",
    kind: "illegal-parking",
    subKind: "motor-vehicle",
    stage: "warned",
    severity: "blue",
    firstSeenAtMs: 0,
    warnedAtMs: null,
    reportedAtMs: null,
    endedAtMs: null,
    endReason: null,
    lastSeenAtMs: 0,
    observedMs: 0,
    unobservedMs: 0,
    rule,
    box: here,
    firstSeenAt: "",
    warnedAt: null,
    reportedAt: null,
    endedAt: null,
    ...more,
  };
}

function judged(truths: readonly TrueViolation[], violations: readonly ReplayedViolation[]) {
  const judge = new Judge();
  judge.add(parseTruth({ violations: truths }, "test"), violations);
  const { kinds, missed, wrong } = judge.judgement();
  return { figures: kinds["illegal-parking"], missed, wrong };
}

describe("an event is right within ten periods or a tenth of its wait, before and after", () => {
  const rows = [
    { name: "ten periods late", stage: "warnedAtMs", offMs: 20 * second, isRight: true },
    { name: "more than that", stage: "warnedAtMs", offMs: 20 * second + 1, isRight: false },
    { name: "ten periods early", stage: "warnedAtMs", offMs: -20 * second, isRight: true },
    { name: "earlier than that", stage: "warnedAtMs", offMs: -20 * second - 1, isRight: false },
    { name: "a tenth of a long wait late", stage: "reportedAtMs", offMs: minute, isRight: true },
    { name: "more than a tenth", stage: "reportedAtMs", offMs: minute + 1, isRight: false },
    { name: "a tenth early", stage: "reportedAtMs", offMs: -minute, isRight: true },
    { name: "more than a tenth early", stage: "reportedAtMs", offMs: -minute - 1, isRight: false },
    { name: "an end by ten periods", stage: "endedAtMs", offMs: 20 * second, isRight: true },
    { name: "an end after them", stage: "endedAtMs", offMs: 20 * second + 1, isRight: false },
    { name: "an end before them", stage: "endedAtMs", offMs: -20 * second - 1, isRight: false },
  ] as const;
  for (const { name, stage, offMs, isRight } of rows) {
    test(name, () => {
      const atMs = 20 * minute;
      const { figures, missed, wrong } = judged(
        [due({ [stage]: atMs })],
        [told({ [stage]: atMs + offMs })],
      );
      expect(figures).toMatchObject({ due: 1, told: 1, right: isRight ? 1 : 0 });
      expect(figures?.timeErrorPeriods).toBe(isRight ? offMs / rule.everyMs : null);
      expect([missed.length, wrong.length]).toEqual(isRight ? [0, 0] : [1, 1]);
    });
  }

  test("an end may be written as clearedAtMs", () => {
    const { figures } = judged([due({ clearedAtMs: minute })], [told({ endedAtMs: minute })]);
    expect(figures).toMatchObject({ due: 1, right: 1 });
  });
});

describe("who is compared with whom", () => {
  const rows: readonly {
    readonly name: string;
    readonly truths: readonly TrueViolation[];
    readonly violations: readonly ReplayedViolation[];
    readonly right: number;
    readonly pairs: number;
  }[] = [
    {
      name: "another kind is another violation",
      truths: [due({ warnedAtMs: minute })],
      violations: [told({ kind: "street-vending", warnedAtMs: minute })],
      right: 0,
      pairs: 0,
    },
    {
      name: "another zone is another violation",
      truths: [due({ warnedAtMs: minute })],
      violations: [told({ zone: "bay", warnedAtMs: minute })],
      right: 0,
      pairs: 0,
    },
    {
      name: "another camera or sub-kind is, where the truth names them",
      truths: [due({ camera: "west", warnedAtMs: minute }), due({ subKind: "non-motor-vehicle" })],
      violations: [told({ warnedAtMs: minute })],
      right: 0,
      pairs: 0,
    },
    {
      name: "another place is another violation",
      truths: [due({ warnedAtMs: minute })],
      violations: [told({ box: beside, warnedAtMs: minute })],
      right: 0,
      pairs: 0,
    },
    {
      name: "a truth without a box is anywhere in its zone",
      truths: [{ kind: "illegal-parking", zone: "kerb", warnedAtMs: minute }],
      violations: [told({ box: beside, warnedAtMs: minute })],
      right: 1,
      pairs: 1,
    },
    {
      name: "place decides before time",
      truths: [due({ warnedAtMs: minute }), due({ box: beside, warnedAtMs: 2 * minute })],
      violations: [
        told({ box: beside, warnedAtMs: 2 * minute - 10 * second }),
        told({ warnedAtMs: minute + 10 * second }),
      ],
      right: 2,
      pairs: 2,
    },
    {
      name: "in one place, the one that has all the stages is it",
      truths: [due({ warnedAtMs: minute, reportedAtMs: 10 * minute, clearedAtMs: 15 * minute })],
      violations: [
        told({ violation: "brief", warnedAtMs: minute }),
        told({
          violation: "whole",
          warnedAtMs: minute + 4 * second,
          reportedAtMs: 10 * minute + 4 * second,
          endedAtMs: 15 * minute + 4 * second,
        }),
      ],
      right: 3,
      pairs: 1,
    },
    {
      name: "one after the other in one place, the nearer in time",
      truths: [due({ warnedAtMs: 30 * minute }), due({ warnedAtMs: minute })],
      violations: [told({ warnedAtMs: minute }), told({ warnedAtMs: 30 * minute })],
      right: 2,
      pairs: 2,
    },
    {
      name: "one told is one true, and no more",
      truths: [due({ warnedAtMs: minute }), due({ warnedAtMs: minute })],
      violations: [told({ warnedAtMs: minute })],
      right: 1,
      pairs: 1,
    },
  ];
  for (const { name, truths, violations, right, pairs } of rows) {
    test(name, () => {
      expect(judged(truths, violations).figures?.right ?? 0).toBe(right);
      expect(toldCount(parseTruth({ violations: truths }, "test"), violations)).toBe(pairs);
    });
  }
});
