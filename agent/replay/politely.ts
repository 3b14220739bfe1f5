/**
 * A recording in small pieces, with a turn for everybody else between them: who replays beside
 * running cameras holds the thread for some milliseconds at a time.
 */
import { setImmediate } from "node:timers/promises";
import type { Recording } from "./replay.ts";

/** Some milliseconds of rules. */
const stepsMax = 40;

export async function* politely(recording: Recording): Recording {
  for await (const steps of recording) {
    for (let from = 0; from < steps.length; from += stepsMax) {
      yield steps.slice(from, from + stepsMax);
      await setImmediate();
    }
  }
}
