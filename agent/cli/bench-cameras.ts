/** `kerbside bench cameras`: what the whole agent costs with N cameras, against the floor. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseDuration } from "../../config/duration.ts";
import { clipContents } from "../../test-fixtures/clips/camera-clips.ts";
import { benchCameras, type CamerasBenchResult } from "../bench/cameras/cameras.ts";
import { drawCost } from "../bench/cameras/cost-plot.ts";
import { type FindOptions, findCameras } from "../bench/cameras/find.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readableCost, readableFound } from "./bench-cameras-text.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { numberOptionOf } from "./number-option.ts";
import { progressBar } from "./progress-bar.ts";

/** As many as a configuration may name. */
const camerasMax = 256;
const findMinutes = 11.5;

export const benchCamerasCommand: Command = {
  name: "bench cameras",
  summary: "measure the whole agent with N cameras against the floor of their work",
  usage: `Usage: kerbside bench cameras [options]

  --cameras N        how many cameras at once (default 16); 4,8,16: one after the other
  --every TIME       how often each is looked at (default 2s)
  --find             search the most cameras (at most --cameras, default ${camerasMax}) that miss one
                     look in a thousand at most; within 12 minutes
  --peer             measure what comparable agents do in the same run: one ffmpeg a camera that
                     decodes everything, one queue, one picture at a time
  --peer-cameras N   with so many cameras (default 8)
  --substream        views look at a small stream; the main one only fills the ring
  --content WHAT     street: people and vehicles pass (default); quiet: a night when nothing moves,
                     at a constant rate; night: the same at a variable one
  --codec NAME       h264 (default), h265, h265-10bit
  --size NAME        1080p (default), 4k
  --gop TIME         distance of keyframes (default 2s)
  --reuse TIME       how long views may use an analysis again while nothing moves (default 0s: not)
  --evidence         take pictures and clips of every event (default: of none; an event comes here
                     several times a second, in a street some times a day)
  --model NAME       the detector (default street-nano)
  --turns N          how often what is compared takes turns (default 7)
  --seconds N        how long the agent is measured in a turn (default 12; with --peer or --reuse 7)
  --plot FILE        draw cost against cameras (PNG), for a list of --cameras
  --data DIR         where added weights and tuning lie (default: KERBSIDE_DATA, or ./data)
  --json             the last line is one JSON object; for a list, one with \`results\`

Starts cameras of its own on loopback (25 pictures a second, random phases) and the agent with rules
of all four kinds in each camera's view, with a broker and a hub behind it. The floor is measured
alone, in turns with the agent: receiving the same packets into a ring, decoding and scaling one
picture a look, one run of the detector. Needs ffmpeg for the clip, which is made once. Linux only.`,
  example: "kerbside bench cameras --cameras 16 --every 2s --json",
  run: runBenchCameras,
};

