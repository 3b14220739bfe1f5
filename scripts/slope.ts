/** Straight line through measurements: how fast something grows, and how sure that is. */
export interface Slope {
  /** Per unit of `x`. */
  readonly perUnit: number;
  /** Half of the interval that holds the true value nineteen times of twenty. */
  readonly spread: number;
}

/**
 * Least squares. Neighbours among the measurements are alike (memory goes up and down with the
 * garbage collector), so the spread counts as many measurements as there are independent ones.
 */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): Slope {
  if (points.length < 3) throw new RangeError(`three points at least, got ${points.length}`);
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const squares = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const perUnit = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / squares;
  const rests = points.map(({ x, y }) => y - meanY - perUnit * (x - meanX));
  const restSquares = rests.reduce((sum, rest) => sum + rest ** 2, 0);
  const alike = rests.slice(1).reduce((sum, rest, index) => sum + rest * (rests[index] ?? 0), 0);
  const correlation = restSquares === 0 ? 0 : Math.min(0.95, Math.max(0, alike / restSquares));
  const independent = Math.max(3, points.length * ((1 - correlation) / (1 + correlation)));
  const variance = restSquares / points.length / Math.max(1, independent - 2);
  return { perUnit, spread: 1.96 * Math.sqrt((variance * points.length) / squares) };
}
