/** `kerbside bench decode`: what a look's picture costs, by kind of camera. */
import { parseArgs } from "node:util";
import { parseDuration } from "../../config/duration.ts";
import { cameraKinds } from "../bench/decode/camera-kinds.ts";
import type { DecodeBenchResult } from "../bench/decode/decode.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { numberOptionOf } from "./number-option.ts";
import { progressBar } from "./progress-bar.ts";
import { textTable } from "./text-table.ts";
import { wrongUseOf } from "./wrong-use.ts";

const kindNames = cameraKinds.map(({ name }) => name);

export const benchDecodeCommand: Command = {
  name: "bench decode",
  summary: "measure what a look's picture costs, by codec, size and keyframe distance",
  usage: `Usage: kerbside bench decode [options]

  --kinds LIST   these kinds of cameras alone (default: all)
                 ${kindNames.slice(0, 4).join(", ")},
                 ${kindNames.slice(4).join(", ")}
  --every TIME   how often a camera is looked at (default 2s): where keyframes come less often, a
                 look decodes the group that leads to its picture
  --input N      side of the model's input (default 448)
  --turns N      how often the two take turns (default 7)
  --seconds N    how long each of them is measured in a turn (default 0.4)
  --json         the last line is one JSON object

Decodes the pictures of clips of our own (made once, with ffmpeg: minutes for 4K) with bare libav in
a loop, and in turns through the agent's decoder host. Costs are processor time of all threads and
processes; decodeMs and scaleMs are the host's own clock. Linux only.`,
  example: "kerbside bench decode --kinds h264-1080p,h265-1080p --json",
  run: runBenchDecode,
};

async function runBenchDecode(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kinds: { type: "string", default: kindNames.join(",") },
      every: { type: "string", default: "2s" },
      input: { type: "string", default: "448" },
      turns: { type: "string", default: "7" },
      seconds: { type: "string", default: "0.4" },
      json: { type: "boolean", default: false },
    },
  });
  const options = {
    kinds: values.kinds.split(",").map((name) => kindNamed(name)),
    everyMs: everyOf(values.every),
    inputSize: numberOf("input", values.input, { min: 64, max: 1_280, isWhole: true }),
    turns: numberOf("turns", values.turns, { min: 1, max: 100, isWhole: true }),
    seconds: numberOf("seconds", values.seconds, { min: 0.01, max: 60, isWhole: false }),
  };
  // Loads the native decoder, which the other commands do without.
  const { benchDecode } = await import("../bench/decode/decode.ts");
  const bar = progressBar(io, "bench decode");
  try {
    const onProgress = (done: number, total: number) => bar.update(done, total);
    const result = await benchDecode({ ...options, signal: io.signal, onProgress });
    bar.end();
    io.stdout(values.json ? `${JSON.stringify(result)}\n` : readable(result));
  } finally {
    bar.end();
  }
  return exitCodes.done;
}

const wrongUse = wrongUseOf("bench decode");
const numberOf = numberOptionOf("bench decode");

function kindNamed(name: string) {
  const kind = cameraKinds.find((one) => one.name === name.trim());
  if (kind !== undefined) return kind;
  throw wrongUse(`--kinds takes ${kindNames.join(", ")}, got ${JSON.stringify(name.trim())}`);
}

function everyOf(text: string): number {
  const everyMs = parseDuration(text);
  if (everyMs !== undefined && everyMs >= 200 && everyMs <= 60_000) return everyMs;
  throw wrongUse(`--every must be a time from 200ms to 60s, got ${JSON.stringify(text)}`);
}

function readable({ kinds, everyMs, inputSize, turns }: DecodeBenchResult): string {
  const titles = ["camera", "keyframe", "a look: pictures", "KB", "decode", "scale"];
  const rows = kinds.map((one) => [
    one.kind,
    `${one.keyframeKilobytes} KB`,
    `${one.picturesPerLook}`,
    `${one.kilobytesPerLook}`,
    `${one.decodeMs} ms`,
    `${one.scaleMs} ms`,
    `${one.bareMs} ms`,
    `${one.hostMs} ms`,
    `${one.overheadRatio}`,
  ]);
  return [
    textTable([...titles, "bare, CPU", "host, CPU", "host / bare"], rows),
    `A look every ${everyMs} ms, to ${inputSize} × ${inputSize}; medians of ${turns} turns.\n`,
  ].join("");
}
