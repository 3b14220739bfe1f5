/**
 * A street by chance: where the camera hangs, what the weather is, what stands around.
 *
 * For training: very different pictures rather than likely ones. The same seed is the same scene.
 */
import { type SeededRandom, seededRandom } from "../camera-server/seeded-random.ts";
import {
  facadeStyles,
  pavements,
  type Scene,
  type SceneDescription,
  sceneOf,
} from "./description.ts";
import { randomGroup } from "./random-things.ts";
import { cameraOf, projected } from "./raster/camera.ts";
import { areLampsOn } from "./weather/light-of-hour.ts";

/** Longest side 640. */
const sizes = [
  [640, 360],
  [640, 360],
  [640, 480],
  [640, 640],
  [480, 640],
] as const;

export function randomScene(seed: number, index: number): Scene {
  const random = seededRandom("training", seed, index);
  const isClose = random.fraction() < 0.45;
  const empty = emptyScene(random, index, isClose);
  return sceneOf({ ...empty, things: furnished(random, sceneOf(empty), isClose) });
}

function emptyScene(random: SeededRandom, index: number, isClose: boolean): SceneDescription {
  const [width, height] = sizes[random.below(sizes.length)] ?? sizes[0];
  const between = (from: number, to: number): number => from + (to - from) * random.fraction();
  const lanes = 1 + random.below(4);
  const roadM = lanes * between(3, 4);
  const heightM = isClose ? between(1.3, 3) : between(2.5, 9);
  const side = random.below(2) === 0 ? 1 : -1;
  const far =
    facadeStyles[random.below(random.below(2) === 0 ? 1 : facadeStyles.length)] ?? "shops";
  const near = facadeStyles[random.below(facadeStyles.length)] ?? "shops";
  const hour = hourBy(random);
  const isRainy = random.fraction() < 0.15;
  const isFoggy = random.fraction() < 0.1;
  return {
    name: `random ${index}`,
    seed: random.below(1_000_000),
    picture: { width, height },
    camera: {
      xM: between(-8, 8),
      yM: isClose ? between(0, Math.max(1, roadM - 3)) : between(-1.5, 2),
      heightM,
      headingDeg: side * (isClose ? between(0, 80) : between(15, 80)),
      pitchDeg: isClose ? between(2, 18) : between(6, 34) + heightM,
      fieldOfViewDeg: isClose ? between(42, 75) : between(50, 100),
    },
    street: {
      seed: random.below(1_000_000),
      roadM,
      lanes,
      nearPavementM: between(2, 6),
      farPavementM: between(2.2, 7),
      pavement: pavements[random.below(pavements.length)] ?? "slabs",
      near,
      far,
      storeys: 1 + random.below(6),
      crossings: random.below(3) === 0 ? [between(-20, 20)] : [],
      bays:
        random.below(3) === 0
          ? [{ side: random.below(2) === 0 ? "near" : "far", fromM: -24, toM: 24 }]
          : [],
      ...(random.below(4) === 0 ? { sideStreet: sideStreet(between(-25, 20)) } : {}),
      yellowKerb: random.below(5) === 0,
      wear: random.fraction(),
    },
    light: { hour, moves: false, cloud: random.fraction(), noonDeg: random.below(360) },
    weather: {
      rain: isRainy ? between(0.15, 1) : 0,
      fog: isFoggy ? between(0.2, 0.9) : 0,
      wet: random.below(6) === 0 ? random.fraction() : 0,
      noise: random.fraction(),
      blur: random.below(2) === 0 ? random.fraction() * 0.8 : 0,
    },
  };
}

function sideStreet(fromM: number): { readonly fromM: number; readonly toM: number } {
  return { fromM, toM: fromM + 7 };
}

/** Half the pictures by day, a third at night, the rest between. */
function hourBy(random: SeededRandom): number {
  const kind = random.fraction();
  if (kind < 0.55) return 7.5 + random.fraction() * 9;
  if (kind < 0.7) return 5.2 + random.fraction() * 1.6 + (random.below(2) === 0 ? 12 : 0);
  return (19 + random.fraction() * 9) % 24;
}

type Things = NonNullable<SceneDescription["things"]>;

/** Groups where the camera sees them, none inside another. */
function furnished(random: SeededRandom, scene: Scene, isClose: boolean): Things {
  const things: Things = [];
  const taken: { readonly x: number; readonly y: number; readonly r: number }[] = [];
  const { picture, street } = scene;
  const camera = cameraOf(scene.camera, picture.width, picture.height);
  const lights = areLampsOn(scene, 0);
  const wanted = isClose ? 3 + random.below(6) : 6 + random.below(16);
  for (let attempt = 0; attempt < 260 && taken.length < wanted; attempt += 1) {
    const group = randomGroup(random, { street, lights, isClose, number: attempt });
    const distance = isClose ? 2.2 + random.fraction() * 12 : 4 + random.fraction() ** 1.4 * 42;
    const angle = scene.camera.headingDeg + (random.fraction() - 0.5) * scene.camera.fieldOfViewDeg;
    const x = camera.x + distance * Math.sin((angle * Math.PI) / 180);
    const aimedY = camera.y + distance * Math.cos((angle * Math.PI) / 180);
    const y = group.snapY(aimedY);
    // What must move far to its band would be elsewhere than asked for.
    if (y === undefined || Math.abs(y - aimedY) > (isClose ? 3 : 5)) continue;
    const [column, row, depth] = projected(camera, x, y, 0.6);
    if (depth < group.radiusM + 1.2 || column < 0 || column > picture.width) continue;
    if (row < 0 || row > picture.height * 1.15) continue;
    if (taken.some((other) => Math.hypot(x - other.x, y - other.y) < group.radiusM + other.r)) {
      continue;
    }
    taken.push({ x, y, r: group.radiusM });
    things.push(...group.thingsAt(x, y));
  }
  return things;
}
