/**
 * What main and a receive worker say to each other.
 *
 * Few and small: a notice a keyframe, a state a change, a ring's need when it changes; pictures travel only when they are asked
 * for, with their memory handed over.
 */
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type {
  EncodedPicture,
  EncodedSpan,
  PictureNotice,
  StreamName,
  StreamState,
} from "./encoded-picture.ts";
import type { SpanRequest } from "./ring/picture-span.ts";
import type { RingGrants } from "./ring/ring-budget.ts";
import type { RingNeed } from "./ring/ring-shares.ts";
import type { StreamSettings } from "./stream-settings.ts";
import type { StreamStats } from "./stream-stats.ts";

export interface WorkerStart {
  /** The same instant on main's monotonic clock and on the clock that all threads share. */
  readonly monoMs: number;
  readonly hrTimeNs: bigint;
  /** One number: wall time less main's `monoMs`. Absent: the machine's wall clock holds. */
  readonly wallOffset?: SharedArrayBuffer;
}

export type ToWorker =
  | {
      readonly kind: "streams";
      readonly streams: readonly StreamSettings[];
      readonly grants: RingGrants;
    }
  | { readonly kind: "rings"; readonly grants: RingGrants }
  | {
      readonly kind: "newest-picture";
      readonly request: number;
      readonly cameraId: CameraId;
      readonly stream: StreamName;
    }
  | {
      readonly kind: "span";
      readonly request: number;
      readonly cameraId: CameraId;
      readonly stream: StreamName;
      readonly span: SpanRequest;
    }
  | { readonly kind: "stats"; readonly request: number }
  | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "notice"; readonly notice: PictureNotice }
  | { readonly kind: "state"; readonly state: StreamState }
  | {
      readonly kind: "ring-need";
      readonly cameraId: CameraId;
      readonly stream: StreamName;
      readonly need: RingNeed;
    }
  | {
      readonly kind: "picture";
      readonly request: number;
      readonly picture: EncodedPicture | undefined;
    }
  | { readonly kind: "span"; readonly request: number; readonly span: EncodedSpan | undefined }
  | { readonly kind: "stats"; readonly request: number; readonly stats: readonly StreamStats[] }
  | { readonly kind: "bug"; readonly message: string; readonly stack: string }
  | { readonly kind: "stopped" };
