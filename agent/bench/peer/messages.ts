/** What a measurement says to the opponent's process, and what comes back. */
import type { CropPlace } from "../../capture/decoder/protocol.ts";
import type { SessionModel } from "../../inference/session-messages.ts";

/**
 * `full-decode`: every picture is decoded, five a second are kept, as most agents do.
 * `keyframes-only`: ffmpeg skips everything else, as the thriftiest of them do.
 */
export type PeerKind = "full-decode" | "keyframes-only";

/**
 * `runtime-defaults`: a session as the runtime makes it, a thread a core and threads that spin.
 * `one-thread`: as our own sessions are, for who says that the difference is the session's.
 */
export type PeerSession = "runtime-defaults" | "one-thread";

export interface PeerJob {
  readonly urls: readonly string[];
  readonly everyMs: number;
  readonly kind: PeerKind;
  readonly session: PeerSession;
  readonly model: SessionModel;
  /** Where the whole picture comes to lie in the model's input. */
  readonly place: CropPlace;
}

export type ToPeer =
  | { readonly type: "start"; readonly job: PeerJob }
  | { readonly type: "count"; readonly id: number };

export interface PeerCounts {
  /** Analyses that ended, late ones too. */
  readonly looks: number;
  /** Ended behind their deadline, or never. */
  readonly missed: number;
  /** Boxes found: proof that it looked at something. */
  readonly detections: number;
}

export type FromPeer =
  | { readonly type: "running" }
  | { readonly type: "failed"; readonly text: string }
  | ({ readonly type: "counted"; readonly id: number } & PeerCounts);

/** To the opponent's thread that analyses, one picture at a time. */
export interface DetectorJob {
  readonly model: SessionModel;
  readonly session: PeerSession;
  readonly place: CropPlace;
}

export type FromDetector =
  | { readonly type: "ready" }
  | { readonly type: "found"; readonly count: number };
