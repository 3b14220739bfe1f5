/**
 * One thing under one rule of one zone, from clue to reported: the counters and the stages.
 *
 * Only observed time outside allowed windows counts, and only between two looks that both found it
 * violating. A look that crosses both thresholds gives both stages, one after the other. From
 * `warned` on each stage is one revision.
 */
import type { PresenceId, ViolationId, ZoneId } from "../domain/ids.ts";
import type { Kind, SubKind } from "../domain/kind.ts";
import type { RuleSettings } from "../domain/rule.ts";
import type { BinMemory } from "../overflowing-bin/bin-memory.ts";
import type { VendingMemory } from "../street-vending/vending-memory.ts";
import type { SignMemory } from "../unlicensed-signage/sign-memory.ts";
import type { ViolationChange } from "../violation-change.ts";

export interface OpenCase {
  readonly violationId: ViolationId;
  readonly presenceId: PresenceId;
  readonly zoneId: ZoneId;
  readonly kind: Kind;
  readonly subKind: SubKind;
  readonly stage: "clue" | "warned" | "reported";
  /** What the last look found. */
  readonly answer: "violating" | "right" | "unsure";
  /** What the thing's times were when it became a violation; null: when it came. */
  readonly since: CaseStart | null;
  /** Observed time outside allowed windows. */
  readonly forbiddenMs: number;
  /** Observed time in which it was in order, since it was a violation last. */
  readonly rightMs: number;
  readonly revision: number;
  readonly warnedAtMs: number | null;
  readonly reportedAtMs: number | null;
  /** It has been counted as a clue, or as allowed, once. */
  readonly isClueCounted: boolean;
  readonly isAllowedCounted: boolean;
  /** What its kind remembers. */
  readonly memory: CaseMemory;
  /** Why the last look reached no stage, whatever time had come; null: time alone is missing. */
  readonly heldBy: HeldBy | null;
  /** The change that was told last; null for a clue. */
  readonly lastChange: ViolationChange | null;
  /** Withdrawn by a person or a permit: it tells nothing more while the same thing stays. */
  readonly quiet?: Quiet;
  /** The number of the hub's case, once the hub has named one. */
  readonly caseNo?: string;
}

/** Its standing has another explanation, which its kind knows. */
export type Excuse = "queue" | "rider" | "pile-up" | "unattended" | "bus-at-stop" | "doubt";

export type HeldBy =
  | Excuse
  | "window"
  | "permit"
  /** A look found it in order: a bin that is closed, goods of a stall. */
  | "in-order"
  /** A look could not tell: a sign at night. */
  | "unsure"
  /** Its box does not keep still. */
  | "moving"
  /** A window, a permit or a day decides, and the clock is wrong. */
  | "clock"
  /** It was told for another zone, or as a part of another thing. */
  | "told-elsewhere";

export interface Quiet {
  /** A verdict lasts as long as the thing; a permit of the list as long as it covers the thing. */
  readonly by: "verdict" | "permit";
  /** A permit that a person gave with a verdict ends here. */
  readonly untilMs?: number;
}

export interface CaseStart {
  readonly atMs: number;
  /** Of the presence, until then. */
  readonly observedMs: number;
  readonly unobservedMs: number;
}

/** Plain data; each kind writes and reads its own part alone. */
export interface CaseMemory {
  readonly bin?: BinMemory;
  readonly vending?: VendingMemory;
  readonly sign?: SignMemory;
  /** Of a bicycle: the share of its latest looks in which somebody sat on it. */
  readonly riddenShare?: number;
}

export const noMemory: CaseMemory = {};

export interface Thresholds {
  readonly warnAfterMs: number;
  readonly reportAfterMs: number;
  /** `complete` holds a case at `warned` while its evidence is not. */
  readonly evidenceRequire: RuleSettings["evidenceRequire"];
}

/** The stages that a dwell reaches from where the case is, in order. */
export function stagesReached(
  stage: OpenCase["stage"],
  dwellMs: number,
  { warnAfterMs, reportAfterMs, evidenceRequire }: Thresholds,
  isEvidenceComplete: boolean,
): readonly ("warned" | "reported")[] {
  const reached: ("warned" | "reported")[] = [];
  // A report without a warning does not exist, whatever the thresholds say.
  if (stage === "clue" && (dwellMs >= warnAfterMs || dwellMs >= reportAfterMs)) {
    reached.push("warned");
  }
  const isProven = evidenceRequire === "none" || isEvidenceComplete;
  if (stage !== "reported" && dwellMs >= reportAfterMs && isProven) reached.push("reported");
  return reached;
}
