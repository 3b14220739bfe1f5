/**
 * From the reply to DESCRIBE to the one track that we want: the first video in H.264 or H.265.
 *
 * Audio, metadata and makers' own tracks are passed over. A description with video that we do
 * not speak is `codec-unsupported`, which sends the camera to the fallback.
 */
import { CaptureError, quote } from "../capture-error.ts";
import type { Codec } from "../encoded-picture.ts";
import { baseOf, joinControl } from "./control-address.ts";
import { headerOf, type RtspResponse } from "./message.ts";
import { NeedsFallback } from "./reply-failure.ts";
import {
  attributeOf,
  formatAttribute,
  formatParameters,
  parseSdp,
  type Sdp,
  type SdpMedia,
} from "./sdp.ts";

export interface VideoTrack {
  readonly codec: Codec;
  readonly payloadType: number;
  readonly clockRate: number;
  /** Where SETUP goes. */
  readonly controlUri: string;
  /** What was written in the description, for the second try of `controlUri`. */
  readonly control: string;
  /** NAL units of the description, in the order in which a decoder wants them. */
  readonly parameterSets: readonly Buffer[];
}

export interface Presentation {
  /** Where PLAY, keep-alive and TEARDOWN go. */
  readonly aggregateUri: string;
  readonly baseUri: string;
  readonly track: VideoTrack;
}

export function parseDescription(reply: RtspResponse, requestUri: string): Presentation {
  const text = reply.body.toString("latin1").replace(/^\ufeff|^ï»¿/, "");
  if (text.trim() === "") {
    throw new CaptureError("corrupt", `the description is empty: ${quote(reply.statusLine)}`);
  }
  const baseUri = baseOf({
    contentBase: headerOf(reply, "content-base"),
    contentLocation: headerOf(reply, "content-location"),
    requestUri,
  });
  return presentationOf(parseSdp(text), baseUri);
}

export function presentationOf(sdp: Sdp, baseUri: string): Presentation {
  const aggregateUri = joinControl(baseUri, attributeOf(sdp, "control"));
  const videos = sdp.media.filter(({ kind }) => kind === "video").map((media) => describe(media));
  const chosen = videos.find(({ codec }) => codec !== undefined);
  if (chosen?.codec === undefined) {
    const found = videos.map(({ encoding }) => encoding).join(", ");
    if (videos.some(({ encoding }) => encoding.toUpperCase() === "JPEG")) {
      throw new NeedsFallback("the camera's video is JPEG, expected H264 or H265");
    }
    throw new CaptureError(
      "codec-unsupported",
      found === ""
        ? `the camera offers no video, only ${quote(sdp.media.map(({ kind }) => kind).join(", "))}`
        : `the camera's video is ${quote(found)}, expected H264 or H265`,
    );
  }
  const control = attributeOf(chosen.media, "control") ?? "";
  return {
    aggregateUri,
    baseUri,
    track: {
      codec: chosen.codec,
      payloadType: chosen.payloadType,
      clockRate: chosen.clockRate,
      controlUri: joinControl(baseUri, control),
      control,
      parameterSets: parameterSetsOf(chosen),
    },
  };
}

interface DescribedVideo {
  readonly media: SdpMedia;
  readonly encoding: string;
  readonly codec: "h264" | "h265" | undefined;
  readonly payloadType: number;
  readonly clockRate: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Payload types that need no rtpmap; none of them is one that we speak. */
const staticEncodings: Readonly<Record<string, string>> = {
  "25": "CELB",
  "26": "JPEG",
  "28": "NV",
  "31": "H261",
  "32": "MPV",
  "33": "MP2T",
  "34": "H263",
};

function describe(media: SdpMedia): DescribedVideo {
  const described = media.formats.map((format) => describeFormat(media, format));
  return (
    described.find(({ codec }) => codec !== undefined) ??
    described[0] ?? {
      media,
      encoding: `${media.protocol} without a format`,
      codec: undefined,
      payloadType: -1,
      clockRate: 0,
      parameters: {},
    }
  );
}

function describeFormat(media: SdpMedia, format: string): DescribedVideo {
  const map = formatAttribute(media, "rtpmap", format) ?? "";
  const [name = "", rate = ""] = map.split("/").map((part) => part.trim());
  const parameters = formatParameters(formatAttribute(media, "fmtp", format) ?? "");
  const encoding = name || staticEncodings[format] || `payload type ${format}`;
  const payloadType = /^\d{1,3}$/.test(format) ? Number(format) : -1;
  const isRtp = /RTP\/S?AVPF?/i.test(media.protocol) && payloadType >= 0 && payloadType < 128;
  const clockRate = /^\d{1,9}$/.test(rate) && Number(rate) >= 1_000 ? Number(rate) : 90_000;
  const codec = isRtp ? codecOf(name, parameters) : undefined;
  return { media, encoding, codec, payloadType, clockRate, parameters };
}

function codecOf(
  name: string,
  parameters: Readonly<Record<string, string>>,
): "h264" | "h265" | undefined {
  switch (name.toUpperCase()) {
    case "H264":
      return "h264";
    case "H265":
    case "HEVC":
      return "h265";
    case "":
      // Without an rtpmap the parameter sets still tell.
      if (parameters["sprop-parameter-sets"] !== undefined) return "h264";
      return parameters["sprop-sps"] === undefined ? undefined : "h265";
    default:
      return undefined;
  }
}

function parameterSetsOf({ codec, parameters }: DescribedVideo): Buffer[] {
  const names =
    codec === "h264" ? ["sprop-parameter-sets"] : ["sprop-vps", "sprop-sps", "sprop-pps"];
  return names
    .flatMap((name) => (parameters[name] ?? "").split(","))
    .map((text) => withoutStartCode(Buffer.from(text.trim(), "base64")))
    .filter((set) => set.length > 1);
}

/** A few cameras put the start code into the description too. */
function withoutStartCode(set: Buffer): Buffer {
  let at = 0;
  while (at < set.length && set[at] === 0) at += 1;
  return at >= 2 && set[at] === 1 ? set.subarray(at + 1) : set;
}
