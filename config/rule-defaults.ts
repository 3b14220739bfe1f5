/**
 * Fills in what a rule left open: times customary for its kind, the period of its view.
 *
 * There is no national number for most of these; each kind has its own in its folder, and every
 * one of them is a setting.
 */
import type { Kind, SubKind } from "../pipelines/domain/kind.ts";
import type { AllowedWindow, RuleSettings, RuleTimes } from "../pipelines/domain/rule.ts";
import { freeWayTags, parkingTimes } from "../pipelines/illegal-parking/parking-defaults.ts";
import { binEveryMs, binTimes } from "../pipelines/overflowing-bin/bin-defaults.ts";
import { vendingTimes } from "../pipelines/street-vending/vending-defaults.ts";
import type { RuleDocument } from "./schema/rule.ts";
import type { WindowDocument } from "./schema/window.ts";

/** Rules of the other kinds are checked and then ignored, with a warning. */
export const kindsOfThisVersion: readonly Kind[] = [
  "street-vending",
  "illegal-parking",
  "overflowing-bin",
  "unlicensed-signage",
];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const signEveryMs = 30 * minuteMs;

/** `viewEveryMs`: period of the most frequent view that sees the zone. */
export function ruleSettings(
  rule: RuleDocument,
  tags: readonly string[],
  viewEveryMs: number,
): RuleSettings {
  const everyMs = rule.every ?? Math.max(usualEveryMs(rule.kind), viewEveryMs);
  const subKinds = watchedBy(rule);
  const [first, ...others] = subKinds.map((subKind) => ({
    subKind,
    times: withGiven(rule, usualTimes(subKind, isFreeWay(tags), everyMs)),
  }));
  if (first === undefined) throw new RangeError(`a rule of ${rule.kind} watches for nothing`);
  const differing = others.filter(({ times }) => !isSame(times, first.times));
  return {
    kind: rule.kind,
    subKinds,
    everyMs,
    ...first.times,
    allowed: rule.allowed.map((window) => allowedWindow(window, graceOf(rule))),
    recurrenceWindowMs: rule.recurrenceWindow,
    recurrenceCount: rule.recurrenceCount,
    ...(rule.recheckAfter === undefined ? {} : { recheckAfterMs: rule.recheckAfter }),
    ...urgentOf(rule, tags, subKinds, everyMs),
    evidenceRequire: rule.evidence.require,
    overlapMin: rule.overlapMin,
    ...(differing.length === 0
      ? {}
      : { timesOf: Object.fromEntries(differing.map(({ subKind, times }) => [subKind, times])) }),
    ...(rule.severity === undefined ? {} : { severityMin: rule.severity }),
    ...(rule.scoreMin === undefined ? {} : { scoreMin: rule.scoreMin }),
    ...ofItsKind(rule),
  };
}

/** What the rule names, or what is usual for its kind. */
export function watchedBy(rule: RuleDocument): readonly SubKind[] {
  switch (rule.kind) {
    case "street-vending":
      return rule.of ?? ["stall", "shop-overflow"];
    case "illegal-parking":
      return rule.of ?? ["motor-vehicle"];
    case "overflowing-bin":
      return rule.of ?? ["bin-overflow", "exposed-garbage"];
    case "unlicensed-signage":
      return rule.of ?? ["outdoor-ad"];
  }
}

export function allowedWindow(window: WindowDocument, graceMinutes = 0): AllowedWindow {
  return {
    ...window.daily,
    ...(graceMinutes === 0 ? {} : { graceMinutes }),
    ...(window.days === undefined ? {} : { days: window.days }),
    ...(window.from === undefined ? {} : { fromDate: window.from }),
    ...(window.to === undefined ? {} : { toDate: window.to }),
  };
}

function usualEveryMs(kind: Kind): number {
  if (kind === "overflowing-bin") return binEveryMs;
  return kind === "unlicensed-signage" ? signEveryMs : 0;
}

