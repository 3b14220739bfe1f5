/**
 * One house of a row: its wall, windows, shops, balconies, what hangs on it.
 *
 * Built facing -y with its left corner on the origin; a row places it. Floors and windows follow a
 * grid that the house's seed chooses; no two houses of a street are alike.
 */
import { type SeededRandom, seededRandom } from "../../camera-server/seeded-random.ts";
import type { Colour, Material, Shape } from "../shape.ts";
import { Quads } from "./quads.ts";
import { interiorTexture, type WallTexture, wallTexture } from "./wall-textures.ts";

export interface BuildingOptions {
  readonly seed: number;
  readonly widthM: number;
  readonly storeys: number;
  readonly groundFloor: "shops" | "flats" | "offices";
  /** 0 by day, 1 at night: how likely a window is lit. */
  readonly litShare: number;
}

export interface Building {
  readonly shape: Shape;
  readonly heightM: number;
  /** Where a shop has its sign: middle and width along the wall, lower edge. */
  readonly signPlaces: readonly {
    readonly xM: number;
    readonly widthM: number;
    readonly zM: number;
  }[];
}

const walls: readonly (readonly [WallTexture, Colour])[] = [
  ["brick", [0.62, 0.36, 0.28]],
  ["brick", [0.7, 0.6, 0.48]],
  ["brick", [0.5, 0.3, 0.25]],
  ["tiles", [0.82, 0.8, 0.76]],
  ["tiles", [0.72, 0.66, 0.6]],
  ["tiles", [0.63, 0.7, 0.72]],
  ["tiles", [0.85, 0.76, 0.68]],
  ["plaster", [0.86, 0.8, 0.66]],
  ["plaster", [0.78, 0.78, 0.76]],
  ["plaster", [0.8, 0.66, 0.54]],
  ["plaster", [0.92, 0.9, 0.86]],
  ["concrete", [0.66, 0.65, 0.62]],
  ["concrete", [0.55, 0.56, 0.58]],
];

const depthM = 9;

export function building(options: BuildingOptions): Building {
  const random = seededRandom("building", options.seed);
  const quads = new Quads();
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T; // Never empty.
  const [texture, tint] = pick(walls);
  const wall = plain(varied(tint, random, 0.1), 0.04, wallTexture(texture));
  const groundM = options.groundFloor === "shops" ? 3.6 + random.fraction() * 0.8 : 3.1;
  const storeyM = 2.9 + random.fraction() * 0.5;
  const heightM = groundM + Math.max(0, options.storeys - 1) * storeyM + 0.6;
  const frame = plain(
    pick([
      [0.9, 0.9, 0.9],
      [0.3, 0.3, 0.32],
      [0.45, 0.36, 0.28],
      [0.75, 0.77, 0.8],
    ] as const),
    0.15,
  );
  wallFace(quads, wall, options.widthM, options.groundFloor === "shops" ? groundM : 0, heightM);
  sides(quads, wall, options.widthM, heightM);
  const roof = plain([0.35, 0.34, 0.33], 0.02);
  quads.box(roof, [-0.1, -0.25, heightM - 0.25], [options.widthM + 0.1, 0.1, heightM]);
  const style = upperStyle(random, options, frame);
  for (let storey = 1; storey < options.storeys; storey += 1) {
    upperFloor(quads, random, options, style, groundM + (storey - 1) * storeyM);
  }
  const signPlaces: { xM: number; widthM: number; zM: number }[] = [];
  if (options.groundFloor === "shops") {
    shops(quads, random, options, groundM, frame, signPlaces);
  } else upperFloor(quads, random, options, { ...style, hasBalconies: false }, 0.3);
  drainpipe(quads, random, options.widthM, heightM);
  return { shape: quads.shape(), heightM, signPlaces };
}

interface UpperStyle {
  readonly frame: Material;
  readonly sill: Material;
  readonly box: Material;
  readonly rail: Material;
  readonly pitchM: number;
  readonly widthM: number;
  readonly heightM: number;
  readonly hasBalconies: boolean;
  readonly conditioners: number;
}

function upperStyle(
  random: SeededRandom,
  { groundFloor }: BuildingOptions,
  frame: Material,
): UpperStyle {
  const isOffice = groundFloor === "offices";
  const pitchM = isOffice ? 2 + random.fraction() : 2.6 + random.fraction() * 1.4;
  return {
    frame,
    sill: plain([0.7, 0.69, 0.66], 0.03),
    box: plain([0.84, 0.84, 0.81], 0.1),
    rail: plain(random.below(2) === 0 ? [0.35, 0.36, 0.38] : [0.75, 0.74, 0.7], 0.1),
    pitchM,
    widthM: pitchM * (isOffice ? 0.8 : 0.4 + random.fraction() * 0.25),
    heightM: isOffice ? 1.9 : 1.3 + random.fraction() * 0.5,
    hasBalconies: !isOffice && random.below(3) === 0,
    conditioners: isOffice ? 0 : random.fraction() * 0.6,
  };
}

