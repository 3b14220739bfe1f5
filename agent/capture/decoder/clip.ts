/**
 * What is asked of making a clip, and what comes back: pictures of a span in, a masked film out.
 *
 * Decoding, masking and encoding happen in a decoder host: pixels that are not masked leave it for
 * nobody. Whoever asks says which pictures are shown and what in each of them nobody may recognise.
 */
import type { NormBox, NormPolygon } from "../../../pipelines/domain/geometry.ts";
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import type { Codec } from "../encoded-picture.ts";

/** A part of the camera's picture, 0..1. */
export interface MaskRegion extends NormBox {
  /** Side of a block of the mask, as a share of the picture's width; never below eight pixels. */
  readonly block: number;
}

export interface ClipUnit {
  /** An access unit with Annex B start codes, in the order of decoding. */
  readonly bytes: Uint8Array;
  /** When it was captured, in milliseconds from any zero; the order of showing. */
  readonly atMs: number;
  /** False: it is decoded because others build on it. */
  readonly isShown: boolean;
  /** Empty where it is not shown. */
  readonly regions: readonly MaskRegion[];
}

export interface ClipRequest {
  readonly codec: Codec;
  readonly parameterSets: Uint8Array;
  readonly units: readonly ClipUnit[];
  /** Blackened in all pictures. */
  readonly polygons: readonly NormPolygon[];
  /** The clip keeps its shape within this, and is never larger than the camera's picture. */
  readonly widthMax: number;
  readonly heightMax: number;
  readonly fileBytesMax: number;
}

export interface EncodedClip {
  /** Fragmented MP4 with H.264. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly pictureCount: number;
  /** Which of the units are shown first and last. */
  readonly firstUnit: number;
  readonly lastUnit: number;
}

export interface ClipEncoder {
  /** Rejects with DECODER_FAILED. */
  encode(cameraId: CameraId, request: ClipRequest): Promise<EncodedClip>;
  /** Leaves no process behind. */
  stop(): Promise<void>;
}
