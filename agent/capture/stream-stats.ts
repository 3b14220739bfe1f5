/** Counters of one stream, since its receiver was made: what metrics and `status` show. */
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { CaptureFailure, Codec, StreamName } from "./encoded-picture.ts";

export interface StreamStats {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
  readonly state: "connecting" | "live" | "failed";
  readonly failure?: CaptureFailure;
  readonly detail: string;
  readonly bytes: number;
  readonly packets: number;
  readonly lostPackets: number;
  readonly pictures: number;
  /** Places where decoding can begin. */
  readonly keyframes: number;
  readonly damagedPictures: number;
  readonly reconnects: number;
  /** 0 until two keyframes have come. */
  readonly keyframeDistanceMs: number;
  /** Absent: none has come. */
  readonly lastPictureAgeMs?: number;
  readonly codec: Codec;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly ringBytes: number;
  /** For as far as it should reach back, and for what a look needs. */
  readonly ringNeedBytes: number;
  /** From the oldest picture in the ring to the newest. */
  readonly ringReachMs: number;
  /** The box's bound on all rings leaves it less than it needs. */
  readonly isRingShort: boolean;
  /** Camera's wall clock minus ours; absent without sender reports. */
  readonly cameraClockOffsetMs?: number;
  readonly cameraClockSteps: number;
}
