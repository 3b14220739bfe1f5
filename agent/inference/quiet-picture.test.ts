/** Goal: what happens in a street is a change, what a sensor does is none. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PictureClock } from "./quiet-clock.ts";
import { comparePictures } from "./quiet-picture.ts";
import { type Moment, type Patch, tinyStreet } from "./quiet-testing.ts";

const person: Patch = { x: 40, y: 20, width: 2, height: 5, levels: 14 };

describe("two pictures", () => {
  const rows: readonly {
    readonly name: string;
    readonly now: Moment;
    readonly before?: Moment;
    readonly want: "same" | "changed";
  }[] = [
    { name: "of a street at rest", now: {}, want: "same" },
    { name: "with another noise", now: { seed: 2, noise: 0.8 }, want: "same" },
    { name: "in the last of the light", now: { shift: -2, seed: 3 }, want: "same" },
    { name: "with somebody in it", now: { patches: [person] }, want: "changed" },
    {
      name: "with somebody in it, in the noise of a night",
      before: { noise: 1 },
      now: { patches: [person], seed: 5, noise: 1 },
      want: "changed",
    },
    {
      name: "with a bag on the pavement",
      now: { patches: [{ x: 12, y: 40, width: 1, height: 1, levels: 6 }] },
      want: "changed",
    },
    {
      name: "with a faint shadow of some size",
      now: { patches: [{ x: 60, y: 30, width: 9, height: 6, levels: -3 }], seed: 6 },
      want: "changed",
    },
    { name: "before and after the lamps go on", now: { shift: 25 }, want: "changed" },
    {
      name: "in the beam of a headlight",
      now: { patches: [{ x: 20, y: 30, width: 30, height: 12, levels: 40 }] },
      want: "changed",
    },
    { name: "full of noise", now: { seed: 2, noise: 6 }, want: "changed" },
  ];
  for (const { name, before = {}, now, want } of rows) {
    test(`${name}: ${want}`, () => {
      expect(comparePictures(tinyStreet(before), tinyStreet(now))).toBe(want);
    });
  }

  test("say the same in either order", () => {
    const patch = fc.record({
      x: fc.nat(90),
      y: fc.nat(48),
      width: fc.integer({ min: 1, max: 6 }),
      height: fc.integer({ min: 1, max: 6 }),
      levels: fc.integer({ min: -30, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 3 }), fc.nat(1_000), (patches, seed) => {
        const [a, b] = [tinyStreet(), tinyStreet({ patches, seed })];
        expect(comparePictures(a, b)).toBe(comparePictures(b, a));
      }),
      { numRuns: 40 },
    );
  });

  test("differ wherever something as small as a bag is put down", () => {
    fc.assert(
      fc.property(
        fc.nat(95),
        fc.nat(53),
        fc.constantFrom(-9, 9),
        fc.nat(1_000),
        (x, y, levels, seed) => {
          const now = tinyStreet({ patches: [{ x, y, width: 1, height: 1, levels }], seed });
          expect(comparePictures(tinyStreet(), now)).toBe("changed");
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a clock that the camera writes into its picture", () => {
  const whole = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };
  /** The seconds change in every picture, their tens in every fifth. */
  const clockAt = (index: number): readonly Patch[] => [
    { x: 88, y: 2, width: 1, height: 2, levels: 20 + 7 * (index % 5) },
    { x: 86, y: 2, width: 1, height: 2, levels: 20 + 9 * (Math.floor(index / 5) % 6) },
  ];
  const watch = (clock: PictureClock, patchesAt: (index: number) => readonly Patch[]) => {
    for (let index = 0; index < 90; index += 1) {
      clock.add(tinyStreet({ patches: patchesAt(index), seed: index + 1 }));
    }
  };
  const compare = (clock: PictureClock, before: readonly Patch[], now: readonly Patch[]) =>
    comparePictures(tinyStreet({ patches: before }), tinyStreet({ patches: now, seed: 9 }), clock);

  test("is known after a while and no change any more", () => {
    const clock = new PictureClock(whole);
    expect(compare(clock, clockAt(0), clockAt(7))).toBe("changed");
    watch(clock, clockAt);
    expect(compare(clock, clockAt(0), clockAt(7))).toBe("same");
  });

  test("hides nothing that is elsewhere, or brighter than it ever was", () => {
    const clock = new PictureClock(whole);
    watch(clock, clockAt);
    expect(compare(clock, clockAt(0), [...clockAt(7), person])).toBe("changed");
    const lamp = { x: 86, y: 2, width: 3, height: 2, levels: 110 };
    expect(compare(clock, clockAt(0), [lamp])).toBe("changed");
  });

  test("is not learnt of what moves in the street, nor of a tree along the edge", () => {
    const street = new PictureClock(whole);
    const inStreet = (index: number) => [{ ...person, levels: 10 + 7 * (index % 5) }];
    watch(street, inStreet);
    expect(compare(street, inStreet(0), inStreet(3))).toBe("changed");
    const tree = new PictureClock(whole);
    const leaves = (index: number) => [
      { x: 10, y: 0, width: 60, height: 5, levels: 10 * (index % 3) },
    ];
    watch(tree, leaves);
    expect(tree.knownCount).toBe(0);
  });
});
