/**
 * Measures on this device which variant of a model to use, and in how many sessions, threads and
 * pictures a batch.
 *
 * First variants take turns, one thread, one picture at a time; what counts is the processor time of
 * a picture. A variant is used when it is clearly cheaper, its manifest names no label that loses by
 * it, and it says here what the manifest promises: on some processors whole numbers overflow quietly.
 * Then what was chosen runs in several settings (`try-settings.ts`).
 */
import { type Manifest, variantName, withVariants } from "../../models/manifest.ts";
import { BareSessions } from "./bare-sessions.ts";
import { checkProvider, providerFailed } from "./execution-providers.ts";
import { loadModel, type PreparedModel } from "./model-store.ts";
import { verifyModel } from "./model-verify.ts";
import type { ModelFolders } from "./model-weights.ts";
import { plainSession } from "./session-options.ts";
import {
  bestTrial,
  type SettingsTrial,
  settingsFor,
  stepCount,
  trySettings,
} from "./try-settings.ts";
import type { Tuning } from "./tuning-store.ts";
import { automaticWorkerCount } from "./workers.ts";

export interface TuneOptions {
  readonly turns: number;
  /** Of one measurement. */
  readonly forMs: number;
  /** Tried beside the processor. */
  readonly provider?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Dearer than this is not worth other numbers than those that were trained. */
const worthwhileRatio = 0.97;
const single = { sessions: 1, batch: 1, ...plainSession };
const settingsRounds = 3;
/** Of all measurements of settings together, in one round: a box of many cores has many. */
const settingsMsMax = 10_000;

export type TuningResult = Pick<Tuning, "choice" | "measured" | "settings" | "tried">;

export async function tuneModel(
  manifest: Manifest,
  folders: ModelFolders,
  options: TuneOptions,
): Promise<TuningResult> {
  const { turns, forMs, provider, signal } = options;
  if (provider !== undefined) checkProvider(provider);
  const models: PreparedModel[] = [];
  for (const one of withVariants(manifest)) {
    models.push(await loadModel(variantName(one), folders));
  }
  const settings = [
    ...settingsFor(automaticWorkerCount()),
    ...(provider === undefined ? [] : settingsFor(automaticWorkerCount(), provider)),
  ];
  const total =
    (models.length > 1 ? models.length * turns : 0) + stepCount(settings.length, settingsRounds);
  let done = 0;
  const onStep = (): void => {
    signal.throwIfAborted();
    options.onProgress(++done, total);
  };
  const measured = await measureVariants(manifest, models, { turns, forMs, onStep });
  const choice = models.length > 1 ? choiceOf(measured) : manifest.name;
  const chosen = models.find((model) => variantName(model.manifest) === choice);
  if (chosen === undefined) throw new RangeError(`there is no variant ${choice}`);
  if (provider !== undefined) await checkRuns(chosen, provider);
  const tried = await trySettings(chosen, settings, {
    rounds: settingsRounds,
    forMs: Math.min(forMs, settingsMsMax / settings.length),
    onStep,
  });
  const best = bestTrial(tried);
  return { choice, measured, settings: best.settings, tried: tried.map(roundedTrial) };
}

/** An accelerator that does not start, or that says something else, is never measured. */
async function checkRuns(model: PreparedModel, provider: string): Promise<void> {
  const settings = { threads: 1, provider };
  const faults = await verifyModel(model, settings).catch((cause: unknown) => {
    throw providerFailed(provider, cause);
  });
  if (faults.length > 0)
    throw providerFailed(provider, `it computes wrongly: ${faults.join("; ")}`);
}

interface Turns {
  readonly turns: number;
  readonly forMs: number;
  readonly onStep: () => void;
}

async function measureVariants(
  manifest: Manifest,
  models: readonly PreparedModel[],
  turns: Turns,
): Promise<Tuning["measured"]> {
  if (models.length === 1) return [];
  const faults: (string | null)[] = [];
  for (const model of models) {
    const found = [...lossesOf(manifest, model.manifest), ...(await verifyModel(model))];
    faults.push(found.join("; ") || null);
  }
  const costs = await costsOf(models, turns);
  return models.map((model, index) => ({
    name: variantName(model.manifest),
    cpuMsPerImage: rounded(middle(costs[index] ?? [])),
    ratio: rounded(middle(ratios(costs[index] ?? [], costs[0] ?? []))),
    fault: faults[index] ?? null,
  }));
}

/** What its manifest says that a variant loses. */
function lossesOf({ variants = [] }: Manifest, { variant }: Manifest): readonly string[] {
  const { loses = {} } = variants.find(({ name }) => name === variant) ?? {};
  return Object.entries(loses).map(([label, lost]) => `it loses ${lost} of AP50 in ${label}`);
}

/** The cheapest that is worthwhile and right; the weights themselves where none is. */
export function choiceOf(measured: Tuning["measured"]): string {
  const [own, ...variants] = measured;
  if (own === undefined) throw new RangeError("nothing was measured");
  const good = variants.filter(({ ratio, fault }) => fault === null && ratio <= worthwhileRatio);
  return good.toSorted((a, b) => a.ratio - b.ratio)[0]?.name ?? own.name;
}

/** Of each model, turn by turn. */
async function costsOf(
  models: readonly PreparedModel[],
  { turns, forMs, onStep }: Turns,
): Promise<readonly (readonly number[])[]> {
  const sessions = await Promise.all(models.map((model) => BareSessions.open(model, single)));
  const costs = models.map((): number[] => []);
  try {
    for (let turn = 0; turn < turns; turn++) {
      for (const [index, bare] of sessions.entries()) {
        costs[index]?.push((await bare.measure(forMs)).cpuMsPerImage);
        onStep();
      }
    }
    return costs;
  } finally {
    await Promise.all(sessions.map((bare) => bare.close()));
  }
}

function roundedTrial({ settings, imagesPerSecond, cpuMsPerImage }: SettingsTrial): SettingsTrial {
  return {
    settings,
    imagesPerSecond: rounded(imagesPerSecond),
    cpuMsPerImage: rounded(cpuMsPerImage),
  };
}

function ratios(costs: readonly number[], own: readonly number[]): readonly number[] {
  return costs.map((cost, turn) => cost / (own[turn] ?? Number.NaN));
}

/** Of an odd number of turns the middle one. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounded = (value: number): number => Number(value.toFixed(4));
