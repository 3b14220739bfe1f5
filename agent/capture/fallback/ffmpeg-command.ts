/**
 * The command lines of system ffmpeg and ffprobe for what our own client does not speak.
 *
 * Building alone happens here (with fluent-ffmpeg, which is archived: this is the one file to
 * replace); starting is `tool-process.ts`. Addresses are loopback relays or local files: a login
 * never stands in a command line.
 */
import ffmpeg from "fluent-ffmpeg";
import type { Codec } from "../encoded-picture.ts";

export interface FallbackInput {
  /** What ffmpeg opens. */
  readonly address: string;
  readonly kind: "rtsp" | "http" | "file";
}

/** Raw stream of the first video track on standard output, as it is: nothing is encoded. */
export function receiveArguments(input: FallbackInput, codec: Codec): string[] {
  const command = ffmpeg(input.address)
    .inputOptions(inputOptions(input))
    .outputOptions(["-map", "0:v:0", "-c:v", "copy", "-flush_packets", "1"])
    .noAudio()
    .format(formats[codec])
    .output("pipe:1");
  return [...quiet, ...argumentsOf(command)];
}

/** Codec of the first video track as JSON on standard output. */
export function probeArguments(input: FallbackInput): string[] {
  const limits = inputOptions(input).filter((option) => option !== "-re");
  const wanted = ["-select_streams", "v:0", "-show_entries", "stream=codec_name", "-of", "json"];
  return ["-v", "error", ...limits, ...wanted, "-i", input.address];
}

const quiet = ["-nostdin", "-v", "error"];

const formats: Readonly<Record<Codec, string>> = { h264: "h264", h265: "hevc", mjpeg: "mjpeg" };

/** A playlist of a hostile server must not make ffmpeg open files of ours. */
const protocols = {
  rtsp: "rtsp,rtp,udp,tcp",
  http: "http,tcp",
  file: "file",
} as const;

function inputOptions({ kind }: FallbackInput): string[] {
  const allowed = ["-protocol_whitelist", protocols[kind]];
  switch (kind) {
    case "file":
      // At the pace at which it was recorded: a file stands for a camera.
      return [...allowed, "-re"];
    case "http":
      return [...allowed, "-rw_timeout", "15000000"];
    case "rtsp":
      return [...allowed, "-timeout", "15000000"];
  }
}

interface WithArguments {
  _getArguments(): string[];
}

// Its types leave out the one method that gives the command line instead of running it.
const argumentsOf = (command: ffmpeg.FfmpegCommand): string[] =>
  (command as unknown as WithArguments)._getArguments();
