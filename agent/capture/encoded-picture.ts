/**
 * A picture as the camera sent it: what travels from the ring to the decoder host.
 *
 * `units` is the group to decode, in order; the first decodes alone and the last is the picture
 * that is wanted. It is one unit where the picture is a keyframe.
 */
import type { CameraId } from "../../pipelines/domain/ids.ts";

export type Codec = "h264" | "h265" | "mjpeg";
export type StreamName = "main" | "sub";

export interface EncodedPicture {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  readonly codec: Codec;
  /** SPS and PPS (VPS too for H.265) with Annex B start codes; empty for MJPEG. */
  readonly parameterSets: Uint8Array;
  /** Access units with Annex B start codes (a whole JPEG each for MJPEG). */
  readonly units: readonly Uint8Array[];
  /** Rises with each picture of the stream; the same picture has the same number. */
  readonly pictureNumber: number;
  /** Wall clock of our machine's time base, Unix milliseconds, with how far it may be off. */
  readonly capturedAtMs: number;
  readonly capturedUncertaintyMs: number;
  readonly clockSource: "sender-report" | "arrival";
}

/** One picture of a span; those that are not shown are there because others build on them. */
export interface SpanPicture {
  readonly unit: Uint8Array;
  readonly pictureNumber: number;
  readonly capturedAtMs: number;
  readonly capturedUncertaintyMs: number;
  readonly isKey: boolean;
  readonly isShown: boolean;
}

/** The pictures of a time, in the order of decoding; their times are the order of showing. */
export interface EncodedSpan {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  readonly codec: Codec;
  readonly parameterSets: Uint8Array;
  readonly pictures: readonly SpanPicture[];
}

/** Sent as soon as a picture that can be decoded has arrived whole; carries no picture bytes. */
export interface PictureNotice {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  readonly pictureNumber: number;
  readonly capturedAtMs: number;
  readonly arrivedAtMonoMs: number;
  /** Measured distance between decodable pictures, 0 until two have come. */
  readonly keyframeDistanceMs: number;
  /** What was received since the notice before. */
  readonly sizes: PictureSizes;
}

/** Sizes tell of motion for nothing: a picture of a street at rest weighs little. */
export interface PictureSizes {
  /** Nothing is missing in between, and the stream did not begin anew. */
  readonly isUnbroken: boolean;
  /** Pictures that do not decode alone. */
  readonly betweenCount: number;
  readonly betweenBytes: number;
  readonly betweenBytesMax: number;
  /** Of the newest that does; 0: there was none. */
  readonly keyBytes: number;
}

export const captureFailures = [
  "refused",
  "unauthorised",
  "not-found",
  "timeout",
  "frozen",
  "reset",
  "codec-unsupported",
  "corrupt",
  "keyframe-distance-too-long",
] as const;
export type CaptureFailure = (typeof captureFailures)[number];

/** One a change of state, never one a retry. `detail` never holds a password. */
export interface StreamState {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  readonly state: "connecting" | "live" | "failed";
  readonly failure?: CaptureFailure;
  readonly detail: string;
}

/** What evidence asks of receiving: all pictures of a time, as far as the ring reaches. */
export interface SpanSource {
  /** Undefined: nothing of it can be decoded. `afterPicture`: those up to it were given before. */
  pictures(
    cameraId: CameraId,
    fromMs: number,
    toMs: number,
    options?: { readonly stream?: StreamName; readonly afterPicture?: number | undefined },
  ): Promise<EncodedSpan | undefined>;
}

/** What the rest of the agent sees of receiving; the real one is a worker thread with sockets. */
export interface PictureSource {
  /** The newest picture that can be decoded, or undefined when the stream has none now. */
  newestPicture(cameraId: CameraId, stream: StreamName): Promise<EncodedPicture | undefined>;
}
