/**
 * The change that a new stage is: every fact of the thing, its zone, its rule and its past.
 */

import type { SubKind } from "./domain/kind.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules, MatterCode, ZoneSettings } from "./domain/rule.ts";
import type { Presence } from "./presence/presence.ts";
import type { RuleInZone } from "./rule-plan.ts";
import { allowedNow } from "./schedule/windows.ts";
import { type PastViolation, recurrenceOf } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import { severityOf } from "./stages/severity.ts";
import type { ViolationChange } from "./violation-change.ts";

export interface StageFacts {
  readonly rules: CameraRules;
  readonly look: Look;
  readonly found: RuleInZone;
  /** As it is with the new stage. */
  readonly open: OpenCase;
  readonly stage: "warned" | "reported";
  readonly presence: Presence;
  readonly history: readonly PastViolation[];
  /** Open violations of the kind in the zone, this one included. */
  readonly clusterCount: number;
}

export function stageChange(facts: StageFacts): ViolationChange {
  const { rules, look, open, stage, presence, history, clusterCount } = facts;
  const { zone, rule, kindRule } = facts.found;
  const atMs = look.capturedAtMs;
  const subKind = kindRule.subKindOf(presence);
  const matter = matterOf(rules, zone, subKind);
  const { occurrences, recursFrom } = recurrenceOf(history, {
    violationId: open.violationId,
    kind: open.kind,
    place: presence.place,
    firstSeenAtMs: presence.firstSeenAtMs,
    atMs,
    recurrenceWindowMs: rule.recurrenceWindowMs,
  });
  const { severity, fact } = severityOf({
    zoneTags: zone.tags,
    stage,
    occurrencesDays7: occurrences.days7,
    clusterCount,
    ...(rule.severityMin === undefined ? {} : { severityMin: rule.severityMin }),
  });
  const cues = cuesOf(presence);
  const times = {
    warnAfterMs: rule.warnAfterMs,
    reportAfterMs: rule.reportAfterMs,
    clearAfterMs: rule.clearAfterMs,
    everyMs: rule.everyMs,
  };
  return {
    violationId: open.violationId,
    revision: open.revision,
    stage,
    kind: open.kind,
    subKind,
    severity,
    severityFact: fact,
    matter,
    cameraId: rules.cameraId,
    viewId: look.viewId,
    zoneId: zone.id,
    zoneTags: zone.tags,
    atMs,
    firstSeenAtMs: presence.firstSeenAtMs,
    warnedAtMs: open.warnedAtMs,
    reportedAtMs: open.reportedAtMs,
    lastSeenAtMs: presence.lastSeenAtMs,
    clearedAtMs: null,
    observedMs: presence.observedMs,
    unobservedMs: presence.unobservedMs,
    clockUncertaintyMs: look.capturedUncertaintyMs,
    box: presence.box,
    score: presence.score,
    cues,
    objectCount: 1,
    rule: times,
    evidenceRequire: rule.evidenceRequire,
    reason: kindRule.reasonOf({
      stage,
      endReason: null,
      zoneId: zone.id,
      labels: cues.map(({ label }) => label),
      forbiddenMs: open.forbiddenMs,
      unobservedMs: presence.unobservedMs,
      rule: times,
    }),
    endReason: null,
    occurrences,
    recursFrom,
    permitsChecked: [],
    calendar: allowedNow(rule.allowed, atMs, rules.timeZone, rules.calendar).calendar,
    calendarVersion: rules.calendar.version,
    model: look.model,
  };
}

/** A blocked fire lane or blind path is a matter of its own, whatever blocks it. */
function matterOf({ matters }: CameraRules, zone: ZoneSettings, subKind: SubKind): MatterCode {
  const byTag = zone.tags.map((tag) => matters[`tag:${tag}`]).find((code) => code !== undefined);
  const matter = byTag ?? matters[subKind];
  if (matter === undefined) throw new RangeError(`no matter code for sub-kind ${subKind}`);
  return matter;
}

/** What the detector called it, as shares of one, the most frequent first. */
function cuesOf({ labelWeights }: Presence): ViolationChange["cues"] {
  const entries = Object.entries(labelWeights);
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  return entries
    .map(([label, weight]) => ({ label, score: Math.round((weight / sum) * 1e3) / 1e3 }))
    .sort((a, b) => b.score - a.score);
}
