/**
 * What single operations of a store cost: those that happen all the time, and so must not become
 * dearer with what is stored.
 */
import type { CommitRequest, Store } from "../../store/store.ts";
import { type Cost, costOf } from "./cost.ts";
import { sampleCommit, samplePresenceSave, sampleViolationId } from "./sample-events.ts";

export const storeOperations = ["revision", "presenceSave", "drainStep", "verdict"] as const;
export type StoreOperation = (typeof storeOperations)[number];

/** Cameras whose presence is saved together. */
const presenceCameraCount = 16;
/** Rows that a step of the drain takes. */
const stepRows = 20;
/**
 * Revisions after which a log of writes has had its checkpoint: from then on it is written over,
 * which a disk does several times faster than growing it.
 */
export const warmUpRevisions = 1_500;

export class StoreCosts {
  readonly #store: Store;
  #next: number;
  #saveCount = 0;

  /** `firstIndex`: of the next revision, behind what is stored. */
  constructor(store: Store, firstIndex: number) {
    this.#store = store;
    this.#next = firstIndex;
  }

  /** Once; what it needs is made before. */
  async measure(operation: StoreOperation): Promise<Cost> {
    const run = await this.#prepare(operation);
    return costOf(1, run);
  }

  async warmUp(): Promise<void> {
    await this.fill(warmUpRevisions);
    await this.clear();
  }

  /** At least so many rows wait afterwards; they share transactions. */
  async fill(rowCount: number): Promise<void> {
    const { waitingCount } = await this.#store.outboxStats();
    const missing = Math.max(0, rowCount - waitingCount);
    await Promise.all(Array.from({ length: missing }, () => this.#commit(this.#nextCommit())));
  }

  /** Nothing waits afterwards. */
  async clear(): Promise<void> {
    for (;;) {
      const rows = await this.#store.outboxAfter(0, 1_000);
      if (rows.length === 0) return;
      const sequences = rows.map(({ sequence }) => sequence);
      await this.#store.outboxDone(sequences, 0);
    }
  }

  async #prepare(operation: StoreOperation): Promise<() => Promise<unknown>> {
    switch (operation) {
      case "revision": {
        const request = this.#nextCommit();
        return () => this.#commit(request);
      }
      case "presenceSave": {
        const request = samplePresenceSave(this.#saveCount++, presenceCameraCount);
        return () => this.#commit(request);
      }
      case "drainStep":
        await this.fill(stepRows);
        return () => this.#drainStep();
      case "verdict":
        return () => this.#verdict();
    }
  }

  #nextCommit(): CommitRequest {
    return sampleCommit(this.#next++);
  }

  #commit(request: CommitRequest): Promise<unknown> {
    return this.#store.commit(request);
  }

  async #drainStep(): Promise<void> {
    const rows = await this.#store.outboxAfter(0, stepRows);
    const sequences = rows.map(({ sequence }) => sequence);
    await this.#store.outboxAttempted(sequences, 0);
    await this.#store.outboxDone(sequences, 0);
  }

  /** What the agent looks up when the hub sends a person's word. */
  async #verdict(): Promise<void> {
    const violationId = sampleViolationId(Math.floor(Math.random() * (this.#next / 4)));
    await this.#store.verdicts({ verdictId: `verdict of ${violationId}`, countMax: 1 });
    await this.#store.violations({ violationId, countMax: 1 });
    await this.#store.verdicts({ violationId, countMax: 1_000 });
  }
}
