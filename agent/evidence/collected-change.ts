/**
 * What the collector needs of a change, of a look's cases and of the site: the composition root brings it.
 */
import type { NormBox, NormPolygon } from "../../pipelines/domain/geometry.ts";
import type { CameraId, ViolationId, ZoneId } from "../../pipelines/domain/ids.ts";
import type { Kind, Stage, SubKind } from "../../pipelines/domain/kind.ts";
import type { CaptionFacts } from "./caption.ts";
import type { Completeness, ViewFacts } from "./completeness.ts";

export interface CollectedChange {
  readonly eventId: string;
  readonly violationId: ViolationId;
  readonly revision: number;
  readonly stage: Exclude<Stage, "clue">;
  readonly kind: Kind;
  readonly subKind: SubKind;
  readonly cameraId: CameraId;
  readonly zoneId: ZoneId;
  readonly atMs: number;
  readonly box: NormBox;
  /** A second look at a place that was cleared: no evidence of its own. */
  readonly isUpdate: boolean;
}

/** What the cases of a camera are after a look. */
export interface JudgedLook {
  /** Clues that this look saw, as they would be told. */
  readonly clues: readonly CollectedChange[];
  /** They would be reported, were their evidence complete: as they would be told. */
  readonly waiting: readonly CollectedChange[];
  readonly isOpen: (violation: string) => boolean;
}

export interface Collected {
  readonly views: readonly ViewFacts[];
  readonly hasCloseUp: boolean;
  readonly hasClip: boolean;
  readonly isEveryFileMasked: boolean;
  readonly isChained: boolean;
}

export interface EvidenceLimits {
  readonly hasClips: boolean;
  readonly quality: number;
  readonly compositeWidthPx: number;
  readonly stillBytesMax: number;
  readonly compositeBytesMax: number;
  readonly clipBytesMax: number;
}

/** What only the configuration and the rules know. */
export interface EvidenceSite {
  readonly limits: () => EvidenceLimits;
  readonly check: (
    change: CollectedChange,
    collected: Collected,
  ) => Completeness & { readonly enforceable: boolean };
  readonly caption: (change: CollectedChange, verificationCode: string) => CaptionFacts;
  readonly zoneOf: (change: CollectedChange) => NormPolygon | undefined;
  /** Of a box's footprint, in the zone of the change. */
  readonly zoneShare: (change: CollectedChange, box: NormBox) => number;
}
