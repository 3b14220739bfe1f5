/**
 * How every session of the agent runs, and of the measurements that are compared with it.
 *
 * Thread counts are named: the runtime's own choice fails in containers with a set of cores.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InferenceSession } from "onnxruntime-node";
import type { SessionSettings } from "./run-settings.ts";

/** One thread of the processor: what every model can be compared by. */
export const plainSession: SessionSettings = { threads: 1, provider: "cpu" };

export function sessionOptions({
  threads,
  provider,
}: SessionSettings = plainSession): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Spinning threads cost three times the processor time of a paced run.
    extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
  };
}

/** `1.30.0`, without loading the runtime's library. */
export function runtimeVersion(): string {
  const path = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version; // npm's own file
}
