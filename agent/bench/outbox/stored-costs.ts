/**
 * The same operations in an empty store and in one with many stored events, in turns, one by
 * one: what happens all the time must cost the same in both.
 */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { openStore, type SqliteStore } from "../../store/sqlite-store.ts";
import { storeFile } from "../../store/store-files.ts";
import { medianOf, rounded, type Spread, spreadOf } from "../spread.ts";
import { alternated, type Cost, cpuMsEach, msEach } from "./cost.ts";
import { StoreCosts, type StoreOperation, storeOperations } from "./store-costs.ts";
import { fillStoredEvents } from "./stored-events.ts";

export interface StoredResult {
  readonly events: number;
  readonly megabytes: number;
  /** To open it, its check included: the only thing that may grow. */
  readonly openMs: number;
  readonly emptyOpenMs: number;
  /** Of one operation, beside the stored events. */
  readonly ms: Readonly<Record<StoreOperation, number>>;
  readonly emptyMs: Readonly<Record<StoreOperation, number>>;
  readonly ratios: Readonly<Record<StoreOperation, Spread>>;
  /** By processor time: steadier than the clock where the disk is busy. */
  readonly cpuRatios: Readonly<Record<StoreOperation, Spread>>;
  /** The largest at its median, by the clock. */
  readonly ratio: number;
  /** The largest at its median, by processor time. */
  readonly cpuRatio: number;
}

export interface StoredOptions {
  readonly storedCount: number;
  readonly turns: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

interface OpenedStore {
  readonly store: SqliteStore;
  readonly costs: StoreCosts;
  readonly openMs: number;
}

export async function measureStored(work: string, options: StoredOptions): Promise<StoredResult> {
  const { storedCount, turns, seconds, signal, onProgress } = options;
  const fullFolder = join(work, "full");
  await mkdir(fullFolder, { recursive: true });
  onProgress(`storing ${storedCount} events`);
  const progress = (done: number): void => onProgress(`stored ${done} of ${storedCount} events`);
  await fillStoredEvents(fullFolder, storedCount, progress, signal);
  const { size } = await stat(join(fullFolder, storeFile));
  onProgress("opening both stores");
  const empty = await opened(join(work, "empty"), 0, storedCount);
  try {
    const full = await opened(fullFolder, storedCount, storedCount);
    try {
      const turned = { full: emptyTurns(), empty: emptyTurns() };
      for (const { costs } of [empty, full]) await costs.warmUp();
      for (let turn = 0; turn < turns; turn++) {
        onProgress(`stored: turn ${turn + 1} of ${turns}`);
        for (const operation of storeOperations) {
          signal.throwIfAborted();
          const [one, other] = await alternated(
            () => full.costs.measure(operation),
            () => empty.costs.measure(operation),
            2_000 * seconds,
          );
          turned.full[operation].push(one);
          turned.empty[operation].push(other);
        }
        await full.costs.clear();
        await empty.costs.clear();
      }
      return {
        events: storedCount,
        megabytes: rounded(size / 1e6, 0),
        openMs: rounded(full.openMs, 0),
        emptyOpenMs: rounded(empty.openMs, 0),
        ...summary(turned.full, turned.empty),
      };
    } finally {
      await full.store.close();
    }
  } finally {
    await empty.store.close();
  }
}

/** History is kept, whatever its default: what is stored shall stay while it is measured. */
async function opened(
  folder: string,
  firstIndex: number,
  storedCount: number,
): Promise<OpenedStore> {
  const startedMonoMs = performance.now();
  const limits = {
    historyRowsMax: 2 * storedCount + 1_000_000,
    historyBytesMax: 64 * 1_024 ** 3,
    historyAgeMsMax: 100 * 365 * 24 * 60 * 60 * 1_000,
  };
  const store = await openStore({ folder, limits });
  const openMs = performance.now() - startedMonoMs;
  return { store, costs: new StoreCosts(store, firstIndex), openMs };
}

type Turns = Record<StoreOperation, Cost[]>;

function emptyTurns(): Turns {
  return { revision: [], presenceSave: [], drainStep: [], verdict: [] };
}

function summary(full: Turns, empty: Turns) {
  const each = <Value>(pick: (operation: StoreOperation) => Value) =>
    Object.fromEntries(storeOperations.map((name) => [name, pick(name)])) as Record<
      StoreOperation,
      Value
    >;
  const ratiosOf = (costEach: (cost: Cost) => number) =>
    each((name) => spreadOf(ratiosBetween(full[name], empty[name], costEach), 3));
  const worst = (ratios: Record<StoreOperation, Spread>) =>
    Math.max(...storeOperations.map((name) => ratios[name].median));
  const [ratios, cpuRatios] = [ratiosOf(msEach), ratiosOf(cpuMsEach)];
  return {
    ms: each((name) => rounded(medianOf(full[name].map(msEach)), 3)),
    emptyMs: each((name) => rounded(medianOf(empty[name].map(msEach)), 3)),
    ratios,
    cpuRatios,
    ratio: worst(ratios),
    cpuRatio: worst(cpuRatios),
  };
}

function ratiosBetween(
  full: readonly Cost[],
  empty: readonly Cost[],
  costEach: (cost: Cost) => number,
): readonly number[] {
  return full.map((one, turn) => {
    const other = empty[turn];
    return other === undefined ? Number.NaN : costEach(one) / costEach(other);
  });
}
