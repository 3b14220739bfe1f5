/**
 * Presence over kills: a violation that began before one goes on behind it, and what it counts as
 * observed holds none of the time in which there was no agent to look.
 */
import type { ViolationEvent } from "../../pipelines/domain/event.ts";
import type { WrittenEvent } from "./judge.ts";
import type { Absence } from "./kill-rig.ts";

export interface DwellFinding {
  readonly continuedCount: number;
  readonly brokenCount: number;
  readonly findings: readonly string[];
}

/** First seen and reported are times of pictures; an agent that starts looks before it says so. */
const toleranceMs = 1_000;

export function unobservedDwell(
  written: readonly Pick<WrittenEvent, "text">[],
  absences: readonly Absence[],
): DwellFinding {
  const findings: string[] = [];
  const continued = new Set<string>();
  const firstWrittenMs = new Map<string, number>();
  for (const { text } of written) {
    const { time, data } = JSON.parse(text) as ViolationEvent;
    if (data.violation === undefined) continue;
    const atMs = Date.parse(time);
    const beganMs = firstWrittenMs.get(data.violation) ?? atMs;
    firstWrittenMs.set(data.violation, beganMs);
    if (absences.some(({ fromMs }) => beganMs < fromMs && fromMs < atMs)) {
      continued.add(data.violation);
    }
    const fromMs = Date.parse(data.firstSeenAt);
    const untilMs = Date.parse(data.lastSeenAt);
    const awayMs = awayBetween(fromMs, untilMs, absences);
    const observableMs = untilMs - fromMs - awayMs + toleranceMs;
    if (data.observedMs > observableMs) {
      findings.push(
        `${data.violation} counts ${data.observedMs} ms, ${observableMs} ms could be seen`,
      );
    }
  }
  return { continuedCount: continued.size, brokenCount: findings.length, findings };
}

/** Absences may touch, never overlap more than by a start that was killed. */
function awayBetween(fromMs: number, untilMs: number, absences: readonly Absence[]): number {
  let awayMs = 0;
  let countedToMs = fromMs;
  for (const absence of absences) {
    const startMs = Math.max(absence.fromMs, countedToMs);
    // An agent that was killed before it ran was away until the next one came.
    const endMs = Math.min(absence.untilMs, untilMs);
    if (!Number.isFinite(absence.untilMs) || endMs <= startMs) continue;
    awayMs += endMs - startMs;
    countedToMs = endMs;
  }
  return awayMs;
}
