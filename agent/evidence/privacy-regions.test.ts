import { describe, expect, test } from "vitest";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { type PrivacyRegion, privacyRegions } from "./privacy-regions.ts";

const hd = { crop: wholePicture, width: 1920, height: 1080 };
const px = (xMin: number, yMin: number, xMax: number, yMax: number) => ({
  xMin: xMin / 1920,
  yMin: yMin / 1080,
  xMax: xMax / 1920,
  yMax: yMax / 1080,
});
const one = (label: Label, box: ReturnType<typeof px>) =>
  detectionsOf([{ label, score: 0.9, box }]);

const rows = [
  {
    name: "a standing person: the upper 30 %, padded by a tenth and a fifth",
    label: "person",
    box: px(100, 200, 200, 600),
    want: { what: "head", xMin: 90, yMin: 176, xMax: 210, yMax: 344, blockPx: 17 },
  },
  {
    name: "a person cut at the waist: more of the box",
    label: "person",
    box: px(100, 200, 200, 300),
    want: { what: "head", xMin: 90, yMin: 190, xMax: 210, yMax: 260, blockPx: 9 },
  },
  {
    name: "a far person: blocks of 8 pixels and no less",
    label: "person",
    box: px(10, 20, 20, 50),
    want: { what: "head", xMin: 9, yMin: 18, xMax: 21, yMax: 31, blockPx: 8 },
  },
  {
    name: "a person at the picture's edge",
    label: "person",
    box: px(0, 0, 100, 400),
    want: { what: "head", xMin: 0, yMin: 0, xMax: 110, yMax: 144, blockPx: 17 },
  },
  {
    name: "a near car: the lower part, where a plate is",
    label: "car",
    box: px(1000, 500, 1400, 800),
    want: { what: "plate", xMin: 980, yMin: 643, xMax: 1420, yMax: 808, blockPx: 8 },
  },
] as const;

/** Boxes are float32: a side may round to the next pixel. */
function distances(found: PrivacyRegion | undefined, want: PrivacyRegion): number[] {
  const sides = ["xMin", "yMin", "xMax", "yMax", "blockPx"] as const;
  return sides.map((side) => Math.abs((found?.[side] ?? Number.NaN) - want[side]));
}

describe("what is made unrecognisable", () => {
  test.each(rows)("$name", ({ label, box, want }) => {
    const found = privacyRegions(one(label, box), hd);
    expect(found.map(({ what }) => what)).toEqual([want.what]);
    expect(Math.max(...distances(found[0], want))).toBeLessThanOrEqual(1);
  });

  test.each(["bin", "stall", "signboard"] as const)("%s: nothing", (label) => {
    expect(privacyRegions(one(label, px(1000, 500, 1400, 800)), hd)).toEqual([]);
  });

  test("the blocks grow with the vehicle, so that no character of its plate is left", () => {
    const [near] = privacyRegions(one("bus", px(0, 0, 1800, 1000)), hd);
    expect(near?.blockPx).toBe(30);
  });

  test("a far car's plate cannot be read", () => {
    expect(privacyRegions(one("car", px(1000, 500, 1090, 560)), hd)).toEqual([]);
  });

  test("in a cut picture the regions are where the things are, and nothing lies outside", () => {
    const crop = { xMin: 0.5, yMin: 0.5, xMax: 1, yMax: 1 };
    const cut = { crop, width: 960, height: 540 };
    const found = privacyRegions(one("person", px(1060, 740, 1160, 1040)), cut);
    const want = { what: "head", xMin: 90, yMin: 182, xMax: 210, yMax: 308, blockPx: 15 } as const;
    expect(Math.max(...distances(found[0], want))).toBeLessThanOrEqual(1);
    expect(privacyRegions(one("person", px(100, 200, 200, 600)), cut)).toEqual([]);
  });
});
