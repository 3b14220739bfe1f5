/**
 * Which number of cameras to try next, and what the trials have found: a bisection between the most
 * that held and the fewest that did not. Pure.
 *
 * A number that held once and fails when it is confirmed has failed.
 */
export interface Trial {
  readonly cameras: number;
  readonly isHeld: boolean;
}

export interface SearchRange {
  readonly min: number;
  readonly max: number;
  /** Where the search begins. */
  readonly first: number;
  /** How near the found number comes to one that failed. */
  readonly step: number;
}

/** How far the search goes before something has failed, or held. */
const growth = 1.3;

/** Undefined when nothing more is to be learnt. */
export function nextCameras(
  trials: readonly Trial[],
  { min, max, first, step }: SearchRange,
): number | undefined {
  const inRange = (count: number): number => Math.max(min, Math.min(max, Math.round(count)));
  if (trials.length === 0) return inRange(first);
  const failed = fewestFailed(trials);
  const held = mostHeld(trials);
  if (failed === undefined) {
    const most = held ?? first;
    return most >= max ? undefined : inRange(Math.max(most + 1, most * growth));
  }
  if (held === undefined) {
    return failed <= min ? undefined : inRange(Math.min(failed - 1, failed / growth));
  }
  if (failed - held <= Math.max(1, step)) return undefined;
  return inRange(held + (failed - held) / 2);
}

/** The most cameras of which nothing has failed with as many or fewer; undefined: none. */
export function mostHeld(trials: readonly Trial[]): number | undefined {
  const failed = fewestFailed(trials) ?? Number.POSITIVE_INFINITY;
  const held = trials.filter(({ cameras, isHeld }) => isHeld && cameras < failed);
  return held.length === 0 ? undefined : Math.max(...held.map(({ cameras }) => cameras));
}

function fewestFailed(trials: readonly Trial[]): number | undefined {
  const failed = trials.filter(({ isHeld }) => !isHeld).map(({ cameras }) => cameras);
  return failed.length === 0 ? undefined : Math.min(...failed);
}