function usualTimes(subKind: SubKind, isUrgent: boolean, everyMs: number): RuleTimes {
  switch (subKind) {
    case "stall":
    case "shop-overflow":
      return vendingTimes(subKind);
    case "motor-vehicle":
    case "non-motor-vehicle":
    case "shared-bike-pile-up":
      return parkingTimes(subKind, isUrgent);
    case "bin-overflow":
    case "exposed-garbage":
    case "rubbish-heap":
      return binTimes(subKind, everyMs);
    // Signs count sightings and days, not dwell.
    case "outdoor-ad":
    case "shop-sign":
    case "pavement-board":
    case "banner":
      return { warnAfterMs: 0, reportAfterMs: 0, clearAfterMs: dayMs };
  }
}

function isFreeWay(tags: readonly string[]): boolean {
  return tags.some((tag) => freeWayTags.includes(tag));
}

/** Tags that may count at some hours alone (`severity.tagHours`). */
export const tagsWithHours: readonly string[] = ["school", "hospital"];

/** What is shorter in the hours of a tag: by itself the times of vehicles before a school. */
function urgentOf(
  rule: RuleDocument,
  tags: readonly string[],
  subKinds: readonly SubKind[],
  everyMs: number,
): Pick<RuleSettings, "urgent"> {
  const urgentTags = tags.filter((tag) =>
    rule.urgent === undefined ? tag === "school" : tagsWithHours.includes(tag),
  );
  if (urgentTags.length === 0) return {};
  const all = subKinds.map((subKind) => {
    const usual = usualTimes(subKind, isFreeWay(tags), everyMs);
    const times = withGiven(
      rule,
      urgentTags.includes("school") ? usualTimes(subKind, true, everyMs) : usual,
    );
    return {
      subKind,
      isShorter: rule.urgent !== undefined || !isSame(times, withGiven(rule, usual)),
      times: withUrgent(rule, times),
    };
  });
  const [first, ...others] = all;
  if (first === undefined || !all.some(({ isShorter }) => isShorter)) return {};
  const differing = others.filter(({ times }) => !isSame(times, first.times));
  const timesOf = Object.fromEntries(differing.map(({ subKind, times }) => [subKind, times]));
  const urgent = { tags: urgentTags, times: first.times };
  return { urgent: differing.length === 0 ? urgent : { ...urgent, timesOf } };
}

/** A warning that a rule moved back moves the usual report along. */
function withUrgent({ urgent, reportAfter }: RuleDocument, times: RuleTimes): RuleTimes {
  const warnAfterMs = urgent?.warnAfter ?? times.warnAfterMs;
  const given = urgent?.reportAfter ?? reportAfter;
  return {
    ...times,
    warnAfterMs,
    reportAfterMs: given ?? Math.max(times.reportAfterMs, warnAfterMs),
  };
}

function withGiven(rule: RuleDocument, usual: RuleTimes): RuleTimes {
  return {
    warnAfterMs: rule.warnAfter ?? usual.warnAfterMs,
    reportAfterMs: rule.reportAfter ?? usual.reportAfterMs,
    clearAfterMs: rule.clearAfter ?? usual.clearAfterMs,
  };
}

function isSame(a: RuleTimes, b: RuleTimes): boolean {
  return (
    a.warnAfterMs === b.warnAfterMs &&
    a.reportAfterMs === b.reportAfterMs &&
    a.clearAfterMs === b.clearAfterMs
  );
}

/** Windows change at whole minutes. */
function graceOf(rule: RuleDocument): number {
  return rule.kind === "street-vending" ? Math.ceil(rule.grace / minuteMs) : 0;
}

function ofItsKind(rule: RuleDocument): Partial<RuleSettings> {
  switch (rule.kind) {
    case "street-vending": {
      const attendedMs = rule.attended === 0 ? null : rule.attended;
      return { vending: { cueScoreMin: rule.cueScoreMin, attendedMs } };
    }
    case "illegal-parking":
      return { pileUpCount: rule.pileUp };
    case "overflowing-bin":
      return {
        bins: {
          named: rule.bins.map(({ id, at: [x, y] }) => ({ id, at: { x, y } })),
          heapSizeMin: rule.heap.size,
          heapAfterMs: rule.heap.after,
        },
      };
    case "unlicensed-signage": {
      const { sightings, days, daylight } = rule;
      return { signs: { sightings, days, daylight } };
    }
  }
}
