/** What a look leaves open, drawn from its seed. */
import { seededRandom } from "../../camera-server/seeded-random.ts";

export interface Dice {
  readonly between: (min: number, max: number) => number;
  /** A whole number from 0 up to, not including, `limit`. */
  readonly below: (limit: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <Value>(values: readonly [Value, ...Value[]]) => Value;
  /** As `pick`; a value of weight 2 comes twice as often as one of weight 1. */
  readonly weighted: <Value>(values: readonly [Weighted<Value>, ...Weighted<Value>[]]) => Value;
}

type Weighted<Value> = readonly [weight: number, value: Value];

export function diceOf(...seeds: readonly (number | string)[]): Dice {
  const random = seededRandom("objects", ...seeds);
  const between = (min: number, max: number): number => min + (max - min) * random.fraction();
  return {
    between,
    below: (limit) => random.below(limit),
    chance: (share) => random.fraction() < share,
    pick: (values) => values[random.below(values.length)] ?? values[0],
    weighted: (values) => {
      let rest = between(
        0,
        values.reduce((sum, [weight]) => sum + weight, 0),
      );
      for (const [weight, value] of values) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return values[0][1];
    },
  };
}
