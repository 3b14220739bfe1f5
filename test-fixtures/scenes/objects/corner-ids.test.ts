import { expect, test } from "vitest";
import { CornerIds } from "./corner-ids.ts";

const rows = [
  { name: "the same place", a: [1, 2, 3], b: [1, 2, 3], isOne: true },
  {
    name: "places a hundredth of a millimetre apart",
    a: [1, 2, 3],
    b: [1.00001, 2, 3],
    isOne: true,
  },
  { name: "places half a millimetre apart", a: [1, 2, 3], b: [1.0005, 2, 3], isOne: false },
  { name: "nothing and less than nothing", a: [0, 0, 0], b: [-0, -0.00001, 0], isOne: true },
  { name: "mirrored places", a: [1, 2, 3], b: [-1, 2, 3], isOne: false },
] as const;

for (const { name, a, b, isOne } of rows) {
  test(`${name} have ${isOne ? "one number" : "two numbers"}`, () => {
    const ids = new CornerIds();
    expect(ids.idOf(a) === ids.idOf(b)).toBe(isOne);
  });
}

test("numbers go up from 0 and are kept, however many there are", () => {
  const ids = new CornerIds();
  const places = Array.from({ length: 5_000 }, (_, index) => {
    return [index % 17, Math.floor(index / 17) / 100, -index / 3] as const;
  });
  expect(places.map((place) => ids.idOf(place))).toEqual(places.map((_, index) => index));
  expect(places.map((place) => ids.idOf(place))).toEqual(places.map((_, index) => index));
});
