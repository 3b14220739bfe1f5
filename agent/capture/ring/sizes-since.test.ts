import { expect, test } from "vitest";
import { SizesSince } from "./sizes-since.ts";

test("what begins anew is not unbroken; what follows is counted from there", () => {
  const sizes = new SizesSince();
  sizes.add(90_000, true);
  expect(sizes.take()).toMatchObject({ isUnbroken: false, keyBytes: 90_000, betweenCount: 0 });
  for (const bytes of [900, 1_500, 1_100]) sizes.add(bytes, false);
  sizes.add(91_000, true);
  expect(sizes.take()).toEqual({
    isUnbroken: true,
    betweenCount: 3,
    betweenBytes: 3_500,
    betweenBytesMax: 1_500,
    keyBytes: 91_000,
  });
  expect(sizes.take()).toMatchObject({ isUnbroken: true, betweenCount: 0, keyBytes: 0 });
});

test("a gap is told with the next picture, once", () => {
  const sizes = new SizesSince();
  sizes.take();
  sizes.add(900, false);
  sizes.interrupt();
  expect(sizes.take().isUnbroken).toBe(false);
  expect(sizes.take().isUnbroken).toBe(true);
});
