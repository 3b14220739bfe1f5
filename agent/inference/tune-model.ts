/**
 * Runs a model and its variants side by side on this device and says which one to use.
 *
 * They take turns, one thread, one picture at a time; what counts is the processor time of a
 * picture. A variant is used when it is clearly cheaper, its manifest names no label that loses by
 * it, and it says here what the manifest promises: on some processors whole numbers overflow quietly.
 */
import { type Manifest, variantName, withVariants } from "../../models/manifest.ts";
import { BareSessions } from "./bare-sessions.ts";
import { loadModel, type PreparedModel } from "./model-store.ts";
import { verifyModel } from "./model-verify.ts";
import type { ModelFolders } from "./model-weights.ts";
import type { Tuning } from "./tuning-store.ts";

export interface TuneOptions {
  readonly turns: number;
  /** Of one measurement. */
  readonly forMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Dearer than this is not worth other numbers than those that were trained. */
const worthwhileRatio = 0.97;
const single = { sessions: 1, threads: 1, batch: 1 };

export type TuningResult = Pick<Tuning, "choice" | "measured">;

export async function tuneModel(
  manifest: Manifest,
  folders: ModelFolders,
  options: TuneOptions,
): Promise<TuningResult> {
  const models: PreparedModel[] = [];
  for (const one of withVariants(manifest)) {
    models.push(await loadModel(variantName(one), folders));
  }
  const faults: (string | null)[] = [];
  for (const model of models) {
    const found = [...lossesOf(manifest, model.manifest), ...(await verifyModel(model))];
    faults.push(found.join("; ") || null);
  }
  const costs = await costsOf(models, options);
  const measured = models.map((model, index) => ({
    name: variantName(model.manifest),
    cpuMsPerImage: rounded(middle(costs[index] ?? [])),
    ratio: rounded(middle(ratios(costs[index] ?? [], costs[0] ?? []))),
    fault: faults[index] ?? null,
  }));
  return { measured, choice: choiceOf(measured) };
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
  { turns, forMs, signal, onProgress }: TuneOptions,
): Promise<readonly (readonly number[])[]> {
  const sessions = await Promise.all(models.map((model) => BareSessions.open(model, single)));
  const costs = models.map((): number[] => []);
  try {
    for (let turn = 0; turn < turns; turn++) {
      for (const [index, bare] of sessions.entries()) {
        signal.throwIfAborted();
        costs[index]?.push((await bare.measure(forMs)).cpuMsPerImage);
        onProgress(turn * models.length + index + 1, turns * models.length);
      }
    }
    return costs;
  } finally {
    await Promise.all(sessions.map((bare) => bare.close()));
  }
}

function ratios(costs: readonly number[], own: readonly number[]): readonly number[] {
  return costs.map((cost, turn) => cost / (own[turn] ?? Number.NaN));
}

/** Of an odd number of turns the middle one. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounded = (value: number): number => Number(value.toFixed(4));
