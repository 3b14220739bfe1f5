/**
 * What the inference loop is given and what it tells: looks, and those that were not made.
 */
import type { CameraId, ViewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MissReason } from "./loop-stats.ts";
import type { Decoder, LoopModel, Picture, PictureSource, ViewJob } from "./ports.ts";
import type { MayReuse } from "./quiet-looks.ts";
import type { SessionSettings } from "./run-settings.ts";
import type { StartSession } from "./session-link.ts";

export interface MissedLook {
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
  readonly reason: MissReason;
  /** What went wrong, for the log; empty for a look that was only late. */
  readonly detail: string;
}

export interface LoopEvents {
  onLook(look: Look): void;
  /** Asked before a look repeats the last analysis of its view. Absent: none does. */
  readonly mayReuse?: MayReuse;
  onMissed?(missed: MissedLook): void;
  /** A session's thread was lost and is being replaced. */
  onSessionLost?(why: string): void;
}

export interface InferenceLoopOptions<P extends Picture> {
  readonly views: readonly ViewJob[];
  /** Of analyses that no view asks for; those of views are there anyway. */
  readonly extraModels?: readonly LoopModel[];
  readonly pictures: PictureSource<P>;
  readonly decoder: Decoder<P>;
  readonly clock: Clock;
  readonly workerCount: number;
  /** Of each worker; default: one thread of the processor. */
  readonly sessionSettings?: SessionSettings;
  readonly batchMax: number;
  /** How long a batch may wait to fill; 0 where batches gain nothing. */
  readonly batchWaitMs: number;
  /** Pictures that are fetched or decoded at a time. */
  readonly decodingMax?: number;
  readonly startSession?: StartSession;
  /** A batch that takes longer hangs. */
  readonly runMsMax?: number;
}
