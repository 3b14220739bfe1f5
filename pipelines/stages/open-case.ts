/**
 * One thing under one rule of one zone, from clue to reported: the counters and the stages.
 *
 * Only observed time outside allowed windows counts. A look that crosses both thresholds gives
 * both stages, one after the other. From `warned` on each stage is one revision.
 */
import type { PresenceId, ViolationId, ZoneId } from "../domain/ids.ts";
import type { Kind } from "../domain/kind.ts";
import type { RuleSettings } from "../domain/rule.ts";
import type { ViolationChange } from "../violation-change.ts";

export interface OpenCase {
  readonly violationId: ViolationId;
  readonly presenceId: PresenceId;
  readonly zoneId: ZoneId;
  readonly kind: Kind;
  readonly stage: "clue" | "warned" | "reported";
  /** Observed time outside allowed windows. */
  readonly forbiddenMs: number;
  readonly revision: number;
  readonly warnedAtMs: number | null;
  readonly reportedAtMs: number | null;
  /** It has been counted as a clue, or as allowed, once. */
  readonly isClueCounted: boolean;
  readonly isAllowedCounted: boolean;
  /** The change that was told last; null for a clue. */
  readonly lastChange: ViolationChange | null;
}

export interface Thresholds {
  readonly warnAfterMs: number;
  readonly reportAfterMs: number;
  /** `complete` holds a case at `warned`: no evidence is collected yet, so none is complete. */
  readonly evidenceRequire: RuleSettings["evidenceRequire"];
}

/** The stages that a dwell reaches from where the case is, in order. */
export function stagesReached(
  stage: OpenCase["stage"],
  dwellMs: number,
  { warnAfterMs, reportAfterMs, evidenceRequire }: Thresholds,
): readonly ("warned" | "reported")[] {
  const reached: ("warned" | "reported")[] = [];
  // A report without a warning does not exist, whatever the thresholds say.
  if (stage === "clue" && (dwellMs >= warnAfterMs || dwellMs >= reportAfterMs)) {
    reached.push("warned");
  }
  const isReportable = dwellMs >= reportAfterMs && evidenceRequire === "none";
  if (stage !== "reported" && isReportable) reached.push("reported");
  return reached;
}
