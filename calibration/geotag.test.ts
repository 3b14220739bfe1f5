/** Ellipses that hold the truth as often as they say, and points that are not trusted. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { metresOf, streetCamera, streetPairs } from "../test-fixtures/geotag/a-street.ts";
import { drawGeotags } from "../test-fixtures/geotag/geotag-draws.ts";
import { locationFrom, metresBetween, seenAt } from "../test-fixtures/geotag/synthetic-camera.ts";
import { calibrateFromPoints } from "./calibrate.ts";
import { groundContact } from "./contact.ts";
import type { LonLat } from "./gcj02.ts";
import { geotag } from "./geotag.ts";
import { calibrateFromMount, type Mount } from "./mount.ts";
import { shiftAt, wayErrorPx } from "./moved/shift-at.ts";

const whole = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };
const made = calibrateFromPoints({
  picture: streetCamera.picture,
  pairs: streetPairs(),
  lens: { k: [0, 0], freeCount: 0 },
  isRobust: false,
  mapErrorMetres: 0.3,
});
if (!made.ok) throw new Error(made.reason);
const { calibration } = made;

test("the truth lies in the ellipse in about 95 of 100 draws", () => {
  const { draws } = drawGeotags({ draws: 400, seed: 5, misstatedMax: 1 });
  const trusted = draws.filter(({ isTrusted }) => isTrusted);
  const inside = trusted.filter(({ isInside }) => isInside).length / trusted.length;
  expect(trusted.length).toBeGreaterThan(320);
  // Of 400 draws from 50 cameras: the proof draws 10,000 and asks for 93 to 97.
  expect(inside).toBeGreaterThan(0.9);
  expect(inside).toBeLessThan(0.995);
});

test("an ellipse points away from the camera, and grows with the way", () => {
  const ellipses = [10, 20, 35].map((ahead) => {
    const at = seenAt(streetCamera, metresOf(streetCamera, [0, ahead])) ?? [0, 0];
    const tag = geotag(calibration, { at, xErrorPx: 3, yErrorPx: 3 });
    return tag.isTrusted ? tag.ellipse : undefined;
  });
  const sizes = ellipses.map((ellipse) => ellipse?.semiMajorMetres ?? 0);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(Math.abs((ellipses[2]?.azimuthDegrees ?? 0) - streetCamera.headingDegrees)).toBeLessThan(
    5,
  );
});

test("a pixel above the horizon is no point, one just below it is too far", () => {
  const horizon = 540 - 1251 * Math.tan((25 * Math.PI) / 180);
  const tags = [horizon - 20, horizon + 4].map((y) =>
    geotag(calibration, { at: [960, y], xErrorPx: 2, yErrorPx: 2 }),
  );
  expect(tags[0]).toEqual({
    isTrusted: false,
    reason: "it stands at the camera's horizon or above it",
  });
  expect(tags[1]).toMatchObject({
    isTrusted: false,
    reason: expect.stringContaining("too far away"),
  });
});

test("clocks that differ widen the ellipse", () => {
  const contact = { at: [960, 700] as const, xErrorPx: 2, yErrorPx: 2 };
  const [still, walked] = [0, 0.8].map((extraMetres) =>
    geotag(calibration, { ...contact, extraMetres }),
  );
  if (still?.isTrusted !== true || walked?.isTrusted !== true) throw new Error("not trusted");
  expect(walked.ellipse.semiMinorMetres - still.ellipse.semiMinorMetres).toBeGreaterThan(1);
});

/** In half axes: up to 1 lies inside. */
function awayIn(tag: ReturnType<typeof geotag>, truth: LonLat): number {
  if (!tag.isTrusted) return 0;
  const [east, north] = metresBetween(tag.location, truth);
  const azimuth = (tag.ellipse.azimuthDegrees * Math.PI) / 180;
  const along = east * Math.sin(azimuth) + north * Math.cos(azimuth);
  const across = east * Math.cos(azimuth) - north * Math.sin(azimuth);
  return Math.hypot(along / tag.ellipse.semiMajorMetres, across / tag.ellipse.semiMinorMetres);
}

