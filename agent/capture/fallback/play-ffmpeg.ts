/**
 * Plays what our own client does not speak through system ffmpeg: HTTP, files, MJPEG, cameras
 * that send over UDP or multicast alone.
 *
 * ffmpeg copies the first video track as it is to a pipe; its pictures go the same way as all
 * others, timed by their arrival. A file is played once, at its own pace, and then is silent.
 */
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CaptureError, quote } from "../capture-error.ts";
import type { Codec } from "../encoded-picture.ts";
import type { Play } from "../play.ts";
import { type FallbackInput, probeArguments, receiveArguments } from "./ffmpeg-command.ts";
import { HttpRelay } from "./http-relay.ts";
import { PictureFeed } from "./picture-feed.ts";
import { pictureSplitter } from "./picture-splitter.ts";
import { RtspRelay } from "./rtsp-relay.ts";
import { runTool } from "./tool-process.ts";

type PlayInput = Parameters<Play>[0];

export const playFfmpeg: Play = async (input) => {
  const source = await openSource(input);
  try {
    return await receive(source, input);
  } catch (error) {
    // The relay spoke with the camera: it knows better than ffmpeg.
    throw input.signal.aborted ? input.signal.reason : (source.failure() ?? error);
  } finally {
    source.close();
  }
};

interface Source {
  readonly input: FallbackInput;
  readonly failure: () => CaptureError | undefined;
  readonly close: () => void;
}

async function openSource({ settings, clock }: PlayInput): Promise<Source> {
  const { url, tls } = settings;
  switch (/^[a-z]+/i.exec(url)?.[0]?.toLowerCase()) {
    case "http":
    case "https": {
      const relay = new HttpRelay({ url, tls });
      const address = await relay.open();
      return {
        input: { kind: "http", address },
        failure: () => relay.failure,
        close: () => relay.close(),
      };
    }
    case "rtsp":
    case "rtsps": {
      const relay = new RtspRelay({ url, tls, clock });
      const address = await relay.open();
      return {
        input: { kind: "rtsp", address },
        failure: () => relay.failure,
        close: () => relay.close(),
      };
    }
    case "file":
      return {
        input: { kind: "file", address: `file:${await pathOf(url)}` },
        failure: () => undefined,
        close: () => undefined,
      };
    default:
      throw new CaptureError("not-found", `nothing plays ${quote(url)}`);
  }
}

async function pathOf(url: string): Promise<string> {
  const path = localPath(url);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return path;
  throw new CaptureError("not-found", `there is no file ${path}`);
}

function localPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new CaptureError("not-found", `${quote(url)} names no local file`, { cause });
  }
}

const probeTimeoutMs = 25_000;

async function receive(source: Source, input: PlayInput): Promise<never> {
  const { pictures, clock, signal } = input;
  const codec = await probe(source.input, signal);
  const feed = new PictureFeed({ codec, pictures, clock });
  const splitter = pictureSplitter(codec, (parts) => feed.push(parts));
  input.onPlaying();
  const end = await runTool({
    tool: "ffmpeg",
    args: receiveArguments(source.input, codec),
    signal,
    onOutput: (chunk) => splitter.push(chunk),
  });
  splitter.flush();
  if (source.input.kind === "file" && end.isOk) return silence(input);
  const why = end.complaint === "" ? "" : `: ${quote(end.complaint)}`;
  throw new CaptureError("reset", `the stream ended${why}`);
}

async function probe(source: FallbackInput, signal: AbortSignal): Promise<Codec> {
  let text = "";
  const { isOk, complaint } = await runTool({
    tool: "ffprobe",
    args: probeArguments(source),
    signal,
    timeoutMs: probeTimeoutMs,
    onOutput: (chunk) => {
      text = (text + chunk.toString("latin1")).slice(0, 10_000);
    },
  });
  const name = /"codec_name"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  const codec = name === undefined ? undefined : codecs[name];
  if (codec !== undefined) return codec;
  if (name !== undefined) {
    throw new CaptureError(
      "codec-unsupported",
      `the video is ${quote(name)}, expected H.264, H.265 or MJPEG`,
    );
  }
  throw isOk
    ? new CaptureError("codec-unsupported", "there is no video in the stream")
    : new CaptureError("corrupt", `the stream cannot be read: ${quote(complaint)}`);
}

const codecs: Readonly<Record<string, Codec>> = { h264: "h264", hevc: "h265", mjpeg: "mjpeg" };

/** The file is over: its last picture stays, nothing is wrong. */
function silence({ signal, onFinished }: PlayInput): Promise<never> {
  onFinished();
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
