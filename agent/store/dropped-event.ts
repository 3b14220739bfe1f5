/**
 * What the hub gets in place of events that left the outbox unsent: the schema of the notice.
 */
import { z } from "zod";
import { envelopeSchema } from "../../pipelines/domain/event.ts";
import { droppedEventType, dropReasons } from "./drop-notice.ts";

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
