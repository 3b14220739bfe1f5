/**
 * What the hub gets in place of events and evidence that left the box unsent: the notices' schemas.
 */
import { z } from "zod";
import { envelopeSchema } from "../../pipelines/domain/event.ts";
import { droppedEventType, dropReasons, evidenceDroppedEventType } from "./drop-notice.ts";
import { evidenceDropReasons } from "./evidence-store.ts";

export const droppedEventSchema = envelopeSchema.extend({
  type: z.literal(droppedEventType),
  data: z.object({
    /** Both inclusive. */
    firstSequence: z.int().positive(),
    lastSequence: z.int().positive(),
    count: z.int().positive(),
    reason: z.enum(dropReasons),
    /** What the broker said, for `refused`. */
    detail: z.string().max(200).optional(),
  }),
});

export const evidenceDroppedEventSchema = envelopeSchema.extend({
  type: z.literal(evidenceDroppedEventType),
  data: z.object({
    violation: z.string(),
    revision: z.int().positive(),
    /** As the event of that revision names it. */
    manifest: z.object({
      number: z.int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    /** Files that the hub does not have whole, and their bytes. */
    files: z.int().positive(),
    bytes: z.int().nonnegative(),
    /** `age`, `bytes`: that limit of `evidence.keep`; `disk`: the disk was nearly full. */
    reason: z.enum(evidenceDropReasons),
  }),
});
