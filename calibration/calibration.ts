/**
 * What a camera's calibration is, as it is kept in a file: the camera's geometry with its
 * uncertainty, and the point pairs that it came from with what is left over of each.
 *
 * Versioned and hashed: a file that was changed by hand is refused, and an event names the hash
 * of the calibration that its point came from.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { parameterCount } from "./projection.ts";
import { referencePictureSchema } from "./reference-picture.ts";

const finite = z.number();
const pixelPair = z.tuple([finite, finite]);
const location = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
const parameters = z.array(finite).length(parameterCount);

export const calibrationSchema = z.strictObject({
  schema: z.literal("kerbside-calibration/1"),
  /** Of the camera, where the pair file names it. */
  camera: z.string().max(64).optional(),
  madeAt: z.iso.datetime({ offset: true }).optional(),
  /** Width and height in pixels. */
  picture: z.tuple([z.int().min(16).max(32_768), z.int().min(16).max(32_768)]),
  source: z.enum(["points", "mount"]),
  origin: location,
  scaleMetres: z.number().positive().max(100_000),
  /** h11 … h32, k1, k2: `projection.ts` says in which units. */
  parameters,
  /** Of the parameters, as what is left over of the pairs says. */
  covariance: z.array(parameters).length(parameterCount),
  /** With which that size was measured; null: it was stated. */
  degreesOfFreedom: z.number().positive().max(10_000).nullable(),
  /** Standard error that all points share, east and north: of the map that they were read from. */
  mapErrorMetres: z.number().min(0).max(1_000),
  points: z
    .array(
      z.strictObject({
        picture: pixelPair,
        location,
        note: z.string().max(200).optional(),
        /** False: left out, as it contradicts the others. */
        isUsed: z.boolean(),
        residualPx: z.number().nonnegative(),
        residualMetres: z.number().nonnegative(),
        /** How far off it is by a camera that was fitted to the others; null: that is not determined. */
        leftOutMetres: z.number().nonnegative().nullable(),
      }),
    )
    .max(500),
  /** What the camera showed then; absent: no still was given. */
  reference: referencePictureSchema.optional(),
  /** SHA-256 of the rest. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Calibration = z.infer<typeof calibrationSchema>;

export function withHash(content: Omit<Calibration, "hash">): Calibration {
  return { ...content, hash: hashOf(content) };
}

/** The calibration, or what is wrong with it in words that follow the file's name. */
export function readCalibration(
  json: unknown,
):
  | { readonly ok: true; readonly calibration: Calibration }
  | { readonly ok: false; readonly reason: string } {
  const parsed = calibrationSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") ?? "";
    return {
      ok: false,
      reason: `is no calibration${path === "" ? "" : ` (${path}: ${issue?.message ?? "wrong"})`}: kerbside calibrate writes one`,
    };
  }
  const { hash, ...content } = parsed.data;
  if (hashOf(content) !== hash) {
    return {
      ok: false,
      reason: "was changed after kerbside calibrate wrote it (its hash differs): write it anew",
    };
  }
  return { ok: true, calibration: parsed.data };
}

function hashOf(content: Omit<Calibration, "hash">): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(content)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const ordered = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(ordered.map(([key, entry]) => [key, sorted(entry)]));
}
