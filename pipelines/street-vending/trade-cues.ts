/**
 * Cues of trade around one spot: what stands near, and who lingers there.
 *
 * Each cue has its share of the recent time and its weight; together they give a score (noisy or:
 * each may be wrong by itself, all together hardly). Pure.
 */
import type { NormBox } from "../domain/geometry.ts";
import { isWithinGrace, type Presence } from "../presence/presence.ts";
import type { Sighting } from "../presence/sighting.ts";
import type { Scene } from "../scene.ts";
import { followPeople, lingers } from "./people-near.ts";
import { type Cue, cueNames, type VendingMemory } from "./vending-memory.ts";

/**
 * How much each says by itself. With the usual limit goods and people are enough, or a tricycle, an
 * umbrella and people; a tricycle and people are not, nor are they with a table.
 */
const weights: Readonly<Record<Cue, number>> = {
  stall: 0.8,
  goods: 0.45,
  "two-wheeler": 0.25,
  table: 0.15,
  umbrella: 0.3,
  people: 0.4,
};
/** Without one of these it is a terrace, a bus stop, people in the rain. */
const tradeCues: readonly Cue[] = ["stall", "goods", "two-wheeler"];

/** Recent time: a cue that is gone for so long has lost two thirds of its share. */
const recentMs = 60_000;
/** A look that adds no time still says something … */
const shareOfLookMin = 0.1;
/** … and where looks are rare, one of them that missed a cue does not say that it is gone. */
const shareOfLookMax = 0.25;
/** From here on a first mean over all looks is no better than the one of the recent ones. */
const lookCountMax = 10;

export function countCues(
  memory: VendingMemory,
  presence: Presence,
  { observed }: Sighting,
  scene: Scene,
): VendingMemory {
  const around = grown(presence.place, peopleReach);
  const persons = scene.boxesOf("person").map(({ box }) => box);
  // Memory that an older agent stored has no count, and other people.
  const before = memory.lookCount === undefined ? [] : memory.people;
  const people = followPeople(before, persons, (box) => standsIn(box, around));
  const isSomebodyNear = people.some(({ missCount }) => missCount === 0);
  const lookCount = Math.min(lookCountMax, (memory.lookCount ?? 0) + 1);
  // Whether they linger, a first look cannot say: the next one starts anew with what it finds.
  const isFirst = lookCount === 1;
  const isThere = (cue: Cue): boolean =>
    cue === "people"
      ? isFirst
        ? isSomebodyNear
        : people.some(lingers)
      : isCueThere(cue, presence, scene);
  const stepMs = observed === undefined ? 0 : observed.toMs - observed.fromMs;
  const recent = stepMs / (recentMs + stepMs);
  const weight = Math.min(shareOfLookMax, Math.max(shareOfLookMin, recent));
  const cues = Object.fromEntries(
    cueNames.map((cue) => {
      // The thing itself is there: it was seen.
      if (cue === presence.thing) return [cue, 1];
      const known = memory.cues[cue] ?? 0;
      // The first looks have a mean of their own: what was there from the start counts from then.
      const looks = cue === "people" ? Math.max(1, lookCount - 1) : lookCount;
      const share = looks < lookCountMax ? Math.max(weight, 1 / looks) : weight;
      return [cue, round(known + ((isThere(cue) ? 1 : 0) - known) * share)];
    }),
  );
  return {
    cues,
    attendedAtMs: isSomebodyNear ? scene.atMs : memory.attendedAtMs,
    people,
    lookCount,
  };
}

/** Seen in this look, or missed as a detector misses what is there. */
function isCueThere(cue: Exclude<Cue, "people">, { place }: Presence, scene: Scene): boolean {
  const around = grown(place, thingReach);
  return (
    scene.boxesOf(cue).some(({ box }) => standsIn(box, around)) ||
    scene.presencesOf(cue).some((other) => isBridged(other) && standsIn(other.place, around))
  );
}

/** Seen more than once in its place, and missed no more often than that explains. */
export function isBridged(presence: Presence): boolean {
  return presence.seenCount >= 2 && isWithinGrace(presence);
}

/** 0..1; 0 without anything that is traded from. */
export function tradeScore({ cues }: VendingMemory): number {
  if (!tradeCues.some((cue) => (cues[cue] ?? 0) >= 0.5)) return 0;
  const doubt = cueNames.reduce((left, cue) => left * (1 - weights[cue] * (cues[cue] ?? 0)), 1);
  return round(1 - doubt);
}

/** Of the spot's size: how far to the sides, and how far above and below. */
const thingReach = { side: 0.5, height: 0.4 };
const peopleReach = { side: 0.8, height: 0.5 };

/** Two things that are parts of one stall. */
export function isOneSpot(a: NormBox, b: NormBox): boolean {
  const larger = sizeOf(a) >= sizeOf(b) ? a : b;
  return touches(larger === a ? b : a, grown(larger, thingReach));
}

/** The middle of its lower edge: where it stands. */
function standsIn(box: NormBox, around: NormBox): boolean {
  const x = (box.xMin + box.xMax) / 2;
  return x >= around.xMin && x <= around.xMax && box.yMax >= around.yMin && box.yMax <= around.yMax;
}

function touches(a: NormBox, b: NormBox): boolean {
  return a.xMax >= b.xMin && a.xMin <= b.xMax && a.yMax >= b.yMin && a.yMin <= b.yMax;
}

function grown(box: NormBox, reach: { readonly side: number; readonly height: number }): NormBox {
  const side = (box.xMax - box.xMin) * reach.side;
  const height = (box.yMax - box.yMin) * reach.height;
  return {
    xMin: box.xMin - side,
    yMin: box.yMin - height,
    xMax: box.xMax + side,
    yMax: box.yMax + height,
  };
}

function sizeOf(box: NormBox): number {
  return (box.xMax - box.xMin) * (box.yMax - box.yMin);
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
