/**
 * What stands along a street of itself: houses with their signs, lamps, trees.
 *
 * Everything comes from the street's seed. Signs are things of the truth; houses, lamps and trees
 * are what the street is made of.
 */
import { type SeededRandom, seededRandom } from "../../camera-server/seeded-random.ts";
import type { Street } from "../description.ts";
import type { ThingLook } from "../objects/thing-look.ts";
import type { Placement } from "../raster/draw-shape.ts";
import type { ShadingWall } from "../raster/light.ts";
import type { Shape } from "../shape.ts";
import { building } from "./building.ts";
import { Quads } from "./quads.ts";
import { wallTexture } from "./wall-textures.ts";

export interface StreetThings {
  readonly walls: readonly { readonly shape: Shape; readonly placement: Placement }[];
  /** Signs of the shops and street furniture. */
  readonly things: readonly {
    readonly id: string;
    readonly look: ThingLook;
    readonly placement: Placement;
  }[];
  readonly lampPlaces: readonly { readonly x: number; readonly y: number }[];
  readonly shading: readonly ShadingWall[];
}

interface Rows {
  walls: { shape: Shape; placement: Placement }[];
  things: { id: string; look: ThingLook; placement: Placement }[];
}

const reachM = 110;
const stepM = 2;

/** `litShare` is 0 by day and 1 at night. */
export function streetThings(
  street: Street,
  litShare: number,
  camera: { readonly xM: number; readonly yM: number },
): StreetThings {
  const rows: Rows = { walls: [], things: [] };
  const shading: ShadingWall[] = [];
  for (const side of ["far", "near"] as const) {
    const y = side === "far" ? street.roadM + street.farPavementM : -street.nearPavementM;
    const heights = new Float32Array((2 * reachM) / stepM);
    houseRow(street, side, y, litShare, heights, rows);
    shading.push({ y, xStart: -reachM, stepM, heights });
  }
  rows.walls.push(...streetEnds(street, litShare), ...distantRows(street, litShare));
  const lampPlaces = furniture(street, litShare > 0.3, camera, rows);
  return { ...rows, lampPlaces, shading };
}

/** The street bends out of sight: a house closes each end. */
function streetEnds(street: Street, litShare: number): Rows["walls"] {
  const random = seededRandom("ends", street.seed);
  const widthM = street.roadM + street.nearPavementM + street.farPavementM + 40;
  return [1, -1].map((end) => {
    const { shape } = building({
      seed: random.below(1_000_000),
      widthM,
      storeys: street.storeys + 1 + random.below(4),
      groundFloor: "flats",
      litShare,
    });
    const y = end === 1 ? street.roadM / 2 + widthM / 2 : street.roadM / 2 - widthM / 2;
    return {
      shape,
      placement: { x: end * (reachM + 15), y, z: 0, headingDeg: end === 1 ? 90 : 270 },
    };
  });
}

/** What one sees over a wall or a park. */
function distantRows(street: Street, litShare: number): Rows["walls"] {
  const random = seededRandom("distant", street.seed);
  const rows: Rows["walls"] = [];
  for (const side of ["far", "near"] as const) {
    if (street[side] !== "wall" && street[side] !== "park") continue;
    for (let x = -reachM - 60; x < reachM + 60; ) {
      const widthM = 14 + random.fraction() * 22;
      const seed = random.below(1_000_000);
      const storeys = 2 + random.below(street.storeys + 4);
      const { shape } = building({ seed, widthM, storeys, groundFloor: "flats", litShare });
      const back = 30 + random.fraction() * 15;
      const placement =
        side === "far"
          ? { x, y: street.roadM + street.farPavementM + back, z: 0, headingDeg: 0 }
          : { x: x + widthM, y: -street.nearPavementM - back, z: 0, headingDeg: 180 };
      rows.push({ shape, placement });
      x += widthM + (random.below(3) === 0 ? random.fraction() * 18 : 0.5);
    }
  }
  return rows;
}

function houseRow(
  street: Street,
  side: "near" | "far",
  y: number,
  litShare: number,
  heights: Float32Array,
  rows: Rows,
): void {
  const random = seededRandom("row", side, street.seed);
  const style = street[side];
  const gap = side === "far" ? street.sideStreet : undefined;
  const isLow = style === "wall" || style === "park";
  let x = -reachM + random.fraction() * 8;
  while (x < reachM - 8) {
    const seed = random.below(1_000_000);
    let widthM = isLow ? 20 : 8 + random.fraction() * 14;
    if (gap !== undefined && x + widthM > gap.fromM && x < gap.toM) {
      widthM = gap.fromM - x;
      if (widthM < 4) {
        x = gap.toM;
        continue;
      }
    }
    // A row on the near side is the far one turned round: its left corner is at the larger x.
    const placement =
      side === "far" ? { x, y, z: 0, headingDeg: 0 } : { x: x + widthM, y, z: 0, headingDeg: 180 };
    let heightM = 2.2;
    if (isLow) {
      rows.walls.push({ shape: lowWall(style, random), placement: { ...placement, scale: 1 } });
    } else {
      const storeys = Math.max(1, street.storeys + random.below(4) - 2);
      const groundFloor = style;
      const house = building({ seed, widthM, storeys, groundFloor, litShare });
      heightM = house.heightM;
      rows.walls.push({ shape: house.shape, placement });
      for (const [index, place] of house.signPlaces.entries()) {
        const sign = shopSign(random, litShare, place.widthM);
        if (sign === undefined) continue;
        const along = side === "far" ? x + place.xM : x + widthM - place.xM;
        rows.things.push({
          id: `shop-${side}-${Math.round(x)}-${index}`,
          look: sign,
          placement: {
            x: along,
            y: side === "far" ? y - 0.13 : y + 0.13,
            z: place.zM,
            headingDeg: side === "far" ? 180 : 0,
          },
        });
      }
    }
    const [from, to] = [(x + reachM) / stepM, (x + widthM + reachM) / stepM];
    heights.fill(heightM, Math.max(0, Math.round(from)), Math.round(to));
    x += widthM + (random.below(5) === 0 ? 1.2 : 0);
  }
}

