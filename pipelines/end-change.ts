/**
 * The last change of a violation: cleared because it is gone, or withdrawn for another reason.
 *
 * Made from what was told last, so it can be told although the rule or the thing is no more.
 */
import { kindRuleOf } from "./kind-rules.ts";
import type { Presence } from "./presence/presence.ts";
import { violationTimes } from "./stages/case-time.ts";
import type { OpenCase } from "./stages/open-case.ts";
import type { EndReason, ViolationChange } from "./violation-change.ts";

export interface EndFacts {
  readonly stage: "cleared" | "withdrawn";
  readonly endReason: EndReason;
  readonly atMs: number;
  /** As it was at its last sighting; absent when it is not known any more. */
  readonly presence?: Presence;
}

export function endChange(open: OpenCase, last: ViolationChange, facts: EndFacts): ViolationChange {
  const { stage, endReason, atMs, presence } = facts;
  const seen: Partial<ViolationChange> =
    presence === undefined
      ? {}
      : {
          ...violationTimes(open, presence),
          box: presence.box,
          score: presence.score,
        };
  const reason = kindRuleOf(open.kind)?.reasonOf({
    stage,
    subKind: last.subKind,
    reasonCode: last.reasonCode,
    endReason,
    zoneId: open.zoneId,
    labels: last.cues.map(({ label }) => label),
    objectCount: last.objectCount,
    objectId: last.objectId,
    forbiddenMs: open.forbiddenMs,
    unobservedMs: seen.unobservedMs ?? last.unobservedMs,
    rule: last.rule,
  });
  return {
    ...last,
    ...seen,
    revision: open.revision + 1,
    stage,
    endReason,
    atMs,
    clearedAtMs: stage === "cleared" ? atMs : null,
    reason: reason ?? last.reason,
    caseNo: open.caseNo ?? last.caseNo,
    notice: null,
  };
}
