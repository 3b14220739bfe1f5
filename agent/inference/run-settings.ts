/**
 * How detectors run on this box: how many sessions, how many threads each, how many pictures a
 * batch, on which of the runtime's execution providers.
 *
 * Where nobody tuned, what is safe on every processor: a session a core, less one for everything
 * else, each with one thread and one picture at a time. On a processor a larger batch costs more a
 * picture, because the values between the layers then no longer stay in its cache.
 */
import { isDeepStrictEqual } from "node:util";
import { automaticWorkerCount } from "./workers.ts";

export interface SessionSettings {
  readonly threads: number;
  /** `cpu`, or another that the runtime's package has. */
  readonly provider: string;
}

export interface RunSettings extends SessionSettings {
  readonly sessions: number;
  readonly batch: number;
}

/** What an engineer set by hand; `auto` leaves it to tuning. */
export interface HandSettings {
  readonly workers: number | "auto";
  readonly threads: number | "auto";
  readonly batchMax: number | "auto";
}

/** By hand, else as tuned, else safe; sessions and threads of each never from two of these. */
export function runSettings(
  { workers, threads, batchMax }: HandSettings,
  tuned: RunSettings | undefined,
): RunSettings {
  const cores = automaticWorkerCount();
  const { batch, provider } = tuned ?? { batch: 1, provider: "cpu" };
  const rest = { batch: batchMax === "auto" ? batch : batchMax, provider };
  if (workers !== "auto") {
    return { sessions: workers, threads: threads === "auto" ? 1 : threads, ...rest };
  }
  if (threads !== "auto") {
    return { sessions: Math.max(1, Math.floor(cores / threads)), threads, ...rest };
  }
  return { sessions: tuned?.sessions ?? cores, threads: tuned?.threads ?? 1, ...rest };
}

/** Of several detectors: sessions and batches serve all of them, so what suits one alone is none. */
export function commonSettings(
  tuned: readonly (RunSettings | undefined)[],
): RunSettings | undefined {
  const [first] = tuned;
  return tuned.every((one) => isDeepStrictEqual(one, first)) ? first : undefined;
}
