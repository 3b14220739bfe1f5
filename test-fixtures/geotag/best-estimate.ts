/**
 * The best that anybody can make of the same point pairs: camera and the true places of all pairs
 * are searched together, by numerical optimisation from the truth, so no local minimum and no
 * short cut is in the way.
 */
import type { Pair } from "../../calibration/fit.ts";
import { solve } from "../../calibration/linear-algebra.ts";
import { type Parameters, project } from "../../calibration/projection.ts";

/** `free`: the first so many parameters are searched. */
export function bestEstimate(pairs: readonly Pair[], truth: Parameters, free: number): Parameters {
  let parameters = [...truth];
  let grounds = pairs.map(({ ground }) => ground);
  let damping = 1e-6;
  let cost = costOf(pairs, parameters, grounds);
  for (let step = 0; step < 60; step += 1) {
    const { normal, gradient } = equations(pairs, parameters, grounds, free);
    const damped = normal.map((row, i) =>
      row.map((value, j) => (i === j ? value * (1 + damping) : value)),
    );
    const change = solve(damped, gradient) ?? [];
    const nextParameters = parameters.map((value, k) =>
      k < free ? value + (change[k] ?? 0) : value,
    );
    const nextGrounds = grounds.map(({ x, y }, index) => ({
      x: x + (change[free + 2 * index] ?? 0),
      y: y + (change[free + 2 * index + 1] ?? 0),
    }));
    const next = costOf(pairs, nextParameters, nextGrounds);
    if (next <= cost) {
      const gain = cost - next;
      [parameters, grounds, cost] = [nextParameters, nextGrounds, next];
      damping = Math.max(1e-12, damping / 10);
      if (gain < 1e-12 * cost) break;
    } else {
      damping *= 10;
    }
  }
  return parameters;
}

function costOf(
  pairs: readonly Pair[],
  parameters: Parameters,
  grounds: readonly Pair["ground"][],
): number {
  let cost = 0;
  for (const [index, pair] of pairs.entries()) {
    const ground = grounds[index] ?? pair.ground;
    const { at, depth } = project(parameters, ground);
    if (depth <= 0) return Infinity;
    cost += ((pair.seen.x - at.x) ** 2 + (pair.seen.y - at.y) ** 2) / pair.seenError ** 2;
    cost +=
      ((pair.ground.x - ground.x) ** 2 + (pair.ground.y - ground.y) ** 2) / pair.groundError ** 2;
  }
  return cost;
}

function equations(
  pairs: readonly Pair[],
  parameters: Parameters,
  grounds: readonly Pair["ground"][],
  free: number,
) {
  const size = free + 2 * pairs.length;
  const zeros = () => Array.from({ length: size }, () => 0);
  const normal = Array.from({ length: size }, zeros);
  const gradient = zeros();
  const add = (entries: readonly (readonly [number, number])[], off: number, error: number) => {
    const weight = 1 / error ** 2;
    for (const [i, one] of entries) {
      gradient[i] = (gradient[i] ?? 0) + one * off * weight;
      const row = normal[i] ?? [];
      for (const [j, other] of entries) row[j] = (row[j] ?? 0) + one * other * weight;
    }
  };
  for (const [index, pair] of pairs.entries()) {
    const ground = grounds[index] ?? pair.ground;
    const { at, byGround, byParameter } = project(parameters, ground);
    const place = free + 2 * index;
    const rows = [
      { by: byParameter[0], x: byGround.a, y: byGround.b, off: pair.seen.x - at.x },
      { by: byParameter[1], x: byGround.c, y: byGround.d, off: pair.seen.y - at.y },
    ];
    for (const { by, x, y, off } of rows) {
      const entries = by.slice(0, free).map((value, k) => [k, value] as const);
      add([...entries, [place, x], [place + 1, y]], off, pair.seenError);
    }
    add([[place, 1]], pair.ground.x - ground.x, pair.groundError);
    add([[place + 1, 1]], pair.ground.y - ground.y, pair.groundError);
  }
  return { normal, gradient };
}
