/**
 * What watching a camera for moves costs, side by side: a look's picture through the decoder host
 * alone, and with the small grey picture beside it and its judgement.
 *
 * The two take turns on the same pictures. Processor time is the operating system's, of this process
 * with its threads and of the host. The difference, every ten seconds, is the share of a core.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { cameraKinds, picturesOf } from "../agent/bench/decode/camera-kinds.ts";
import { DecoderHost } from "../agent/capture/decoder/decoder-host.ts";
import type { EncodedPicture } from "../agent/capture/encoded-picture.ts";
import { pictureCells, pictureHeight, pictureWidth } from "../calibration/moved/edge-picture.ts";
import { SightWatch } from "../calibration/moved/sight-watch.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    turns: { type: "string", default: "7" },
    looks: { type: "string", default: "60" },
  },
});
const everyMs = 10_000;
const shareMax = 0.0005;
const wholePicture = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };
const input = 416;

const kind = cameraKinds.find(({ name }) => name === "h264-1080p");
if (kind === undefined) throw new Error("no such kind of camera");
const { looks, clip } = await picturesOf(kind, 2_000);
const host = new DecoderHost({ pictureMsMax: 60_000 });
host.start();
const watch = new SightWatch({ aspect: clip.width / clip.height });
let atMs = 1_000_000;
const look = {
  crop: wholePicture,
  width: input,
  height: input,
  fit: "letterbox-top-left",
  fill: 114,
  channels: "rgb",
  into: new Uint8Array(3 * input * input),
} as const;
const small = {
  ...look,
  width: pictureWidth,
  height: pictureHeight,
  fit: "stretch",
  into: new Uint8Array(3 * pictureCells),
} as const;
const alone = async (picture: EncodedPicture) => void (await host.decode(picture, [look]));
const watched = async (picture: EncodedPicture) => {
  await host.decode(picture, [look, small]);
  atMs += everyMs;
  watch.add(small.into.subarray(pictureCells, 2 * pictureCells), atMs);
};
const differences: number[] = [];
try {
  await turn(alone);
  await turn(watched);
  for (let index = 0; index < Number(values.turns); index += 1) {
    const aloneMs = await turn(alone);
    differences.push((await turn(watched)) - aloneMs);
  }
} finally {
  await host.stop();
}
const sorted = differences.toSorted((a, b) => a - b);
const millis = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
const result = {
  kind: kind.name,
  state: watch.sight.state,
  millisPerPicture: rounded(millis, 2),
  spread: [rounded(sorted[0] ?? 0, 2), rounded(sorted.at(-1) ?? 0, 2)],
  shareOfCore: rounded(millis / everyMs, 6),
};
process.stderr.write(
  `a small picture and its judgement take ${result.millisPerPicture} ms (${result.spread.join(" to ")}): ` +
    `every 10 s ${(result.shareOfCore * 100).toFixed(3)} % of a core\n`,
);
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.shareOfCore < shareMax ? 0 : 1;

/** Processor time of a look. */
async function turn(take: (picture: EncodedPicture) => Promise<void>): Promise<number> {
  const count = Number(values.looks);
  const before = await cpuMs();
  for (let index = 0; index < count; index += 1) {
    const picture = looks[index % looks.length];
    if (picture !== undefined) await take(picture);
  }
  return ((await cpuMs()) - before) / count;
}

async function cpuMs(): Promise<number> {
  // The kernel counts a thread's time to the full when it stops running.
  await wait(5);
  let nanos = 0;
  for (const pid of ["self", ...host.stats().pids]) {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1");
      nanos += Number(text.split(" ")[0]);
    }
  }
  return nanos / 1e6;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
