/** `kerbside bench capture`: what receiving a camera costs on this machine. */
import { parseArgs } from "node:util";
import { benchCapture, type CaptureBenchResult } from "../bench/receiving/bench-capture.ts";
import type { Spread } from "../bench/spread.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { numberOptionOf } from "./number-option.ts";
import { textTable } from "./text-table.ts";

const limits = { cameras: 500, seconds: 600, turns: 100 } as const;

const numberOf = numberOptionOf("bench capture");

export const benchCaptureCommand: Command = {
  name: "bench capture",
  summary: "measure what receiving a camera costs on this machine",
  usage: `Usage: kerbside bench capture [options]

  --cameras N   how many cameras at once (default 32)
  --seconds N   how long to measure each, over all turns (default 20)
  --turns N     how often what is compared takes turns (default 7)
  --json        the last line is one JSON object

Starts cameras of its own on loopback (1080p, 25 pictures a second, 4 Mbit/s), receives them as the
agent does, in turns with bare sockets that copy packets into rings (the floor) and with one ffmpeg
a camera that receives without decoding. Takes three to four minutes: each turn connects anew and
waits until the rings are full.`,
  example: "kerbside bench capture --cameras 32 --json",
  run: runBenchCapture,
};

async function runBenchCapture(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cameras: { type: "string", default: "32" },
      seconds: { type: "string", default: "20" },
      turns: { type: "string", default: "7" },
      json: { type: "boolean", default: false },
    },
  });
  const result = await benchCapture({
    cameras: wholeNumber("cameras", values.cameras),
    seconds: wholeNumber("seconds", values.seconds),
    turns: wholeNumber("turns", values.turns),
    signal: io.signal,
    onProgress: (text) => io.stderr(`bench capture: ${text}\n`),
  });
  io.stdout(values.json ? `${JSON.stringify(result)}\n` : readable(result));
  return exitCodes.done;
}

function wholeNumber(option: keyof typeof limits, text: string): number {
  return numberOf(option, text, { min: 1, max: limits[option], isWhole: true });
}

function readable(result: CaptureBenchResult): string {
  const { cameras, stream, turns, spread, ffmpegRatio } = result;
  const row = (name: string, unit: string, field: string): string[] => [
    name,
    unit,
    ...spreadCells(spread[field]),
  ];
  const percent = "% of a core a camera";
  const rows = [
    row("receiving", percent, "cpuPercentPerCamera"),
    row("floor", percent, "floorCpuPercentPerCamera"),
    row("receiving / floor", "", "overheadRatio"),
    ...(ffmpegRatio === null
      ? []
      : [
          row("ffmpeg -c copy", percent, "ffmpegCpuPercentPerCamera"),
          row("ffmpeg / receiving", "", "ffmpegRatio"),
        ]),
  ];
  return [
    `${cameras} cameras: ${stream}; ${turns} turns`,
    textTable(["CPU", "", "median", "quartiles", "lowest to highest"], rows),
    `memory   ${result.megabytesPerCamera} MB a camera, on top of ${result.baseMegabytes} MB`,
    `packets  ${result.packetsPerSecond} a second, ${result.megabitsPerSecond} Mbit/s, ${result.lostPackets} lost`,
    ...(ffmpegRatio === null ? ["ffmpeg is not installed: nothing to compare with"] : []),
    "",
  ].join("\n");
}

function spreadCells(one: Spread | undefined): string[] {
  if (one === undefined) return ["", "", ""];
  return [`${one.median}`, one.quartiles.join(" to "), `${one.min} to ${one.max}`];
}
