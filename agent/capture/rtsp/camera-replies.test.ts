/**
 * Goal: every reply of a real camera that we have is read right.
 * Method: one row a file of the shared folder, one table a kind of reply; a file without a row
 * fails. Skipped where the folder is missing; `odd-replies.test.ts` holds the same odd forms
 * written by us.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasShared, sharedFolder } from "../../../test-fixtures/shared.ts";
import { ParameterSets } from "../rtp/parameter-sets.ts";
import { pictureFormat } from "../rtp/picture-size.ts";
import { parseChallenges } from "./challenge.ts";
import { type Presentation, parseDescription, presentationOf } from "./describe.ts";
import { InterleavedReader } from "./interleaved-reader.ts";
import { headerOf, type RtspMessage, type RtspResponse } from "./message.ts";
import { parseSdp } from "./sdp.ts";
import {
  parsePublic,
  parseRtpInfo,
  parseSession,
  parseTransport,
  rtpInfoOfTrack,
} from "./session-headers.ts";

const folder = join(sharedFolder() ?? "/nowhere", "rtsp-replies");
const read = (file: string): Buffer => readFileSync(join(folder, file));

/** Through the reader of the connection, as from a camera. */
function replyIn(file: string): RtspResponse {
  const messages: RtspMessage[] = [];
  const reader = new InterleavedReader({
    onPacket: () => {
      throw new Error("no packet was sent");
    },
    onMessage: (message) => messages.push(message),
  });
  reader.isDescriptionAwaited = file.includes("describe");
  reader.push(read(file));
  reader.endBody();
  const [message] = messages;
  if (messages.length !== 1 || message?.kind !== "response") throw new Error("expected one reply");
  return message;
}

const sizeOf = ({ track }: Presentation): string => {
  const sps = track.parameterSets.find((set) =>
    track.codec === "h264" ? ((set[0] ?? 0) & 0x1f) === 7 : (((set[0] ?? 0) >> 1) & 0x3f) === 33,
  );
  const format = sps === undefined ? undefined : pictureFormat(track.codec, sps);
  return `${format?.widthPx}×${format?.heightPx}`;
};

const descriptions = [
  {
    file: "anpviz_sdp.txt",
    base: "rtsp://camera/stream",
    codec: "h264",
    payloadType: 96,
    size: "704×576",
    control: "rtsp://camera/stream/trackID=1",
    aggregate: "rtsp://camera/stream",
  },
  {
    file: "bunny_describe.txt",
    codec: "h264",
    payloadType: 97,
    size: "240×160",
    control: "rtsp://wowzaec2demo.streamlock.net/vod/mp4:BigBuckBunny_115k.mov/trackID=2",
    aggregate: "rtsp://wowzaec2demo.streamlock.net/vod/mp4:BigBuckBunny_115k.mov/",
  },
  {
    file: "dahua_describe_h264_aac_onvif.txt",
    codec: "h264",
    payloadType: 96,
    size: "704×480",
    control:
      "rtsp://192.168.5.111:554/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif/trackID=0",
    aggregate:
      "rtsp://192.168.5.111:554/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif/",
  },
  {
    file: "dahua_describe_h265_pcma.txt",
    codec: "h265",
    payloadType: 98,
    size: "704×480",
    control: "rtsp://cam-driveway/cam/realmonitor?channel=1&subtype=2/trackID=0",
    aggregate: "rtsp://cam-driveway/cam/realmonitor?channel=1&subtype=2/",
  },
  {
    file: "foscam_describe.txt",
    codec: "h264",
    payloadType: 96,
    size: "1280×720",
    control: "rtsp://192.168.5.107:65534/videoMain/track1",
    aggregate: "rtsp://192.168.5.107:65534/videoMain/",
  },
  {
    file: "gw_main_describe.txt",
    codec: "h264",
    payloadType: 96,
    size: "1920×1080",
    control: "rtsp://192.168.1.110:5050/H264?channel=1&subtype=0&unicast=true&proto=Onvif/video",
    aggregate: "rtsp://192.168.1.110:5050/H264?channel=1&subtype=0&unicast=true&proto=Onvif",
  },
  {
    file: "gw_sub_describe.txt",
    codec: "h264",
    payloadType: 96,
    size: "720×480",
    control: "rtsp://192.168.1.110:5049/H264?channel=1&subtype=1&unicast=true&proto=Onvif/video",
    aggregate: "rtsp://192.168.1.110:5049/H264?channel=1&subtype=1&unicast=true&proto=Onvif",
  },
  {
    file: "hikvision_describe.txt",
    codec: "h264",
    payloadType: 96,
    size: "1920×1080",
    control:
      "rtsp://192.168.5.106:554/Streaming/Channels/101/trackID=1?transportmode=unicast&profile=Profile_1",
    aggregate:
      "rtsp://192.168.5.106:554/Streaming/Channels/101/?transportmode=unicast&profile=Profile_1",
  },
  {
    file: "reolink_describe.txt",
    codec: "h264",
    payloadType: 96,
    size: "2560×1440",
    control: "rtsp://192.168.5.206/h264Preview_01_main/trackID=1",
    aggregate: "rtsp://192.168.5.206/h264Preview_01_main/",
  },
  {
    file: "reolink_describe_control_first.txt",
    codec: "h264",
    payloadType: 96,
    size: "2560×1440",
    control: "rtsp://192.168.5.206/h264Preview_01_main/trackID=1",
    aggregate: "rtsp://192.168.5.206/h264Preview_01_main/",
  },
  {
    file: "tplink_sdp.txt",
    base: "rtsp://camera/stream1",
    codec: "h265",
    payloadType: 96,
    size: "2560×1440",
    control: "rtsp://camera/stream1/track1",
    aggregate: "rtsp://camera/stream1",
  },
  {
    file: "ubiquiti_sdp.txt",
    base: "rtsp://camera/s0",
    codec: "h264",
    payloadType: 97,
    size: "1920×1080",
    control: "rtsp://camera/s0/trackID=2",
    aggregate: "rtsp://camera/s0",
  },
];