async function runBenchCameras(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cameras: { type: "string" },
      every: { type: "string", default: "2s" },
      find: { type: "boolean", default: false },
      peer: { type: "boolean", default: false },
      "peer-cameras": { type: "string", default: "8" },
      substream: { type: "boolean", default: false },
      content: { type: "string", default: "street" },
      codec: { type: "string", default: "h264" },
      size: { type: "string", default: "1080p" },
      gop: { type: "string", default: "2s" },
      reuse: { type: "string", default: "0s" },
      evidence: { type: "boolean", default: false },
      model: { type: "string", default: "street-nano" },
      turns: { type: "string", default: "7" },
      seconds: { type: "string" },
      plot: { type: "string" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const defaultCount = values.find ? String(camerasMax) : "16";
  const counts = (values.cameras ?? defaultCount)
    .split(",")
    .map((text) => wholeOf("cameras", text, 1, camerasMax));
  const common = {
    everyMs: timeOf("every", values.every, 1_000, 60_000),
    content: wordOf("content", values.content, clipContents),
    isSubstream: values.substream,
    ...codecs[wordOf("codec", values.codec, ["h264", "h265", "h265-10bit"])],
    size: wordOf("size", values.size, ["1080p", "4k"]),
    gopSeconds: timeOf("gop", values.gop, 1_000, 10_000) / 1_000,
    reuseMs: timeOf("reuse", values.reuse, 0, 300_000),
    hasEvidence: values.evidence,
    model: values.model,
    modelsFolder: modelsFolderOf(io),
    dataFolder: dataFolderOf(values.data, io),
    signal: io.signal,
  };
  const peerCameras = wholeOf("peer-cameras", values["peer-cameras"], 1, camerasMax);
  const turns = wholeOf("turns", values.turns, 1, 50);
  const secondsDefault = values.peer || common.reuseMs > 0 ? "7" : "12";
  const seconds = wholeOf("seconds", values.seconds ?? secondsDefault, 2, 60);
  const [first = 1] = counts;
  if (values.find) {
    if (counts.length > 1 || values.peer || values.plot !== undefined) {
      throw wrongTogether(
        "--find searches by itself: no list of cameras, --peer or --plot with it",
      );
    }
    await runFind({ ...common, camerasMax: first, minutes: findMinutes }, values.json, io);
    return exitCodes.done;
  }
  if (values.plot !== undefined && counts.length < 2) {
    throw wrongTogether("--plot draws a line: name several numbers, as in --cameras 4,8,16,32,64");
  }
  const results: CamerasBenchResult[] = [];
  for (const cameras of counts) {
    const peer = values.peer ? { peerCameras: Math.min(peerCameras, cameras) } : {};
    const title = `bench cameras: ${cameras} cameras`;
    const shown = shownProgress(io, title);
    try {
      const options = { ...common, ...peer, cameras, turns, seconds };
      results.push(await benchCameras({ ...options, onProgress: shown.update }));
    } finally {
      shown.end();
    }
  }
  if (values.plot !== undefined) {
    const title = `a look every ${values.every}, ${values.size} ${values.codec}, ${values.content}`;
    await writeFile(resolve(io.cwd, values.plot), await drawCost(title, results));
    io.stderr(`bench cameras: drawn into ${values.plot}\n`);
  }
  const object = results.length === 1 ? results[0] : { results };
  io.stdout(values.json ? `${JSON.stringify(object)}\n` : results.map(readableCost).join("\n"));
  return exitCodes.done;
}

async function runFind(
  options: Omit<FindOptions, "onProgress">,
  isJson: boolean,
  io: CommandIo,
): Promise<void> {
  const shown = shownProgress(io, "bench cameras --find");
  try {
    const found = await findCameras({ ...options, onProgress: shown.update });
    shown.end();
    io.stdout(isJson ? `${JSON.stringify(found)}\n` : readableFound(found));
  } finally {
    shown.end();
  }
}

/** A bar on a terminal; elsewhere a line for each step. */
function shownProgress(io: CommandIo, title: string) {
  const bar = progressBar(io, title);
  return {
    update: (done: number, total: number, text: string): void => {
      if (io.isTty) bar.update(Math.round(done), Math.round(total));
      else io.stderr(`${title}: ${text}\n`);
    },
    end: () => bar.end(),
  };
}

const numberOf = numberOptionOf("bench cameras");

const codecs = {
  h264: { codec: "h264", bits: 8 },
  h265: { codec: "h265", bits: 8 },
  "h265-10bit": { codec: "h265", bits: 10 },
} as const;

function wholeOf(option: string, text: string, min: number, max: number): number {
  return numberOf(option, text, { min, max, isWhole: true });
}

function timeOf(option: string, text: string, minMs: number, maxMs: number): number {
  const parsed = parseDuration(text);
  if (parsed !== undefined && parsed >= minMs && parsed <= maxMs) return parsed;
  throw wrong(option, `a time from ${minMs / 1_000}s to ${maxMs / 1_000}s`, text);
}

function wordOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw wrong(option, `one of ${words.join(", ")}`, text);
}

function wrong(option: string, expected: string, text: string): AgentError {
  const message = `--${option} must be ${expected}, got ${JSON.stringify(text)}`;
  return wrongTogether(message);
}

function wrongTogether(message: string): AgentError {
  return new AgentError("USAGE", message, "See kerbside bench cameras --help.");
}
