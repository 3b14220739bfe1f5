/**
 * Point pairs to a camera: exact where the pairs are, sound where one of them is wrong, and refused
 * where they determine none.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { metresOf, streetCamera, streetPairs } from "../test-fixtures/geotag/a-street.ts";
import { locationFrom, metresBetween, seenAt } from "../test-fixtures/geotag/synthetic-camera.ts";
import { calibrateFromPoints, type PointPair, type PointRequest } from "./calibrate.ts";
import { type Calibration, readCalibration } from "./calibration.ts";
import { homographyOf } from "./dlt.ts";
import type { LonLat } from "./gcj02.ts";
import { geotag } from "./geotag.ts";

const noLens = { k: [0, 0], freeCount: 0 } as const;

function calibrate(pairs: readonly PointPair[], more: Partial<PointRequest> = {}) {
  return calibrateFromPoints({
    picture: [1920, 1080],
    pairs,
    lens: noLens,
    isRobust: false,
    mapErrorMetres: 0,
    ...more,
  });
}

function sound(pairs: readonly PointPair[], more: Partial<PointRequest> = {}): Calibration {
  const result = calibrate(pairs, more);
  if (!result.ok) throw new Error(result.reason);
  return result.calibration;
}

/** Metres between the truth and where a foot is told to stand. */
function offAt(calibration: Calibration, camera = streetCamera, spot = [1, 14] as const): number {
  const metres = metresOf(camera, spot);
  const at = seenAt(camera, metres) ?? [0, 0];
  const tag = geotag(calibration, { at, xErrorPx: 1, yErrorPx: 1 });
  if (!tag.isTrusted) throw new Error(tag.reason);
  return Math.hypot(...metresBetween(tag.location, locationFrom(camera.foot, metres)));
}

test("the direct solution finds a known homography to machine precision", () => {
  const small = fc.double({ min: -0.4, max: 0.4, noNaN: true });
  const point = fc.record({ x: small, y: small });
  const corners = [
    { x: -1, y: -1 },
    { x: 1, y: -1 },
    { x: 1, y: 1 },
    { x: -1, y: 1 },
  ];
  const known = fc.tuple(small, small, small, small, small, small);
  fc.assert(
    fc.property(known, fc.array(point, { maxLength: 6 }), ([a, b, c, d, e, f], more) => {
      const from = [...corners, ...more];
      const truth = [1 + a, b, 5, c, -1 + d, 3, e, f, 1];
      const to = from.map(({ x, y }) => {
        const w = e * x + f * y + 1;
        return { x: ((1 + a) * x + b * y + 5) / w, y: (c * x + (d - 1) * y + 3) / w };
      });
      const found = homographyOf(from, to) ?? [];
      for (const [index, value] of truth.entries()) {
        expect(Math.abs((found[index] ?? NaN) - value)).toBeLessThan(1e-12);
      }
    }),
  );
});

test("exact pairs give the exact place, and nothing is left over", () => {
  const calibration = sound(streetPairs());
  expect(offAt(calibration)).toBeLessThan(1e-3);
  for (const { residualPx, residualMetres, leftOutMetres } of calibration.points) {
    expect(residualPx).toBeLessThan(0.02);
    expect(residualMetres).toBeLessThan(1e-3);
    expect(leftOutMetres).toBeLessThan(5e-3);
  }
});

test("a lens that bends is found, one that is given is obeyed", () => {
  const camera = { ...streetCamera, k1: -0.1 };
  const plain = sound(streetPairs(camera));
  const found = sound(streetPairs(camera), { lens: { k: [0, 0], freeCount: 1 } });
  const given = sound(streetPairs(camera), { lens: { k: [-0.1, 0], freeCount: 0 } });
  expect(offAt(plain, camera)).toBeGreaterThan(10 * offAt(found, camera));
  expect(offAt(found, camera)).toBeLessThan(2e-3);
  expect(offAt(given, camera)).toBeLessThan(1e-3);
  expect(found.parameters[8]).toBeCloseTo(-0.1, 3);
});

