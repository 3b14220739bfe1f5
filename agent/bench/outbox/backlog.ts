/**
 * Hours without a broker: how fast so many events go into the outbox, and how fast they leave it
 * when the broker is back.
 *
 * Cameras do not wait for each other's disk, so several commits are under way at any time and share
 * transactions; the drain is the agent's own, without the bound of `hub.drainPerSecond`.
 */
import { join } from "node:path";
import { openStore } from "../../store/sqlite-store.ts";
import { rounded } from "../spread.ts";
import { costOf, perSecond } from "./cost.ts";
import { DrainUnderTest } from "./drain-rate.ts";
import { startFarSide } from "./far-side.ts";
import { sampleCommit } from "./sample-events.ts";

export interface BacklogResult {
  /** Events that waited before the first one left. */
  readonly waiting: number;
  readonly insertsPerSecond: number;
  readonly drainPerSecond: number;
}

export interface BacklogOptions {
  readonly waitingCount: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** As many as a box has cameras. */
const commitsAtOnce = 64;
const progressEvery = 10_000;

export async function measureBacklog(
  folder: string,
  options: BacklogOptions,
): Promise<BacklogResult> {
  const { waitingCount, signal, onProgress } = options;
  const store = await openStore({ folder: join(folder, "backlog") });
  const farSide = await startFarSide();
  try {
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let index = next++; index < waitingCount; index = next++) {
        signal.throwIfAborted();
        await store.commit(sampleCommit(index));
        if (index % progressEvery === progressEvery - 1) {
          onProgress(`${index + 1} of ${waitingCount} events wait`);
        }
      }
    };
    const lanes = () => Promise.all(Array.from({ length: commitsAtOnce }, lane));
    const inserts = await costOf(waitingCount, lanes);
    onProgress(`draining ${waitingCount} events`);
    const drain = await DrainUnderTest.open(farSide.url, store, signal);
    const drained = await costOf(waitingCount, () => drain.empty(signal));
    await drain.close();
    return {
      waiting: waitingCount,
      insertsPerSecond: rounded(perSecond(inserts), 1),
      drainPerSecond: rounded(perSecond(drained), 1),
    };
  } finally {
    await store.close();
    await farSide.stop();
  }
}
