/** When a place is urgent: hours of its tags, peak hours of the whole site. */
import { z } from "zod";
import { usualSurge } from "../../pipelines/surge.ts";
import { whole } from "./leaves.ts";
import { windowSchema } from "./window.ts";

const windows = (description: string, defaultText: string) =>
  z
    .array(windowSchema, { error: "expected a list of windows" })
    .min(1, { error: "expected at least one window" })
    .max(50, { error: "expected at most 50 windows" })
    .optional()
    .meta({ description, defaultText });

export const severitySchema = z
  .strictObject({
    tagHours: z
      .strictObject({
        school: windows("When a zone tagged `school` is red: term and hours.", "always"),
        hospital: windows("When a zone tagged `hospital` is red.", "always"),
      })
      .prefault({})
      .meta({ description: "Hours of tags." }),
    peakHours: windows("Times in which every violation is at least `yellow`.", "none"),
  })
  .prefault({})
  .meta({ description: "When a violation is urgent." });

export const surgeSchema = z
  .strictObject({
    count: whole(
      { min: 2, max: 1000 },
      { description: "Fewer warnings of one kind in a grid and hour are no alarm." },
    ).prefault(usualSurge.countMin),
    factor: whole(
      { min: 1, max: 100 },
      { description: "So many times the rate of the last seven days are one." },
    ).prefault(usualSurge.factor),
  })
  .prefault({})
  .meta({ description: "When the hub is told that warnings surge." });
