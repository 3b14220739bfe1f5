import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Candidates } from "./candidates.ts";

type Row = readonly [score: number, label: number, ...box: [number, number, number, number]];

// Few values make ties common; all of them are exact in float32.
const few = fc.integer({ min: 0, max: 3 });
const anyRow: fc.Arbitrary<Row> = fc.tuple(
  few.map((quarters) => quarters / 4),
  few,
  few,
  few,
  few,
  few,
);

function held(candidates: Candidates): Row[] {
  const order = Array.from({ length: candidates.count }, (_, index) => index);
  order.sort((a, b) => candidates.compare(a, b));
  return order.map((index) => {
    const { scores, labelIndices, boxes } = candidates;
    const [a = 0, b = 0, c = 0, d = 0] = boxes.subarray(index * 4, index * 4 + 4);
    return [scores[index] ?? 0, labelIndices[index] ?? 0, a, b, c, d];
  });
}

function filled(capacity: number, rows: readonly Row[]): Candidates {
  const candidates = new Candidates(capacity);
  for (const row of rows) candidates.add(...row);
  return candidates;
}

describe("without room for all", () => {
  test("the best stay, whatever came first", () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        (rows, capacity) => {
          const all = held(filled(rows.length, rows));
          expect(held(filled(capacity, rows))).toEqual(all.slice(0, capacity));
        },
      ),
    );
  });

  test("a cleared one starts anew", () => {
    const candidates = filled(1, [
      [0.5, 1, 0, 0, 1, 1],
      [0.75, 2, 0, 0, 1, 1],
    ]);
    candidates.clear();
    candidates.add(0.25, 3, 0, 0, 1, 1);
    expect(held(candidates)).toEqual([[0.25, 3, 0, 0, 1, 1]]);
  });

  test("a box that had to go is not held", () => {
    const candidates = filled(1, [
      [0.5, 1, 0, 0, 1, 1],
      [0.75, 2, 0, 0, 2, 2],
    ]);
    expect(candidates.holdsBox(0, 0, 1, 1)).toBe(false);
    expect(candidates.holdsBox(0, 0, 2, 2)).toBe(true);
  });
});