function wallFace(quads: Quads, wall: Material, width: number, from: number, to: number): void {
  const columns = Math.max(1, Math.round(width / 4));
  const rows = Math.max(1, Math.round((to - from) / 3));
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [x0, x1] = [(column * width) / columns, ((column + 1) * width) / columns];
      const [z0, z1] = [from + (row * (to - from)) / rows, from + ((row + 1) * (to - from)) / rows];
      quads.face(
        wall,
        [
          [x0, 0, z0],
          [x1, 0, z0],
          [x1, 0, z1],
          [x0, 0, z1],
        ],
        {
          uMin: x0 / 2,
          uMax: x1 / 2,
          vMax: (z1 - z0) / 2,
        },
      );
    }
  }
}

function sides(quads: Quads, wall: Material, width: number, height: number): void {
  const uv = { uMax: depthM / 2, vMax: height / 2 };
  quads.face(
    wall,
    [
      [width, 0, 0],
      [width, depthM, 0],
      [width, depthM, height],
      [width, 0, height],
    ],
    uv,
  );
  quads.face(
    wall,
    [
      [0, depthM, 0],
      [0, 0, 0],
      [0, 0, height],
      [0, depthM, height],
    ],
    uv,
  );
}

function upperFloor(
  quads: Quads,
  random: SeededRandom,
  { widthM, litShare }: BuildingOptions,
  style: UpperStyle,
  floorM: number,
): void {
  const count = Math.max(1, Math.floor((widthM - 0.6) / style.pitchM));
  const start = (widthM - count * style.pitchM) / 2;
  for (let k = 0; k < count; k += 1) {
    const middle = start + (k + 0.5) * style.pitchM;
    const [x0, x1] = [middle - style.widthM / 2, middle + style.widthM / 2];
    const z0 = floorM + 0.9;
    const z1 = z0 + style.heightM;
    glazed(quads, random, style.frame, [x0, z0, x1, z1], litShare, "room");
    quads.box(style.sill, [x0 - 0.08, -0.16, z0 - 0.1], [x1 + 0.08, 0, z0]);
    if (style.hasBalconies) {
      quads.box(style.rail, [x0 - 0.4, -1, floorM - 0.05], [x1 + 0.4, 0, floorM + 0.12]);
      quads.box(style.rail, [x0 - 0.4, -1, floorM + 0.1], [x1 + 0.4, -0.94, floorM + 0.95]);
    } else if (random.fraction() < style.conditioners) {
      const x = x1 + 0.1;
      quads.box(style.box, [x, -0.42, z0 - 0.5], [x + 0.8, -0.05, z0 + 0.08]);
      const fan = plain([0.25, 0.26, 0.27], 0.05);
      quads.face(fan, [
        [x + 0.1, -0.43, z0 - 0.42],
        [x + 0.5, -0.43, z0 - 0.42],
        [x + 0.5, -0.43, z0],
        [x + 0.1, -0.43, z0],
      ]);
    }
  }
}

const bulbs: readonly Colour[] = [
  [1, 0.8, 0.55],
  [1, 0.9, 0.75],
  [0.9, 0.95, 1],
  [1, 0.86, 0.64],
];

const rooms = Array.from({ length: 8 }, (_, variant) => glass("room", variant, false));
const litRooms = Array.from({ length: 8 }, (_, variant) => glass("room", variant, true));
const shopGlass = Array.from({ length: 8 }, (_, variant) => glass("shop", variant, false));
const litShopGlass = Array.from({ length: 8 }, (_, variant) => glass("shop", variant, true));

function glass(kind: "shop" | "room", variant: number, isLit: boolean): Material {
  const tone = kind === "shop" ? 0.55 : 0.45;
  return {
    colour: isLit ? (bulbs[variant % bulbs.length] ?? [1, 1, 1]) : [tone, tone, tone],
    gloss: 0.85,
    ...(isLit ? { glow: kind === "shop" ? 0.9 : 0.55 } : {}),
    texture: interiorTexture(variant, kind),
  };
}