/** Shops change their names, not their neighbours': most have a board, few a box that sticks out. */
function shopSign(random: SeededRandom, litShare: number, widthM: number): ThingLook | undefined {
  const kind = random.fraction();
  const seed = random.below(60);
  const lights = random.fraction() < litShare * 0.7;
  if (kind < 0.2) return undefined;
  const wide = Math.round(widthM * (0.6 + 0.4 * random.fraction()) * 2) / 2;
  return { kind: "signboard", style: "shop", seed, lights, widthM: wide, heightM: 0.75 };
}

function lowWall(style: "wall" | "park", random: SeededRandom): Shape {
  const quads = new Quads();
  const heightM = style === "wall" ? 2.2 : 1.3 + random.fraction() * 0.6;
  const material =
    style === "wall"
      ? { colour: [0.72, 0.68, 0.62] as const, gloss: 0.03, texture: wallTexture("brick") }
      : { colour: [0.3, 0.42, 0.18] as const, gloss: 0, texture: wallTexture("hedge") };
  for (let k = 0; k < 10; k += 1) {
    const [x0, x1] = [k * 2, k * 2 + 2];
    quads.face(material, [
      [x0, 0, 0],
      [x1, 0, 0],
      [x1, 0, heightM],
      [x0, 0, heightM],
    ]);
    quads.face(material, [
      [x0, 0, heightM],
      [x1, 0, heightM],
      [x1, 1, heightM],
      [x0, 1, heightM],
    ]);
  }
  return quads.shape();
}

/** Lamps every 24 m, trees between them where there is room. Returns where lamps are. */
function furniture(
  street: Street,
  isNight: boolean,
  camera: { readonly xM: number; readonly yM: number },
  rows: Rows,
): { readonly x: number; readonly y: number }[] {
  const random = seededRandom("furniture", street.seed);
  const lampPlaces: { x: number; y: number }[] = [];
  for (const side of ["far", "near"] as const) {
    const isFar = side === "far";
    const y = isFar ? street.roadM + 0.6 : -0.6;
    const depthM = isFar ? street.farPavementM : street.nearPavementM;
    const hasTrees = depthM > 3.4 && random.below(3) > 0;
    const treeSeed = random.below(12);
    const pitch = 7 + random.below(5);
    const shift = random.fraction() * 12;
    for (let x = -72 + shift; x < 75; x += 24) {
      lampPlaces.push({ x, y: isFar ? y - 1.4 : y + 1.4 });
      // Nobody hangs a camera behind a lamp; its light is there all the same.
      if (Math.hypot(x - camera.xM, y - camera.yM) < 13) continue;
      rows.things.push({
        id: `lamp-${side}-${Math.round(x)}`,
        look: { kind: "lamp-post", seed: street.seed % 7, lights: isNight },
        placement: { x, y, z: 0, headingDeg: isFar ? 180 : 0 },
      });
    }
    // At the camera's own pole no tree fills the picture.
    const treesEnd = hasTrees ? 60 : -Infinity;
    for (let x = -60 + shift / 2; x < treesEnd; x += pitch) {
      if (Math.hypot(x - camera.xM, y - camera.yM) < (isFar ? 7 : 22)) continue;
      rows.things.push({
        id: `tree-${side}-${Math.round(x)}`,
        look: { kind: "tree", seed: (treeSeed + random.below(3)) % 12 },
        placement: { x, y: isFar ? y + 0.4 : y - 0.4, z: 0, headingDeg: random.below(360) },
      });
    }
    const backdropEnd = street[side] === "park" || street[side] === "wall" ? 90 : -Infinity;
    for (let x = -90; x < backdropEnd; x += 4.5 + random.fraction() * 3) {
      const back = 2 + random.fraction() * 6;
      rows.things.push({
        id: `backdrop-${side}-${Math.round(x)}`,
        look: { kind: "tree", seed: random.below(12) },
        placement: {
          x,
          y: isFar ? y + depthM + back : y - depthM - back,
          z: 0,
          headingDeg: random.below(360),
        },
      });
    }
  }
  return lampPlaces;
}
