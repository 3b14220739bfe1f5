/** Figures of repeated measurements: the middle one, and how far apart they lie. */
export interface Spread {
  readonly median: number;
  /** Half of all lie between these. */
  readonly quartiles: readonly [low: number, high: number];
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[], digits: number): Spread {
  if (values.length === 0) throw new RangeError("nothing was measured");
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low = 0, high = low] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
    return rounded(low + (high - low) * (place % 1), digits);
  };
  return { median: at(0.5), quartiles: [at(0.25), at(0.75)], min: at(0), max: at(1) };
}

export function medianOf(values: readonly number[]): number {
  return spreadOf(values, 15).median;
}

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
