/**
 * Measures a detector in several settings on this box: sessions, threads of each, pictures a batch.
 *
 * All run in turns, one after another; after each round the slower half drops out, so that the best
 * are measured most and the whole takes seconds. What counts is pictures a second with the cores
 * that the box gives to detectors; between batches of one shape on the processor the processor time
 * of a picture, which is the same thing on a quiet box and hardly disturbed on a busy one.
 */
import { BareSessions } from "./bare-sessions.ts";
import type { PreparedModel } from "./model-store.ts";
import type { RunSettings } from "./run-settings.ts";

export interface SettingsTrial {
  readonly settings: RunSettings;
  /** Of its best round: whatever else runs on the box can only make figures worse. */
  readonly imagesPerSecond: number;
  readonly cpuMsPerImage: number;
}

export interface TryOptions {
  readonly rounds: number;
  /** Of one measurement. */
  readonly forMs: number;
  readonly picture?: Uint8Array;
  /** After each measurement, also to end it by throwing. */
  readonly onStep: () => void;
}

const batches = [1, 2, 4];
/** What an accelerator is worth trying with: it wants larger batches, and no threads. */
const acceleratorBatches = [1, 4, 16];
/** The last rounds compare so many at least. */
const keptMin = 3;
/** Less is noise: then the simpler settings are as good. */
const worthwhileRatio = 1.03;

/** The simplest first: in as many threads as `cores`, in sessions of one, of two, of four, of all. */
export function settingsFor(cores: number, provider = "cpu"): readonly RunSettings[] {
  if (provider !== "cpu") {
    return acceleratorBatches.flatMap((batch) =>
      [1, 2].map((sessions) => ({ sessions, threads: 1, batch, provider })),
    );
  }
  const threads = [...new Set([1, 2, 4, 8, 16, cores])].filter((count) => count <= cores);
  return threads
    .toSorted((a, b) => a - b)
    .flatMap((count) =>
      batches.map((batch) => ({
        sessions: Math.floor(cores / count),
        threads: count,
        batch,
        provider,
      })),
    );
}

/** How many measurements `trySettings` makes. */
export function stepCount(settingsCount: number, rounds: number): number {
  let count = 0;
  for (let round = 0, left = settingsCount; round < rounds; round++, left = halved(left)) {
    count += left;
  }
  return count;
}

/** In the order of `settings`. */
export async function trySettings(
  model: PreparedModel,
  settings: readonly RunSettings[],
  { rounds, forMs, picture, onStep }: TryOptions,
): Promise<readonly SettingsTrial[]> {
  const runners = settings.map((one) => new Runner(one));
  let field = runners;
  for (let round = 0; round < rounds; round++) {
    for (const runner of field) {
      await runner.measure(model, forMs, picture);
      onStep();
    }
    const best = field.toSorted((a, b) => b.imagesPerSecond - a.imagesPerSecond);
    const kept = new Set(best.slice(0, halved(field.length)));
    field = field.filter((runner) => kept.has(runner));
  }
  return runners.map((runner) => runner.trial);
}

/** The best, or the first of `trials` that is as good but for noise. */
export function bestTrial(trials: readonly SettingsTrial[]): SettingsTrial {
  const shapes = Map.groupBy(trials, ({ settings }) => shapeOf(settings));
  const bestOfEach = [...shapes.values()].map((alike) => firstWithin(alike, merit));
  return firstWithin(bestOfEach, ({ imagesPerSecond }) => imagesPerSecond);
}

/** Of its cores, what the sessions had: well below 1, something else ran on the box. */
export function quietShare(trials: readonly SettingsTrial[]): number {
  const shares = trials
    .filter(({ settings }) => settings.threads === 1 && settings.provider === "cpu")
    .map((one) => (one.imagesPerSecond * one.cpuMsPerImage) / 1_000 / one.settings.sessions);
  return Math.max(...shares);
}

function shapeOf({ sessions, threads, provider }: RunSettings): string {
  return `${provider} ${sessions} ${threads}`;
}

function merit({ settings, imagesPerSecond, cpuMsPerImage }: SettingsTrial): number {
  return settings.provider === "cpu" ? 1_000 / cpuMsPerImage : imagesPerSecond;
}

function firstWithin(
  trials: readonly SettingsTrial[],
  goodness: (trial: SettingsTrial) => number,
): SettingsTrial {
  const most = Math.max(...trials.map(goodness));
  const best = trials.find((one) => goodness(one) * worthwhileRatio >= most);
  if (best === undefined) throw new RangeError("nothing was tried");
  return best;
}

function halved(count: number): number {
  return Math.min(count, Math.max(keptMin, Math.ceil(count / 2)));
}

class Runner {
  readonly #settings: RunSettings;
  readonly #speeds: number[] = [];
  readonly #costs: number[] = [];

  constructor(settings: RunSettings) {
    this.#settings = settings;
  }

  get imagesPerSecond(): number {
    return Math.max(...this.#speeds);
  }

  get trial(): SettingsTrial {
    const { imagesPerSecond } = this;
    return { settings: this.#settings, imagesPerSecond, cpuMsPerImage: Math.min(...this.#costs) };
  }

  /** Open only while it runs: all of them together would fill a small box. */
  async measure(model: PreparedModel, forMs: number, picture?: Uint8Array): Promise<void> {
    const bare = await BareSessions.open(model, this.#settings, picture);
    try {
      const { imagesPerSecond, cpuMsPerImage } = await bare.measure(forMs);
      this.#speeds.push(imagesPerSecond);
      this.#costs.push(cpuMsPerImage);
    } finally {
      await bare.close();
    }
  }
}
