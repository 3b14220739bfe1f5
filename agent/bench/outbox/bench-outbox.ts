/**
 * Measures what remembers and what sends: transactions of a revision with its outbox row, and rows
 * that leave, each against the limit of the disk and of the broker; and whether anything of it
 * becomes dearer with what is stored.
 *
 * Transactions take turns one by one, drain and publishes row set by row set, each time in the other
 * order, so that what slows down slows both; a ratio is the median of the turns' ratios.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { openStore, type SqliteStore } from "../../store/sqlite-store.ts";
import { medianOf, rounded, type Spread, spreadOf } from "../spread.ts";
import { type BacklogResult, measureBacklog } from "./backlog.ts";
import { BareStore } from "./bare-store.ts";
import { alternated, type Cost, costOf, cpuMsEach, perSecond } from "./cost.ts";
import { BarePublisher, DrainUnderTest } from "./drain-rate.ts";
import { startFarSide } from "./far-side.ts";
import { sampleCommit } from "./sample-events.ts";
import { StoreCosts, warmUpRevisions } from "./store-costs.ts";
import { measureStored, type StoredResult } from "./stored-costs.ts";

export interface OutboxBenchOptions {
  /** A folder on the disk in question; what is written there is removed again. */
  readonly folder: string;
  readonly turns: number;
  /** Of one measurement. */
  readonly seconds: number;
  /** Events beside what is measured; 0: not compared. */
  readonly storedCount: number;
  /** Events that wait as after hours without a broker; 0: not measured. */
  readonly waitingCount: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface OutboxBenchResult extends Partial<BacklogResult> {
  readonly processor: string;
  readonly broker: string;
  readonly turns: number;
  readonly seconds: number;
  /** Of one event as it is sent. */
  readonly eventBytes: number;
  /** Of the store: one camera's state, an event, its violation and its outbox row each. */
  readonly transactionsPerSecond: number;
  readonly limitTransactionsPerSecond: number;
  /** The store over the limit. */
  readonly ratio: number;
  readonly cpuMsPerTransaction: number;
  readonly limitCpuMsPerTransaction: number;
  /** Rows that left: read, marked as tried, acknowledged by the broker, removed. */
  readonly drainedPerSecond: number;
  readonly limitDrainedPerSecond: number;
  readonly drainRatio: number;
  readonly cpuMsPerDrainedRow: number;
  readonly limitCpuMsPerDrainedRow: number;
  /** Messages in flight, of both. */
  readonly window: number;
  readonly spread: Readonly<Record<string, Spread>>;
  readonly stored?: StoredResult;
  /** The dearest operation beside the stored events over the same in an empty store. */
  readonly storedRatio?: number;
  /** The same by processor time. */
  readonly storedCpuRatio?: number;
}

const warmUpGroup = 250;
/** So that a slow disk gives the drain something to do as well. */
const drainedRowsMin = 200;

