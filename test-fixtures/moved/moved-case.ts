/**
 * A camera that stays for a while and is then moved: found how soon, and by which word?
 *
 * Pictures come every ten seconds, as the agent takes them.
 */
import { isMisplaced, type Sight } from "../../calibration/moved/sight.ts";
import { SightWatch } from "../../calibration/moved/sight-watch.ts";

export interface MovedCase {
  readonly name: string;
  /** Of the whole picture. */
  readonly aspect: number;
  /** False: a camera that sees no more, where it was. */
  readonly isMove: boolean;
  readonly before: (index: number) => Uint8Array;
  readonly after: (index: number) => Uint8Array;
}

export interface MovedResult {
  readonly name: string;
  /** From the first picture of the moved camera, one period included; undefined: not within the time. */
  readonly foundMs: number | undefined;
  readonly sight: Sight;
  /** States before it was moved that should not have been. */
  readonly falseAlarms: number;
}

export const samplePeriodMs = 10_000;
const stillCount = 14;
const movedCount = 12;

export function runMoved({ name, aspect, isMove, before, after }: MovedCase): MovedResult {
  const watch = new SightWatch({ aspect });
  let atMs = 1_000_000;
  let falseAlarms = 0;
  for (let index = 0; index < stillCount; index += 1, atMs += samplePeriodMs) {
    if (watch.add(before(index), atMs) && !isWell(watch.sight)) falseAlarms += 1;
  }
  // It may have been moved just after the picture before.
  const movedAtMs = atMs - samplePeriodMs;
  let foundMs: number | undefined;
  for (let index = 0; index < movedCount; index += 1, atMs += samplePeriodMs) {
    watch.add(after(stillCount + index), atMs);
    const isFound = isMove ? isMisplaced(watch.sight) : !isWell(watch.sight);
    if (isFound) foundMs ??= atMs - movedAtMs;
  }
  return { name, foundMs, sight: watch.sight, falseAlarms };
}

function isWell({ state }: Sight): boolean {
  return state === "learning" || state === "in-place";
}
