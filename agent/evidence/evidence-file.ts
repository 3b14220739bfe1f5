/**
 * What the makers of pictures hand to whoever keeps them: finished files of one revision.
 *
 * Every file here is masked, or sealed so that this box cannot open it; nothing else is ever kept.
 * The ledger (`ledger.ts`) writes them, signs for them and lets the event go.
 */
import type { CameraId, ViolationId } from "../../pipelines/domain/ids.ts";
import type { Kind, Stage } from "../../pipelines/domain/kind.ts";

export const evidenceRoles = [
  "first-seen",
  "warned",
  "reported",
  "cleared",
  "close-up",
  "composite",
  "clip",
  "fresh",
  "original",
] as const;
export type EvidenceRole = (typeof evidenceRoles)[number];

/** One finished, masked (or sealed) file, in memory. */
export interface EvidenceFile {
  /** "warned.jpg", "clip-warned.mp4": [a-z0-9.-]+, unique in its revision. */
  readonly name: string;
  readonly role: EvidenceRole;
  readonly mediaType: "image/jpeg" | "video/mp4" | "application/octet-stream";
  readonly bytes: Uint8Array;
  /** The picture's capture time; of a clip its first picture. */
  readonly capturedAtMs: number;
  /** Of a clip: its last picture. */
  readonly capturedToMs?: number;
  readonly width?: number;
  readonly height?: number;
  /** "exact": the picture whose detection it documents; "keyframe": nearest decodable, distanceMs away. */
  readonly frame?: "exact" | "keyframe";
  readonly distanceMs?: number;
  readonly protection:
    | {
        readonly masked: {
          readonly heads: number;
          readonly plates: number;
          readonly polygons: number;
          readonly plateEstimate: boolean;
        };
      }
    | { readonly sealedFor: string };
}

export interface EvidenceOfRevision {
  readonly eventId: string;
  readonly violationId: ViolationId;
  readonly revision: number;
  readonly stage: Stage;
  readonly kind: Kind;
  readonly cameraId: CameraId;
  readonly files: readonly EvidenceFile[];
  readonly complete: boolean;
  /** Numbers of the checks that failed. */
  readonly failed: readonly number[];
  readonly enforceable: boolean;
}
