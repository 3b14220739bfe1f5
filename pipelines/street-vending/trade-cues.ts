/**
 * Cues of trade around one spot: what stands near, and who lingers there.
 *
 * Each cue has its share of the recent time and its weight; together they give a score (noisy or:
 * each may be wrong by itself, all together hardly). Pure.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import type { Presence } from "../presence/presence.ts";
import type { Sighting } from "../presence/sighting.ts";
import type { Scene, SeenBox } from "../scene.ts";
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
/** A look that adds no time still says something. */
const shareOfLookMin = 0.1;
/** A person whose box overlaps one of the look before by this much has stayed. */
const lingersOverlapMin = 0.35;
const peopleMax = 16;

export function countCues(
  memory: VendingMemory,
  presence: Presence,
  sighting: Sighting,
  scene: Scene,
): VendingMemory {
  const people = near(scene.boxesOf("person"), presence.place, peopleReach).slice(0, peopleMax);
  const hasLingerer = people.some((box) =>
    memory.people.some((before) => boxOverlap(before, box) >= lingersOverlapMin),
  );
  const isThere = (cue: Cue): boolean =>
    cue === "people"
      ? hasLingerer
      : near(scene.boxesOf(cue), presence.place, thingReach).length > 0;
  const { observed } = sighting;
  const stepMs = observed === undefined ? 0 : observed.toMs - observed.fromMs;
  const weight = Math.max(shareOfLookMin, stepMs / (recentMs + stepMs));
  const cues = Object.fromEntries(
    cueNames.map((cue) => {
      // The thing itself is there: it was seen.
      if (cue === presence.thing) return [cue, 1];
      const before = memory.cues[cue] ?? 0;
      return [cue, round(before + ((isThere(cue) ? 1 : 0) - before) * weight)];
    }),
  );
  return {
    cues,
    attendedAtMs: people.length > 0 ? scene.atMs : memory.attendedAtMs,
    people: people.map(rounded),
  };
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

function near(
  boxes: readonly SeenBox[],
  place: NormBox,
  reach: { readonly side: number; readonly height: number },
): readonly NormBox[] {
  const around = grown(place, reach);
  return boxes.map(({ box }) => box).filter((box) => standsIn(box, around));
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

function rounded({ xMin, yMin, xMax, yMax }: NormBox): NormBox {
  return { xMin: round(xMin), yMin: round(yMin), xMax: round(xMax), yMax: round(yMax) };
}
