import { expect, test } from "vitest";
import { appearanceAt, appearanceBytes } from "../../pipelines/domain/appearance.ts";
import { detectionBox } from "../../pipelines/domain/detections.ts";
import { boxOverlap } from "../../pipelines/domain/geometry.ts";
import { carAt, lookAt } from "../../pipelines/testing/street.ts";
import { noisyLook } from "./noisy-look.ts";

const looks = Array.from({ length: 4_000 }, (_, index) => lookAt(index * 2, [{ box: carAt(0.4) }]));

test("three boxes in ten are missed, one look in ten has one of nothing", () => {
  const noisy = looks.map((look) => noisyLook(look, 1).detections);
  const onCar = noisy.map((found) =>
    Array.from({ length: found.count }, (_, index) => detectionBox(found, index)).filter(
      (box) => boxOverlap(box, carAt(0.4)) > 0.3,
    ),
  );
  const seen = onCar.filter((boxes) => boxes.length > 0).length / looks.length;
  const boxes = noisy.reduce((sum, { count }) => sum + count, 0) / looks.length;
  expect(seen).toBeGreaterThan(0.67);
  expect(seen).toBeLessThan(0.73);
  expect(boxes - seen).toBeGreaterThan(0.08);
  expect(boxes - seen).toBeLessThan(0.12);
});

test("sides are off by up to a fifth of the box's size, either way", () => {
  const lefts = looks.flatMap((look) => {
    const { detections } = noisyLook(look, 2);
    // A box of nothing has a lower score than the car.
    const isCar = (detections.scores[0] ?? 0) > 0.75;
    return isCar ? [(detectionBox(detections, 0).xMin - 0.4) / 0.12] : [];
  });
  expect(Math.max(...lefts)).toBeCloseTo(0.2, 2);
  expect(Math.min(...lefts)).toBeCloseTo(-0.2, 2);
});

test("the same seed gives the same noise, another one another", () => {
  const [look = lookAt(0, [])] = looks;
  expect(noisyLook(look, 7)).toEqual(noisyLook(look, 7));
  const differs = looks.some(
    (each) => noisyLook(each, 7).detections.count !== noisyLook(each, 8).detections.count,
  );
  expect(differs).toBe(true);
});

test("a box keeps what its thing looks like, a box of nothing looks like nothing", () => {
  const [look = lookAt(0, [])] = looks;
  const appearances = new Uint8Array(appearanceBytes).fill(7);
  const seen = Array.from({ length: 200 }, (_, seed) => {
    const { detections } = noisyLook(
      { ...look, detections: { ...look.detections, appearances } },
      seed + 1,
    );
    return Array.from({ length: detections.count }, (__, index) => ({
      isCar: (detections.scores[index] ?? 0) > 0.75,
      appearance: appearanceAt(detections.appearances, index),
    }));
  }).flat();
  expect(seen.some(({ isCar }) => !isCar)).toBe(true);
  for (const { isCar, appearance } of seen) {
    expect(appearance).toBe(isCar ? "07".repeat(appearanceBytes) : undefined);
  }
});
