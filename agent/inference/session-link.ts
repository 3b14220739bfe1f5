/**
 * One session's thread as the pool sees it: messages go in and out, or it is gone.
 *
 * A thread must not be terminated inside the runtime: the runtime then ends the whole process. So a
 * thread that is in there is asked to end itself when it comes out, and only one that hangs in
 * JavaScript is terminated; `ThreadState` says which it is.
 */
import { Worker } from "node:worker_threads";
import type { FromSession, ToSession } from "./session-messages.ts";
import { ThreadState } from "./thread-state.ts";

export interface SessionEvents {
  onMessage(message: FromSession): void;
  /** It is no more, for whatever reason; nothing comes after it. */
  onGone(why: string): void;
}

export interface SessionLink {
  send(message: ToSession): void;
  /** Ends it; resolves when the thread is gone, which a hanging runtime may put off for ever. */
  end(): Promise<void>;
}

export type StartSession = (events: SessionEvents) => SessionLink;

export function startSessionThread(events: SessionEvents): SessionLink {
  const state = new ThreadState();
  const worker = new Worker(new URL("./session-worker.ts", import.meta.url), {
    name: "inference",
    env: {},
    workerData: state.shared,
  });
  let isGone = false;
  const gone = (why: string): void => {
    if (isGone) return;
    isGone = true;
    events.onGone(why);
  };
  const exited = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      gone(`its thread ended with ${code}`);
      resolve();
    });
  });
  worker.on("message", (message: FromSession) => {
    if (!isGone) events.onMessage(message);
  });
  worker.on("error", (error) => gone(error instanceof Error ? error.message : String(error)));
  return {
    send: (message) => worker.postMessage(message),
    end: () => {
      isGone = true;
      if (state.askToEnd() === "outside") void worker.terminate();
      return exited;
    },
  };
}
