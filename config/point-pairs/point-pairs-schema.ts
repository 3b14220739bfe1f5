/** What an installer writes down to calibrate a camera: point pairs, or how the camera hangs. */
import { z } from "zod";

const pixelsError = "expected [x, y] in pixels of the picture, from its upper left corner";
const locationError = "expected [longitude, latitude] in degrees, longitude first";
const pixel = z.number({ error: pixelsError }).min(-10_000).max(40_000);

const location = z.tuple(
  [
    z
      .number({ error: locationError })
      .min(-180, { error: locationError })
      .max(180, { error: locationError }),
    z
      .number({ error: locationError })
      .min(-90, { error: locationError })
      .max(90, { error: locationError }),
  ],
  { error: locationError },
);

function between(min: number, max: number, unit: string) {
  const error = `expected ${unit} from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

const metres = (max: number) => between(0, max, "metres");
const errorMetres = between(0.001, 100, "metres");
const errorPx = between(0.05, 200, "pixels");
const degrees = (min: number, max: number) => between(min, max, "degrees");

const lensError = "expected none, estimate, estimate-two or { k1: NUMBER, k2: NUMBER }";
const coefficient = between(-1, 1, "a number");

export const pointPairsSchema = z.strictObject({
  camera: z.string().max(64).optional(),
  picture: z.tuple([between(16, 32_768, "pixels"), between(16, 32_768, "pixels")], {
    error: "expected [width, height] of the picture in pixels",
  }),
  datum: z.enum(["wgs84", "cgcs2000", "gcj02"], {
    error: "expected the datum of the locations: wgs84, cgcs2000 or gcj02 (it is never guessed)",
  }),
  pictureErrorPx: errorPx.prefault(2),
  groundErrorMetres: errorMetres.prefault(0.3),
  mapErrorMetres: metres(100).prefault(0.5),
  lens: z
    .union(
      [
        z.enum(["none", "estimate", "estimate-two"]),
        z.strictObject({ k1: coefficient, k2: coefficient.prefault(0) }),
      ],
      { error: lensError },
    )
    .prefault("none"),
  points: z
    .array(
      z.strictObject({
        at: z.tuple([pixel, pixel], { error: pixelsError }),
        location,
        note: z.string().max(200).optional(),
        pictureErrorPx: errorPx.optional(),
        groundErrorMetres: errorMetres.optional(),
      }),
      { error: "expected a list of points" },
    )
    .max(500, { error: "expected at most 500 points" })
    .optional(),
  mount: z
    .strictObject({
      location,
      heightMetres: between(1, 100, "metres"),
      pitchDegrees: degrees(-90, 90),
      headingDegrees: degrees(0, 360),
      rollDegrees: degrees(-45, 45).prefault(0),
      fieldOfViewDegrees: degrees(5, 150),
      errors: z
        .strictObject({
          locationMetres: metres(100).prefault(2),
          heightMetres: metres(10).prefault(0.3),
          pitchDegrees: degrees(0, 30).prefault(1),
          headingDegrees: degrees(0, 90).prefault(3),
          rollDegrees: degrees(0, 30).prefault(1),
          fieldOfViewDegrees: degrees(0, 30).prefault(2),
        })
        .prefault({}),
    })
    .optional(),
});
export type PointPairsDocument = z.output<typeof pointPairsSchema>;
