import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxOverlap, type NormBox } from "../../pipelines/domain/geometry.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { agreementOf } from "./agreement.ts";
import type { FoundBox } from "./evaluate.ts";

const options = { sure: [0.3, 0.4], doubtful: [0.15, 0.2], overlapMin: 0.6 } as const;
const box = (xMin: number, xMax: number): NormBox => ({ xMin, xMax, yMin: 0, yMax: 1 });
const car = (score: number, xMin: number, xMax: number): FoundBox => ({
  label: "car",
  score,
  box: box(xMin, xMax),
});
const truck: FoundBox = { ...car(0.9, 0, 0.5), label: "truck" };

const rows = [
  { name: "both are sure", second: [car(0.4, 0, 0.5)], agreed: 1, doubtful: 0 },
  { name: "the second is not sure enough", second: [car(0.39, 0, 0.5)], agreed: 0, doubtful: 2 },
  { name: "the second hardly sees it", second: [car(0.19, 0, 0.5)], agreed: 0, doubtful: 1 },
  { name: "the second does not see it", second: [], agreed: 0, doubtful: 1 },
  { name: "they put it elsewhere", second: [car(0.9, 0.25, 0.75)], agreed: 0, doubtful: 2 },
  { name: "they call it differently", second: [truck], agreed: 0, doubtful: 2 },
  {
    name: "the second sees it twice: the nearer box is taken, the other is the same thing",
    second: [car(0.9, 0, 0.4), car(0.5, 0, 0.5)],
    agreed: 1,
    doubtful: 0,
  },
];
describe("one car, seen by the first with 0.8:", () => {
  test.each(rows)("$name", ({ second, agreed, doubtful }) => {
    const found = agreementOf([car(0.8, 0, 0.5)], second, options);
    expect(found.agreed).toHaveLength(agreed);
    expect(found.doubtful).toHaveLength(doubtful);
  });
});

test("the agreed box lies between both, nearer to the surer one", () => {
  const { agreed } = agreementOf([car(0.75, 0, 0.5)], [car(0.25 + 0.25, 0, 0.6)], options);
  expect(agreed[0]?.box.xMax).toBeCloseTo(0.54, 12);
});

const anyFound: fc.Arbitrary<FoundBox[]> = fc.array(
  fc.record({
    label: fc.constantFrom<Label>("car", "person"),
    score: fc.integer({ min: 1, max: 100 }).map((n) => n / 100),
    box: fc
      .tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 6 }))
      .map(([from, size]) => box(from / 16, (from + size) / 16)),
  }),
  { maxLength: 8 },
);

test("who comes first does not matter for the number of agreed boxes of one pair", () => {
  fc.assert(
    fc.property(anyFound, anyFound, (first, second) => {
      const same = { ...options, sure: [0.3, 0.3], doubtful: [0.1, 0.1] } as const;
      const forth = agreementOf(first, second, same);
      const back = agreementOf(second, first, same);
      expect(forth.agreed.length > 0).toBe(back.agreed.length > 0);
    }),
  );
});

test("nothing that either half believes is lost, and nothing that neither does appears", () => {
  fc.assert(
    fc.property(anyFound, anyFound, (first, second) => {
      const { agreed, doubtful } = agreementOf(first, second, options);
      const told = [...agreed, ...doubtful];
      const believed = [
        ...first.filter(({ score }) => score >= 0.15),
        ...second.filter(({ score }) => score >= 0.2),
      ];
      for (const { label, box } of believed) {
        // An agreed box lies between two: each of them still overlaps it by more than a little.
        const near = told.filter((one) => one.label === label && boxOverlap(one.box, box) > 0.4);
        expect(near.length).toBeGreaterThan(0);
      }
      expect(told.length).toBeLessThanOrEqual(believed.length);
      expect(agreed.length).toBeLessThanOrEqual(Math.min(first.length, second.length));
    }),
  );
});
