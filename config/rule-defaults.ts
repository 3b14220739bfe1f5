/**
 * Fills in what a rule left open: times customary for its kind, the period of its view.
 *
 * There is no national number for most of these; they are the middle of what cities use, and
 * every one of them is a setting.
 */
import type { Kind } from "../pipelines/domain/kind.ts";
import type { AllowedWindow, RuleSettings } from "../pipelines/domain/rule.ts";
import type { RuleDocument, WindowDocument } from "./schema/rule.ts";

/** Rules of the other kinds are checked and then ignored, with a warning. */
export const kindsOfThisVersion: readonly Kind[] = ["illegal-parking"];

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

interface KindTimes {
  readonly everyMs: number;
  readonly warnAfterMs: number;
  readonly reportAfterMs: number;
  readonly clearAfterMs: number;
}

const customary: Readonly<Record<Kind, KindTimes>> = {
  "street-vending": {
    everyMs: 0,
    warnAfterMs: 3 * minuteMs,
    reportAfterMs: 10 * minuteMs,
    clearAfterMs: 5 * minuteMs,
  },
  "illegal-parking": {
    everyMs: 0,
    warnAfterMs: minuteMs,
    reportAfterMs: 5 * minuteMs,
    clearAfterMs: 30 * secondMs,
  },
  "overflowing-bin": {
    everyMs: minuteMs,
    warnAfterMs: 10 * minuteMs,
    reportAfterMs: 30 * minuteMs,
    clearAfterMs: 2 * minuteMs,
  },
  // Counts sightings and days, not dwell.
  "unlicensed-signage": {
    everyMs: 30 * minuteMs,
    warnAfterMs: 0,
    reportAfterMs: 0,
    clearAfterMs: dayMs,
  },
};

const urgentTags: readonly string[] = ["fire-lane", "crossing", "school"];
const urgentReportAfterMs = 2 * minuteMs;

/** `viewEveryMs`: period of the most frequent view that sees the zone. */
export function ruleSettings(
  rule: RuleDocument,
  tags: readonly string[],
  viewEveryMs: number,
): RuleSettings {
  const times = customary[rule.kind];
  const isUrgent = rule.kind === "illegal-parking" && tags.some((tag) => urgentTags.includes(tag));
  const everyMs = rule.every ?? Math.max(times.everyMs, viewEveryMs);
  const clearAfterMs =
    rule.kind === "overflowing-bin"
      ? Math.max(times.clearAfterMs, 2 * everyMs)
      : times.clearAfterMs;
  return {
    kind: rule.kind,
    everyMs,
    warnAfterMs: rule.warnAfter ?? times.warnAfterMs,
    reportAfterMs: rule.reportAfter ?? (isUrgent ? urgentReportAfterMs : times.reportAfterMs),
    clearAfterMs: rule.clearAfter ?? clearAfterMs,
    allowed: rule.allowed.map(allowedWindow),
    recurrenceWindowMs: rule.recurrenceWindow,
    evidenceRequire: rule.evidence.require,
    overlapMin: rule.overlapMin,
    ...(rule.severity === undefined ? {} : { severityMin: rule.severity }),
    ...(rule.scoreMin === undefined ? {} : { scoreMin: rule.scoreMin }),
  };
}

export function allowedWindow(window: WindowDocument): AllowedWindow {
  return {
    ...window.daily,
    ...(window.days === undefined ? {} : { days: window.days }),
    ...(window.from === undefined ? {} : { fromDate: window.from }),
    ...(window.to === undefined ? {} : { toDate: window.to }),
  };
}
