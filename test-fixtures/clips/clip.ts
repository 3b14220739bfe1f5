/**
 * What a clip is: encoded pictures in memory, ready to be sent by the camera server.
 *
 * Pictures stand in the order of sending. Parameter sets that never change are kept apart, so that
 * a stream can decide whether they travel in the SDP, in band, or both.
 */

export type ClipCodec = "h264" | "h265";

export interface AccessUnit {
  /** NAL units without start codes; without the parameter sets that `Clip.parameterSets` holds. */
  readonly nals: readonly Uint8Array[];
  /** Whether decoding can start here. */
  readonly isKeyframe: boolean;
  /** When it is due to be sent, from the start of the clip. */
  readonly dtsMs: number;
  /** When it was captured, never later than `dtsMs`; earlier where the clip has B-frames. */
  readonly ptsMs: number;
}

export interface Clip {
  readonly codec: ClipCodec;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Length of one round of the loop. */
  readonly durationMs: number;
  readonly accessUnits: readonly AccessUnit[];
  /** H.264: SPS, PPS. H.265: VPS, SPS, PPS. In this order. */
  readonly parameterSets: readonly Uint8Array[];
}
