/**
 * Loads a video file into memory as the pictures its encoder made; nothing is encoded anew.
 *
 * ffmpeg unpacks the container, ffprobe tells sizes and times. A clip is loaded once a process,
 * however many streams play it.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { runTool } from "../run-tool.ts";
import { groupAccessUnits, isParameterSet, isRandomAccess, splitAnnexB } from "./annex-b.ts";
import type { AccessUnit, Clip, ClipCodec } from "./clip.ts";

const loaded = new Map<string, Promise<Clip>>();

/** Any file with H.264 or H.265 that ffmpeg reads: MP4, Matroska, raw `.h264` and `.h265`. */
export async function loadClip(file: string): Promise<Clip> {
  const path = resolve(file);
  const { mtimeMs, size } = await stat(path);
  const key = `${path}\n${mtimeMs}\n${size}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const clip = readClip(path);
  loaded.set(key, clip);
  clip.catch(() => loaded.delete(key));
  return clip;
}

async function readClip(path: string): Promise<Clip> {
  const probe = await probeVideo(path);
  const format = probe.codec === "h264" ? "h264" : "hevc";
  const args = ["-v", "error", "-i", path, "-map", "0:v:0", "-c", "copy", "-f", format, "pipe:1"];
  const units = groupAccessUnits(splitAnnexB(await runTool("ffmpeg", args)), probe.codec);
  const parameterSets = firstParameterSets(units, probe.codec);
  const times = sendingTimes(probe, units.length);
  const accessUnits = units.map((nals, index): AccessUnit => {
    const { dtsMs, ptsMs } = times[index] ?? { dtsMs: 0, ptsMs: 0 };
    return {
      nals: nals.filter((nal) => !parameterSets.some((known) => known.equals(nal))),
      isKeyframe:
        nals.some((nal) => isRandomAccess(nal, probe.codec)) ||
        (probe.packets.length === units.length && probe.packets[index]?.isKey === true),
      dtsMs,
      ptsMs,
    };
  });
  const last = times.at(-1);
  if (last === undefined || parameterSets.length === 0) {
    throw new Error(`${path} holds no pictures that can be played`);
  }
  const { codec, width, height, fps } = probe;
  const durationMs = last.dtsMs + 1_000 / fps;
  return { codec, width, height, fps, durationMs, accessUnits, parameterSets };
}

interface ProbedPacket {
  readonly ptsMs: number | undefined;
  readonly dtsMs: number | undefined;
  readonly isKey: boolean;
}

interface ProbedVideo {
  readonly codec: ClipCodec;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** In the order of the file, which is the order of decoding. */
  readonly packets: readonly ProbedPacket[];
}

/** What ffprobe says about the first video track of a file. */
export async function probeVideo(path: string): Promise<ProbedVideo> {
  const entries =
    "stream=codec_name,width,height,avg_frame_rate,r_frame_rate:packet=pts_time,dts_time,flags";
  const args = ["-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "json"];
  const text = (await runTool("ffprobe", [...args, path])).toString();
  const probed = JSON.parse(text) as FfprobeOutput; // The shape of ffprobe's own writer.
  const stream = probed.streams?.[0];
  if (stream === undefined) throw new Error(`${path} has no video track`);
  const codec = stream.codec_name === "hevc" ? "h265" : stream.codec_name;
  if (codec !== "h264" && codec !== "h265") {
    throw new Error(`${path} holds ${stream.codec_name}, expected H.264 or H.265`);
  }
  const fps = rate(stream.avg_frame_rate) ?? rate(stream.r_frame_rate) ?? 25;
  const packets = (probed.packets ?? []).map((packet) => ({
    ptsMs: milliseconds(packet.pts_time),
    dtsMs: milliseconds(packet.dts_time),
    isKey: packet.flags?.startsWith("K") === true,
  }));
  return { codec, width: stream.width, height: stream.height, fps, packets };
}

interface FfprobeOutput {
  readonly streams?: readonly {
    readonly codec_name: string;
    readonly width: number;
    readonly height: number;
    readonly avg_frame_rate?: string;
    readonly r_frame_rate?: string;
  }[];
  readonly packets?: readonly {
    readonly pts_time?: string;
    readonly dts_time?: string;
    readonly flags?: string;
  }[];
}

function rate(text: string | undefined): number | undefined {
  const [over = 0, under = 1] = (text ?? "").split("/").map(Number);
  const value = over / under;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function milliseconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || Number.isNaN(value) ? undefined : value * 1_000;
}

/** The first of each kind that the stream carries, in the order in which decoders want them. */
function firstParameterSets(units: readonly Uint8Array[][], codec: ClipCodec): Buffer[] {
  const first = units[0] ?? [];
  return first.filter((nal) => isParameterSet(nal, codec)).map((nal) => Buffer.from(nal));
}

/**
 * Raw files carry no times: there the frame rate alone counts. Elsewhere all capture times are
 * moved back together, so that no picture is captured after it was sent.
 */
function sendingTimes(
  { packets, fps }: ProbedVideo,
  count: number,
): { readonly dtsMs: number; readonly ptsMs: number }[] {
  const first = packets[0]?.dtsMs;
  const isTimed = packets.length === count && first !== undefined;
  const times = Array.from({ length: count }, (_, index) => {
    const even = (index * 1_000) / fps;
    const packet = packets[index];
    if (!isTimed || packet?.dtsMs === undefined) return { dtsMs: even, ptsMs: even };
    const dtsMs = packet.dtsMs - first;
    return { dtsMs, ptsMs: packet.ptsMs === undefined ? dtsMs : packet.ptsMs - first };
  });
  const ahead = times.reduce((most, { dtsMs, ptsMs }) => Math.max(most, ptsMs - dtsMs), 0);
  return times.map(({ dtsMs, ptsMs }) => ({ dtsMs, ptsMs: ptsMs - ahead }));
}
