/** Where every thing of a scene is at a time, and how it looks: pure, hours cost nothing. */
import type { Scene, SceneThing } from "./description.ts";
import type { ThingLook } from "./objects/thing-look.ts";
import { type PlacedThing, striding } from "./placed-thing.ts";
import { trafficAt } from "./traffic.ts";

export function thingsAt(scene: Scene, atMs: number): readonly PlacedThing[] {
  const things: PlacedThing[] = [];
  for (const thing of scene.things) {
    if (atMs < thing.fromMs || atMs >= (thing.untilMs ?? Number.POSITIVE_INFINITY)) continue;
    const { x, y, headingDeg, movedM } = placeAt(thing, atMs);
    const look = striding(lookAt(thing, atMs), movedM);
    const placement = { x, y, z: thing.zM, headingDeg, scale: thing.scale };
    things.push({ id: thing.id, look, placement, isStill: thing.steps === undefined });
  }
  if (scene.traffic !== undefined) things.push(...trafficAt(scene, scene.traffic, atMs));
  return things;
}

function lookAt(thing: SceneThing, atMs: number): ThingLook {
  return thing.becomes.findLast((change) => change.atMs <= atMs)?.look ?? thing.look;
}

interface Whereabouts {
  readonly x: number;
  readonly y: number;
  readonly headingDeg: number;
  /** Length of the way so far. */
  readonly movedM: number;
}

function placeAt(thing: SceneThing, atMs: number): Whereabouts {
  const [first, ...rest] = thing.steps ?? [];
  if (first === undefined) {
    const [x, y] = thing.place ?? [0, 0];
    return { x, y, headingDeg: thing.headingDeg, movedM: 0 };
  }
  let from = first;
  let headingDeg = first.headingDeg ?? headingTo(first.place, rest[0]?.place) ?? thing.headingDeg;
  let movedM = 0;
  for (const to of rest) {
    const [dx, dy] = [to.place[0] - from.place[0], to.place[1] - from.place[1]];
    const length = Math.hypot(dx, dy);
    headingDeg = from.headingDeg ?? headingTo(from.place, to.place) ?? headingDeg;
    if (atMs < to.atMs) {
      const share = Math.max(0, (atMs - from.atMs) / (to.atMs - from.atMs));
      const x = from.place[0] + dx * share;
      const y = from.place[1] + dy * share;
      return { x, y, headingDeg, movedM: movedM + length * share };
    }
    movedM += length;
    from = to;
  }
  return { x: from.place[0], y: from.place[1], headingDeg: from.headingDeg ?? headingDeg, movedM };
}

function headingTo(
  from: readonly [number, number],
  to: readonly [number, number] | undefined,
): number | undefined {
  if (to === undefined) return undefined;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  return Math.hypot(dx, dy) < 1e-6 ? undefined : (Math.atan2(dx, dy) * 180) / Math.PI;
}
