/** How replies look: the habits of different makers, each of which a client must read. */

export interface ReplyStyle {
  /**
   * `slash`: the address asked for with `/` behind it; `plain`: as asked for; `missing`;
   * `location`: in Content-Location; `other-host`: with the camera's own idea of its address.
   */
  readonly contentBase?: "slash" | "plain" | "missing" | "location" | "other-host";
  /** How the SDP names the video track. */
  readonly control?: "relative" | "absolute" | "absolute-path";
  /** The value behind `Session:`; `{id}` and `{timeout}` are filled in. */
  readonly session?: string;
  readonly rtpInfo?: "full" | "no-rtptime" | "missing";
  /** Tracks that are announced and never sent, in front of the video or behind it. */
  readonly otherTracks?: "none" | "before" | "after";
  /** Numbers that the server adds to the channels asked for; the reply says which were taken. */
  readonly channelShift?: number;
  /** Methods that OPTIONS names and the server knows. */
  readonly methods?: readonly string[];
  readonly server?: string;
}

export const defaultReplyStyle: Required<ReplyStyle> = {
  contentBase: "slash",
  control: "relative",
  session: "{id};timeout={timeout}",
  rtpInfo: "full",
  otherTracks: "none",
  channelShift: 0,
  methods: ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "GET_PARAMETER", "TEARDOWN"],
  server: "Camera Fixture/1.0",
};