const setups = [
  {
    file: "bunny_setup.txt",
    session: "1642021126",
    timeoutMs: 60_000,
    channels: [0, 1],
    ssrc: undefined,
  },
  {
    file: "dahua_setup.txt",
    session: "634214675641",
    timeoutMs: 60_000,
    channels: [0, 1],
    ssrc: 0x30a98ee7,
  },
  {
    file: "gw_main_setup_audio.txt",
    session: "9a90de54",
    timeoutMs: 60_000,
    channels: [2, 3],
    ssrc: undefined,
  },
  {
    file: "gw_main_setup_video.txt",
    session: "9a90de54",
    timeoutMs: 60_000,
    channels: [0, 1],
    ssrc: undefined,
  },
  {
    file: "gw_sub_setup.txt",
    session: "9b0d0e54",
    timeoutMs: 60_000,
    channels: [0, 1],
    ssrc: undefined,
  },
  {
    file: "hikvision_setup.txt",
    session: "708345999",
    timeoutMs: 60_000,
    channels: [0, 1],
    ssrc: 0x4cacc3d1,
  },
  {
    file: "reolink_setup.txt",
    session: "F8F8E425",
    timeoutMs: 60_000,
    channels: [0, 1],
    ssrc: undefined,
  },
];

const plays = [
  {
    file: "bad_rtptime.txt",
    track: "rtsp://x/trackID=1",
    session: "551045787",
    timeoutMs: 60_000,
    sequence: 1,
    rtpTime: undefined,
  },
  {
    file: "bunny_play.txt",
    track: "rtsp://wowzaec2demo.streamlock.net/vod/mp4:BigBuckBunny_115k.mov/trackID=2",
    session: "551045787",
    timeoutMs: 60_000,
    sequence: 1,
    rtpTime: 0,
  },
  {
    file: "dahua_play.txt",
    track: "rtsp://192.168.5.111:554/cam/realmonitor?channel=1/trackID=0",
    session: "634214684047",
    timeoutMs: 60_000,
    sequence: 47121,
    rtpTime: 3475222385,
  },
  {
    file: "gw_main_play.txt",
    track: "rtsp://192.168.1.110:5050/H264?channel=1&subtype=0&unicast=true&proto=Onvif/video",
    session: "9a90de54",
    timeoutMs: 120_000,
    sequence: 271,
    rtpTime: 1621990950,
  },
  {
    file: "gw_sub_play.txt",
    track: "rtsp://192.168.1.110:5049/H264?channel=1/video",
    session: "9b0d0e54",
    timeoutMs: 120_000,
    sequence: 273,
    rtpTime: 1621810809,
  },
  {
    file: "hikvision_play.txt",
    track:
      "rtsp://192.168.5.106:554/Streaming/Channels/101/trackID=1?transportmode=unicast&profile=Profile_1",
    session: "708345999",
    timeoutMs: 60_000,
    sequence: 24104,
    rtpTime: 1270711678,
  },
  {
    file: "laureii_play.txt",
    track: "rtsp://192.168.1.19:554/0/main/trackID=0",
    session: "1234567890",
    timeoutMs: 60_000,
    sequence: 0,
    rtpTime: 0,
  },
  {
    file: "reolink_play.txt",
    track: "rtsp://192.168.5.206/h264Preview_01_main/trackID=1",
    session: "F8F8E425",
    timeoutMs: 60_000,
    sequence: 16852,
    rtpTime: 1070938629,
  },
];

