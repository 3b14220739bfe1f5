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
  type Street,
  sceneOf,
} from "./description.ts";
import { type Group, type Thing, turned } from "./random-place.ts";
import { randomShot, randomView, type ShotKind, type Subject } from "./random-shot.ts";
import { randomGroup } from "./random-things.ts";
import { type Camera, type CameraPlace, cameraOf, onGround, projected } from "./raster/camera.ts";
import { areLampsOn } from "./weather/light-of-hour.ts";

/** Longest side 640. */
const sizes = [
  [640, 360],
  [640, 360],
  [640, 300],
  [640, 480],
  [640, 640],
  [480, 640],
] as const;

export function randomScene(seed: number, index: number): Scene {
  const random = seededRandom("training", seed, index);
  const shot = randomShot(random);
  const empty = emptyScene(random, index);
  const scene = sceneOf(empty);
  const { street, picture } = scene;
  const lights = areLampsOn(scene, 0);
  if (shot === "view") {
    const around = { street, lights };
    const { camera, subject } = randomView(random, around, picture.height / picture.width);
    return furnished(random, { ...empty, camera }, shot, subject);
  }
  const camera = shot === "close" ? closeCamera(random, street) : streetCamera(random);
  return furnished(random, { ...empty, camera }, shot);
}

function emptyScene(random: SeededRandom, index: number): SceneDescription {
  const [width, height] = sizes[random.below(sizes.length)] ?? sizes[0];
  const between = (from: number, to: number): number => from + (to - from) * random.fraction();
  const lanes = 1 + random.below(4);
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
    street: {
      seed: random.below(1_000_000),
      roadM: lanes * between(3, 4),
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
      compression: random.fraction() < 0.4 ? random.fraction() ** 1.5 * 0.8 : 0,
      infrared: random.fraction() < 0.35,
    },
  };
}

function sideStreet(fromM: number): { readonly fromM: number; readonly toM: number } {
  return { fromM, toM: fromM + 7 };
}

/** Six pictures of ten by day, a quarter at night, the rest between. */
function hourBy(random: SeededRandom): number {
  const kind = random.fraction();
  if (kind < 0.6) return 7.5 + random.fraction() * 9;
  if (kind < 0.74) return 5.2 + random.fraction() * 1.6 + (random.below(2) === 0 ? 12 : 0);
  return (19 + random.fraction() * 9) % 24;
}

/** As somebody with a telephone, or a camera low above a gate. */
function closeCamera(random: SeededRandom, { roadM }: Street): CameraPlace {
  const between = (from: number, to: number): number => from + (to - from) * random.fraction();
  return {
    xM: 0,
    yM: between(0, Math.max(1, roadM - 3)),
    heightM: between(1.3, 3),
    headingDeg: (random.below(2) === 0 ? 1 : -1) * between(0, 80),
    pitchDeg: between(4, 20),
    fieldOfViewDeg: between(42, 75),
  };
}

/** A whole street, small things and all. */
function streetCamera(random: SeededRandom): CameraPlace {
  const between = (from: number, to: number): number => from + (to - from) * random.fraction();
  const heightM = between(2.5, 9);
  return {
    xM: 0,
    yM: between(-1.5, 2),
    heightM,
    headingDeg: (random.below(2) === 0 ? 1 : -1) * between(15, 80),
    pitchDeg: between(6, 30) + heightM,
    fieldOfViewDeg: between(50, 95),
  };
}

/** Attempts and most groups, and how far what stands may be from where it was asked for. */
const furnishing: Readonly<Record<ShotKind, { from: number; below: number; snapM: number }>> = {
  view: { from: 1, below: 7, snapM: 6 },
  street: { from: 6, below: 16, snapM: 5 },
  close: { from: 3, below: 6, snapM: 3 },
};

/** Groups where the camera sees them, none inside another. */
function furnished(
  random: SeededRandom,
  description: SceneDescription,
  shot: ShotKind,
  subject?: Subject,
): Scene {
  const scene = sceneOf(description);
  const { picture, street } = scene;
  const camera = cameraOf(scene.camera, picture.width, picture.height);
  const lights = areLampsOn(scene, 0);
  const things: Thing[] = [];
  const taken: { readonly x: number; readonly y: number; readonly r: number }[] = [];
  const put = (group: Group, x: number, y: number): void => {
    taken.push({ x, y, r: group.radiusM });
    things.push(...group.thingsAt(x, y));
  };
  if (subject !== undefined) put(subject.group, subject.x, subject.y);
  const { from, below, snapM } = furnishing[shot];
  const wanted = taken.length + from + random.below(below);
  for (let attempt = 0; attempt < 260 && taken.length < wanted; attempt += 1) {
    const isClose = shot === "close";
    const group = randomGroup(random, { street, lights, isClose, number: attempt });
    const aimed =
      shot === "view" ? seenPlace(random, camera) : placeAhead(random, scene.camera, isClose);
    if (aimed === undefined) continue;
    const [x, aimedY] = aimed;
    const y = group.snapY(aimedY);
    // What must move far to its band would be elsewhere than asked for.
    if (y === undefined || Math.abs(y - aimedY) > snapM) continue;
    const [column, row, depth] = projected(camera, x, y, 0.6);
    if (depth < group.radiusM + 1.2 || column < 0 || column > picture.width) continue;
    if (row < 0 || row > picture.height * 1.15) continue;
    if (taken.some((other) => Math.hypot(x - other.x, y - other.y) < group.radiusM + other.r)) {
      continue;
    }
    put(group, x, y);
  }
  return sceneOf({ ...description, things });
}

type Spot = readonly [number, number];

const groundMMax = 60;

/** Any place of the picture; what is far is as likely as it is large. */
function seenPlace(random: SeededRandom, camera: Camera): Spot | undefined {
  const column = random.fraction() * camera.width;
  const spot = onGround(camera, column, random.fraction() * camera.height);
  if (spot === undefined) return undefined;
  return Math.hypot(spot[0] - camera.x, spot[1] - camera.y) < groundMMax ? spot : undefined;
}

function placeAhead(random: SeededRandom, camera: CameraPlace, isClose: boolean): Spot {
  const distance = isClose ? 2.2 + random.fraction() * 12 : 4 + random.fraction() ** 1.4 * 36;
  const angle = camera.headingDeg + (random.fraction() - 0.5) * camera.fieldOfViewDeg;
  return turned(camera.xM, camera.yM, angle, 0, distance);
}