function glazed(
  quads: Quads,
  random: SeededRandom,
  frame: Material,
  [x0, z0, x1, z1]: readonly [number, number, number, number],
  litShare: number,
  kind: "shop" | "room",
): void {
  const variant = random.below(8);
  const isLit = random.fraction() < litShare * (kind === "shop" ? 0.85 : 0.45);
  const panes = kind === "shop" ? (isLit ? litShopGlass : shopGlass) : isLit ? litRooms : rooms;
  const pane = panes[variant];
  if (pane === undefined) return;
  const y = -0.02;
  quads.face(pane, [
    [x0, y, z0],
    [x1, y, z0],
    [x1, y, z1],
    [x0, y, z1],
  ]);
  const bar = 0.06;
  quads.box(frame, [x0 - bar, -0.07, z0 - bar], [x0, 0, z1 + bar]);
  quads.box(frame, [x1, -0.07, z0 - bar], [x1 + bar, 0, z1 + bar]);
  quads.box(frame, [x0, -0.07, z1], [x1, 0, z1 + bar]);
  const middle = (x0 + x1) / 2;
  quads.box(frame, [middle - 0.03, -0.06, z0], [middle + 0.03, 0, z1]);
}

function shops(
  quads: Quads,
  random: SeededRandom,
  { widthM, litShare }: BuildingOptions,
  groundM: number,
  frame: Material,
  signPlaces: { xM: number; widthM: number; zM: number }[],
): void {
  const count = Math.max(1, Math.round(widthM / (3.4 + random.fraction() * 1.6)));
  const pitch = widthM / count;
  const pillar = plain(varied([0.6, 0.58, 0.55], random, 0.3), 0.12, wallTexture("concrete"));
  const top = groundM - 0.95;
  const fascia = plain(varied([0.5, 0.48, 0.46], random, 0.5), 0.08, wallTexture("plaster"));
  quads.box(fascia, [0, -0.12, top], [widthM, 0, groundM]);
  for (let k = 0; k < count; k += 1) {
    const [x0, x1] = [k * pitch + 0.22, (k + 1) * pitch - 0.22];
    quads.box(pillar, [x0 - 0.44, -0.1, 0], [x0, 0, top]);
    signPlaces.push({ xM: (x0 + x1) / 2, widthM: pitch - 0.3, zM: top + 0.08 });
    if (random.fraction() < 0.22) {
      const shutter = plain(varied([0.62, 0.63, 0.64], random, 0.2), 0.2, wallTexture("shutter"));
      quads.face(
        shutter,
        [
          [x0, -0.03, 0.05],
          [x1, -0.03, 0.05],
          [x1, -0.03, top],
          [x0, -0.03, top],
        ],
        {
          uMax: x1 - x0,
          vMax: top,
        },
      );
      continue;
    }
    const door = x0 + 0.95 + random.fraction() * 0.3;
    glazed(quads, random, frame, [x0, 0.05, door - 0.06, top], litShare, "shop");
    const plinth = 0.25 + random.fraction() * 0.45;
    quads.box(pillar, [door, -0.06, 0], [x1, 0, plinth]);
    glazed(quads, random, frame, [door, plinth, x1, top], litShare, "shop");
    if (random.fraction() < 0.3) awning(quads, random, x0, x1, top);
  }
  quads.box(pillar, [widthM - 0.22, -0.1, 0], [widthM, 0, top]);
}

function awning(quads: Quads, random: SeededRandom, x0: number, x1: number, top: number): void {
  const colour = varied([0.5, 0.5, 0.5], random, 0.9);
  const cloth: Material = { ...plain(colour, 0.02), isThin: true };
  const second: Material = { ...plain([0.88, 0.87, 0.82], 0.02), isThin: true };
  const stripes = Math.max(2, Math.round((x1 - x0) / 0.4));
  const reach = -1.1 - random.fraction() * 0.5;
  for (let k = 0; k < stripes; k += 1) {
    const [a, b] = [x0 + ((x1 - x0) * k) / stripes, x0 + ((x1 - x0) * (k + 1)) / stripes];
    const material = k % 2 === 0 ? cloth : second;
    const low = top - 0.5;
    quads.face(material, [
      [a, reach, low],
      [b, reach, low],
      [b, 0, top],
      [a, 0, top],
    ]);
    quads.face(material, [
      [a, reach, low - 0.2],
      [b, reach, low - 0.2],
      [b, reach, low],
      [a, reach, low],
    ]);
  }
}

function drainpipe(quads: Quads, random: SeededRandom, width: number, height: number): void {
  const pipe = plain([0.55, 0.55, 0.54], 0.08);
  const x = random.below(2) === 0 ? 0.15 : width - 0.25;
  quads.box(pipe, [x, -0.14, 0], [x + 0.1, -0.02, height - 0.3]);
}

function plain(colour: Colour, gloss: number, texture?: Material["texture"]): Material {
  return texture === undefined ? { colour, gloss } : { colour, gloss, texture };
}

function varied([r, g, b]: Colour, random: SeededRandom, by: number): Colour {
  const move = (value: number): number =>
    Math.max(0.05, Math.min(0.95, value + (random.fraction() - 0.5) * by));
  return [move(r), move(g), move(b)];
}
