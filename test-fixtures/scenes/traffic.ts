/**
 * Passers-by: vehicles in their lanes, two-wheelers, people on the pavements.
 *
 * Who comes in a minute is drawn from the seed and that minute alone, so any time can be asked for.
 */
import { type SeededRandom, seededRandom } from "../camera-server/seeded-random.ts";
import type { Scene } from "./description.ts";
import type { ThingLook } from "./objects/thing-look.ts";
import { type PlacedThing, striding } from "./placed-thing.ts";
import { areLampsOn } from "./weather/light-of-hour.ts";

type Traffic = NonNullable<Scene["traffic"]>;

const minuteMs = 60_000;
/** They appear and vanish this far from the camera's x. */
const reachM = 80;

export function trafficAt(scene: Scene, traffic: Traffic, atMs: number): PlacedThing[] {
  const things: PlacedThing[] = [];
  const minute = Math.floor(atMs / minuteMs);
  const lights = areLampsOn(scene, atMs);
  const groups = [
    { name: "vehicle", perMinute: traffic.vehiclesPerMinute, speed: 8, spread: 0 },
    { name: "rider", perMinute: traffic.twoWheelersPerMinute, speed: 5, spread: 2 },
    { name: "walker", perMinute: traffic.personsPerMinute, speed: 1.2, spread: 0.3 },
  ] as const;
  for (const { name, perMinute, speed, spread } of groups) {
    const minutesBack = Math.ceil((2 * reachM) / (speed - spread / 2) / 60);
    for (let from = Math.max(-minutesBack, minute - minutesBack); from <= minute; from += 1) {
      const random = seededRandom("traffic", scene.seed, traffic.seed, name, from);
      const count = Math.floor(perMinute + random.fraction());
      for (let k = 0; k < count; k += 1) {
        const startMs = (from + (k + random.fraction() * 0.7) / count) * minuteMs;
        const pace = speed + (random.fraction() - 0.5) * spread;
        const id = `${name}-${from}-${k}`;
        const runs = random.below(2) === 0 ? 1 : -1;
        const looks = { name, random, lights };
        const movedM = ((atMs - startMs) / 1_000) * pace;
        const passer = passerBy(scene, id, looks, runs, movedM);
        if (movedM >= 0 && movedM <= 2 * reachM) things.push(...passer);
      }
    }
  }
  return things;
}

interface Looks {
  readonly name: "vehicle" | "rider" | "walker";
  readonly random: SeededRandom;
  readonly lights: boolean;
}

function passerBy(
  scene: Scene,
  id: string,
  { name, random, lights }: Looks,
  runs: 1 | -1,
  movedM: number,
): PlacedThing[] {
  const { street, camera } = scene;
  const x = camera.xM + runs * (movedM - reachM);
  const headingDeg = runs === 1 ? 90 : 270;
  const lane = street.roadM / street.lanes;
  const seed = random.below(40);
  if (name === "vehicle") {
    // Traffic keeps to the right: towards +x on the near half.
    const half = Math.max(1, Math.floor(street.lanes / 2));
    const laneNo = random.below(half);
    const y = runs === 1 ? (laneNo + 0.5) * lane : street.roadM - (laneNo + 0.5) * lane;
    const draw = random.fraction();
    const kind = draw < 0.72 ? "car" : draw < 0.84 ? "van" : draw < 0.93 ? "truck" : "bus";
    const look: ThingLook = { kind, seed, lights };
    return [{ id, look, placement: { x, y, z: 0, headingDeg } }];
  }
  if (name === "rider") {
    const y = runs === 1 ? 0.9 + random.fraction() * 0.6 : street.roadM - 0.9;
    const draw = random.fraction();
    const mount = draw < 0.6 ? "e-bike" : draw < 0.88 ? "bicycle" : "cargo-tricycle";
    const placement = { x, y, z: 0, headingDeg };
    const rider: ThingLook = { kind: "person", pose: { name: "riding", mount }, seed };
    return [
      { id, look: { kind: mount, seed, lights }, placement },
      { id: `${id}-rider`, look: rider, placement },
    ];
  }
  const isNear = random.below(2) === 0;
  const depth = (isNear ? street.nearPavementM : street.farPavementM) - 1;
  const off = 0.6 + random.fraction() * Math.max(0.1, depth);
  const y = isNear ? -off : street.roadM + off;
  const hasUmbrella = scene.weather.rain > 0.1 && random.fraction() < 0.7;
  const pose = { name: hasUmbrella ? "with-umbrella" : "walking", phase: 0 } as const;
  const look = striding({ kind: "person", pose, seed }, movedM);
  return [{ id, look, placement: { x, y, z: 0, headingDeg } }];
}
