/** Where a group by chance stands: on a pavement, at a wall, on the edge of the road. */
import type { SeededRandom } from "../camera-server/seeded-random.ts";
import type { SceneDescription, Street } from "./description.ts";
import type { ThingLook } from "./objects/thing-look.ts";

export type Thing = NonNullable<SceneDescription["things"]>[number];

export interface Group {
  readonly radiusM: number;
  /** The nearest y where such things stand; undefined when this street has no place for them. */
  snapY(y: number): number | undefined;
  thingsAt(x: number, y: number): readonly Thing[];
}

export interface Around {
  readonly street: Street;
  readonly lights: boolean;
  readonly isClose: boolean;
  /** Makes ids unique. */
  readonly number: number;
}

export type Maker = (random: SeededRandom, around: Around) => Group;

/** Shapes are kept and shown again: this many of each kind. */
export const seeds = 24;

/** Faces the road, or the camera's side; now and then something stands on the road's edge. */
export function onPavement(
  random: SeededRandom,
  around: Around,
  radiusM: number,
  thingsAt: (x: number, y: number, headingDeg: number) => readonly Thing[],
): Group {
  const { street } = around;
  const isAtWall = random.below(2) === 0;
  const depth = random.fraction();
  const isOnRoad = random.fraction() < 0.12;
  return {
    radiusM,
    snapY: (y) => {
      const isFar = y > street.roadM / 2;
      if (isOnRoad) return isFar ? street.roadM - 0.9 : 0.9;
      const wide = isFar ? street.farPavementM : street.nearPavementM;
      const off = isAtWall ? wide - 0.75 : Math.min(wide - 0.6, 0.6 + depth * wide * 0.5);
      return isFar ? street.roadM + off : -off;
    },
    thingsAt: (x, y) => {
      const facesRoad = y > street.roadM / 2 ? 180 : 0;
      const headingDeg = facesRoad + (random.below(5) === 0 ? 180 : 0) + jitter(random, 14);
      return thingsAt(x, y, headingDeg);
    },
  };
}

export function thing(
  { number }: Around,
  name: string,
  look: ThingLook,
  place: [number, number],
  headingDeg: number,
): Thing {
  return { id: `${number}-${name}`, look, place, headingDeg: headingDeg % 360 };
}

/** Right of and ahead of a place, seen along a heading. */
export function turned(
  x: number,
  y: number,
  headingDeg: number,
  rightM: number,
  aheadM: number,
): [number, number] {
  const heading = (headingDeg * Math.PI) / 180;
  return [
    x + rightM * Math.cos(heading) + aheadM * Math.sin(heading),
    y - rightM * Math.sin(heading) + aheadM * Math.cos(heading),
  ];
}

export function farWall({ street }: Around): number {
  return street.roadM + street.farPavementM;
}

/** Up to `by` to either side. */
export function jitter(random: SeededRandom, by: number): number {
  return (random.fraction() - 0.5) * 2 * by;
}
