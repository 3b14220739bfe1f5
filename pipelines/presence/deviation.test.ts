import { describe, expect, test } from "vitest";
import { drawsOf } from "../domain/draws.ts";
import type { NormBox } from "../domain/geometry.ts";
import { poorBox } from "../testing/poor-detector.ts";
import { carAt } from "../testing/street.ts";
import { blend } from "./blend.ts";
import { countDeviation, type Deviation, isJitter, isMovement, noDeviation } from "./deviation.ts";

/** As a presence counts them: against the mean of the boxes before. */
function deviationOf(boxes: readonly NormBox[]): Deviation {
  let deviation = noDeviation;
  let [place] = boxes;
  for (const [index, box] of boxes.entries()) {
    if (index === 0 || place === undefined) continue;
    deviation = countDeviation(deviation, place, box, Math.max(0.05, 1 / index));
    place = blend(place, box, Math.max(0.05, 1 / (index + 1)));
  }
  return deviation;
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
const many = Array.from({ length: 40 }, (_, index) => index);

describe("what deviations are made of", () => {
  const standing = [0.05, 0.1, 0.2].map((jitter) => ({
    name: `sides off by up to ${jitter} of the box`,
    boxesOf: (seed: number) => {
      const random = drawsOf(seed);
      return many.map(() => poorBox(carAt(0.4), jitter, random));
    },
  }));
  for (const { name, boxesOf } of standing) {
    test(`${name}: it stands, whatever is drawn`, () => {
      for (const seed of seeds) {
        const deviation = deviationOf(boxesOf(seed));
        expect([isJitter(deviation), isMovement(deviation, false)], `seed ${seed}`).toEqual([
          true,
          false,
        ]);
      }
    });
  }

  const moving = [
    { name: "a car that creeps", boxAt: (index: number) => carAt(0.2 + index * 0.004) },
    {
      name: "a car that comes closer",
      boxAt: (index: number) => {
        const size = 1.02 ** index;
        const { xMin, yMax } = carAt(0.2);
        return { xMin, yMin: yMax - 0.1 * size, xMax: xMin + 0.12 * size, yMax };
      },
    },
    {
      name: "cars of one size that pass, each a third of a length off",
      boxAt: (index: number) => carAt(0.4 + 0.04 * Math.sin(index * 12.9898)),
    },
  ];
  for (const { name, boxAt } of moving) {
    test(`${name}: no jitter, and movement by many boxes`, () => {
      const deviation = deviationOf(many.map(boxAt));
      expect([isJitter(deviation), isMovement(deviation, false)]).toEqual([false, true]);
    });
  }
});
