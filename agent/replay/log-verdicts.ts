/**
 * People's words in a recording of the box's own looks: the store keeps them with the time they
 * came, the detection log keeps the looks.
 *
 * A word counts from the first look on that was captured after it came, whatever camera it is of.
 * Violations that an edited configuration makes under other ids know nothing of it.
 */
import { AgentError } from "../runtime/agent-error.ts";
import type { VerdictRow } from "../store/store.ts";
import { StoreReader } from "../store/store-reader.ts";
import { verdictOf } from "../verdicts.ts";
import type { Recording, RecordingStep } from "./replay.ts";

/** Oldest first; none where a log was copied without its store. */
export function verdictsIn(folder: string): readonly VerdictRow[] {
  let reader: StoreReader;
  try {
    reader = new StoreReader(folder);
  } catch (error) {
    if (error instanceof AgentError) return [];
    throw error;
  }
  try {
    return reader.verdictsSince(0);
  } finally {
    reader.close();
  }
}

export async function* withVerdicts(
  recording: Recording,
  verdicts: readonly VerdictRow[],
  timeZone: string,
): Recording {
  let next = 0;
  for await (const steps of recording) {
    if (next >= verdicts.length) {
      yield steps;
      continue;
    }
    const merged: RecordingStep[] = [];
    for (const step of steps) {
      const until = cameBefore(step, verdicts, next);
      for (const row of verdicts.slice(next, until)) {
        merged.push({ verdict: verdictOf(row, timeZone), atMs: row.receivedAtMs });
      }
      next = until;
      merged.push(step);
    }
    yield merged;
  }
}

/** The first of them, from `next` on, that had not come when the look was captured. */
function cameBefore(step: RecordingStep, verdicts: readonly VerdictRow[], next: number): number {
  if (step === "restart" || "verdict" in step) return next;
  let until = next;
  while ((verdicts[until]?.receivedAtMs ?? Infinity) < step.look.capturedAtMs) until += 1;
  return until;
}
