/**
 * Measures the inference loop against the limit of the machine, and one detector against another.
 *
 * The limit is bare sessions of the runtime with the same prepared graph and the same picture of a
 * street, in as many threads as the loop has, in the sessions and the batch that a trial found best. What is compared takes turns, so a
 * machine that slows down slows both; a ratio is the median of the turns' ratios. Processor time is
 * the operating system's.
 */
import { availableParallelism, cpus } from "node:os";
import { BareSessions, type RunFigures } from "../inference/bare-sessions.ts";
import type { PreparedModel } from "../inference/model-store.ts";
import type { RunSettings } from "../inference/run-settings.ts";
import { plainSession, runtimeVersion } from "../inference/session-options.ts";
import { settingsFor, stepCount, trySettings } from "../inference/try-settings.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type LoopFigures, SaturatedLoop } from "./saturated-loop.ts";
import { medianOf, rounded, type Spread, spreadOf } from "./spread.ts";
import { type StreetInput, streetInput } from "./street-input.ts";

export interface InferenceBenchOptions {
  readonly model: PreparedModel;
  /** The cost of `model` is told as a share of this one's. */
  readonly against?: PreparedModel;
  /** Of the loop. */
  readonly settings: RunSettings;
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
  readonly settings: RunSettings;
  readonly turns: number;
  readonly seconds: number;
  /** Of the loop. */
  readonly imagesPerSecond: number;
  /** Of bare sessions, as `limit` says. */
  readonly limitImagesPerSecond: number;
  readonly limit: RunSettings;
  /** The loop over the limit. */
  readonly ratio: number;
  readonly cpuMsPerImage: number;
  readonly limitCpuMsPerImage: number;
  /** Processor time of the loop over that of the limit. */
  readonly cpuRatio: number;
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

/** Of the limit's settings, before anything counts. */
const trialRounds = 3;
const trialShare = 0.5;
const single: RunSettings = { sessions: 1, batch: 1, ...plainSession };

export async function benchInference(
  options: InferenceBenchOptions,
): Promise<InferenceBenchResult> {
  const { model, against, settings, turns, seconds } = options;
  const trials = settingsFor(settings.sessions * settings.threads);
  const picture = await streetInput(model.manifest.input);
  const total = stepCount(trials.length, trialRounds) + 1 + turns * (against === undefined ? 2 : 4);
  let done = 0;
  const step = (): void => {
    options.signal.throwIfAborted();
    options.onProgress(++done, total);
  };
  const loopTurns = await measureLoop(options, { trials, picture, step });
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
    cpuRatio: spreadOf(
      ratios(loops, bares, (one) => one.cpuMsPerImage),
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
    settings,
    turns,
    seconds,
    imagesPerSecond: median("imagesPerSecond"),
    limitImagesPerSecond: median("limitImagesPerSecond"),
    limit,
    ratio: median("ratio"),
    cpuMsPerImage: median("cpuMsPerImage"),
    limitCpuMsPerImage: median("limitCpuMsPerImage"),
    cpuRatio: median("cpuRatio"),
    heapBytesPerImage: median("heapBytesPerImage"),
    spread,
    ...(cost === undefined ? {} : { cost: cost.result, costRatio: cost.costRatio.median }),
  };
}

interface LoopTurns {
  readonly loops: readonly LoopFigures[];
  readonly bares: readonly RunFigures[];
  readonly limit: RunSettings;
}

interface LoopParts {
  readonly trials: readonly RunSettings[];
  readonly picture: StreetInput;
  readonly step: () => void;
}

async function measureLoop(
  { model, settings, turns, seconds }: InferenceBenchOptions,
  { trials, picture, step }: LoopParts,
): Promise<LoopTurns> {
  const forMs = 1_000 * seconds;
  const { planes } = picture;
  const tried = await trySettings(model, trials, {
    rounds: trialRounds,
    forMs: forMs * trialShare,
    picture: planes,
    onStep: step,
  });
  const [best] = tried.toSorted((a, b) => b.imagesPerSecond - a.imagesPerSecond);
  const limit = best?.settings ?? single;
  const bare = await BareSessions.open(model, limit, planes);
  const loop = await SaturatedLoop.start(model, { settings, picture });
  try {
    // The loop's own trial: what it runs is compiled then, as the limit's has been.
    await loop.measure(forMs);
    step();
    const loops: LoopFigures[] = [];
    const bares: RunFigures[] = [];
    for (let turn = 0; turn < turns; turn++) {
      loops.push(await loop.measure(forMs));
      step();
      bares.push(await bare.measure(forMs));
      step();
    }
    return { loops, bares, limit };
  } finally {
    await Promise.all([bare.close(), loop.stop()]);
  }
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
