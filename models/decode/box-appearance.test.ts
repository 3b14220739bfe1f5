import { expect, test } from "vitest";
import { appearanceAt, appearanceDistance } from "../../pipelines/domain/appearance.ts";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { withAppearances } from "./box-appearance.ts";

const width = 64;
const height = 48;
/** The crop fills the upper left 64 × 36 of the input. */
const placement = {
  contentX: 0,
  contentY: 0,
  contentWidth: 64,
  contentHeight: 36,
  crop: { xMin: 0.25, yMin: 0.5, xMax: 0.75, yMax: 1 },
};

/** Left half red, right half blue. */
function halves(channels: "rgb" | "bgr") {
  const bytes = new Uint8Array(3 * width * height);
  const [red, blue] = channels === "rgb" ? [0, 2] : [2, 0];
  for (let at = 0; at < width * height; at += 1) {
    bytes[(at % width < width / 2 ? red : blue) * width * height + at] = 200;
  }
  return { bytes, width, height, channels };
}

const whole = { xMin: 0.25, yMin: 0.5, xMax: 0.75, yMax: 1 };
const see = (label: Label, channels: "rgb" | "bgr" = "rgb", box = whole) =>
  withAppearances(detectionsOf([{ label, score: 0.9, box }]), halves(channels), placement);
const hexOf = (detections: ReturnType<typeof see>) => appearanceAt(detections.appearances, 0);

test("a sign's cells have the colours that the detector saw there", () => {
  const row = "c80101".repeat(2) + "0101c8".repeat(2);
  expect(hexOf(see("signboard"))).toBe(row.repeat(4));
});

test("the order of the planes makes no difference", () => {
  expect(hexOf(see("signboard", "bgr"))).toBe(hexOf(see("signboard", "rgb")));
});

test("nothing is taken of other labels, nor of boxes without a picture in them", () => {
  expect(see("car").appearances).toBeUndefined();
  const tiny = { xMin: 0.3, yMin: 0.6, xMax: 0.33, yMax: 0.63 };
  expect(hexOf(see("signboard", "rgb", tiny))).toBeUndefined();
});

test("half a sign looks different from the whole one", () => {
  const half = { ...whole, xMax: 0.5 };
  const [a, b] = [hexOf(see("signboard")), hexOf(see("signboard", "rgb", half))];
  expect(appearanceDistance(a ?? "", a ?? "")).toBe(0);
  expect(appearanceDistance(a ?? "", b ?? "")).toBeGreaterThan(0.18);
});
