/**
 * Violations as a replay decided them: one row each, with the times of its stages.
 *
 * Times are milliseconds from the start of the recording, the way a truth file has them, and
 * instants beside them for people.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import type { Kind, Severity, Stage, SubKind } from "../../pipelines/domain/kind.ts";
import type { ViolationChange } from "../../pipelines/violation-change.ts";

export interface ReplayedViolation {
  readonly violation: string;
  readonly camera: string;
  readonly zone: string;
  readonly kind: Kind;
  readonly subKind: SubKind;
  readonly stage: Stage;
  readonly severity: Severity;
  readonly firstSeenAtMs: number;
  readonly warnedAtMs: number | null;
  readonly reportedAtMs: number | null;
  /** Cleared, or withdrawn: `stage` and `endReason` say which. */
  readonly endedAtMs: number | null;
  readonly endReason: string | null;
  readonly lastSeenAtMs: number;
  readonly observedMs: number;
  readonly unobservedMs: number;
  readonly rule: ViolationChange["rule"];
  readonly box: NormBox;
  readonly firstSeenAt: string;
  readonly warnedAt: string | null;
  readonly reportedAt: string | null;
  readonly endedAt: string | null;
}

export class ViolationList {
  readonly #startMs: () => number;
  readonly #timeZone: string;
  /** By violation, in the order in which they were first told. */
  readonly #last = new Map<string, ViolationChange>();

  /** `startMs`: what times are counted from; known when the first look has come. */
  constructor({
    startMs,
    timeZone,
  }: {
    readonly startMs: () => number;
    readonly timeZone: string;
  }) {
    this.#startMs = startMs;
    this.#timeZone = timeZone;
  }

  add(change: ViolationChange): void {
    this.#last.set(change.violationId, change);
  }

  rows(): readonly ReplayedViolation[] {
    return [...this.#last.values()].map((change) => this.#row(change));
  }

  #row(change: ViolationChange): ReplayedViolation {
    const { stage, atMs, box } = change;
    // A second look at its place comes later, and ends nothing.
    const endedAtMs = stage === "withdrawn" ? atMs : change.clearedAtMs;
    return {
      violation: change.violationId,
      camera: change.cameraId,
      zone: change.zoneId,
      kind: change.kind,
      subKind: change.subKind,
      stage,
      severity: change.severity,
      firstSeenAtMs: this.#since(change.firstSeenAtMs),
      warnedAtMs: this.#sinceOrNull(change.warnedAtMs),
      reportedAtMs: this.#sinceOrNull(change.reportedAtMs),
      endedAtMs: this.#sinceOrNull(endedAtMs),
      endReason: change.endReason,
      lastSeenAtMs: this.#since(change.lastSeenAtMs),
      observedMs: Math.round(change.observedMs),
      unobservedMs: Math.round(change.unobservedMs),
      rule: change.rule,
      box: {
        xMin: rounded(box.xMin),
        yMin: rounded(box.yMin),
        xMax: rounded(box.xMax),
        yMax: rounded(box.yMax),
      },
      firstSeenAt: this.#at(change.firstSeenAtMs),
      warnedAt: this.#atOrNull(change.warnedAtMs),
      reportedAt: this.#atOrNull(change.reportedAtMs),
      endedAt: this.#atOrNull(endedAtMs),
    };
  }

  #since(atMs: number): number {
    return Math.round(atMs - this.#startMs());
  }

  #sinceOrNull(atMs: number | null): number | null {
    return atMs === null ? null : this.#since(atMs);
  }

  #at(atMs: number): string {
    return rfc3339(atMs, this.#timeZone);
  }

  #atOrNull(atMs: number | null): string | null {
    return atMs === null ? null : this.#at(atMs);
  }
}

function rounded(share: number): number {
  return Math.round(share * 1e5) / 1e5;
}
