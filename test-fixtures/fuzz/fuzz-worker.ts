/**
 * The thread that feeds inputs: as many as it is told, or until its time is over.
 *
 * Says what an input threw or took too much of; what hangs or exhausts it is seen from outside.
 */
import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { InputMaker } from "./input-maker.ts";
import { SharedInput } from "./shared-input.ts";
import { targetNamed } from "./targets.ts";

export interface WorkerJob {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  /** Behind the last one. */
  readonly until: number;
  /** From the first input on: loading a target's code is not its time. */
  readonly msMax: number;
  readonly buffer: SharedArrayBuffer;
  readonly epochMs: number;
  /** This input and no other. */
  readonly only?: Uint8Array | undefined;
}

export type WorkerNews =
  | {
      readonly kind: "crash";
      readonly number: number;
      readonly input: Uint8Array;
      readonly why: string;
    }
  | {
      readonly kind: "memory";
      readonly number: number;
      readonly input: Uint8Array;
      readonly bytes: number;
    }
  | {
      readonly kind: "done";
      readonly next: number;
      readonly peakBytes: number;
      readonly notes: Readonly<Record<string, number>>;
    };

const job = workerData as WorkerJob; // Written by fuzz-run.ts alone.
const shared = new SharedInput(job);
shared.thread = threadOfSystem();
const target = await targetNamed(job.target);
const maker = await InputMaker.of(target, job.seed);
/** The clock is asked now and then: it costs as much as a small input. */
const clockEvery = 16;

let peakBytes = 0;
let next = job.from;
const untilMs = Date.now() + job.msMax;
for (; next < job.until; next++) {
  if (next % clockEvery === 0 && Date.now() >= untilMs) break;
  await feed(next, job.only ?? maker.input(next));
}
const notes = target.notes?.() ?? {};
await target.stop?.();
say({ kind: "done", next, peakBytes, notes });

async function feed(number: number, input: Uint8Array): Promise<void> {
  shared.begin(number, input);
  const before = heldBytes();
  try {
    const running = target.run(input);
    if (running !== undefined) await running;
  } catch (error) {
    if (!target.isExpected(error)) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      say({ kind: "crash", number, input: Uint8Array.from(input), why });
    }
  }
  shared.end();
  const bytes = heldBytes() - before;
  if (bytes > peakBytes) peakBytes = bytes;
  if (bytes > target.memoryBoundBytes) {
    say({ kind: "memory", number, input: Uint8Array.from(input), bytes });
  }
}

/** Linux alone tells. */
function threadOfSystem(): number {
  try {
    return Number(basename(readlinkSync("/proc/thread-self")));
  } catch {
    return 0;
  }
}

/** Heap, and what lies outside of it; garbage of the input counts until it is collected. */
function heldBytes(): number {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
}

function say(news: WorkerNews): void {
  parentPort?.postMessage(news);
}
