/**
 * The change that a new stage is: every fact of the thing, its zone, its rule and its past.
 */
import { permitsOfCase, windowsFor } from "./allowance.ts";
import type { Kind, ReasonCode, SubKind } from "./domain/kind.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules, MatterCode } from "./domain/rule.ts";
import type { Judgement } from "./kind-rule.ts";
import type { Presence } from "./presence/presence.ts";
import { type RuleInZone, timesAt } from "./rule-plan.ts";
import { allowedNow } from "./schedule/windows.ts";
import { violationTimes } from "./stages/case-time.ts";
import { type PastViolation, recurrenceOf } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import { severityOf } from "./stages/severity.ts";
import { urgencyAt } from "./stages/urgent-times.ts";
import type { ViolationChange } from "./violation-change.ts";

export interface StageFacts {
  readonly rules: CameraRules;
  readonly look: Look;
  readonly found: RuleInZone;
  /** As it is with the new stage. */
  readonly open: OpenCase;
  readonly stage: "warned" | "reported";
  readonly presence: Presence;
  readonly judgement: Judgement;
  readonly history: readonly PastViolation[];
  /** Open violations of the kind in the zone, this one included. */
  readonly clusterCount: number;
}

export function stageChange(facts: StageFacts): ViolationChange {
  const { rules, look, open, stage, presence, judgement, history } = facts;
  const { zone, rule, kindRule } = facts.found;
  const atMs = look.capturedAtMs;
  const { subKind } = open;
  const { reasonCode = null, objectCount = 1, objectId = null } = judgement;
  const matter = matterOf(rules, facts.found, subKind, reasonCode);
  const seen = violationTimes(open, presence);
  const { occurrences, recursFrom } = recurrenceOf(history, {
    violationId: open.violationId,
    kind: open.kind,
    place: presence.place,
    firstSeenAtMs: seen.firstSeenAtMs,
    atMs,
    recurrenceWindowMs: rule.recurrenceWindowMs,
  });
  const { severity, fact } = severityAt(facts, occurrences.days7);
  const { warnAfterMs, reportAfterMs, clearAfterMs } = timesAt(rules, facts.found, subKind, atMs);
  const times = { warnAfterMs, reportAfterMs, clearAfterMs, everyMs: rule.everyMs };
  const labels = labelShares(presence);
  const permits = permitsOfCase(rules, facts.found, presence, open, atMs);
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
    firstSeenAtMs: seen.firstSeenAtMs,
    warnedAtMs: open.warnedAtMs,
    reportedAtMs: open.reportedAtMs,
    lastSeenAtMs: seen.lastSeenAtMs,
    clearedAtMs: null,
    observedMs: seen.observedMs,
    unobservedMs: seen.unobservedMs,
    clockUncertaintyMs: look.capturedUncertaintyMs,
    box: presence.box,
    score: judgement.score ?? presence.score,
    cues: judgement.cues ?? labels,
    reasonCode,
    objectCount,
    objectId,
    rule: times,
    evidenceRequire: rule.evidenceRequire,
    reason: kindRule.reasonOf({
      stage,
      subKind,
      reasonCode,
      endReason: null,
      zoneId: zone.id,
      labels: labels.map(({ label }) => label),
      objectCount,
      objectId,
      forbiddenMs: open.forbiddenMs,
      unobservedMs: seen.unobservedMs,
      rule: times,
    }),
    notice: stage === "warned" ? (kindRule.noticeOf?.(subKind) ?? null) : null,
    endReason: null,
    occurrences,
    recursFrom,
    permitsChecked: permits.checked.map(({ number }) => number),
    permitsVersion: rules.permits === undefined ? null : rules.permits.version,
    calendar: allowedNow(
      windowsFor(facts.found, presence, permits.forIt),
      atMs,
      rules.timeZone,
      rules.calendar,
    ).calendar,
    calendarVersion: rules.calendar.version,
    model: look.model,
    caseNo: open.caseNo ?? null,
  };
}

function severityAt(
  { rules, look, found, stage, clusterCount, judgement }: StageFacts,
  occurrencesDays7: number,
): ReturnType<typeof severityOf> {
  const { zone, rule } = found;
  const { tags, isPeakHour } = urgencyAt(rules, zone.tags, look.capturedAtMs);
  const { recurrenceCount, severityMin } = rule;
  return severityOf({
    zoneTags: tags,
    stage,
    occurrencesDays7,
    clusterCount,
    isPeakHour,
    crowdCount: judgement.crowdCount ?? 0,
    ...(recurrenceCount === undefined ? {} : { repeatedMin: recurrenceCount }),
    ...(severityMin === undefined ? {} : { severityMin }),
  });
}

const blockingKinds: readonly Kind[] = ["illegal-parking", "street-vending"];

/** A blocked fire lane or blind path is a matter of its own; a full bin there is none. */
function matterOf(
  { matters }: CameraRules,
  { zone, rule }: RuleInZone,
  subKind: SubKind,
  reasonCode: ReasonCode | null,
): MatterCode {
  const tags = blockingKinds.includes(rule.kind) ? zone.tags : [];
  const byTag = tags.map((tag) => matters[`tag:${tag}`]).find((code) => code !== undefined);
  // A table may have a code of its own for a reason: a night market that outstays its hours.
  const matter = byTag ?? matters[`${subKind}:${reasonCode}`] ?? matters[subKind];
  if (matter === undefined) throw new RangeError(`no matter code for sub-kind ${subKind}`);
  return matter;
}

/** What the detector called it, as shares of one, the most frequent first. */
function labelShares({ labelWeights }: Presence): ViolationChange["cues"] {
  const entries = Object.entries(labelWeights);
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  return entries
    .map(([label, weight]) => ({ label, score: Math.round((weight / sum) * 1e3) / 1e3 }))
    .sort((a, b) => b.score - a.score);
}
