/**
 * Rules of the four kinds: what a zone watches for and how long it waits.
 *
 * Settings whose default depends on the kind's circumstances are optional here; `rule-defaults.ts`
 * fills them in, and their descriptions name the values.
 */
import { z } from "zod";
import { type Kind, type SubKind, severities } from "../../pipelines/domain/kind.ts";
import { pileUpCountMin } from "../../pipelines/illegal-parking/parking-defaults.ts";
import { usualBins } from "../../pipelines/overflowing-bin/bin-defaults.ts";
import { packingUpMinutes, usualVending } from "../../pipelines/street-vending/vending-defaults.ts";
import { usualSigns } from "../../pipelines/unlicensed-signage/sign-settings.ts";
import { dailyForm, parseDaily } from "../time-window.ts";
import { duration, oneOf, point, share, text, whole } from "./leaves.ts";
import { windowSchema } from "./window.ts";

const dayMs = 86_400_000;

const rareEvery = { min: 100, max: dayMs };
const anyTime = { min: 0, max: 30 * dayMs };

function common(description: {
  readonly warn: string;
  readonly report: string;
  readonly clear: string;
  readonly every: string;
}) {
  return {
    every: duration(rareEvery, {
      description: "How often this rule needs a look; never below the period of the view.",
      defaultText: description.every,
    }).optional(),
    warnAfter: duration(anyTime, {
      description: "Observed time after which the hub is warned.",
      defaultText: description.warn,
    }).optional(),
    reportAfter: duration(anyTime, {
      description: "Observed time after which it is reported.",
      defaultText: description.report,
    }).optional(),
    clearAfter: duration(
      { min: 1_000, max: 30 * dayMs },
      {
        description: "Observed absence after which it is over.",
        defaultText: description.clear,
      },
    ).optional(),
    urgent: z
      .strictObject({
        warnAfter: duration(anyTime, {
          description: "Observed time after which the hub is warned then.",
          defaultText: "as `warnAfter`",
        }).optional(),
        reportAfter: duration(anyTime, {
          description: "Observed time after which it is reported then.",
          defaultText: "as `reportAfter`",
        }).optional(),
      })
      .optional()
      .meta({
        description:
          "Other times in a zone tagged `school` or `hospital`, in the hours of that tag (`severity.tagHours`).",
        defaultText: "30s and 2m for motor vehicles before a school, else none",
      }),
    recheckAfter: duration(
      { min: 1_000, max: 30 * dayMs },
      {
        description:
          "After an end the place is looked at again: one more event tells that it stayed clear for so long, or did not.",
        defaultText: "no second look",
      },
    ).optional(),
    severity: oneOf(severities, {
      description: "Lowest severity of its events.",
      defaultText: "computed from facts",
    }).optional(),
    allowed: z
      .array(windowSchema, { error: "expected a list of windows" })
      .max(50, { error: "expected at most 50 windows" })
      .prefault([])
      .meta({ description: "Times in which it is allowed here." }),
    recurrenceWindow: duration(
      { min: 0, max: 30 * dayMs },
      { description: "One that comes back at the same place within it names the earlier one." },
    ).prefault("1d"),
    recurrenceCount: whole(
      { min: 2, max: 1000 },
      { description: "Times at the same place in 7 days from which on it is `yellow`." },
    ).prefault(3),
    evidence: z
      .strictObject({
        require: oneOf(["none", "complete"], {
          description: "`complete` holds a violation at `warned` until its evidence is complete.",
        }).prefault("none"),
      })
      .prefault({})
      .meta({ description: "What the evidence must be before it is reported." }),
    scoreMin: share({
      description: "Detections below this score are not seen by the rule.",
      defaultText: "the model's own thresholds",
    }).optional(),
    overlapMin: share({
      description: "Share of the thing's footprint that must lie in the zone.",
    }).prefault(0.5),
  };
}

const viewPeriod = "the view's";

/** `usual`: what a rule watches for that does not say. */
function watched<const Names extends readonly [SubKind, ...SubKind[]]>(
  names: Names,
  usual: string,
) {
  return z
    .array(oneOf(names, { description: "A sub-kind." }), {
      error: `expected a list of ${names.join(", ")}`,
    })
    .min(1, { error: `expected at least one of ${names.join(", ")}` })
    .optional()
    .meta({
      description:
        "What it watches for. Times that the rule gives hold for all of it; for other times write another rule.",
      defaultText: usual,
    });
}

const daylightError = `expected sun, always, or ${dailyForm}`;

function kind<const Name extends Kind>(name: Name) {
  return z.literal(name).meta({ description: "What is watched for." });
}

