/**
 * A still: one picture of a camera, whole and masked, with what was measured on it.
 *
 * `StillTaker` is where the collector touches decoding and masking; it rejects when a picture cannot
 * be decoded or masked, and then nothing of it is kept.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import type { EvidenceFile } from "./evidence-file.ts";

export interface StillRequest {
  readonly look: Look;
  /** The one that was looked at. */
  readonly picture: EncodedPicture;
  /** Where the thing is; null: nothing is measured on it. */
  readonly box: NormBox | null;
  readonly withCloseUp: boolean;
  /** Of JPEGs, 0..100. */
  readonly quality: number;
}

export interface TakenStill {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly capturedAtMs: number;
  readonly uncertaintyMs: number;
  readonly frame: "exact" | "keyframe";
  readonly distanceMs: number;
  readonly protection: Extract<EvidenceFile["protection"], { masked: object }>;
  /** The thing with what is around it, in every pixel of the camera. */
  readonly closeUp?: { readonly jpeg: Uint8Array; readonly width: number; readonly height: number };
  readonly measured?: {
    readonly sharpness: number;
    /** 0..255. */
    readonly luma: number;
    /** Shorter side of the box. */
    readonly thingPx: number;
  };
}

export type StillTaker = (request: StillRequest) => Promise<TakenStill>;
