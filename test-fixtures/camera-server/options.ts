/** What a camera server can be asked for, the defaults, and their one check. */
import type { Clip } from "../clips/clip.ts";
import type { Fault, ScriptedFault } from "./fault.ts";
import type { Credentials } from "./login.ts";
import { defaultReplyStyle, type ReplyStyle } from "./reply-style.ts";

export interface StreamOptions {
  /** With its leading `/`; may hold a query, as in `/cam/realmonitor?channel=1`. */
  readonly path: string;
  readonly clip: Clip;
  /** Default true: round and round, with continuous timestamps. */
  readonly loop?: boolean;
  /** Where in the clip the stream begins, in ms. Default: random by the seed for loops, else 0. */
  readonly phase?: "random" | number;
  /**
   * When the clip begins. `with-server` (default for loops): a camera that runs whether anybody
   * looks or not. `first-play` (default for others). `each-play`: every client gets its own start.
   */
  readonly begin?: "with-server" | "first-play" | "each-play";
  /** A client that joins gets the next picture (`now`, default) or waits for a keyframe. */
  readonly joinAt?: "now" | "keyframe";
  /** What follows the last picture of a clip that does not loop. Default `silence`. */
  readonly end?: "silence" | "bye";
  readonly credentials?: Credentials;
  /** Where SPS and PPS (VPS) travel. Default `both`. */
  readonly parameterSets?: "sdp" | "in-band" | "both";
  /** Small units share packets. Default false. */
  readonly aggregate?: boolean;
  /** RTP packets are no longer than this. Default 1,400. */
  readonly mtuBytes?: number;
  readonly payloadType?: number;
  /** First sequence number and RTP time after each PLAY. Default: random by the seed. */
  readonly sequenceStart?: number;
  readonly timestampStart?: number;
  /** `firstAfterMs`: 0 by default. `everyMs`: 5,000 by default. */
  readonly senderReports?: { readonly firstAfterMs?: number; readonly everyMs?: number } | "never";
  /** The session ends when so long no request came. Default 60 s, enforced. */
  readonly sessionTimeoutMs?: number;
  readonly isTimeoutEnforced?: boolean;
  /** The stream is sent over UDP only: SETUP for TCP is answered with 461. Nothing is ever sent. */
  readonly refusesTcp?: boolean;
  readonly reply?: ReplyStyle;
  /** On from the start. */
  readonly faults?: readonly Fault[];
  readonly script?: readonly ScriptedFault[];
}

export interface CameraServerOptions {
  readonly streams: readonly StreamOptions[];
  /** Default: a free one. */
  readonly port?: number;
  /** Same seed, same phases, sources, sequence numbers, losses. Default 1. */
  readonly seed?: number;
  /** Speaks RTSP over TLS. PEM texts. With `ca`, clients must show a certificate of it. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** Wall clock of the cameras. Default: `Date.now`. */
  readonly now?: () => number;
  /** How much faster than life the pictures come. Default 1. */
  readonly pace?: number;
  /** Pictures leave at multiples of this. Default 5. */
  readonly tickMs?: number;
}

export type StreamSettings = Required<
  Omit<
    StreamOptions,
    "credentials" | "senderReports" | "reply" | "sequenceStart" | "timestampStart"
  >
> & {
  readonly credentials: Credentials | undefined;
  readonly sequenceStart: number | undefined;
  readonly timestampStart: number | undefined;
  readonly senderReports: { readonly firstAfterMs: number; readonly everyMs: number } | undefined;
  readonly reply: Required<ReplyStyle>;
};

export function streamSettings(options: StreamOptions): StreamSettings {
  const loop = options.loop ?? true;
  const reports = options.senderReports ?? {};
  const settings: StreamSettings = {
    phase: loop ? "random" : 0,
    begin: loop ? "with-server" : "first-play",
    joinAt: "now",
    end: "silence",
    parameterSets: "both",
    aggregate: false,
    mtuBytes: 1_400,
    payloadType: 96,
    sessionTimeoutMs: 60_000,
    isTimeoutEnforced: true,
    refusesTcp: false,
    faults: [],
    script: [],
    ...options,
    loop,
    credentials: options.credentials,
    sequenceStart: options.sequenceStart,
    timestampStart: options.timestampStart,
    senderReports:
      reports === "never"
        ? undefined
        : { firstAfterMs: reports.firstAfterMs ?? 0, everyMs: reports.everyMs ?? 5_000 },
    reply: { ...defaultReplyStyle, ...options.reply },
  };
  const { path, mtuBytes } = settings;
  if (!/^\/[^\s]+$/.test(path)) throw new RangeError(`path must look like /name, got ${path}`);
  if (!(mtuBytes >= 64 && mtuBytes <= 65_000)) {
    throw new RangeError(`mtuBytes must be 64 to 65000, got ${mtuBytes}`);
  }
  return settings;
}
