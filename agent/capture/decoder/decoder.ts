/**
 * What the inference loop asks of decoding: one picture in, the crops of it out as planar bytes.
 *
 * The real one is a child process that may hang or die; a picture that it lost rejects with
 * DECODER_FAILED and is a look that did not happen, never an empty look.
 */
import type { NormBox } from "../../../pipelines/domain/geometry.ts";
import type { EncodedPicture } from "../encoded-picture.ts";

export interface CropRequest {
  /** Part of the picture, 0..1. */
  readonly crop: NormBox;
  /** Size of the model's input. */
  readonly width: number;
  readonly height: number;
  /** How the crop is brought to that size; `letterbox` keeps its shape, rest filled. */
  readonly fit: "letterbox-top-left" | "letterbox-centre" | "stretch";
  /** 0..255, fills what a letterbox leaves. */
  readonly fill: number;
  readonly channels: "rgb" | "bgr";
  /**
   * Where to write the planes: exactly 3 × height × width bytes, the decoder's until it answers.
   * Absent: the decoder makes an array.
   */
  readonly into?: Uint8Array;
}

export interface DecodedCrop {
  /** 3 × height × width bytes, a plane a channel in the order asked for. */
  readonly planes: Uint8Array;
  /** Where in the input the crop's content lies, in input pixels. */
  readonly contentX: number;
  readonly contentY: number;
  readonly contentWidth: number;
  readonly contentHeight: number;
  /** Size of the whole decoded picture in pixels. */
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  /** The crop as it was cut: rounded to whole pixels, 0..1 of the picture. */
  readonly crop: NormBox;
}

export interface Decoder {
  decode(picture: EncodedPicture, crops: readonly CropRequest[]): Promise<readonly DecodedCrop[]>;
}

/** A decoder that the agent starts and ends. */
export interface RunnableDecoder extends Decoder {
  start(): void;
  /** Leaves no process behind. */
  stop(): Promise<void>;
  /** Starts after the first one. */
  readonly restartCount: number;
}
