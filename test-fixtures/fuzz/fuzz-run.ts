/**
 * Fuzzes one target: keeps a worker fed, ends it when an input hangs or exhausts it, goes on behind
 * that input, and says what was found with the bytes that did it.
 *
 * A hang is believed when a fresh worker hangs on the same input again: on a busy machine a thread
 * may stand still for a second by itself.
 */
import { Worker } from "node:worker_threads";
import { type FuzzTarget, inputBytesMaxDefault, timeBoundMsDefault } from "./fuzz-target.ts";
import type { WorkerJob, WorkerNews } from "./fuzz-worker.ts";
import { SharedInput } from "./shared-input.ts";
import { ThreadTime } from "./thread-time.ts";

export interface Finding {
  readonly kind: "crash" | "hang" | "memory";
  readonly number: number;
  readonly input: Uint8Array;
  readonly why: string;
}

export interface FuzzResult {
  readonly inputs: number;
  readonly crashes: number;
  readonly hangs: number;
  readonly memory: number;
  /** The most that one input took. */
  readonly peakBytes: number;
  /** What the target counted itself, over all its workers. */
  readonly notes: Readonly<Record<string, number>>;
  /** A few of each kind; the counts tell the rest. */
  readonly findings: readonly Finding[];
}

export interface FuzzOrder {
  readonly target: FuzzTarget;
  readonly seed: number;
  readonly inputsMax: number;
  readonly msMax: number;
  /** Instead of made inputs: this one, once. */
  readonly only?: Uint8Array | undefined;
}

const findingsMax = 24;
const sameWhyMax = 3;
const watchEveryMs = 50;
/** Loading a target's code; not charged to its first input. */
const heapMegabytesMax = 512;

export async function fuzz(order: FuzzOrder): Promise<FuzzResult> {
  const run = new FuzzRun(order);
  return await run.result();
}

class FuzzRun {
  readonly #order: FuzzOrder;
  /** Left of its time. */
  #msLeft: number;
  readonly #timeBoundMs: number;
  readonly #counts = { crash: 0, hang: 0, memory: 0 };
  readonly #findings: Finding[] = [];
  readonly #seen = new Map<string, number>();
  #peakBytes = 0;
  readonly #notes: Record<string, number> = {};

  constructor(order: FuzzOrder) {
    this.#order = order;
    this.#msLeft = order.msMax;
    this.#timeBoundMs = order.target.timeBoundMs ?? timeBoundMsDefault;
  }

  async result(): Promise<FuzzResult> {
    const { inputsMax } = this.#order;
    let from = 0;
    while (from < inputsMax && this.#msLeft > 0) {
      const ended = await this.#work({ from, until: inputsMax, msMax: this.#msLeft });
      if (ended.kind === "done") {
        from = ended.next;
        break;
      }
      if (await this.#isReal(ended)) this.#add(ended);
      from = ended.number + 1;
    }
    return {
      inputs: from,
      crashes: this.#counts.crash,
      hangs: this.#counts.hang,
      memory: this.#counts.memory,
      peakBytes: this.#peakBytes,
      notes: this.#notes,
      findings: this.#findings,
    };
  }

  async #isReal(finding: Finding): Promise<boolean> {
    if (finding.kind !== "hang") return true;
    const { number } = finding;
    const again = await this.#work({
      from: number,
      until: number + 1,
      msMax: Number.POSITIVE_INFINITY,
      only: finding.input,
    });
    return again.kind === "hang";
  }

  /** One worker's life: until it is done, or one input was too much for it. */
  #work(
    part: Pick<WorkerJob, "from" | "until" | "msMax" | "only">,
  ): Promise<Finding | { readonly kind: "done"; readonly next: number }> {
    const { target, seed, only } = this.#order;
    const epochMs = Date.now() - 1_000;
    const shared = SharedInput.sized(target.inputBytesMax ?? inputBytesMaxDefault, epochMs);
    const workerData: WorkerJob = {
      only,
      ...part,
      target: target.name,
      seed,
      buffer: shared.buffer,
      epochMs,
    };
    const worker = new Worker(new URL("./fuzz-worker.ts", import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    });
    return new Promise((resolve, reject) => {
      let feedingSinceMs: number | undefined;
      const blame = (kind: Finding["kind"], why: string): void => {
        clearInterval(watch);
        this.#msLeft -= Date.now() - (feedingSinceMs ?? Date.now());
        const { number, input } = shared;
        void worker.terminate().then(() => resolve({ kind, number, input, why }));
      };
      const time = new ThreadTime(shared, this.#timeBoundMs);
      const watch = setInterval(() => {
        if (shared.busyMs() > 0) feedingSinceMs ??= Date.now();
        if (time.isOver()) blame("hang", `no end after ${shared.busyMs()} ms`);
      }, watchEveryMs);
      worker.on("message", (news: WorkerNews) => {
        if (news.kind === "crash") this.#add(news);
        else if (news.kind === "memory") {
          this.#add({ ...news, why: `it took ${(news.bytes / 1e6).toFixed(1)} MB` });
        } else {
          clearInterval(watch);
          this.#peakBytes = Math.max(this.#peakBytes, news.peakBytes);
          for (const [name, count] of Object.entries(news.notes)) {
            this.#notes[name] = (this.#notes[name] ?? 0) + count;
          }
          void worker.terminate().then(() => resolve({ kind: "done", next: news.next }));
        }
      });
      worker.on("error", (error: unknown) => {
        const isMemory = isExhausted(error);
        if (!isMemory && shared.busyMs() === 0) {
          clearInterval(watch);
          reject(error);
        } else if (isMemory) blame("memory", `more than ${heapMegabytesMax} MB of heap`);
        else blame("crash", `the thread ended: ${describe(error)}`);
      });
    });
  }

  #add(finding: Finding): void {
    this.#counts[finding.kind] += 1;
    const key = `${finding.kind} ${keyOf(finding.why)}`;
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    if (count > sameWhyMax || this.#findings.length >= findingsMax) return;
    const { kind, number, input, why } = finding;
    this.#findings.push({ kind, number, input, why });
  }
}

const isExhausted = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Two crashes are alike when they come from the same place. */
const keyOf = (why: string): string =>
  why
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 2)
    .join(" ") || why.replaceAll(/\d+/g, "N").slice(0, 80);
