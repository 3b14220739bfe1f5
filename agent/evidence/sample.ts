/**
 * A kept picture of one violation, as it lies in the data folder: `ID.jpg`, and `ID.json` with what
 * the detector saw in it. Whoever reads it checks it again: the folder may be years old.
 */
import { z } from "zod";
import { labels } from "../../pipelines/domain/label.ts";

const ratio = z.number().min(0).max(1);
const instant = z.iso.datetime({ offset: true });

/** 0..1 of the kept picture. */
const box = z.object({ xMin: ratio, yMin: ratio, xMax: ratio, yMax: ratio });

export const sampleSchema = z.object({
  schema: z.literal(1),
  violation: z.string().min(1),
  stage: z.enum(["warned", "reported"]),
  kind: z.string(),
  subKind: z.string(),
  camera: z.string(),
  view: z.string(),
  zone: z.string(),
  capturedAt: instant,
  /** Name of the detector, and the head of its weights' hash. */
  model: z.string(),
  /** The part of the camera's picture that this is. */
  crop: box,
  /** Which of `found` the violation is about. */
  own: z.int().nonnegative(),
  /** Everything that the detector saw, by falling score. */
  found: z.array(z.object({ label: z.enum(labels), score: ratio, box })),
  masked: z.object({
    heads: z.int().nonnegative(),
    plates: z.int().nonnegative(),
    polygons: z.int().nonnegative(),
  }),
});
export type Sample = z.infer<typeof sampleSchema>;
