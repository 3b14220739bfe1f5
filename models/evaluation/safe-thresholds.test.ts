import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PictureVerdict, safeScore, VerdictTable } from "./precision-recall.ts";
import { drawnPictures } from "./resampling.ts";
import { SafeThresholds } from "./safe-thresholds.ts";

/** `+` is a right box, `-` a wrong one, by falling score: 0.99, 0.98 … One picture each. */
const verdictsOf = (text: string): PictureVerdict[] =>
  Array.from(text, (sign, index) => ({
    truthCount: 1,
    judged: [{ score: (99 - index) / 100, isRight: sign === "+" }],
  }));

const rows = [
  { name: "eight right ones prove nothing", text: "+".repeat(8), want: undefined },
  { name: "nine right ones are just enough", text: "+".repeat(9), want: 0.91 },
  { name: "a wrong one asks for nine more", text: `${"+".repeat(17)}-`, want: 0.83 },
  { name: "a wrong one, and then nine more", text: `-${"+".repeat(18)}`, want: 0.81 },
  { name: "a wrong one in front, too few behind", text: `-${"+".repeat(17)}`, want: undefined },
  { name: "nothing right", text: "---", want: undefined },
];
describe("a precision of 0.9:", () => {
  test.each(rows)("$name", ({ text, want }) => {
    const curve = new VerdictTable(verdictsOf(text)).curve();
    expect(safeScore(curve, 0.9)).toBe(want);
  });
});

function choicesOf(verdicts: readonly PictureVerdict[]) {
  const table = new VerdictTable(verdicts);
  const thresholds = new SafeThresholds();
  const options = { pictureCount: verdicts.length, drawCount: 200, seed: 3 };
  for (const times of drawnPictures(options)) thresholds.add(table.curve(times));
  return thresholds.choices(table.curve());
}

test("what is promised is what is there when there are many boxes", () => {
  // Of three hundred boxes the first two hundred are right, then every second one.
  const text = Array.from({ length: 300 }, (_, at) => (at < 200 || at % 2 === 0 ? "+" : "-"));
  const verdicts = text.map((sign, index) => ({
    truthCount: 1,
    judged: [{ score: 1 - index / 1000, isRight: sign === "+" }],
  }));
  const [best] = choicesOf(verdicts);
  expect(best?.precision).toBe(0.9);
  // Exactly 0.9 is reached at 250 boxes; draws put it a little before or behind.
  expect(best?.threshold).toBeGreaterThan(0.7);
  expect(best?.threshold).toBeLessThan(0.8);
  expect(best?.recall).toBeGreaterThan(0.7);
});

test("a few boxes promise little: three right ones, and no precision of 0.8", () => {
  const choices = choicesOf(verdictsOf("+++-----"));
  expect(choices.map(({ precision }) => precision)).not.toContain(0.9);
  expect(choices.map(({ precision }) => precision)).not.toContain(0.8);
  expect(choices.at(-1)?.precision).toBe(0.5);
});

const anyVerdicts = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 60 })
  .map((all) => verdictsOf(all.map((isRight) => (isRight ? "+" : "-")).join("")));

test("less precision never asks for a higher score or finds less", () => {
  fc.assert(
    fc.property(anyVerdicts, (verdicts) => {
      const choices = choicesOf(verdicts);
      for (const [index, lower] of choices.slice(1).entries()) {
        const higher = choices[index];
        expect(lower.precision).toBeLessThan(higher?.precision ?? 0);
        expect(lower.threshold).toBeLessThanOrEqual(higher?.threshold ?? 0);
        expect(lower.recall).toBeGreaterThanOrEqual(higher?.recall ?? 1);
      }
    }),
    { numRuns: 40 },
  );
});

test("without draws nothing is promised", () => {
  const table = new VerdictTable(verdictsOf("+".repeat(20)));
  expect(new SafeThresholds().choices(table.curve())).toEqual([]);
});
