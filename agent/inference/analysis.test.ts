/**
 * What is learned of a stream's pictures from where their crops came to lie.
 */
import { expect, test } from "vitest";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { model } from "../../test-fixtures/fake-loop.ts";
import { placeCrop } from "../capture/decoder/crop-place.ts";
import { shapeOf } from "./analysis.ts";
import type { LoopModel } from "./ports.ts";

const letterbox: LoopModel = {
  ...model,
  fit: "letterbox-centre",
  inputWidth: 448,
  inputHeight: 448,
};
const half = { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 };

const rows = [
  { name: "square pixels", width: 1920, height: 1080, pixelAspect: 1, crop: wholePicture },
  { name: "square pixels of an odd crop", width: 1326, height: 825, pixelAspect: 1, crop: half },
  { name: "wide pixels", width: 704, height: 576, pixelAspect: 16 / 11, crop: wholePicture },
  { name: "wide pixels of a crop", width: 704, height: 576, pixelAspect: 16 / 11, crop: half },
  { name: "narrow pixels", width: 720, height: 576, pixelAspect: 8 / 9, crop: wholePicture },
];
test.for(rows)("$name are known by where the crop lies", ({ width, height, pixelAspect, crop }) => {
  const request = { crop, width: 448, height: 448, fit: letterbox.fit, fill: 0 } as const;
  const into = new Uint8Array(0);
  const place = placeCrop({ ...request, channels: "rgb", into }, width, height, pixelAspect);
  const cut = {
    xMin: place.cropX / width,
    yMin: place.cropY / height,
    xMax: (place.cropX + place.cropWidth) / width,
    yMax: (place.cropY + place.cropHeight) / height,
  };
  const placed = { ...place, pictureWidth: width, pictureHeight: height, crop: cut };
  const shape = shapeOf(placed, letterbox, undefined);
  expect(shape).toMatchObject({ width, height });
  expect(Math.abs(shape.pixelAspect / pixelAspect - 1)).toBeLessThan(
    pixelAspect === 1 ? 1e-9 : 0.005,
  );
  expect(shapeOf(placed, letterbox, shape)).toBe(shape);
  expect(shapeOf({ ...placed, pictureWidth: 640 }, letterbox, shape).width).toBe(640);
});
