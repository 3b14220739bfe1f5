import { expect, test } from "vitest";
import { layPlanes } from "./model-input.ts";

/** Planes of green, blue, red. */
const planes = Uint8Array.of(20, 21, 30, 31, 10, 11);
const cut = { cropX: 0, cropY: 0, cropWidth: 4, cropHeight: 2 };

test("as wide as the input: the rest below stays fill", () => {
  const place = { ...cut, contentX: 0, contentY: 0, contentWidth: 2, contentHeight: 1 };
  const input = new Uint8Array(12).fill(114);
  layPlanes(planes, place, input, { width: 2, height: 2, channels: "rgb" });
  expect([...input]).toEqual([10, 11, 114, 114, 20, 21, 114, 114, 30, 31, 114, 114]);
});

test("narrower than the input: row by row, in the order of the model's channels", () => {
  const place = { ...cut, contentX: 1, contentY: 0, contentWidth: 1, contentHeight: 2 };
  const input = new Uint8Array(12);
  layPlanes(planes, place, input, { width: 2, height: 2, channels: "bgr" });
  expect([...input]).toEqual([0, 30, 0, 31, 0, 20, 0, 21, 0, 10, 0, 11]);
});
