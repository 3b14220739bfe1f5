/**
 * One revision of one violation, as the rules decided it: all facts but what the shell adds.
 *
 * Instants are Unix milliseconds of capture time. Place, versions, evidence and the envelope come
 * later (`violation-event.ts`). Plain data: an open violation's last change is part of the state.
 */
import type { NormBox } from "./domain/geometry.ts";
import type { CameraId, ViewId, ViolationId, ZoneId } from "./domain/ids.ts";
import type { Kind, ReasonCode, Severity, Stage, SubKind } from "./domain/kind.ts";
import type { MatterCode, RuleSettings } from "./domain/rule.ts";

export interface ViolationChange {
  readonly violationId: ViolationId;
  readonly revision: number;
  readonly stage: Exclude<Stage, "clue">;
  readonly kind: Kind;
  readonly subKind: SubKind;
  readonly severity: Severity;
  readonly severityFact: string;
  readonly matter: MatterCode;
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
  readonly zoneId: ZoneId;
  readonly zoneTags: readonly string[];
  /** Capture time of the look that decided; the shell's time for `rule-removed`. */
  readonly atMs: number;
  readonly firstSeenAtMs: number;
  readonly warnedAtMs: number | null;
  readonly reportedAtMs: number | null;
  readonly lastSeenAtMs: number;
  readonly clearedAtMs: number | null;
  readonly observedMs: number;
  readonly unobservedMs: number;
  readonly clockUncertaintyMs: number;
  readonly box: NormBox;
  readonly score: number;
  readonly cues: readonly { readonly label: string; readonly score: number }[];
  /** What makes it one; null where the sub-kind says it all. */
  readonly reasonCode: ReasonCode | null;
  readonly objectCount: number;
  /** What the city calls the thing; null when the configuration does not name it. */
  readonly objectId: string | null;
  readonly rule: {
    readonly warnAfterMs: number;
    readonly reportAfterMs: number;
    readonly clearAfterMs: number;
    readonly everyMs: number;
  };
  readonly evidenceRequire: RuleSettings["evidenceRequire"];
  readonly reason: Reason;
  /** For a loudspeaker or a notice in an app; null but for `warned`. */
  readonly notice: Reason | null;
  readonly endReason: EndReason | null;
  readonly occurrences: { readonly days7: number; readonly days30: number };
  readonly recursFrom: ViolationId | null;
  /** Numbers of the permits of this kind and place, whether they hold or have lapsed. */
  readonly permitsChecked: readonly string[];
  /** Of the list that was asked; null when there is none. */
  readonly permitsVersion: string | null;
  readonly calendar: "known" | "missing" | "unused";
  readonly calendarVersion: string;
  readonly model: string;
  /** Of a place that was cleared before: what was seen there since. */
  readonly recheck?: Recheck;
  /** The hub's case, once it has named one. */
  readonly caseNo: string | null;
}

export type EndReason =
  | "gone"
  | "put-right"
  | "permit"
  | "verdict"
  | "camera-moved"
  | "rule-removed";

export interface Recheck {
  /** `not-observed`: too little of the time since was seen to say anything. */
  readonly outcome: "stays-clear" | "came-back" | "not-observed";
  /** Observed time in which it was clear. */
  readonly clearMs: number;
  /** The violation that is there now, for `came-back`. */
  readonly recurredAs: ViolationId | null;
}

export interface Reason {
  readonly zh: string;
  readonly en: string;
}
