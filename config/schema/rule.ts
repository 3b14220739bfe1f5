/**
 * Rules of the four kinds: what a zone watches for and how long it waits.
 *
 * Settings whose default depends on the kind's circumstances are optional here; `rule-defaults.ts`
 * fills them in, and their descriptions name the values.
 */
import { z } from "zod";
import { type Kind, severities } from "../../pipelines/domain/kind.ts";
import { dailyForm, isDate, parseDaily, windowDays } from "../time-window.ts";
import { duration, oneOf, share, whole } from "./leaves.ts";

const dayMs = 86_400_000;

const dateError = "expected a date such as 2026-03-01";
function date(description: string) {
  return z.string({ error: dateError }).refine(isDate, { error: dateError }).meta({
    description,
    form: "date",
  });
}

const dailyError = `expected ${dailyForm}`;

export const windowSchema = z
  .strictObject({
    daily: z
      .string({ error: dailyError })
      .transform((written, context) => {
        const span = parseDaily(written);
        if (span !== undefined) return span;
        context.addIssue({ code: "custom", message: dailyError, input: written });
        return z.NEVER;
      })
      .meta({
        description:
          "Local hours, the end not included. An end before the start crosses midnight and belongs to the day it starts on.",
        form: "hours",
        examples: ["06:00-09:00"],
      }),
    days: z
      .array(
        oneOf(windowDays, {
          description: "A weekday, or a kind of day by the holiday calendar.",
        }),
        { error: `expected a list of ${windowDays.join(", ")}` },
      )
      .min(1, { error: `expected at least one of ${windowDays.join(", ")}` })
      .optional()
      .meta({
        description:
          "Days on which the window opens. `workday` includes make-up working days, `restday` is a free Saturday or Sunday.",
        defaultText: "every day",
      }),
    from: date("First day.").optional(),
    to: date("Last day, included.").optional(),
  })
  .meta({ description: "A time in which it is allowed." });

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

function kind<const Name extends Kind>(name: Name) {
  return z.literal(name).meta({ description: "What is watched for." });
}

const ruleSchemas = {
  "street-vending": z
    .strictObject({
      kind: kind("street-vending"),
      ...common({ warn: "3m", report: "10m", clear: "5m", every: viewPeriod }),
    })
    .meta({ description: "Trading on the road." }),
  "illegal-parking": z
    .strictObject({
      kind: kind("illegal-parking"),
      ...common({
        warn: "1m",
        report: "5m; 2m in zones tagged `fire-lane`, `crossing` or `school`",
        clear: "30s",
        every: viewPeriod,
      }),
    })
    .meta({ description: "Motor vehicles that stand where they must not." }),
  "overflowing-bin": z
    .strictObject({
      kind: kind("overflowing-bin"),
      ...common({
        warn: "10m",
        report: "30m",
        clear: "two looks, at least 2m",
        every: "1m, or the view's when that is longer",
      }),
    })
    .meta({ description: "Rubbish above the rim or beside the bin." }),
  "unlicensed-signage": z
    .strictObject({
      kind: kind("unlicensed-signage"),
      ...common({
        warn: "0s: counts sightings instead",
        report: "0s: counts sightings and days instead",
        clear: "1d",
        every: "30m, or the view's when that is longer",
      }),
      sightings: whole(
        { min: 1, max: 1000 },
        { description: "Sightings after which it is reported." },
      ).prefault(3),
      days: whole(
        { min: 1, max: 60 },
        { description: "Different days that the sightings must fall on." },
      ).prefault(2),
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
export type WindowDocument = z.output<typeof windowSchema>;
