import fc from "fast-check";
import { expect, test } from "vitest";
import { type RingNeed, ringShares } from "./ring-shares.ts";

const MB = 1_000_000;
const need = (needBytes: number, floorBytes = 0): RingNeed => ({ needBytes, floorBytes });

interface Row {
  readonly name: string;
  readonly totalBytes: number;
  readonly needs: readonly RingNeed[];
  /** Within a step of the level, which is a twenty-second part. */
  readonly want: readonly number[];
}

const rows: Row[] = [
  { name: "no ring", totalBytes: MB, needs: [], want: [] },
  {
    name: "enough for all",
    totalBytes: 9 * MB,
    needs: [need(2 * MB), need(7 * MB)],
    want: [2 * MB, 7 * MB],
  },
  {
    name: "who needs less than the others keeps it",
    totalBytes: 9 * MB,
    needs: [need(MB), need(7 * MB), need(20 * MB)],
    want: [MB, 4 * MB, 4 * MB],
  },
  {
    name: "a camera that sends ten times as much takes nothing from the others",
    totalBytes: 10 * MB,
    needs: [need(2 * MB), need(2 * MB), need(2 * MB), need(24 * MB)],
    want: [2 * MB, 2 * MB, 2 * MB, 4 * MB],
  },
  {
    name: "what a look needs comes before what evidence would like",
    totalBytes: 10 * MB,
    needs: [need(6 * MB, 6 * MB), need(6 * MB, MB), need(6 * MB, MB)],
    want: [6 * MB, 2 * MB, 2 * MB],
  },
  {
    name: "where not even the floors fit, the highest are given up",
    totalBytes: 4 * MB,
    needs: [need(9 * MB, 9 * MB), need(9 * MB, MB), need(9 * MB, 2 * MB), need(9 * MB, 9 * MB)],
    want: [0.5 * MB, MB, 2 * MB, 0.5 * MB],
  },
  {
    name: "a floor that would never fit takes nothing from anybody's seconds",
    totalBytes: 4 * MB,
    needs: [need(MB, 0.2 * MB), need(24 * MB, 16 * MB)],
    want: [MB, 3 * MB],
  },
];

for (const { name, totalBytes, needs, want } of rows) {
  test(name, () => {
    const shares = ringShares(totalBytes, needs);
    expect(shares).toHaveLength(want.length);
    for (const [index, share] of shares.entries()) {
      expect(share).toBeLessThanOrEqual(want[index] ?? 0);
      expect(share).toBeGreaterThan((want[index] ?? 0) * 0.95);
    }
  });
}

const bytes = fc.integer({ min: 1, max: 24 * 2 ** 20 });
const needs = fc.array(fc.record({ needBytes: bytes, floorBytes: bytes }), {
  minLength: 1,
  maxLength: 80,
});
const total = fc.integer({ min: 2 ** 20, max: 2 ** 30 });
const none: RingNeed = { needBytes: 0, floorBytes: 0 };
const floorOf = ({ needBytes, floorBytes }: RingNeed): number => Math.min(needBytes, floorBytes);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

test("together they stay within the total, and nobody gets more than it needs", () => {
  fc.assert(
    fc.property(total, needs, (totalBytes, rings) => {
      const shares = ringShares(totalBytes, rings);
      expect(sum(shares)).toBeLessThanOrEqual(totalBytes);
      for (const [index, share] of shares.entries()) {
        expect(Number.isInteger(share)).toBe(true);
        expect(share).toBeLessThanOrEqual(rings[index]?.needBytes ?? 0);
      }
    }),
  );
});

test("a floor is kept while all floors fit", () => {
  fc.assert(
    fc.property(total, needs, (totalBytes, rings) => {
      fc.pre(sum(rings.map(floorOf)) <= totalBytes);
      for (const [index, share] of ringShares(totalBytes, rings).entries()) {
        expect(share).toBeGreaterThanOrEqual(floorOf(rings[index] ?? none));
      }
    }),
  );
});

test("little is left over while somebody is short", () => {
  fc.assert(
    fc.property(total, needs, (totalBytes, rings) => {
      fc.pre(sum(rings.map(({ needBytes }) => needBytes)) > totalBytes);
      // A step of the level, and what rounding to whole bytes costs each.
      const left = totalBytes - sum(ringShares(totalBytes, rings));
      expect(left).toBeLessThanOrEqual(0.05 * totalBytes + rings.length);
    }),
  );
});

test("whatever one camera asks for, the others keep an equal part beside what its looks need", () => {
  fc.assert(
    fc.property(total, needs, bytes, bytes, (totalBytes, others, needBytes, floorBytes) => {
      const hostile = { needBytes, floorBytes };
      const rings = [...others, hostile];
      fc.pre(sum(rings.map(floorOf)) <= totalBytes);
      const equal = Math.max(0, totalBytes - sum(rings.map(floorOf))) / rings.length;
      const shares = ringShares(totalBytes, rings);
      for (const [index, other] of others.entries()) {
        const least = Math.min(other.needBytes, Math.max(floorOf(other), Math.floor(equal * 0.95)));
        expect(shares[index]).toBeGreaterThanOrEqual(least);
      }
    }),
  );
});

test("who asks for more than another does not get less", () => {
  fc.assert(
    fc.property(total, needs, (totalBytes, rings) => {
      const plain = rings
        .map(({ needBytes }) => need(needBytes))
        .toSorted((a, b) => a.needBytes - b.needBytes);
      const shares = ringShares(totalBytes, plain);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    }),
  );
});
