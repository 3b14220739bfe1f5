/** One key a label, each a score: so a wrong key gets the nearest right one. */
import { z } from "zod";
import { type Label, labels } from "../../pipelines/domain/label.ts";

const error = "expected a score from 0.05 to 1";

const entries = labels.map(
  (label) =>
    [
      label,
      z
        .number({ error })
        .min(0.05, { error })
        .max(1, { error })
        .optional()
        .meta({ description: `From which score on it is a ${label}.` }),
    ] as const,
);

// Every label is a key.
export const labelThresholds = Object.fromEntries(entries) as Record<Label, (typeof entries)[0][1]>;
