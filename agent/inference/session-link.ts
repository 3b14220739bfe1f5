/** One session's thread as the pool sees it: messages go in and out, or it is gone. */
import { Worker } from "node:worker_threads";
import type { FromSession, ToSession } from "./session-messages.ts";

export interface SessionEvents {
  onMessage(message: FromSession): void;
  /** It is no more, for whatever reason; nothing comes after it. */
  onGone(why: string): void;
}

export interface SessionLink {
  send(message: ToSession): void;
  /** Ends it even in the middle of a run. */
  kill(): void;
}

export type StartSession = (events: SessionEvents) => SessionLink;

export function startSessionThread(events: SessionEvents): SessionLink {
  const worker = new Worker(new URL("./session-worker.ts", import.meta.url), {
    name: "inference",
    env: {},
  });
  let isGone = false;
  const gone = (why: string): void => {
    if (isGone) return;
    isGone = true;
    events.onGone(why);
  };
  worker.on("message", (message: FromSession) => {
    if (!isGone) events.onMessage(message);
  });
  worker.on("error", (error) => gone(error instanceof Error ? error.message : String(error)));
  worker.on("exit", (code) => gone(`its thread ended with ${code}`));
  return {
    send: (message) => worker.postMessage(message),
    kill: () => {
      // A thread inside native code ends when the call returns; nobody waits for it.
      worker.terminate().catch(() => undefined);
      gone("it was ended");
    },
  };
}
