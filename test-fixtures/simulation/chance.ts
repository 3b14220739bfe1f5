/**
 * What a detector saw of a place, look by look, and whether chance alone made one car look like two.
 *
 * Detectors of these worlds miss boxes by chance, and boxes are all that the rules have. Two runs
 * of misses no rule can tell from the truth: one that its own miss ratio explains more rarely than
 * the rules promise to believe, and one in which it and two more cars were unseen about together, as when
 * a queue moves up. What is asked here is the truth of the draws, not the rules.
 */
import type { CameraPlan, Span, Stay } from "./plan.ts";

/** What one look saw: the places that had a box. */
export interface SeenPlaces {
  readonly atMs: number;
  readonly places: readonly number[];
}

/** "Gone is absence that is rarer than one in eight thousand" (`pipelines/presence/README.md`). */
const absenceRatio = 1 / 8_000;
/** Those that leave a queue are seen last at about the same time. */
const togetherMs = 15_000;
const togetherCount = 2;

/** When it was seen again at about this time, the car looked by chance as if it were another one. */
export function isByChance(
  camera: CameraPlan,
  seen: readonly SeenPlaces[],
  stay: Stay,
  againMs: number,
): boolean {
  const slackMs = 2 * camera.everyMs + 2_000;
  const { place } = stay;
  const fromMs = againMs - slackMs;
  return chanceSplits(camera, seen, { place, fromMs, untilMs: againMs + slackMs }).length > 0;
}

/** From the last sight to the next, where the car looked by chance as if another one came. */
export function chanceSplits(
  { missRatio }: CameraPlan,
  seen: readonly SeenPlaces[],
  { place, fromMs, untilMs }: Pick<Stay, "place" | "fromMs" | "untilMs">,
): readonly Span[] {
  const splits: Span[] = [];
  let missCount = 0;
  for (const [index, { atMs, places }] of seen.entries()) {
    if (atMs > untilMs) break;
    if (!places.includes(place)) {
      missCount += 1;
      continue;
    }
    const lastSeen = seen[index - missCount - 1];
    if (atMs >= fromMs && missCount > 0 && lastSeen !== undefined) {
      const isRare = missRatio > 0 && missRatio ** missCount <= absenceRatio;
      const around = seen.slice(index - missCount - 1, index + 1);
      if (isRare || goneTogether(around, seen, lastSeen.atMs, place)) {
        splits.push({ fromMs: lastSeen.atMs, untilMs: atMs });
      }
    }
    missCount = 0;
  }
  return splits;
}

/** Others that two looks one after the other did not see, about when it was not seen either. */
function goneTogether(
  around: readonly SeenPlaces[],
  seen: readonly SeenPlaces[],
  lastSeenAtMs: number,
  place: number,
): boolean {
  const before = seen
    .filter(({ atMs }) => Math.abs(atMs - lastSeenAtMs) <= togetherMs)
    .flatMap(({ places }) => places);
  const others = [...new Set(before)].filter((other) => other !== place);
  const left = others.filter((other) =>
    around.some((look, index) => {
      const next = around[index + 1];
      return next !== undefined && ![...look.places, ...next.places].includes(other);
    }),
  );
  return left.length >= togetherCount;
}
