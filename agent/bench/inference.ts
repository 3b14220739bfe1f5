/**
 * Measures the inference loop against the limit of the machine, and one detector against another.
 *
 * The limit is bare sessions of the runtime with the same prepared graph, as many as the loop has,
 * with the threads and the batch that a short trial found best. What is compared takes turns, so a
 * machine that slows down slows both; a ratio is the median of the turns' ratios. Processor time is
 * the operating system's.
 */
import { availableParallelism, cpus } from "node:os";
import { BareSessions, type BareSettings, type RunFigures } from "../inference/bare-sessions.ts";
import type { PreparedModel } from "../inference/model-store.ts";
import { runtimeVersion } from "../inference/session-options.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type LoopFigures, SaturatedLoop } from "./saturated-loop.ts";
import { medianOf, rounded, type Spread, spreadOf } from "./spread.ts";

export interface InferenceBenchOptions {
  readonly model: PreparedModel;
  /** The cost of `model` is told as a share of this one's. */
  readonly against?: PreparedModel;
  readonly workers: number;
  readonly batchMax: number;
  readonly turns: number;
  /** Of one measurement. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface InferenceBenchResult {
  readonly model: string;
  readonly processor: string;
  readonly cores: number;
  readonly runtime: string;
  readonly workers: number;
  readonly batchMax: number;
  readonly turns: number;
  readonly seconds: number;
  /** Of the loop. */
  readonly imagesPerSecond: number;
  /** Of bare sessions, as `limit` says. */
  readonly limitImagesPerSecond: number;
  readonly limit: BareSettings;
  /** The loop over the limit. */
  readonly ratio: number;
  readonly cpuMsPerImage: number;
  readonly limitCpuMsPerImage: number;
  /** JavaScript's heap, in the loop's own thread. */
  readonly heapBytesPerImage: number;
  readonly spread: Readonly<Record<string, Spread>>;
  readonly cost?: CostResult;
  /** Processor time of `model` over that of `against`, both bare, one thread, one picture. */
  readonly costRatio?: number;
}

interface CostResult {
  readonly against: string;
  readonly cpuMsPerImage: number;
  readonly againstCpuMsPerImage: number;
  /** Pixels, width by height. */
  readonly inputSize: string;
  readonly againstInputSize: string;
}

/** Of the shortest time in which a trial says something. */
const trialShare = 0.5;
const batches = [1, 2, 4];
const single: BareSettings = { sessions: 1, threads: 1, batch: 1 };

export async function benchInference(
  options: InferenceBenchOptions,
): Promise<InferenceBenchResult> {
  const { model, against, workers, batchMax, turns, seconds } = options;
  const trials = trialsFor(workers);
  const total = trials.length + turns * (against === undefined ? 2 : 4);
  let done = 0;
  const step = (): void => {
    options.signal.throwIfAborted();
    options.onProgress(++done, total);
  };
  const loopTurns = await measureLoop(options, trials, step);
  const { loops, bares, limit } = loopTurns;
  const spread: Record<string, Spread> = {
    imagesPerSecond: spreadOf(
      loops.map((one) => one.imagesPerSecond),
      2,
    ),
    limitImagesPerSecond: spreadOf(
      bares.map((one) => one.imagesPerSecond),
      2,
    ),
    ratio: spreadOf(
      ratios(loops, bares, (one) => one.imagesPerSecond),
      4,
    ),
    cpuMsPerImage: spreadOf(
      loops.map((one) => one.cpuMsPerImage),
      3,
    ),
    limitCpuMsPerImage: spreadOf(
      bares.map((one) => one.cpuMsPerImage),
      3,
    ),
    heapBytesPerImage: spreadOf(
      loops.map((one) => one.heapBytesPerImage),
      0,
    ),
  };
  const cost = against === undefined ? undefined : await measureCost({ ...options, against }, step);
  if (cost !== undefined) spread["costRatio"] = cost.costRatio;
  const median = (name: string): number => spread[name]?.median ?? Number.NaN;
  return {
    model: model.modelTag,
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    runtime: `onnxruntime ${runtimeVersion()}`,
    workers,
    batchMax,
    turns,
    seconds,
    imagesPerSecond: median("imagesPerSecond"),
    limitImagesPerSecond: median("limitImagesPerSecond"),
    limit,
    ratio: median("ratio"),
    cpuMsPerImage: median("cpuMsPerImage"),
    limitCpuMsPerImage: median("limitCpuMsPerImage"),
    heapBytesPerImage: median("heapBytesPerImage"),
    spread,
    ...(cost === undefined ? {} : { cost: cost.result, costRatio: cost.costRatio.median }),
  };
}

