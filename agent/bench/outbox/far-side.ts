/** Starts a broker with a listener behind it as a process of its own, and ends both. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { AgentError } from "../../runtime/agent-error.ts";
import type { FarSideFailed, FarSideReady } from "./far-side-messages.ts";

export interface FarSide extends FarSideReady {
  stop(): Promise<void>;
}

export async function startFarSide(): Promise<FarSide> {
  const child = fork(join(import.meta.dirname, "main.ts"), {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const [first] = await Promise.race([once(child, "message"), ended.then(() => [endedEarly])]);
  const word = first as FarSideReady | FarSideFailed; // main.ts says nothing else.
  if ("failure" in word) {
    throw new AgentError(
      "FIXTURE_MISSING",
      `no broker to send to: ${word.failure}`,
      "Install mosquitto, or look at what else uses the machine's memory and ports.",
    );
  }
  return {
    ...word,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

const endedEarly: FarSideFailed = { failure: "its process ended" };
