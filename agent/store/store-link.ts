/**
 * The store's thread as the store sees it: a first word, answers, or it is gone.
 *
 * Injected, so that the same store runs in a simulation on a thread of its own making.
 */
import { Worker } from "node:worker_threads";
import type { WorkerAnswer, WorkerData, WorkerReady, WorkerRequest } from "./protocol.ts";

export interface StoreThreadEvents {
  /** Once, before anything else. */
  onReady(ready: WorkerReady): void;
  onAnswer(answer: WorkerAnswer): void;
  /** It is no more, for whatever reason; it may be said twice. */
  onGone(error: Error): void;
}

export interface StoreLink {
  send(request: WorkerRequest): void;
  /** Resolves when the thread is gone. */
  end(): Promise<void>;
}

export type StartStoreThread = (data: WorkerData, events: StoreThreadEvents) => StoreLink;

export const startStoreThread: StartStoreThread = (data, events) => {
  const worker = new Worker(new URL("./store-worker.ts", import.meta.url), {
    workerData: data,
    name: "store",
  });
  worker.on("message", (message: WorkerReady | WorkerAnswer) => {
    if ("ready" in message) events.onReady(message);
    else events.onAnswer(message);
  });
  worker.on("error", (error) => {
    events.onGone(error instanceof Error ? error : new Error(String(error)));
  });
  worker.on("exit", () => events.onGone(new Error("the store's thread has ended")));
  return {
    send: (request) => worker.postMessage(request),
    end: async () => {
      await worker.terminate();
    },
  };
};
