/** `kerbside bench capture`: what receiving a camera costs on this machine. */
import { parseArgs } from "node:util";
import { benchCapture, type CaptureBenchResult } from "../bench/capture.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";

const camerasMax = 500;
const secondsMax = 600;

export const benchCaptureCommand: Command = {
  name: "bench capture",
  summary: "measure what receiving a camera costs on this machine",
  usage: `Usage: kerbside bench capture [options]

  --cameras N   how many cameras at once (default 32)
  --seconds N   how long to measure, over three turns (default 20)
  --json        the last line is one JSON object

Starts cameras of its own on loopback (1080p, 25 pictures a second, 4 Mbit/s), receives them as
the agent does, and compares with one ffmpeg a camera that receives without decoding.`,
  example: "kerbside bench capture --cameras 32 --json",
  run: runBenchCapture,
};

async function runBenchCapture(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cameras: { type: "string", default: "32" },
      seconds: { type: "string", default: "20" },
      json: { type: "boolean", default: false },
    },
  });
  const cameras = wholeNumber("--cameras", values.cameras, camerasMax);
  const seconds = wholeNumber("--seconds", values.seconds, secondsMax);
  const result = await benchCapture({
    cameras,
    seconds,
    signal: io.signal,
    onProgress: (text) => io.stderr(`bench capture: ${text}\n`),
  });
  if (!values.json) io.stdout(readable(result));
  else io.stdout(`${JSON.stringify(result)}\n`);
  return exitCodes.done;
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new AgentError(
    "USAGE",
    `${option} must be a whole number from 1 to ${max}, got ${JSON.stringify(text)}`,
    "See kerbside bench capture --help.",
  );
}

function readable(result: CaptureBenchResult): string {
  const { cameras, stream, ffmpegCpuPercentPerCamera, ffmpegRatio } = result;
  const ffmpeg =
    ffmpegRatio === null
      ? "ffmpeg is not installed: nothing to compare with"
      : `ffmpeg -c copy   ${ffmpegCpuPercentPerCamera} % of a core a camera, ${ffmpegRatio} times ours`;
  return [
    `${cameras} cameras: ${stream}`,
    `receiving        ${result.cpuPercentPerCamera} % of a core a camera`,
    `memory           ${result.megabytesPerCamera} MB a camera, on top of ${result.baseMegabytes} MB`,
    `packets          ${result.packetsPerSecond} a second, ${result.megabitsPerSecond} Mbit/s, ${result.lostPackets} lost`,
    ffmpeg,
    "",
  ].join("\n");
}
