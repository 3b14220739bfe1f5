import fc from "fast-check";
import { expect, test } from "vitest";
import { MaskFilm } from "./mask-film.ts";

const size = { width: 1_920, height: 1_080 };
const headAt = (x: number, y = 400) =>
  ({ what: "head", xMin: x, yMin: y, xMax: x + 60, yMax: y + 60, blockPx: 10 }) as const;

test("a head that walks is masked all the way between two pictures", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 1_600 }),
      fc.integer({ min: -60, max: 60 }),
      fc.integer({ min: 0, max: 500 }),
      (x, step, ms) => {
        const film = new MaskFilm([
          { atMs: 0, ...size, regions: [headAt(x)] },
          { atMs: 500, ...size, regions: [headAt(x + step)] },
        ]);
        const at = x + (step * ms) / 500;
        const isMasked = film
          .regionsAt(ms)
          .some(({ xMin, xMax }) => xMin <= Math.ceil(at) && xMax >= Math.floor(at + 60));
        expect(isMasked).toBe(true);
      },
    ),
  );
});

test("one that comes or goes is masked from the picture before to the next, and wider", () => {
  const film = new MaskFilm([
    { atMs: 0, ...size, regions: [headAt(300)] },
    { atMs: 500, ...size, regions: [headAt(1_500)] },
  ]);
  const regions = film.regionsAt(250);
  expect(regions).toHaveLength(2);
  for (const { xMin, xMax } of regions) expect(xMax - xMin).toBeGreaterThan(60);
});

test("where nobody looked for people it throws", () => {
  const picture = { ...size, regions: [headAt(300)] };
  const film = new MaskFilm([
    { atMs: 1_000, ...picture },
    { atMs: 6_000, ...picture },
  ]);
  expect(film.regionsAt(6_400)).toHaveLength(1);
  expect(() => film.regionsAt(3_000)).toThrow(/nobody looked/);
  expect(() => film.regionsAt(0)).toThrow(/nobody looked/);
  expect(() => new MaskFilm([]).regionsAt(0)).toThrow(/nobody looked/);
});
