import { expect, test } from "vitest";
import type { Place } from "../../pipelines/domain/event.ts";
import { placeLines } from "./place-lines.ts";
import { sayIn } from "./say.ts";

const plain: Place = {
  point: { type: "Point", coordinates: [116.647, 23.67] },
  errorMetres: 1.2,
  source: "camera",
  gcj02: null,
  grid: null,
  division: "445102",
};
const calibration = "ab".repeat(32);
const errorEllipse = { semiMajorMetres: 1.2, semiMinorMetres: 0.4, azimuthDegrees: 40 };
const rows: readonly { name: string; place: Place; want: readonly string[] }[] = [
  { name: "a camera that is not calibrated", place: plain, want: [] },
  {
    name: "a point with its ellipse",
    place: { ...plain, source: "calibration", calibration, errorEllipse },
    want: [
      "Place: 116.647, 23.67 (WGS 84), in 95 of 100 cases within ±1.2 × ±0.4 m, the longer way towards 40°; calibration abababababab.",
    ],
  },
  {
    name: "a point that was not trusted",
    place: {
      ...plain,
      calibration,
      pointReason: "its place is not told by the calibration: it is too far away",
    },
    want: ["Place: its place is not told by the calibration: it is too far away."],
  },
];
for (const { name, place, want } of rows) {
  test(name, () => {
    expect(placeLines(place, sayIn("en"))).toEqual(want);
  });
}
