/**
 * Goal: forms that cameras have been seen to send are read, and what nobody can read fails with
 * its first odd line. The replies are written here, so that they are tested everywhere.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CaptureError } from "../capture-error.ts";
import { baseOf, joinControl, joinControlStrictly } from "./control-address.ts";
import { type Presentation, presentationOf } from "./describe.ts";
import { parseHead } from "./message.ts";
import { parseSdp } from "./sdp.ts";
import { parseRtpInfo, parseSession, parseTransport, rtpInfoOfTrack } from "./session-headers.ts";

const sps = "Z00AKpWoHgCJ+WbgICAgQA==";
const pps = "aO48gA==";
const video = (lines: string): string => `v=0\nm=video 0 RTP/AVP 96\n${lines}`;

describe("descriptions", () => {
  const rows: {
    name: string;
    sdp: string;
    want: Partial<Presentation["track"]> & { sets?: number };
  }[] = [
    {
      name: "bare LF, attributes before the rtpmap",
      sdp: video(
        `a=control:t1\na=fmtp:96 sprop-parameter-sets=${sps},${pps}\na=rtpmap:96 H264/90000`,
      ),
      want: { codec: "h264", controlUri: "rtsp://c/s/t1", sets: 2 },
    },
    {
      name: "blanks around everything and a lower-case name",
      sdp: video(
        ` a= rtpmap:96  h264/90000 \n a=control: t1 \na=fmtp:96  packetization-mode = 1 ; sprop-parameter-sets = ${sps} `,
      ),
      want: { codec: "h264", controlUri: "rtsp://c/s/t1", sets: 1 },
    },
    {
      name: "start codes left in the parameter sets",
      sdp: video(
        `a=rtpmap:96 H264/90000\na=fmtp:96 sprop-parameter-sets=AAAAAWdNACqVqB4AiflmAAAAAQ==,${pps}`,
      ),
      want: { codec: "h264", sets: 2 },
    },
    {
      name: "no rtpmap, but H.264 parameter sets",
      sdp: video(`a=fmtp:96 sprop-parameter-sets=${sps},${pps}`),
      want: { codec: "h264", clockRate: 90_000 },
    },
    {
      name: "no parameter sets at all, no control",
      sdp: video("a=rtpmap:96 H265/90000"),
      want: { codec: "h265", controlUri: "rtsp://c/s", sets: 0 },
    },
    {
      name: "HEVC under its other name, behind audio and metadata",
      sdp: "v=0\nm=application 0 RTP/AVP 107\na=rtpmap:107 vnd.onvif.metadata/90000\na=control:m\nm=audio 0 RTP/AVP 0\na=control:a\nm=video 0 RTP/AVP 101\na=rtpmap:101 HEVC/90000\na=control:v",
      want: { codec: "h265", payloadType: 101, controlUri: "rtsp://c/s/v" },
    },
    {
      name: "JPEG first, H.264 as second format of the track",
      sdp: "v=0\nm=video 0 RTP/AVP 26 96\na=rtpmap:96 H264/90000\na=control:v",
      want: { codec: "h264", payloadType: 96 },
    },
    {
      name: "JPEG track before the H.264 track",
      sdp: "v=0\nm=video 0 RTP/AVP 26\na=control:j\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:h",
      want: { codec: "h264", controlUri: "rtsp://c/s/h" },
    },
    {
      name: "absolute control with a login in it",
      sdp: video("a=rtpmap:96 H264/90000\na=control:rtsp://u:p@10.0.0.1/x/track1"),
      want: { controlUri: "rtsp://10.0.0.1/x/track1" },
    },
    {
      name: "a clock rate that is nonsense",
      sdp: video("a=rtpmap:96 H264/0"),
      want: { clockRate: 90_000 },
    },
    {
      name: "junk lines between",
      sdp: `hello\n${video("a=rtpmap:96 H264/90000\n\0\0\nthis is no line\na=control:t")}`,
      want: { controlUri: "rtsp://c/s/t" },
    },
  ];
  for (const { name, sdp, want } of rows) {
    test(name, () => {
      const { track } = presentationOf(parseSdp(sdp), "rtsp://c/s");
      const { sets = track.parameterSets.length, ...fields } = want;
      expect(track).toMatchObject(fields);
      expect(track.parameterSets).toHaveLength(sets);
    });
  }

  const failures = [
    { name: "no track", sdp: "<html>\n<body>login</body>", failure: "corrupt", says: '"<html>"' },
    {
      name: "audio alone",
      sdp: "v=0\nm=audio 0 RTP/AVP 0",
      failure: "codec-unsupported",
      says: '"audio"',
    },
    {
      name: "MPEG-4",
      sdp: video("a=rtpmap:96 MP4V-ES/90000"),
      failure: "codec-unsupported",
      says: "MP4V-ES",
    },
    {
      name: "JPEG alone",
      sdp: "v=0\nm=video 0 RTP/AVP 26",
      failure: "codec-unsupported",
      says: "JPEG",
    },
    {
      name: "no RTP",
      sdp: "v=0\nm=video 0 udp 96\na=rtpmap:96 H264/90000",
      failure: "codec-unsupported",
      says: "H264",
    },
    {
      name: "too many tracks",
      sdp: `v=0\n${"m=audio 0 RTP/AVP 0\n".repeat(50)}`,
      failure: "corrupt",
      says: "32 tracks",
    },
    { name: "too many lines", sdp: "a=x\n".repeat(5_000), failure: "corrupt", says: "2000 lines" },
  ];
  for (const { name, sdp, failure, says } of failures) {
    test(`${name} fails as ${failure}`, () => {
      const error = caught(() => presentationOf(parseSdp(sdp), "rtsp://c/s"));
      expect(error).toBeInstanceOf(CaptureError);
      expect(error).toMatchObject({ failure, message: expect.stringContaining(says) });
    });
  }
});

describe("addresses of tracks", () => {
  const rows = [
    {
      base: "rtsp://c/a",
      control: "trackID=1",
      want: "rtsp://c/a/trackID=1",
      strict: "rtsp://c/trackID=1",
    },
    {
      base: "rtsp://c/a/",
      control: "trackID=1",
      want: "rtsp://c/a/trackID=1",
      strict: "rtsp://c/a/trackID=1",
    },
    {
      base: "rtsp://c/a?x=1",
      control: "video",
      want: "rtsp://c/a?x=1/video",
      strict: "rtsp://c/video",
    },
    {
      base: "rtsp://c/a?x=1/",
      control: "video",
      want: "rtsp://c/a?x=1/video",
      strict: "rtsp://c/video",
    },
    { base: "rtsp://c/a", control: "*", want: "rtsp://c/a" },
    { base: "rtsp://c/a", control: "", want: "rtsp://c/a" },
    { base: "rtsp://c/a", control: "/t1", want: "rtsp://c/a/t1", strict: "rtsp://c/t1" },
    { base: "rtsp://c/a", control: "RTSP://other/x", want: "RTSP://other/x" },
    { base: "rtsps://c/a", control: "rtsps://c/a/1", want: "rtsps://c/a/1" },
  ];
  for (const { base, control, want, strict } of rows) {
    test(`${control || "nothing"} on ${base}`, () => {
      expect(joinControl(base, control)).toBe(want);
      expect(joinControlStrictly(base, control)).toBe(strict ?? joinControlStrictly(base, control));
    });
  }

  const bases = [
    {
      name: "Content-Base first",
      contentBase: " rtsp://b/ ",
      contentLocation: "rtsp://l/",
      want: "rtsp://b/",
    },
    {
      name: "then Content-Location",
      contentBase: undefined,
      contentLocation: "rtsp://l/",
      want: "rtsp://l/",
    },
    {
      name: "then what was asked for",
      contentBase: "",
      contentLocation: undefined,
      want: "rtsp://asked/x",
    },
    {
      name: "relative base",
      contentBase: "sub/",
      contentLocation: undefined,
      want: "rtsp://asked/x/sub/",
    },
    {
      name: "base with a login",
      contentBase: "rtsp://u:p@b/s",
      contentLocation: undefined,
      want: "rtsp://b/s",
    },
  ];
  for (const { name, want, ...input } of bases) {
    test(name, () => expect(baseOf({ ...input, requestUri: "rtsp://asked/x" })).toBe(want));
  }
});

describe("headers of SETUP and PLAY", () => {
  test("sessions: blanks, absent and silly time-outs", () => {
    expect(parseSession("   12;timeout=30 ")).toEqual({
      id: "12",
      timeoutMs: 30_000,
      isTimeoutGiven: true,
    });
    expect(parseSession("a; Timeout = 5")).toMatchObject({ id: "a", timeoutMs: 5_000 });
    expect(parseSession("a;timeout=")).toMatchObject({ timeoutMs: 60_000, isTimeoutGiven: false });
    expect(parseSession("a;timeout=-1")).toMatchObject({ timeoutMs: 60_000 });
    expect(parseSession("  ;timeout=3")).toBeUndefined();
    expect(parseSession(undefined)).toBeUndefined();
  });

  const transports = [
    {
      text: "RTP/AVP/TCP;unicast;interleaved=4-5",
      want: { isTcp: true, rtpChannel: 4, rtcpChannel: 5 },
    },
    { text: "RTP/AVP/TCP;interleaved=2", want: { rtpChannel: 2, rtcpChannel: 3 } },
    {
      text: "RTP/AVP/TCP; unicast; interleaved = 0 - 1; ssrc= 0x1F",
      want: { rtpChannel: 0, ssrc: 31 },
    },
    {
      text: "RTP/AVP/TCP;ssrc=zzz;interleaved=300-301",
      want: { isTcp: true, rtpChannel: undefined, ssrc: undefined },
    },
    { text: "RTP/AVP;unicast;interleaved=0-1", want: { isTcp: true, rtpChannel: 0 } },
    { text: "RTP/AVP;unicast;client_port=1-2;server_port=3-4", want: { isTcp: false } },
    { text: undefined, want: { isTcp: false, rtpChannel: undefined } },
  ];
  for (const { text, want } of transports) {
    test(`Transport: ${text}`, () => expect(parseTransport(text)).toMatchObject(want));
  }

  test("RTP-Info: addresses with commas and semicolons, missing and negative numbers", () => {
    const entries = parseRtpInfo(
      "url=rtsp://c/a;b,c/t=0;seq=1;rtptime=-1, url = t=1 ; seq=70000;rtptime=7,nonsense;seq=3",
    );
    expect(entries).toEqual([
      { url: "rtsp://c/a;b,c/t=0", sequence: 1, rtpTime: undefined },
      { url: "t=1", sequence: undefined, rtpTime: 7 },
    ]);
    expect(rtpInfoOfTrack(entries, "rtsp://c/a/t=1")?.rtpTime).toBe(7);
    expect(rtpInfoOfTrack(entries, "rtsp://c/elsewhere")).toBeUndefined();
    expect(parseRtpInfo(undefined)).toEqual([]);
  });
});

describe("heads of messages", () => {
  test("folded, doubled and colonless header lines", () => {
    const head = parseHead("RTSP/1.0 200\nA : 1\n b\n:x\nnonsense\nA: 2");
    expect(head).toMatchObject({ kind: "response", status: 200 });
    expect(head.headers).toEqual([
      { name: "a", value: "1 b" },
      { name: "a", value: "2" },
    ]);
  });

  const odd = ["", "HTTP/1.1 200 OK", "RTSP/1.0 OK", "GET / HTTP/1.1", "RTSP/1.0 20 x"];
  for (const text of odd) {
    test(`${JSON.stringify(text)} is quoted, not thrown about`, () => {
      expect(caught(() => parseHead(text))).toMatchObject({
        failure: "corrupt",
        message: `expected an RTSP status line, got ${JSON.stringify(text)}`,
      });
    });
  }

  test("any text is read or fails as a typed failure", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const errors = [
          caught(() => parseHead(text)),
          caught(() => presentationOf(parseSdp(text), "rtsp://c/s")),
          caught(() => parseHead(`RTSP/1.0 200 OK\n${text}`)),
          caught(() => presentationOf(parseSdp(video(text)), "rtsp://c/s")),
          caught(() => [parseSession(text), parseTransport(text), parseRtpInfo(`url=${text}`)]),
        ];
        expect(
          errors.filter((error) => !(error instanceof CaptureError || error === undefined)),
        ).toEqual([]);
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});

function caught(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
