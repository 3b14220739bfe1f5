/** The event of a camera that does not see its zones: moved, or blind; and of the end of that. */
import { z } from "zod";
import { envelopeSchema } from "../../pipelines/domain/event.ts";

const instant = z.iso.datetime({ offset: true });

/**
 * A camera does not see its zones: moved, or blind for longer than `health.tellBlindAfter`; and the
 * end of that. Its zones are not judged meanwhile.
 */
export const cameraEventType = "city.kerbside.camera.v1";
export const cameraEventSchema = envelopeSchema.extend({
  type: z.literal(cameraEventType),
  data: z.object({
    camera: z.string(),
    state: z.enum([
      "seeing",
      "moved",
      "scene-replaced",
      "blocked",
      "defocused",
      "dark",
      "frozen",
      "away",
    ]),
    /** From when on, as far as pictures say. */
    since: instant,
    /** One sentence for a person who goes there. */
    detail: z.string().max(300),
    /** Null: nobody can say how far. In shares of the picture's width, and degrees. */
    move: z
      .object({
        right: z.number(),
        down: z.number(),
        turnDegrees: z.number(),
        growth: z.number(),
      })
      .nullable(),
    /** Small enough that moving the zones by as much is enough. */
    mayReregister: z.boolean(),
  }),
});
