/**
 * One analysis of one view of one picture: the only thing that rules are fed with.
 *
 * A camera that is away produces no looks: its zones are not observed, which is not "empty".
 */
import type { Detections } from "./detections.ts";
import type { NormBox } from "./geometry.ts";
import type { CameraId, ViewId, ViolationId } from "./ids.ts";

export interface Look {
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
  /** The part of the picture that was looked at. What lies outside was not observed. */
  readonly crop: NormBox;
  /** Wall clock of the moment the picture shows, Unix milliseconds. Rises from look to look. */
  readonly capturedAtMs: number;
  /** How far `capturedAtMs` may be off; large until the camera's first sender report. */
  readonly capturedUncertaintyMs: number;
  readonly detections: Detections;
  /** Manifest name and first 12 hex digits of the weights' SHA-256: `yolox-nano@695e750a5d57`. */
  readonly model: string;
  /** Size of the whole decoded picture. */
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  /**
   * The picture has not changed since the last look of the view, and the detections are that
   * look's. Absent: it was analysed itself.
   */
  readonly isReused?: true;
  /** The time of day is not known: the clock is wrong, and `capturedAtMs` only rises. */
  readonly isClockWrong?: true;
  /** Violations whose set of evidence is complete; only rules that require it ask. */
  readonly completeEvidence?: readonly ViolationId[];
}
