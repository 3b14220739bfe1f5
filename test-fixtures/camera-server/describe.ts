/** The SDP of a stream, and the headers that say what its addresses are relative to. */
import type { Clip } from "../clips/clip.ts";
import type { StreamSettings } from "./options.ts";

export interface Description {
  readonly headers: readonly string[];
  readonly sdp: string;
}

/** `url` is the address of the request, as the client wrote it. */
export function describe(url: string, clip: Clip, settings: StreamSettings): Description {
  const { reply } = settings;
  const video = videoLines(url, clip, settings);
  const lines = [
    "v=0",
    "o=- 1109162014219182 1109162014219182 IN IP4 0.0.0.0",
    "s=Camera",
    "c=IN IP4 0.0.0.0",
    "t=0 0",
    "a=control:*",
    "a=range:npt=now-",
    ...(reply.otherTracks === "before" ? otherLines : []),
    ...video,
    ...(reply.otherTracks === "after" ? otherLines : []),
  ];
  return { headers: baseHeaders(url, settings), sdp: `${lines.join("\r\n")}\r\n` };
}

export const videoTrack = "trackID=1";

function videoLines(url: string, clip: Clip, settings: StreamSettings): string[] {
  const { payloadType } = settings;
  const name = clip.codec === "h264" ? "H264" : "H265";
  return [
    `m=video 0 RTP/AVP ${payloadType}`,
    `a=control:${controlOf(url, settings)}`,
    `a=framerate:${clip.fps}`,
    `a=rtpmap:${payloadType} ${name}/90000`,
    ...formatLine(clip, settings),
    "a=recvonly",
  ];
}

const otherLines = [
  "m=audio 0 RTP/AVP 8",
  "a=control:trackID=2",
  "a=rtpmap:8 PCMA/8000",
  "m=application 0 RTP/AVP 107",
  "a=control:trackID=3",
  "a=rtpmap:107 vnd.onvif.metadata/90000",
];

function controlOf(url: string, { reply, path }: StreamSettings): string {
  switch (reply.control) {
    case "relative":
      return videoTrack;
    case "absolute":
      return `${url.replace(/\/$/, "")}/${videoTrack}`;
    case "absolute-path":
      return `${path}/${videoTrack}`;
  }
}

function formatLine(clip: Clip, { payloadType, parameterSets }: StreamSettings): string[] {
  const inSdp = parameterSets !== "in-band";
  const texts = clip.parameterSets.map((set) => Buffer.from(set).toString("base64"));
  if (clip.codec === "h264") {
    const level = Buffer.from(clip.parameterSets[0] ?? [])
      .toString("hex", 1, 4)
      .toUpperCase();
    const known = inSdp ? `;profile-level-id=${level};sprop-parameter-sets=${texts.join(",")}` : "";
    return [`a=fmtp:${payloadType} packetization-mode=1${known}`];
  }
  const names = ["sprop-vps", "sprop-sps", "sprop-pps"];
  const fields = names.map((name, index) => `${name}=${texts[index] ?? ""}`);
  return inSdp ? [`a=fmtp:${payloadType} ${fields.join(";")}`] : [];
}

function baseHeaders(url: string, { reply }: StreamSettings): string[] {
  switch (reply.contentBase) {
    case "slash":
      return [`Content-Base: ${url.replace(/\/$/, "")}/`];
    case "plain":
      return [`Content-Base: ${url}`];
    case "location":
      return [`Content-Location: ${url}`];
    case "other-host":
      return [
        `Content-Base: ${url.replace(/\/\/[^/]+/, "//192.168.1.64:554").replace(/\/$/, "")}/`,
      ];
    case "missing":
      return [];
  }
}
