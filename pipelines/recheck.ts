/**
 * After the end: does the place stay clear? Pure.
 *
 * A violation that was cleared is looked at again where the rule asks for it (`recheckAfter`). One
 * more revision tells how that ended: the place was observed to be clear for so long, a violation
 * of the kind is there again, or nobody could see the place for a day. Time counts as for any
 * presence: between two looks one after the other that both showed it, and none across a gap.
 */
import { boxOverlap, boxShareInside } from "./domain/geometry.ts";
import type { PresenceId, ViolationId } from "./domain/ids.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { candidatesOf } from "./presence/candidates.ts";
import { isCovered } from "./presence/cover.ts";
import { type Presence, presenceLimits } from "./presence/presence.ts";
import { spell } from "./reason-text.ts";
import { planOf, type RuleInZone, type RulePlan, ruleOfCase } from "./rule-plan.ts";
import { samePlaceOverlapMin } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import type { PendingRecheck } from "./stages/pending-recheck.ts";
import type { Reason, Recheck, ViolationChange } from "./violation-change.ts";

/** More than can be open: the oldest are told as they are. */
const rechecksMax = 128;
/** Then nobody saw enough of it. Longer for a rule that asks for days. */
const giveUpMs = 86_400_000;
const giveUpFactor = 3;

export interface RecheckFacts {
  readonly rules: CameraRules;
  readonly look: Look;
  /** After this look. */
  readonly cases: readonly OpenCase[];
  readonly presences: ReadonlyMap<PresenceId, Presence>;
}

/** A violation was cleared: its place is on the list when its rule wants that. */
export function expectClear(
  pending: readonly PendingRecheck[],
  plan: RulePlan,
  cleared: ViolationChange,
  { place, viewIds }: Presence,
): readonly PendingRecheck[] {
  if (ruleOfCase(plan, cleared)?.rule.recheckAfterMs === undefined) return pending;
  return [...pending, { cleared, place, viewIds, clearMs: 0, lastLookAtMs: null }];
}

export function followRechecks(
  pending: readonly PendingRecheck[],
  facts: RecheckFacts,
): { readonly left: readonly PendingRecheck[]; readonly changes: readonly ViolationChange[] } {
  const left: PendingRecheck[] = [];
  const changes: ViolationChange[] = [];
  for (const [index, before] of pending.entries()) {
    const found = ruleOfCase(planOf(facts.rules), before.cleared);
    const recheckAfterMs = found?.rule.recheckAfterMs;
    // The rule is gone, and with it the wish to know.
    if (found === undefined || recheckAfterMs === undefined) continue;
    const recurredAs = recurredIn(before, facts);
    const after = recurredAs === null ? lookAgain(before, found, facts) : before;
    const outcome = outcomeOf(after, facts.look.capturedAtMs, recheckAfterMs, recurredAs);
    const isOverLimit = index < pending.length - rechecksMax;
    if (outcome === undefined && !isOverLimit) left.push(after);
    else {
      const recheck = { outcome: outcome ?? "not-observed", clearMs: after.clearMs, recurredAs };
      changes.push(recheckChange(after, recheck, facts.look.capturedAtMs));
    }
  }
  return { left, changes };
}

function outcomeOf(
  { cleared, clearMs }: PendingRecheck,
  atMs: number,
  recheckAfterMs: number,
  recurredAs: ViolationId | null,
): Recheck["outcome"] | undefined {
  if (recurredAs !== null) return "came-back";
  if (clearMs >= recheckAfterMs) return "stays-clear";
  const waitedMs = atMs - cleared.atMs;
  return waitedMs >= Math.max(giveUpMs, giveUpFactor * recheckAfterMs) ? "not-observed" : undefined;
}

function recurredIn(before: PendingRecheck, facts: RecheckFacts): ViolationId | null {
  const there = casesAt(before, facts).find(
    ({ revision, quiet }) => revision > 0 && quiet === undefined,
  );
  return there?.violationId ?? null;
}

/** What this look adds, when it shows the place and nothing stands there that may be one again. */
function lookAgain(
  before: PendingRecheck,
  { rule, kindRule }: RuleInZone,
  facts: RecheckFacts,
): PendingRecheck {
  const { rules, look } = facts;
  const atMs = look.capturedAtMs;
  const isInView =
    before.viewIds.includes(look.viewId) &&
    boxShareInside(before.place, look.crop) >= presenceLimits.inViewShareMin;
  if (!isInView || kindRule.isObservable?.(rule, rules, atMs) === false) return before;
  const there = casesAt(before, facts);
  const isClear =
    there.length === 0
      ? !isHidden(before, look)
      : there.every((open) => isInOrder(open) && isSeen(open, facts));
  if (!isClear) return { ...before, lastLookAtMs: null };
  const everyMs = rules.views.find(({ id }) => id === look.viewId)?.everyMs ?? 0;
  const stepMs = before.lastLookAtMs === null ? 0 : atMs - before.lastLookAtMs;
  const { stepMsMax, stepPeriodsMax } = presenceLimits;
  const isShort = stepMs > 0 && stepMs <= Math.max(stepMsMax, stepPeriodsMax * everyMs);
  return { ...before, clearMs: before.clearMs + (isShort ? stepMs : 0), lastLookAtMs: atMs };
}

function casesAt(
  { cleared: { kind }, place }: PendingRecheck,
  { cases, presences }: RecheckFacts,
): readonly OpenCase[] {
  return cases.filter((open) => {
    if (open.kind !== kind) return false;
    const presence = presences.get(open.presenceId);
    return presence !== undefined && boxOverlap(presence.place, place) >= samePlaceOverlapMin;
  });
}

/** It may be there: a bin that was emptied, a stall in its hours. */
function isInOrder({ quiet, heldBy }: OpenCase): boolean {
  return quiet !== undefined || heldBy === "in-order" || heldBy === "window" || heldBy === "permit";
}

/** A lorry in front of an emptied bin shows nothing of it. */
function isSeen({ presenceId }: OpenCase, { presences, look }: RecheckFacts): boolean {
  return presences.get(presenceId)?.lastSeenAtMs === look.capturedAtMs;
}

function isHidden({ place }: PendingRecheck, { detections }: Look): boolean {
  return isCovered(
    place,
    candidatesOf(detections, 0).map(({ box }) => box),
  );
}

function recheckChange(
  { cleared }: PendingRecheck,
  recheck: Recheck,
  atMs: number,
): ViolationChange {
  return {
    ...cleared,
    revision: cleared.revision + 1,
    atMs: Math.max(atMs, cleared.atMs),
    reason: reasonOf(cleared, recheck),
    recheck,
  };
}

function reasonOf({ zoneId }: ViolationChange, { outcome, clearMs }: Recheck): Reason {
  const clear = spell(clearMs);
  switch (outcome) {
    case "stays-clear":
      return {
        zh: `复查：区域“${zoneId}”的原处已连续观测${clear.zh}，未见复发，可以结案。`,
        en: `Checked again: the place in zone "${zoneId}" was observed to be clear for ${clear.en}; the case can be closed.`,
      };
    case "came-back":
      return {
        zh: `复查：区域“${zoneId}”的原处又出现同类疑似情况，请勿结案。`,
        en: `Checked again: the same kind of suspicion is back at the place in zone "${zoneId}"; do not close the case.`,
      };
    case "not-observed":
      return {
        zh: `复查：区域“${zoneId}”的原处观测不足（仅${clear.zh}），无法确认，请派员核查。`,
        en: `Checked again: too little was seen of the place in zone "${zoneId}" (${clear.en}) to say anything; send someone to check.`,
      };
  }
}
