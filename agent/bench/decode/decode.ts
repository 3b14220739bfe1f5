/**
 * Measures what a look's picture costs by kind of camera: bare libav in a loop against the decoder
 * host with all that brings a picture there and its planes back.
 *
 * The two take turns, so that a machine that slows down slows both. Costs are processor time as the
 * operating system counts it, of this process with all its threads and of the host.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { CropRequest } from "../../capture/decoder/decoder.ts";
import { DecoderHost } from "../../capture/decoder/decoder-host.ts";
import type { EncodedPicture } from "../../capture/encoded-picture.ts";
import { medianOf, rounded, type Spread, spreadOf } from "../spread.ts";
import { BareLibav } from "./bare-libav.ts";
import { type CameraKind, type KindPictures, picturesOf } from "./camera-kinds.ts";

export interface DecodeBenchOptions {
  readonly kinds: readonly CameraKind[];
  readonly everyMs: number;
  /** Of the model's input, which is square. */
  readonly inputSize: number;
  readonly turns: number;
  /** Of each of the two in a turn, at least one round through the looks. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface KindCost {
  readonly kind: string;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly keyframeKilobytes: number;
  /** Means of a look. */
  readonly kilobytesPerLook: number;
  readonly picturesPerLook: number;
  /** Within the host, by its own clock. */
  readonly decodeMs: number;
  readonly scaleMs: number;
  /** Processor time of a look. */
  readonly bareMs: number;
  readonly hostMs: number;
  readonly overheadRatio: number;
  readonly spread: {
    readonly bareMs: Spread;
    readonly hostMs: Spread;
    readonly overheadRatio: Spread;
  };
}

export interface DecodeBenchResult {
  readonly everyMs: number;
  readonly inputSize: number;
  readonly turns: number;
  readonly kinds: readonly KindCost[];
}

export async function benchDecode(options: DecodeBenchOptions): Promise<DecodeBenchResult> {
  const { kinds, everyMs, inputSize, turns, signal, onProgress } = options;
  const host = new DecoderHost({ pictureMsMax: 60_000 });
  host.start();
  try {
    const costs: KindCost[] = [];
    for (const [index, kind] of kinds.entries()) {
      signal.throwIfAborted();
      const pictures = await picturesOf(kind, everyMs);
      const onTurn = (turn: number) => onProgress(index * turns + turn, kinds.length * turns);
      costs.push(await costOf(kind, pictures, host, { ...options, onTurn }));
    }
    return { everyMs, inputSize, turns, kinds: costs };
  } finally {
    await host.stop();
  }
}

interface TurnFigures {
  readonly bareMs: number;
  readonly hostMs: number;
  readonly decodeMs: number;
  readonly scaleMs: number;
}

async function costOf(
  { name }: CameraKind,
  { clip, keyframeBytes, looks }: KindPictures,
  host: DecoderHost,
  options: DecodeBenchOptions & { readonly onTurn: (turn: number) => void },
): Promise<KindCost> {
  const { turns, inputSize, seconds, signal, onTurn } = options;
  const crop = cropOf(inputSize);
  const [first] = looks;
  if (first === undefined) throw new RangeError("a clip without looks");
  const bare = new BareLibav(first, crop, clip);
  const rounds = await roundsIn(seconds, looks, (look) => bare.look(look));
  const into = new Uint8Array(3 * inputSize * inputSize);
  const throughHost = (look: EncodedPicture) => host.decode(look, [{ ...crop, into }]);
  await throughHost(first);
  const figures: TurnFigures[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    signal.throwIfAborted();
    const bareMs = await cpuMsPerLook([], looks, rounds, (look) => bare.look(look));
    const before = host.stats();
    const hostMs = await cpuMsPerLook(before.pids, looks, rounds, throughHost);
    const after = host.stats();
    const count = 1_000 * rounds * looks.length;
    figures.push({
      bareMs,
      hostMs,
      decodeMs: (after.decodeMicrosTotal - before.decodeMicrosTotal) / count,
      scaleMs: (after.scaleMicrosTotal - before.scaleMicrosTotal) / count,
    });
    onTurn(turn);
  }
  bare.close();
  const median = (pick: (one: TurnFigures) => number) => rounded(medianOf(figures.map(pick)), 2);
  const spread = {
    bareMs: spreadOf(
      figures.map((one) => one.bareMs),
      2,
    ),
    hostMs: spreadOf(
      figures.map((one) => one.hostMs),
      2,
    ),
    overheadRatio: spreadOf(
      figures.map((one) => one.hostMs / one.bareMs),
      3,
    ),
  };
  const units = looks.map((look) => look.units.length);
  const bytes = looks.map((look) => look.units.reduce((sum, unit) => sum + unit.byteLength, 0));
  return {
    kind: name,
    codec: clip.codec,
    width: clip.width,
    height: clip.height,
    keyframeKilobytes: rounded(keyframeBytes / 1_000, 0),
    kilobytesPerLook: rounded(mean(bytes) / 1_000, 0),
    picturesPerLook: rounded(mean(units), 1),
    decodeMs: median((one) => one.decodeMs),
    scaleMs: median((one) => one.scaleMs),
    bareMs: spread.bareMs.median,
    hostMs: spread.hostMs.median,
    overheadRatio: spread.overheadRatio.median,
    spread,
  };
}

/** The whole picture, as a view without a crop looks at it. */
function cropOf(inputSize: number): CropRequest {
  return {
    crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    width: inputSize,
    height: inputSize,
    fit: "letterbox-top-left",
    fill: 114,
    channels: "rgb",
  };
}

async function roundsIn(
  seconds: number,
  looks: readonly EncodedPicture[],
  look: (picture: EncodedPicture) => void,
): Promise<number> {
  for (const picture of looks) look(picture); // Contexts, tables and caches are there.
  const startedMonoMs = performance.now();
  for (const picture of looks) look(picture);
  return Math.max(1, Math.round((seconds * 1_000) / (performance.now() - startedMonoMs)));
}

async function cpuMsPerLook(
  others: readonly number[],
  looks: readonly EncodedPicture[],
  rounds: number,
  look: (picture: EncodedPicture) => unknown,
): Promise<number> {
  const processes = ["self", ...others];
  const before = await cpuMs(processes);
  for (let round = 0; round < rounds; round++) {
    for (const picture of looks) await look(picture);
  }
  return ((await cpuMs(processes)) - before) / (rounds * looks.length);
}

/** Of all threads of these processes. */
async function cpuMs(processes: readonly (number | string)[]): Promise<number> {
  // The kernel counts a thread's time to the full when it stops running.
  await wait(5);
  let nanos = 0;
  for (const pid of processes) {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1");
      nanos += Number(text.split(" ")[0]);
    }
  }
  return nanos / 1e6;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
