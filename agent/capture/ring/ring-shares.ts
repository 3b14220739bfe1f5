/**
 * Divides the memory for original packets among the rings of the box. Pure.
 *
 * Whoever needs less than the level keeps what it needs, everybody else gets the level: so a
 * camera that sends ten times as much takes nothing from the others. A ring never gets less than
 * what a look needs of it; where these floors together are more than there is, the highest are
 * given up. The level goes in steps, so that a need that changes a little moves no other ring.
 */
export interface RingNeed {
  /** For as many seconds as it should reach back. */
  readonly needBytes: number;
  /** For the newest picture to be decodable; what is above the need does not count. */
  readonly floorBytes: number;
}

/** One share a ring, in the same order; together at most `totalBytes`. */
export function ringShares(totalBytes: number, needs: readonly RingNeed[]): readonly number[] {
  const needed = needs.reduce((sum, { needBytes }) => sum + needBytes, 0);
  if (needed <= totalBytes) return needs.map(({ needBytes }) => needBytes);
  const floors = needs.map(({ needBytes, floorBytes }) => Math.min(needBytes, floorBytes));
  const highest = highestThatFits(totalBytes, floors);
  return levelled(
    totalBytes,
    needs.map(({ needBytes }, index) => {
      const floor = floors[index] ?? 0;
      return { from: floor <= highest ? floor : 0, to: needBytes };
    }),
  );
}

/** All floors up to this one fit together. */
function highestThatFits(totalBytes: number, floors: readonly number[]): number {
  const sorted = floors.toSorted((a, b) => a - b);
  let sum = 0;
  const firstOut = sorted.findIndex((floor) => {
    sum += floor;
    return sum > totalBytes;
  });
  if (firstOut === -1) return Number.POSITIVE_INFINITY;
  // Equal floors are kept together or given up together.
  return sorted.findLast((floor) => floor < (sorted[firstOut] ?? 0)) ?? -1;
}

/** Steps to a doubling. */
const levelSteps = 16;

interface Bounds {
  readonly from: number;
  readonly to: number;
}

function levelled(totalBytes: number, bounds: readonly Bounds[]): readonly number[] {
  const at = (level: number) => bounds.map(({ from, to }) => Math.max(from, Math.min(to, level)));
  // The greatest step whose shares fit; a hundredth of a byte is below any.
  let low = -7 * levelSteps;
  let high = Math.ceil(Math.log2(Math.max(2, totalBytes)) * levelSteps) + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (sum(at(2 ** (middle / levelSteps))) <= totalBytes) low = middle;
    else high = middle;
  }
  return at(Math.floor(2 ** (low / levelSteps)));
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
