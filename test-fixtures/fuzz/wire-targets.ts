/** What comes over the wire from cameras, and what the decoder host says. */
import type { FuzzTargets } from "./fuzz-target.ts";

const rtsp = () => import("./targets/rtsp-targets.ts");
const rtp = () => import("./targets/rtp-targets.ts");
const units = () => import("./targets/unit-targets.ts");
const ring = () => import("./targets/ring-targets.ts");
const clips = () => import("./targets/clip-targets.ts");
const decoder = () => import("./targets/decoder-targets.ts");

export const wireTargets: FuzzTargets = {
  "rtsp-connection": async () => (await rtsp()).rtspConnection,
  "rtsp-conversation": async () =>
    (await import("./targets/rtsp-conversation.ts")).rtspConversation,
  "rtsp-login": async () => (await rtsp()).rtspLogin,
  "rtsp-description": async () => (await rtsp()).rtspDescription,
  "rtsp-address": async () => (await rtsp()).rtspAddress,
  "session-headers": async () => (await import("./targets/session-headers.ts")).sessionHeaders,
  "rtp-h264": async () => (await rtp()).rtpH264,
  "rtp-h265": async () => (await rtp()).rtpH265,
  "rtp-mjpeg": async () => (await rtp()).rtpMjpeg,
  "nal-units": async () => (await units()).nalUnits,
  "picture-stream": async () => (await units()).pictureStream,
  "packet-ring": async () => (await ring()).packetRing,
  "capture-clock": async () => (await ring()).captureClock,
  "decoder-requests": async () => (await decoder()).decoderRequests,
  "clip-requests": async () => (await clips()).clipRequests,
  "clip-replies": async () => (await clips()).clipReplies,
  "decoder-host": async () => (await import("./targets/decoder-host.ts")).decoderHost,
  "decoder-replies": async () => (await decoder()).decoderReplies,
};