test("a pair that contradicts the others is left out where that is asked for", () => {
  const pairs = streetPairs();
  const wrong = pairs.map((pair, index) =>
    index === 3 ? { ...pair, picture: [pair.picture[0] + 120, pair.picture[1]] as const } : pair,
  );
  const plain = calibrate(wrong);
  expect(plain.ok && plain.warnings.join()).toContain("times as far off as their stated errors");
  const robust = sound(wrong, { isRobust: true });
  expect(robust.points.map(({ isUsed }) => isUsed)).toEqual(pairs.map((_, index) => index !== 3));
  expect(offAt(robust)).toBeLessThan(1e-3);
});

test("pairs as far off as was stated make ellipses smaller the more there are", () => {
  const few = sound(streetPairs().filter((_, index) => [0, 1, 5, 6].includes(index)));
  const many = sound(streetPairs());
  const size = (calibration: Calibration) => {
    const at = seenAt(streetCamera, metresOf(streetCamera, [1, 20])) ?? [0, 0];
    const tag = geotag(calibration, { at, xErrorPx: 0, yErrorPx: 0 });
    return tag.isTrusted ? tag.ellipse.semiMajorMetres : Infinity;
  };
  expect(size(many)).toBeLessThan(size(few));
});

const moved = (pair: PointPair, location: LonLat): PointPair => ({ ...pair, location });
const at = (right: number, ahead: number): PointPair => {
  const metres = metresOf(streetCamera, [right, ahead]);
  const seen = seenAt(streetCamera, metres) ?? [0, 0];
  const location = locationFrom(streetCamera.foot, metres);
  return { picture: seen, location, pictureErrorPx: 1.5, groundErrorMetres: 0.1 };
};
const pairs = streetPairs();

const refusals: readonly {
  readonly name: string;
  readonly pairs: readonly PointPair[];
  readonly more?: Partial<PointRequest>;
  readonly reason: RegExp;
}[] = [
  { name: "no pairs", pairs: [], reason: /0 point pairs/ },
  { name: "three pairs", pairs: pairs.slice(0, 3), reason: /3 point pairs do not determine/ },
  {
    name: "a line",
    pairs: [at(2, 8), at(2, 12), at(2, 17), at(2, 24), at(2, 30)],
    reason: /on one line in the picture/,
  },
  {
    name: "a line and one beside it",
    pairs: [at(2, 8), at(2, 12), at(2, 17), at(2, 24), at(-3, 15)],
    reason: /but for point 5 all points lie on one line/,
  },
  {
    name: "points within two metres",
    pairs: [at(0, 10), at(1.4, 10), at(0, 11), at(1.4, 11)],
    reason: /within 1\.7 m on the ground/,
  },
  {
    name: "points in a corner of the picture",
    pairs: [at(0, 34), at(5, 34), at(0, 40), at(5, 40)],
    reason: /% of the picture's diagonal/,
  },
  {
    name: "the same point twice",
    pairs: [...pairs, ...pairs.slice(0, 1)],
    reason: /points 1 and 9/,
  },
  {
    name: "latitude written first",
    pairs: pairs.map((pair) => moved(pair, [pair.location[1], pair.location[0] - 60])),
    reason: /mirror image/,
  },
  {
    name: "five pairs and a lens to estimate",
    pairs: pairs.slice(0, 5),
    more: { lens: { k: [0, 0], freeCount: 1 } },
    reason: /5 pairs are too few to estimate 1 lens/,
  },
];
for (const { name, pairs: given, more, reason } of refusals) {
  test(`refused with advice: ${name}`, () => {
    const result = calibrate(given, more);
    expect(result).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
    expect(!result.ok && result.advice.length > 20).toBe(true);
  });
}

test("a file is read back as it was written, and refused when a number of it was changed", () => {
  const written: unknown = JSON.parse(JSON.stringify(sound(streetPairs())));
  expect(readCalibration(written)).toMatchObject({ ok: true });
  const changed = { ...sound(streetPairs()), scaleMetres: 9 };
  expect(readCalibration(changed)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/was changed after/),
  });
  expect(readCalibration({ version: 1 })).toMatchObject({ ok: false });
});