const others = ["dahua_options.txt", "longse_unauthorized.txt", "reolink_teardown.txt"];

describe.skipIf(!hasShared)("replies of real cameras", () => {
  test("every file of the folder has its row", () => {
    const rows = [...descriptions, ...setups, ...plays].map(({ file }) => file);
    const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));
    expect([...rows, ...others].toSorted()).toEqual(files.toSorted());
  });

  for (const { file, base, ...want } of descriptions) {
    test(`${file}: codec, size and addresses`, () => {
      const presentation =
        base === undefined
          ? parseDescription(replyIn(file), "rtsp://asked.example/other")
          : presentationOf(parseSdp(read(file).toString("latin1")), base);
      const { track } = presentation;
      expect({
        codec: track.codec,
        payloadType: track.payloadType,
        size: sizeOf(presentation),
        control: track.controlUri,
        aggregate: presentation.aggregateUri,
      }).toEqual(want);
      expect(track.clockRate).toBe(90_000);
      const sets = new ParameterSets(track.codec);
      for (const set of track.parameterSets) sets.offer(set);
      expect(sets.isComplete).toBe(true);
    });
  }

  for (const { file, session, timeoutMs, channels, ssrc } of setups) {
    test(`${file}: session and channels`, () => {
      const reply = replyIn(file);
      expect(parseSession(headerOf(reply, "session"))).toMatchObject({ id: session, timeoutMs });
      const transport = parseTransport(headerOf(reply, "transport"));
      expect(transport).toEqual({
        isTcp: true,
        rtpChannel: channels[0],
        rtcpChannel: channels[1],
        ssrc,
      });
    });
  }

  for (const { file, track, session, timeoutMs, sequence, rtpTime } of plays) {
    test(`${file}: session, first sequence number and RTP time`, () => {
      const reply = replyIn(file);
      expect(parseSession(headerOf(reply, "session"))).toMatchObject({ id: session, timeoutMs });
      const info = rtpInfoOfTrack(parseRtpInfo(headerOf(reply, "rtp-info")), track);
      expect({ sequence: info?.sequence, rtpTime: info?.rtpTime }).toEqual({ sequence, rtpTime });
    });
  }

  test("dahua_options.txt: the methods for keep-alive, and a session already here", () => {
    const reply = replyIn("dahua_options.txt");
    expect(parsePublic(headerOf(reply, "public")).has("GET_PARAMETER")).toBe(true);
    expect(parseSession(headerOf(reply, "session"))?.id).toBe("136527041864");
  });

  test("longse_unauthorized.txt: a Digest challenge without algorithm and qop", () => {
    const reply = replyIn("longse_unauthorized.txt");
    expect(reply.status).toBe(401);
    expect(parseChallenges(headerOf(reply, "www-authenticate") ?? "")).toEqual([
      {
        scheme: "digest",
        realm: "Surveillance Server",
        nonce: "98481030",
        algorithm: undefined,
        qop: [],
        opaque: undefined,
        isStale: false,
      },
    ]);
  });

  test("reolink_teardown.txt: nothing but a status", () => {
    expect(replyIn("reolink_teardown.txt")).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });
});
