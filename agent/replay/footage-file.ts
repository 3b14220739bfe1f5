/**
 * Recorded footage as the pictures its encoder made: any container and codec of H.264, H.265 or
 * MJPEG that libav reads; nothing is decoded here and nothing encoded anew.
 *
 * A file of one's own, read from its start to its end, a packet at a time: hours of footage take
 * no more memory than a clip. Times are milliseconds from the first picture.
 */
import { stat } from "node:fs/promises";
import { BitStreamFilterAPI, Demuxer } from "node-av/api";
import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MJPEG,
  type AVCodecID,
} from "node-av/constants";
import type { Packet, Stream } from "node-av/lib";
import type { Codec } from "../capture/encoded-picture.ts";
import { AgentError } from "../runtime/agent-error.ts";

export interface FilePicture {
  /** In order of decoding, from 0. */
  readonly number: number;
  /** Decoding can begin here. */
  readonly isKey: boolean;
  readonly atMs: number;
  /** With Annex B start codes, or a whole JPEG. */
  readonly unit: Uint8Array;
}

export interface FootageFile {
  readonly path: string;
  readonly codec: Codec;
  readonly width: number;
  readonly height: number;
  /** All pictures, in order of decoding; may be asked for again. */
  pictures(): AsyncGenerator<FilePicture>;
  /** Of one picture, where the file does not say it. */
  readonly pictureMs: number;
}

export async function openFootage(path: string): Promise<FootageFile> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new AgentError(
      "USAGE",
      `there is no file ${path}`,
      "Name recorded footage: MP4, Matroska, AVI, raw .h264 or .h265.",
    );
  }
  const demuxer = await openDemuxer(path);
  try {
    const stream = videoOf(demuxer, path);
    const { codecId, width, height } = stream.codecpar;
    const codec = codecs.get(codecId);
    if (codec === undefined) {
      throw notFootage(path, "its video is neither H.264, H.265 nor MJPEG");
    }
    const { num, den } = stream.avgFrameRate;
    const pictureMs = num > 0 && den > 0 ? (1_000 * den) / num : 40;
    return { path, codec, width, height, pictureMs, pictures: () => pictures(path, pictureMs) };
  } finally {
    await demuxer.close();
  }
}

const codecs: ReadonlyMap<AVCodecID, Codec> = new Map([
  [AV_CODEC_ID_H264, "h264"],
  [AV_CODEC_ID_HEVC, "h265"],
  [AV_CODEC_ID_MJPEG, "mjpeg"],
]);

/** MP4 and Matroska keep lengths where cameras send start codes. */
const startCodeFilters: Readonly<Record<Codec, string | undefined>> = {
  h264: "h264_mp4toannexb",
  h265: "hevc_mp4toannexb",
  mjpeg: undefined,
};

async function* pictures(path: string, pictureMs: number): AsyncGenerator<FilePicture> {
  const demuxer = await openDemuxer(path);
  try {
    const stream = videoOf(demuxer, path);
    const filterName = startCodeFilters[codecs.get(stream.codecpar.codecId) ?? "mjpeg"];
    const filter =
      filterName === undefined ? undefined : BitStreamFilterAPI.create(filterName, stream);
    const clock = new PacketClock(stream, pictureMs);
    let number = 0;
    for await (const packet of demuxer.packets(stream.index)) {
      if (packet === null) break;
      const { isKeyframe } = packet;
      const atMs = clock.of(packet, number);
      for (const whole of filter === undefined ? [packet] : await filter.filterAll(packet)) {
        if (whole.data === null) continue;
        // The packet's memory goes with it.
        yield { number, isKey: isKeyframe, atMs, unit: Uint8Array.from(whole.data) };
        number += 1;
        if (whole !== packet) whole.free();
      }
      packet.free();
    }
    filter?.close();
  } finally {
    await demuxer.close();
  }
}

/** Raw streams carry no times: there the frame rate alone counts. */
class PacketClock {
  readonly #msPerUnit: number;
  readonly #pictureMs: number;
  #first: bigint | undefined;

  constructor({ timeBase }: Stream, pictureMs: number) {
    this.#msPerUnit = (1_000 * timeBase.num) / timeBase.den;
    this.#pictureMs = pictureMs;
  }

  of({ pts }: Packet, number: number): number {
    if (pts < 0n && pts < -(2n ** 62n)) return number * this.#pictureMs;
    this.#first ??= pts;
    return Number(pts - this.#first) * this.#msPerUnit;
  }
}

async function openDemuxer(path: string): Promise<Demuxer> {
  try {
    return await Demuxer.open(path);
  } catch (cause) {
    throw notFootage(path, "it is no video that can be read", cause);
  }
}

function videoOf(demuxer: Demuxer, path: string): Stream {
  const stream = demuxer.video();
  if (stream === undefined) throw notFootage(path, "it holds no video");
  return stream;
}

function notFootage(path: string, why: string, cause?: unknown): AgentError {
  return new AgentError(
    "USAGE",
    `${path} cannot be replayed: ${why}`,
    "Name recorded footage: H.264, H.265 or MJPEG in MP4, Matroska, AVI, or raw.",
    { cause },
  );
}