export async function benchOutbox(options: OutboxBenchOptions): Promise<OutboxBenchResult> {
  const { folder, turns, seconds, storedCount, waitingCount, onProgress } = options;
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, "bench-outbox-"));
  try {
    const rates = await measureRates(work, options);
    const backlog = waitingCount === 0 ? {} : await measureBacklog(work, options);
    const stored =
      storedCount === 0 ? undefined : await measureStored(join(work, "stored"), options);
    onProgress("done");
    return {
      processor: cpus()[0]?.model ?? "unknown",
      broker: rates.broker,
      turns,
      seconds,
      eventBytes: rates.eventBytes,
      ...figures(rates),
      window: rates.window,
      ...backlog,
      ...(stored === undefined
        ? {}
        : { stored, storedRatio: stored.ratio, storedCpuRatio: stored.cpuRatio }),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Rates {
  readonly broker: string;
  readonly window: number;
  readonly eventBytes: number;
  readonly commits: readonly Cost[];
  readonly bareCommits: readonly Cost[];
  readonly drains: readonly Cost[];
  readonly publishes: readonly Cost[];
}

async function measureRates(work: string, options: OutboxBenchOptions): Promise<Rates> {
  const { turns, seconds, signal, onProgress } = options;
  onProgress("starting the broker");
  const farSide = await startFarSide();
  const closing: (() => unknown)[] = [() => farSide.stop()];
  try {
    const store = await openStore({ folder: join(work, "store") });
    closing.push(() => store.close());
    const bare = new BareStore(work);
    closing.push(() => bare.close());
    const drain = await DrainUnderTest.open(farSide.url, store, signal);
    closing.push(() => drain.close());
    const publisher = await BarePublisher.open(farSide.url);
    closing.push(() => publisher.close());
    const { window } = drain;
    const run = new RateTurns({ store, bare, drain, publisher, window, signal });
    await run.warmUp();
    for (let turn = 0; turn < turns; turn++) {
      onProgress(`turn ${turn + 1} of ${turns}`);
      await run.turn(1_000 * seconds, turn % 2 === 1);
    }
    const { commits, bareCommits, drains, publishes, eventBytes } = run;
    const { broker } = farSide;
    return { broker, window, eventBytes, commits, bareCommits, drains, publishes };
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

interface RateParts {
  readonly store: SqliteStore;
  readonly bare: BareStore;
  readonly drain: DrainUnderTest;
  readonly publisher: BarePublisher;
  readonly window: number;
  readonly signal: AbortSignal;
}

class RateTurns {
  readonly commits: Cost[] = [];
  readonly bareCommits: Cost[] = [];
  readonly drains: Cost[] = [];
  readonly publishes: Cost[] = [];
  eventBytes = 0;
  readonly #parts: RateParts;
  readonly #costs: StoreCosts;
  #bareNext = 0;

  constructor(parts: RateParts) {
    this.#parts = parts;
    this.#costs = new StoreCosts(parts.store, 0);
  }

  async warmUp(): Promise<void> {
    await this.#costs.warmUp();
    const requests = Array.from({ length: warmUpRevisions }, () => sampleCommit(this.#bareNext++));
    // In several transactions: the checkpoint comes with the first one behind the limit.
    for (let from = 0; from < requests.length; from += warmUpGroup) {
      this.#parts.bare.commit(requests.slice(from, from + warmUpGroup));
    }
  }

  async turn(forMs: number, isReversed: boolean): Promise<void> {
    const { signal } = this.#parts;
    const [commits, bareCommits] = await alternated(
      () => this.#costs.measure("revision"),
      () => this.#bareCommit(),
      2 * forMs,
    );
    this.commits.push(commits);
    this.bareCommits.push(bareCommits);
    // What the store has committed leaves; the same bytes go out bare.
    await this.#costs.fill(drainedRowsMin);
    const payloads = await this.#payloads();
    const sends = [() => this.#drained(payloads.length), () => this.#published(payloads)];
    for (const measure of isReversed ? sends.toReversed() : sends) {
      signal.throwIfAborted();
      await measure();
    }
  }

  #bareCommit(): Promise<Cost> {
    const requests = [sampleCommit(this.#bareNext++)];
    return costOf(1, () => this.#parts.bare.commit(requests));
  }

  async #payloads(): Promise<readonly Uint8Array[]> {
    const rows = await this.#parts.store.outboxAfter(0, Number.MAX_SAFE_INTEGER);
    const payloads = rows.map(({ payload }) => payload);
    this.eventBytes = rounded(medianOf(payloads.map(({ byteLength }) => byteLength)), 0);
    return payloads;
  }

  async #drained(rowCount: number): Promise<void> {
    const { drain, signal } = this.#parts;
    this.drains.push(await costOf(rowCount, () => drain.empty(signal)));
  }

  async #published(payloads: readonly Uint8Array[]): Promise<void> {
    const { publisher, window } = this.#parts;
    const publish = (): Promise<void> => publisher.publish(payloads, window);
    this.publishes.push(await costOf(payloads.length, publish));
  }
}

function figures({ commits, bareCommits, drains, publishes }: Rates) {
  const spread = {
    transactionsPerSecond: spreadOf(commits.map(perSecond), 1),
    limitTransactionsPerSecond: spreadOf(bareCommits.map(perSecond), 1),
    ratio: spreadOf(ratios(commits, bareCommits), 4),
    cpuMsPerTransaction: spreadOf(commits.map(cpuMsEach), 4),
    limitCpuMsPerTransaction: spreadOf(bareCommits.map(cpuMsEach), 4),
    drainedPerSecond: spreadOf(drains.map(perSecond), 1),
    limitDrainedPerSecond: spreadOf(publishes.map(perSecond), 1),
    drainRatio: spreadOf(ratios(drains, publishes), 4),
    cpuMsPerDrainedRow: spreadOf(drains.map(cpuMsEach), 4),
    limitCpuMsPerDrainedRow: spreadOf(publishes.map(cpuMsEach), 4),
  };
  type Name = keyof typeof spread;
  const medians = Object.entries(spread).map(([name, { median }]) => [name, median] as const);
  return { ...(Object.fromEntries(medians) as Record<Name, number>), spread };
}

/** Of each turn: what was measured side by side. */
function ratios(ours: readonly Cost[], limits: readonly Cost[]): readonly number[] {
  return ours.map((one, turn) => {
    const limit = limits[turn];
    return limit === undefined ? Number.NaN : perSecond(one) / perSecond(limit);
  });
}
