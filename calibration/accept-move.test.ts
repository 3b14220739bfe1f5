/** A small move that stays: calibration and zones follow it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { metresOf, streetCamera, streetPairs } from "../test-fixtures/geotag/a-street.ts";
import { locationFrom, metresBetween, seenAt } from "../test-fixtures/geotag/synthetic-camera.ts";
import { acceptMove } from "./accept-move.ts";
import { calibrateFromPoints } from "./calibrate.ts";
import { readCalibration } from "./calibration.ts";
import { geotag } from "./geotag.ts";
import { pictureCells } from "./moved/edge-picture.ts";
import { movedPolygon } from "./moved/reregister.ts";
import { shiftAt } from "./moved/shift-at.ts";
import { greyOf, referencePicture } from "./reference-picture.ts";

const made = calibrateFromPoints({
  picture: streetCamera.picture,
  pairs: streetPairs(),
  lens: { k: [0, 0], freeCount: 0 },
  isRobust: false,
  mapErrorMetres: 0.3,
});
if (!made.ok) throw new Error(made.reason);
const { calibration } = made;
const grey = Uint8Array.from({ length: pictureCells }, (_, cell) => cell % 251);
const reference = referencePicture(grey);

const span = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
const moves = fc.record({ dx: span(12), dy: span(12), turn: span(0.05), growth: span(0.05) });

test("the moved calibration finds each place where the moved picture shows it", () => {
  fc.assert(
    fc.property(
      moves,
      span(6),
      fc.double({ min: 8, max: 25, noNaN: true }),
      (move, side, ahead) => {
        const metres = metresOf(streetCamera, [side, ahead]);
        const [x, y] = seenAt(streetCamera, metres, 1e4) ?? [0, 0];
        const [dx, dy] = shiftAt(move, calibration.picture, [x, y]);
        const tag = geotag(acceptMove(calibration, move, reference), {
          at: [x + dx, y + dy],
          xErrorPx: 2,
          yErrorPx: 2,
        });
        const before = geotag(calibration, { at: [x, y], xErrorPx: 2, yErrorPx: 2 });
        if (!tag.isTrusted || !before.isTrusted) return;
        const truth = locationFrom(streetCamera.foot, metres);
        expect(Math.hypot(...metresBetween(tag.location, truth))).toBeLessThan(0.02);
        expect(tag.ellipse.semiMajorMetres).toBeGreaterThan(before.ellipse.semiMajorMetres * 0.85);
      },
    ),
    { numRuns: 200 },
  );
});

test("a camera that is turned by a degree tells places as well as its ellipses say", () => {
  const turned = { ...streetCamera, headingDegrees: streetCamera.headingDegrees + 1 };
  // What a watch would measure: the way of what is in the picture's middle.
  const spots = [-4, -2, 0, 2, 4].flatMap((side) =>
    [9, 12, 16].map((ahead) => [side, ahead] as const),
  );
  const ways = spots.flatMap((spot) => {
    const metres = metresOf(streetCamera, spot);
    const [one, other] = [seenAt(streetCamera, metres), seenAt(turned, metres)];
    return one === undefined || other === undefined ? [] : [[other[0] - one[0], other[1] - one[1]]];
  });
  const mean = (index: 0 | 1) =>
    ways.reduce((sum, way) => sum + (way[index] ?? 0), 0) / ways.length / 10;
  const move = { dx: mean(0), dy: mean(1), turn: 0, growth: 0 };
  const accepted = acceptMove(calibration, move, reference);
  for (const spot of spots) {
    const metres = metresOf(turned, spot);
    const at = seenAt(turned, metres);
    if (at === undefined) continue;
    const tag = geotag(accepted, { at, xErrorPx: 4, yErrorPx: 4 });
    if (!tag.isTrusted) throw new Error("not trusted");
    const truth = locationFrom(turned.foot, metres);
    const off = Math.hypot(...metresBetween(tag.location, truth));
    expect(off).toBeLessThan(tag.ellipse.semiMajorMetres);
  }
});

test("it is a calibration of its own, with its picture and its points where they are now", () => {
  const move = { dx: 3, dy: -2, turn: 0.01, growth: 0 };
  const accepted = acceptMove(calibration, move, reference);
  expect(readCalibration(JSON.parse(JSON.stringify(accepted)))).toMatchObject({ ok: true });
  expect(accepted.hash).not.toBe(calibration.hash);
  expect(accepted.reference && greyOf(accepted.reference)).toEqual(grey);
  const [point, was] = [accepted.points[0], calibration.points[0]];
  expect((point?.picture[0] ?? 0) - (was?.picture[0] ?? 0)).toBeGreaterThan(20);
});

test("a picture of another size is no reference", () => {
  expect(() => referencePicture(new Uint8Array(9))).toThrow("20736 bytes, got 9");
  const cut = { ...calibration, reference: { ...reference, grey: "AAAA" } };
  expect(readCalibration(cut)).toMatchObject({ ok: false });
});

test("polygons go with the picture and come back, and end at its edge", () => {
  const polygon = [
    [0.2, 0.3],
    [0.6, 0.3],
    [0.6, 0.7],
  ] as const;
  fc.assert(
    fc.property(span(12), span(8), (dx, dy) => {
      const there = movedPolygon(polygon, { dx, dy, turn: 0, growth: 0 }, 16 / 9);
      const back = movedPolygon(there, { dx: -dx, dy: -dy, turn: 0, growth: 0 }, 16 / 9);
      for (const [index, [x, y]] of back.entries()) {
        expect(x).toBeCloseTo(polygon[index]?.[0] ?? 9, 3);
        expect(y).toBeCloseTo(polygon[index]?.[1] ?? 9, 3);
      }
    }),
  );
  expect(movedPolygon([[0.99, 0.5]], { dx: 12, dy: 0, turn: 0, growth: 0 }, 16 / 9)).toEqual([
    [1, 0.5],
  ]);
});