test("after a move the true place lies in the ellipse, whether it was seen before or after", () => {
  const { picture } = streetCamera;
  const span = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
  const moves = fc.record({ dx: span(19), dy: span(19), turn: span(0.08), growth: span(0.08) });
  const spots = fc.tuple(span(8), fc.double({ min: 7, max: 35, noNaN: true }));
  let trusted = 0;
  fc.assert(
    fc.property(moves, spots, (move, spot) => {
      const metres = metresOf(streetCamera, spot);
      const before = seenAt(streetCamera, metres, 1e4) ?? [0, 0];
      const way = shiftAt(move, picture, before);
      const after = [before[0] + way[0], before[1] + way[1]] as const;
      const truth = locationFrom(streetCamera.foot, metres);
      for (const at of [before, after]) {
        const movedPx = shiftAt(move, picture, at);
        const error = wayErrorPx(move, picture, movedPx);
        const contact = { at, xErrorPx: error, yErrorPx: error };
        const still = geotag(calibration, contact);
        const moved = geotag(calibration, { ...contact, movedPx });
        if (!moved.isTrusted) continue;
        trusted += 1;
        expect(awayIn(moved, truth)).toBeLessThan(1);
        // What is known better than the camera makes Fisher's quantile smaller, by a little.
        const least = still.isTrusted ? still.ellipse.semiMajorMetres * 0.93 : 0;
        expect(moved.ellipse.semiMajorMetres).toBeGreaterThan(least);
      }
    }),
    {
      numRuns: 500,
      // A far move with a turn: both ends' ways differ by more than a move is measured to.
      examples: [[{ dx: 19, dy: 0, turn: 0.08, growth: 0 }, [0, 25]]],
    },
  );
  expect(trusted).toBeGreaterThan(200);
});

test("a move that leaves no place to tell says so", () => {
  const contact = { at: [960, 420] as const, xErrorPx: 2, yErrorPx: 2 };
  expect(geotag(calibration, contact)).toMatchObject({ isTrusted: true });
  expect(geotag(calibration, { ...contact, movedPx: [0, 150] })).toMatchObject({
    isTrusted: false,
    reason: expect.stringContaining("the camera has moved too far"),
  });
});

test("a box that is cut off below has no foot, one cut at the side an uncertain middle", () => {
  const box = { xMin: 0.3, yMin: 0.4, xMax: 0.5, yMax: 0.7 };
  const free = groundContact(calibration, box, whole);
  const side = groundContact(calibration, { ...box, xMin: 0 }, whole);
  expect(free?.at).toEqual([768, 756]);
  expect(side?.xErrorPx).toBeGreaterThan(3 * (free?.xErrorPx ?? 0));
  expect(groundContact(calibration, { ...box, yMax: 1 }, whole)).toBeUndefined();
  expect(groundContact(calibration, box, { ...whole, yMax: 0.7 })).toBeUndefined();
});

const exact = (value: number) => ({ value, error: 0.5 });
const mount: Mount = {
  location: streetCamera.foot,
  locationErrorMetres: 1,
  heightMetres: { value: streetCamera.heightMetres, error: 0.2 },
  pitchDegrees: exact(streetCamera.pitchDegrees),
  headingDegrees: exact(streetCamera.headingDegrees),
  rollDegrees: exact(streetCamera.rollDegrees),
  fieldOfViewDegrees: exact(streetCamera.fieldOfViewDegrees),
};

test("how a camera hangs gives the same points, with greater ellipses", () => {
  const { picture } = streetCamera;
  const hung = calibrateFromMount({ picture, mount, lens: [0, 0], mapErrorMetres: 0.3 });
  if (!hung.ok) throw new Error(hung.reason);
  for (const spot of [
    [-3, 9],
    [4, 20],
    [0, 33],
  ] as const) {
    const metres = metresOf(streetCamera, spot);
    const contact = {
      at: seenAt(streetCamera, metres) ?? [0, 0],
      xErrorPx: 1,
      yErrorPx: 1,
    } as const;
    const tags = [hung.calibration, calibration].map((one) => geotag(one, contact));
    const [byMount, byPairs] = tags;
    if (byMount?.isTrusted !== true || byPairs?.isTrusted !== true) throw new Error("not trusted");
    const truth = locationFrom(streetCamera.foot, metres);
    expect(Math.hypot(...metresBetween(byMount.location, truth))).toBeLessThan(0.01);
    expect(byMount.ellipse.semiMajorMetres).toBeGreaterThan(byPairs.ellipse.semiMajorMetres);
  }
});

test("a camera that looks at the horizon is not calibrated by how it hangs", () => {
  const { picture } = streetCamera;
  const level = { ...mount, pitchDegrees: exact(0) };
  expect(
    calibrateFromMount({ picture, mount: level, lens: [0, 0], mapErrorMetres: 0 }),
  ).toMatchObject({
    ok: false,
    reason: "the camera looks 0° below the horizontal",
  });
});
