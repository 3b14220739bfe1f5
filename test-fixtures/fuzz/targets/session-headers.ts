/** What SETUP, PLAY and OPTIONS are answered with: the small headers, in every shape. */
import fc from "fast-check";
import {
  parsePublic,
  parseRtpInfo,
  parseSession,
  parseTransport,
  rtpInfoOfTrack,
} from "../../../agent/capture/rtsp/session-headers.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const samples = [
  "1A2B3C;timeout=60",
  " 216525287999;timeout=60;client=x",
  'RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=30A98EE7;mode="PLAY"',
  "RTP/AVP/TCP;unicast;destination=192.0.2.9;source=192.0.2.11;interleaved=2-3",
  "url=rtsp://192.0.2.11/trackID=0;seq=47121;rtptime=3475222385,url=trackID=1;seq=1;rtptime=0x1",
  "OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER",
];

const value = fc.oneof(
  fc.nat().map(String),
  fc.string({ maxLength: 12 }),
  fc.constantFrom("-1", "0x10", "4294967296", "99999999999", '"', "", "1e9", " 7 "),
);
const name = fc.constantFrom(
  "timeout",
  "interleaved",
  "ssrc",
  "seq",
  "rtptime",
  "url",
  "__proto__",
  "constructor",
);
const parameter = fc.tuple(name, value, value).map(([key, a, b]) => `${key}=${a}-${b}`);
const header = fc
  .tuple(
    fc.constantFrom("RTP/AVP/TCP", "url=rtsp://a/b", "123", ""),
    fc.array(parameter, { maxLength: 6 }),
    fc.constantFrom(";", " ; ", ",", ";;"),
  )
  .map(([head, parts, joint]) => Buffer.from([head, ...parts].join(joint), "latin1"));

export const sessionHeaders: FuzzTarget = {
  name: "session-headers",
  corpus: () => samples.map((text) => Buffer.from(text, "latin1")),
  tokens: ["timeout=", "interleaved=", "ssrc=", "url=", ",url=", ";seq=", ";rtptime=", "0x", "-"],
  arbitrary: header,
  run: (bytes) => {
    const text = Buffer.from(bytes).toString("latin1");
    const session = parseSession(text);
    if (session !== undefined && !(session.timeoutMs > 0)) throw new Error("no time-out");
    const { rtpChannel, rtcpChannel } = parseTransport(text);
    for (const channel of [rtpChannel, rtcpChannel]) {
      if (channel !== undefined && !(channel >= 0 && channel <= 256)) throw new Error("channel");
    }
    rtpInfoOfTrack(parseRtpInfo(text), text);
    parsePublic(text);
  },
  isExpected: () => false,
  inputBytesMax: 32 * 1_024,
  memoryBoundBytes: 8 * 1_024 * 1_024,
};
