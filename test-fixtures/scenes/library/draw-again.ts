/**
 * A scene of the library drawn again by chance: the same story with other things in another street.
 *
 * Who comes, stays and leaves, and what is due, stays to the second; what everything looks like, the
 * houses behind it, the light and how the camera hangs change. So a setting can be chosen on streets
 * that no table is made of, and a table says little that chance could not have said otherwise.
 */
import { seededRandom } from "../../camera-server/seeded-random.ts";
import type { Scene, SceneThing } from "../description.ts";
import type { ThingLook } from "../objects/thing-look.ts";
import type { LibraryScene } from "./library-scene.ts";

/** Looks of a scene that differ must go on doing so: all are moved on alike. */
const seedStep = 1_000;
/** How differently a camera hangs that is to see the same. */
const headingDeg = 2;
const pitchDeg = 1;
const heightM = 0.3;

/** `draw` 0 is the scene itself. */
export function drawnAgain(entry: LibraryScene, draw: number): LibraryScene {
  if (draw === 0) return entry;
  const { scene } = entry;
  const random = seededRandom("drawn again", draw, scene.name);
  const offset = seedStep * draw + random.below(seedStep);
  const around = (value: number, by: number): number => value + (2 * random.fraction() - 1) * by;
  const drawn: Scene = {
    ...scene,
    seed: scene.seed + offset,
    street: { ...scene.street, seed: scene.street.seed + offset },
    camera: {
      ...scene.camera,
      headingDeg: around(scene.camera.headingDeg, headingDeg),
      pitchDeg: around(scene.camera.pitchDeg, pitchDeg),
      heightM: around(scene.camera.heightM, heightM),
    },
    light: { ...scene.light, cloud: random.fraction(), noonDeg: random.below(360) },
    things: scene.things.map((thing) => withOtherLooks(thing, offset)),
  };
  return { ...entry, scene: drawn };
}

function withOtherLooks(thing: SceneThing, offset: number): SceneThing {
  return {
    ...thing,
    look: other(thing.look, offset),
    becomes: thing.becomes.map((change) => ({ ...change, look: other(change.look, offset) })),
  };
}

function other(look: ThingLook, offset: number): ThingLook {
  return { ...look, seed: look.seed + offset };
}
