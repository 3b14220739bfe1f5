/**
 * What the inference loop needs of receiving and decoding, in its own words.
 *
 * Receiving and decoding have these shapes already; the loop never looks inside an encoded
 * picture, so tests and benchmarks hand it whatever their decoder understands.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { CameraId, ViewId } from "../../pipelines/domain/ids.ts";
import type { LabelThresholds } from "../../pipelines/domain/label.ts";
import type { PreparedModel } from "./model-store.ts";

export type StreamName = "main" | "sub";

/** One view of one camera, as the configuration wants it looked at. */
export interface ViewJob {
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
  readonly stream: StreamName;
  readonly crop: NormBox;
  readonly everyMs: number;
  readonly model: LoopModel;
  /** In place of the model's own. */
  readonly thresholds?: LabelThresholds;
  /** How long an analysis may be used again while nothing moves. Absent or 0: never. */
  readonly reuseMs?: number;
}

/** What the loop uses of a model; the sessions use the rest. */
export type LoopModel = Pick<
  PreparedModel,
  | "manifest"
  | "graph"
  | "inputName"
  | "modelTag"
  | "inputWidth"
  | "inputHeight"
  | "fit"
  | "fill"
  | "channels"
>;

/** A picture that can be decoded has arrived whole. */
export interface PictureNotice {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  readonly pictureNumber: number;
  readonly capturedAtMs: number;
  readonly arrivedAtMonoMs: number;
  /** Measured distance between decodable pictures, 0 until two have come. */
  readonly keyframeDistanceMs: number;
  /** What was received since the notice before. Absent where nobody counted. */
  readonly sizes?: PictureSizes;
}

/** What was received since the picture that was announced before. */
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

export interface Picture {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  readonly pictureNumber: number;
  readonly capturedAtMs: number;
  readonly capturedUncertaintyMs: number;
}

export interface PictureSource<P extends Picture> {
  /** The newest picture that can be decoded, or undefined when the stream has none now. */
  newestPicture(cameraId: CameraId, stream: StreamName): Promise<P | undefined>;
}

export interface CropRequest {
  readonly crop: NormBox;
  readonly width: number;
  readonly height: number;
  readonly fit: "letterbox-top-left" | "letterbox-centre" | "stretch";
  readonly fill: number;
  readonly channels: "rgb" | "bgr";
  /** Exactly 3 × height × width bytes, the decoder's until it answers. */
  readonly into: Uint8Array;
}

/** Where the crop lies in the input; its bytes are in `into`. */
export interface PlacedCrop {
  readonly contentX: number;
  readonly contentY: number;
  readonly contentWidth: number;
  readonly contentHeight: number;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  readonly crop: NormBox;
}

export interface Decoder<P extends Picture> {
  decode(picture: P, crops: readonly CropRequest[]): Promise<readonly PlacedCrop[]>;
}
