/** A camera over a street and exact point pairs of it, for tests that need one. */
import type { PointPair } from "../../calibration/calibrate.ts";
import { locationFrom, type SyntheticCamera, seenAt } from "./synthetic-camera.ts";

export const streetCamera: SyntheticCamera = {
  picture: [1920, 1080],
  foot: [116.647, 23.67],
  heightMetres: 6,
  pitchDegrees: 25,
  headingDegrees: 40,
  rollDegrees: 1.5,
  fieldOfViewDegrees: 75,
  k1: 0,
  k2: 0,
};

/** Right of and ahead of the camera, in metres. */
const spots = [
  [-4, 8],
  [3, 7],
  [0, 12],
  [-7, 16],
  [6, 15],
  [-3, 24],
  [9, 26],
  [2, 36],
] as const;

/** East and north of its foot. */
export function metresOf(
  camera: SyntheticCamera,
  [right, ahead]: readonly [number, number],
): readonly [number, number] {
  const heading = (camera.headingDegrees * Math.PI) / 180;
  return [
    right * Math.cos(heading) + ahead * Math.sin(heading),
    ahead * Math.cos(heading) - right * Math.sin(heading),
  ];
}

export function streetPairs(camera: SyntheticCamera = streetCamera): PointPair[] {
  return spots.flatMap((spot) => {
    const metres = metresOf(camera, spot);
    const seen = seenAt(camera, metres);
    if (seen === undefined) return [];
    const location = locationFrom(camera.foot, metres);
    return [{ picture: seen, location, pictureErrorPx: 1.5, groundErrorMetres: 0.1 }];
  });
}
