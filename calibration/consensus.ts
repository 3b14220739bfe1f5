/**
 * Which point pairs agree with each other: random sample consensus, for lists with a mistake.
 *
 * Four pairs make a camera; the camera with which most others agree is kept, and they are. Few
 * pairs are tried in all combinations, many by a fixed sequence of draws: the same file always
 * gives the same answer.
 */
import { fitCamera, type Lens, type Pair, strangeness } from "./fit.ts";
import type { Parameters } from "./projection.ts";

/** 99 % of right pairs lie within (two coordinates), in squared standard errors. */
const agreeMax = 9.21;
const triesMax = 600;
const roundsMax = 5;

/** One entry a pair: it agrees. Undefined when no four make a camera. */
export function consensus(pairs: readonly Pair[], lens: Lens): readonly boolean[] | undefined {
  const fixed: Lens = { ...lens, freeCount: 0 };
  let best: { readonly agreeing: readonly boolean[]; readonly cost: number } | undefined;
  for (const four of samples(pairs.length)) {
    const chosen = four.flatMap((index) => pairs[index] ?? []);
    const parameters = fitCamera(chosen, fixed)?.parameters;
    if (parameters === undefined) continue;
    const found = judge(pairs, parameters);
    if (best === undefined || found.cost < best.cost) best = found;
  }
  let agreeing = best?.agreeing;
  for (let round = 0; round < roundsMax && agreeing !== undefined; round += 1) {
    const before: readonly boolean[] = agreeing;
    const kept = pairs.filter((_, index) => before[index] === true);
    const isEnough = 2 * kept.length >= 8 + lens.freeCount;
    const parameters = isEnough ? fitCamera(kept, lens)?.parameters : undefined;
    if (parameters === undefined) break;
    agreeing = judge(pairs, parameters).agreeing;
    if (agreeing.every((agrees, index) => agrees === before[index])) break;
  }
  return agreeing;
}

/** A pair that disagrees costs as much as one at the limit. */
function judge(pairs: readonly Pair[], parameters: Parameters) {
  const values = pairs.map((pair) => strangeness(parameters, pair));
  return {
    agreeing: values.map((value) => value <= agreeMax),
    cost: values.reduce((sum, value) => sum + Math.min(value, agreeMax), 0),
  };
}

function* samples(count: number): Generator<readonly number[]> {
  if (combinations(count) <= triesMax) {
    for (let a = 0; a < count; a += 1) {
      for (let b = a + 1; b < count; b += 1) {
        for (let c = b + 1; c < count; c += 1) {
          for (let d = c + 1; d < count; d += 1) yield [a, b, c, d];
        }
      }
    }
    return;
  }
  let state = 1;
  for (let draw = 0; draw < triesMax; draw += 1) {
    const four = new Set<number>();
    while (four.size < 4) {
      // Park and Miller's generator: good enough to choose, and the same everywhere.
      state = (state * 48_271) % 2_147_483_647;
      four.add(state % count);
    }
    yield [...four];
  }
}

function combinations(count: number): number {
  return (count * (count - 1) * (count - 2) * (count - 3)) / 24;
}