interface LoopTurns {
  readonly loops: readonly LoopFigures[];
  readonly bares: readonly RunFigures[];
  readonly limit: BareSettings;
}

async function measureLoop(
  { model, workers, batchMax, turns, seconds }: InferenceBenchOptions,
  trials: readonly BareSettings[],
  step: () => void,
): Promise<LoopTurns> {
  const limit = await bestOf(model, trials, seconds, step);
  const bare = await BareSessions.open(model, limit);
  const loop = await SaturatedLoop.start(model, { workerCount: workers, batchMax });
  try {
    const loops: LoopFigures[] = [];
    const bares: RunFigures[] = [];
    for (let turn = 0; turn < turns; turn++) {
      loops.push(await loop.measure(1_000 * seconds));
      step();
      bares.push(await bare.measure(1_000 * seconds));
      step();
    }
    return { loops, bares, limit };
  } finally {
    await Promise.all([bare.close(), loop.stop()]);
  }
}

/** As many threads as the loop has, in one session or in several. */
function trialsFor(workers: number): readonly BareSettings[] {
  return batches.flatMap((batch) => [
    { sessions: workers, threads: 1, batch },
    ...(workers === 1 ? [] : [{ sessions: 1, threads: workers, batch }]),
  ]);
}

async function bestOf(
  model: PreparedModel,
  trials: readonly BareSettings[],
  seconds: number,
  step: () => void,
): Promise<BareSettings> {
  let best = { settings: single, imagesPerSecond: 0 };
  for (const settings of trials) {
    const bare = await BareSessions.open(model, settings);
    try {
      const { imagesPerSecond } = await bare.measure(1_000 * seconds * trialShare);
      if (imagesPerSecond > best.imagesPerSecond) best = { settings, imagesPerSecond };
    } finally {
      await bare.close();
    }
    step();
  }
  return best.settings;
}

async function measureCost(
  options: InferenceBenchOptions & { readonly against: PreparedModel },
  step: () => void,
): Promise<{ readonly result: CostResult; readonly costRatio: Spread }> {
  const { model, against, turns, seconds } = options;
  checkSizes(model, against);
  const [ours, theirs] = await Promise.all([
    BareSessions.open(model, single),
    BareSessions.open(against, single),
  ]);
  try {
    const mine: RunFigures[] = [];
    const other: RunFigures[] = [];
    for (let turn = 0; turn < turns; turn++) {
      mine.push(await ours.measure(1_000 * seconds));
      step();
      other.push(await theirs.measure(1_000 * seconds));
      step();
    }
    const cpu = (one: Figures): number => one.cpuMsPerImage;
    return {
      result: {
        against: against.modelTag,
        cpuMsPerImage: rounded(medianOf(mine.map(cpu)), 3),
        againstCpuMsPerImage: rounded(medianOf(other.map(cpu)), 3),
        inputSize: sizeOf(model),
        againstInputSize: sizeOf(against),
      },
      costRatio: spreadOf(ratios(mine, other, cpu), 4),
    };
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
  }
}

type SizedModel = Pick<PreparedModel, "modelTag" | "inputWidth" | "inputHeight">;

/** At equal size, or at a larger one than the other's: then the ratio counts our pixels against us. */
export function checkSizes(model: SizedModel, against: SizedModel): void {
  const isAsLarge =
    model.inputWidth >= against.inputWidth && model.inputHeight >= against.inputHeight;
  if (isAsLarge) return;
  throw new AgentError(
    "USAGE",
    `${model.modelTag} looks at ${sizeOf(model)} pixels, ${against.modelTag} at ${sizeOf(against)}`,
    "A smaller picture would flatter it: name a detector of the same size, or a smaller one, with --against.",
  );
}

function sizeOf({ inputWidth, inputHeight }: SizedModel): string {
  return `${inputWidth} × ${inputHeight}`;
}

type Figures = Pick<RunFigures, "imagesPerSecond" | "cpuMsPerImage">;

/** Of each turn: what was measured side by side. */
function ratios(
  first: readonly Figures[],
  second: readonly Figures[],
  pick: (one: Figures) => number,
): readonly number[] {
  return first.map((one, turn) => {
    const other = second[turn];
    return other === undefined ? Number.NaN : pick(one) / pick(other);
  });
}