const ruleSchemas = {
  "street-vending": z
    .strictObject({
      kind: kind("street-vending"),
      of: watched(["stall", "shop-overflow"], "both"),
      ...common({
        warn: "3m; 5m for `shop-overflow`",
        report: "10m; 30m for `shop-overflow`",
        clear: "5m; 10m for `shop-overflow`",
        every: viewPeriod,
      }),
      grace: duration(
        { min: 0, max: dayMs / 2 },
        { description: "Time to pack up after the end of each window of `allowed`." },
      ).prefault(`${packingUpMinutes}m`),
      cueScoreMin: share({
        description:
          "From which score on cues together are a stall that the detector did not name.",
      }).prefault(usualVending.cueScoreMin),
      attended: duration(
        { min: 0, max: dayMs },
        {
          description:
            "A stall near which nobody was seen for longer is not in trade. `0s`: it always is.",
        },
      ).prefault("10m"),
    })
    .meta({ description: "Trading on the road." }),
  "illegal-parking": z
    .strictObject({
      kind: kind("illegal-parking"),
      of: watched(["motor-vehicle", "non-motor-vehicle", "shared-bike-pile-up"], "`motor-vehicle`"),
      ...common({
        warn: "1m, 30s in zones tagged `fire-lane` or `crossing`, and `school` in its hours; 10m for bicycles and pile-ups",
        report: "5m, 2m in zones with these tags; 30m for bicycles, 20m for pile-ups",
        clear: "30s; 5m for bicycles, 10m for pile-ups",
        every: viewPeriod,
      }),
      pileUp: whole(
        { min: 2, max: 100 },
        { description: "Bicycles in the zone that make a pile-up." },
      ).prefault(pileUpCountMin),
    })
    .meta({ description: "Vehicles that stand where they must not." }),
  "overflowing-bin": z
    .strictObject({
      kind: kind("overflowing-bin"),
      of: watched(
        ["bin-overflow", "exposed-garbage", "rubbish-heap"],
        "`bin-overflow` and `exposed-garbage`",
      ),
      ...common({
        warn: "10m",
        report: "30m; 20m for rubbish on the ground",
        clear: "two looks, at least 2m",
        every: "1m, or the view's when that is longer",
      }),
      bins: z
        .array(
          z.strictObject({
            id: text(64, { description: "What the city calls it: a component code, or a name." }),
            at: point.meta({
              description: "A point on the bin, 0 to 1 of the camera's picture.",
              form: "[x, y]",
            }),
          }),
          { error: "expected a list of bins" },
        )
        .max(50, { error: "expected at most 50 bins" })
        .prefault([])
        .meta({
          description: "The bins to watch; their names go with events.",
          defaultText: "every bin in the zone",
        }),
      heap: z
        .strictObject({
          size: share({ description: "Share of the picture that it covers." }).prefault(
            usualBins.heapSizeMin,
          ),
          after: duration(
            { min: 0, max: 30 * dayMs },
            { description: "For how long it was observed." },
          ).prefault("1h"),
        })
        .prefault({})
        .meta({ description: "From when on rubbish is a heap, for `of: [rubbish-heap]`." }),
    })
    .meta({ description: "Rubbish above the rim or beside the bin." }),
  "unlicensed-signage": z
    .strictObject({
      kind: kind("unlicensed-signage"),
      of: watched(["outdoor-ad", "shop-sign", "pavement-board", "banner"], "`outdoor-ad`"),
      ...common({
        warn: "0s: sightings and days alone count",
        report: "0s: sightings and days alone count",
        clear: "1d, of daylight",
        every: "30m, or the view's when that is longer",
      }),
      sightings: whole(
        { min: 1, max: 1000 },
        { description: "Sightings by day, one a period of the rule, after which it is reported." },
      ).prefault(usualSigns.sightings),
      days: whole(
        { min: 1, max: 60 },
        { description: "Different days that the sightings must fall on." },
      ).prefault(usualSigns.days),
      daylight: z
        .string({ error: daylightError })
        .transform((written, context) => {
          if (written === "sun" || written === "always") return written;
          const span = parseDaily(written);
          if (span !== undefined) return span;
          context.addIssue({ code: "custom", message: daylightError, input: written });
          return z.NEVER;
        })
        .prefault("sun")
        .meta({
          description:
            "When signs are seen as they are: `sun` (its height at the camera; 07:30-17:00 where no location is known), `always`, or local hours.",
          form: "sun, always or hours",
        }),
    })
    .meta({ description: "Boards and signs that are new or changed and not in the registry." }),
} as const;

export const ruleSchema = z
  .discriminatedUnion("kind", [
    ruleSchemas["street-vending"],
    ruleSchemas["illegal-parking"],
    ruleSchemas["overflowing-bin"],
    ruleSchemas["unlicensed-signage"],
  ])
  .meta({ description: "One kind of violation that the zone watches for." });

export type RuleDocument = z.output<typeof ruleSchema>;
