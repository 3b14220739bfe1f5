/** Shop signs, light boxes, roof boards, banners, boards on the pavement; none says anything. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { signTexture } from "./glyphs.ts";
import { darkSteel, matt, steel } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { block, box, panel, sheet } from "./solids.ts";
import type { BannerLook, SignLook, WallSignLook } from "./thing-look.ts";
import { chain, moved, turned } from "./transform.ts";
import { rod, tube } from "./tubes.ts";

/** Pixels of writing a metre: enough for a sign that is 200 pixels high in the picture. */
const pixelsAMetre = 120;

export function signShape(look: SignLook): Shape {
  const mesh = new MeshBuilder();
  switch (look.kind) {
    case "banner":
      banner(mesh, look);
      break;
    case "pavement-board":
      pavementBoard(mesh, diceOf(look.kind, look.seed), look.lights);
      break;
    case "signboard":
      wallSign(mesh, look);
      break;
  }
  return mesh.shape();
}

function wallSign(mesh: MeshBuilder, look: WallSignLook): void {
  const { style, seed, widthM, heightM, lights } = look;
  const dice = diceOf(style, seed);
  switch (style) {
    case "shop":
      if (widthM > heightM * 2.5 && dice.chance(0.25)) loneLetters(mesh, dice, look);
      else shopBoard(mesh, dice, look);
      return;
    case "light-box": {
      const column = heightM > widthM * 1.4;
      const face = writing(dice, widthM, heightM, lights, column);
      box(mesh, darkSteel, { min: [-0.07, 0.12, 0], max: [0.07, widthM + 0.12, heightM] });
      for (const x of [-0.072, 0.072]) {
        const [near, far] = x < 0 ? [widthM + 0.1, 0.14] : [0.14, widthM + 0.1];
        panel(mesh, face, [
          [x, near, 0.02],
          [x, far, 0.02],
          [x, far, heightM - 0.02],
          [x, near, heightM - 0.02],
        ]);
      }
      for (const z of [0.15, heightM - 0.15]) block(mesh, steel, [0, 0.06, z], [0.05, 0.13, 0.05]);
      return;
    }
    case "roof": {
      for (let strut = 0; strut < 4; strut += 1) {
        const x = (strut / 3 - 0.5) * widthM * 0.9;
        rod(mesh, darkSteel, [x, -0.1, 0], [x, -0.1, heightM + 0.5], 0.04, 4);
        rod(mesh, darkSteel, [x, -0.9, 0], [x, -0.1, heightM * 0.8], 0.03, 4);
      }
      mesh.within(moved(0, 0, 0.5), () => {
        shopBoard(mesh, dice, look);
      });
    }
  }
}

function shopBoard(mesh: MeshBuilder, dice: Dice, { widthM, heightM, lights }: WallSignLook): void {
  const [x, deep] = [widthM / 2, dice.between(0.08, 0.2)];
  const edge = dice.pick([matt([0.75, 0.75, 0.74]), darkSteel, matt([0.55, 0.08, 0.08])]);
  box(mesh, edge, { min: [-x, 0, 0], max: [x, deep, heightM] });
  const inset = dice.chance(0.5) ? 0.03 : 0;
  panel(mesh, writing(dice, widthM, heightM, lights), [
    [x - inset, deep + 0.006, inset],
    [-x + inset, deep + 0.006, inset],
    [-x + inset, deep + 0.006, heightM - inset],
    [x - inset, deep + 0.006, heightM - inset],
  ]);
  if (!dice.chance(0.4)) return;
  for (let at = 0.5; at < widthM - 0.3; at += 1.2) {
    tube(
      mesh,
      darkSteel,
      [
        [at - x, deep, heightM],
        [at - x, deep + 0.35, heightM + 0.12],
        [at - x, deep + 0.42, heightM + 0.04],
      ],
      0.018,
      4,
    );
  }
}

/** Letters of plastic, each alone on the wall: bars on a grid. */
function loneLetters(
  mesh: MeshBuilder,
  dice: Dice,
  { widthM, heightM, lights }: WallSignLook,
): void {
  const colour = dice.pick<Colour>([
    [0.75, 0.07, 0.07],
    [0.9, 0.7, 0.15],
    [0.93, 0.93, 0.92],
    [0.08, 0.2, 0.55],
  ]);
  const material: Material = { colour, gloss: 0.3, ...(lights ? { glow: 0.9 } : {}) };
  const step = heightM * 1.05;
  const count = Math.max(1, Math.min(8, Math.floor(widthM / step)));
  for (let index = 0; index < count; index += 1) {
    const middle = (index - (count - 1) / 2) * (widthM / count);
    const half = heightM * 0.42;
    const thick = heightM * 0.1;
    const across = (z: number, length: number): void => {
      block(mesh, material, [middle, 0.05, z], [length, 0.08, thick]);
    };
    const upright = (x: number, from: number, to: number): void => {
      block(mesh, material, [middle + x, 0.05, (from + to) / 2], [thick, 0.08, to - from]);
    };
    const levels = 2 + dice.below(2);
    for (let level = 0; level < levels; level += 1) {
      const z = heightM * (0.12 + (0.78 * (level + 0.5)) / levels);
      across(z, half * dice.between(1.5, 2));
    }
    upright(dice.between(-0.2, 0.2) * half, heightM * 0.05, heightM * dice.between(0.8, 0.98));
    if (dice.chance(0.6)) upright(-half * 0.85, heightM * 0.1, heightM * dice.between(0.5, 0.9));
    if (dice.chance(0.6)) upright(half * 0.85, heightM * 0.1, heightM * dice.between(0.5, 0.9));
  }
}

function banner(mesh: MeshBuilder, { seed, widthM, heightM, phase }: BannerLook): void {
  const dice = diceOf("banner", seed);
  const isRed = dice.chance(0.75);
  const texture = signTexture(dice, {
    ...textureSize(widthM, heightM),
    background: isRed
      ? [0.72, 0.07, 0.08]
      : dice.pick([
          [0.1, 0.25, 0.55],
          [0.9, 0.75, 0.15],
        ]),
    ink: isRed
      ? dice.pick([
          [0.95, 0.85, 0.3],
          [0.95, 0.94, 0.92],
        ])
      : [0.95, 0.94, 0.92],
    lines: 1,
  });
  const x = widthM / 2;
  const swing = dice.between(0.03, 0.08);
  sheet(
    mesh,
    { colour: [1, 1, 1], gloss: 0.03, texture, isThin: true },
    [
      [x, 0.08, 0],
      [-x, 0.08, 0],
      [-x, 0.08, heightM],
      [x, 0.08, heightM],
    ],
    {
      columns: 16,
      rows: 3,
      bend: (u, v) => {
        const wave = Math.sin(2 * Math.PI * (u * 2.5 - phase)) + 0.5 * Math.sin(9 * u + 4 * v);
        const loose = Math.sin(Math.PI * u) * (0.3 + 0.7 * v);
        return [0, swing * (1 + wave * loose), -0.05 * widthM * 0.2 * Math.sin(Math.PI * u)];
      },
    },
  );
  for (const side of [-1, 1]) {
    for (const z of [0.01, heightM - 0.01]) {
      rod(mesh, darkSteel, [side * x, 0.08, z], [side * (x + 0.25), 0, z + 0.03], 0.008, 3);
    }
  }
}

function pavementBoard(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const [width, height] = [dice.between(0.5, 0.7), dice.between(0.85, 1.2)];
  const face = writing(dice, width, height, lights);
  const frame = dice.pick([steel, darkSteel, matt([0.4, 0.28, 0.18])]);
  for (const side of [0, 180]) {
    mesh.within(chain(turned("z", side), moved(0, 0.24, 0), turned("x", 13)), () => {
      block(mesh, frame, [0, 0, height / 2], [width, 0.03, height]);
      panel(mesh, face, [
        [width / 2 - 0.03, 0.017, 0.08],
        [-width / 2 + 0.03, 0.017, 0.08],
        [-width / 2 + 0.03, 0.017, height - 0.03],
        [width / 2 - 0.03, 0.017, height - 0.03],
      ]);
    });
  }
}

/** A face with writing that glows as a whole when it is lit from behind. */
export function writing(
  dice: Dice,
  widthM: number,
  heightM: number,
  isLit: boolean,
  isColumn = false,
): Material {
  const shape = widthM / heightM;
  const lines = isColumn ? Math.min(8, Math.max(2, Math.round(1 / shape))) : linesOf(dice, shape);
  const texture = signTexture(dice, {
    ...textureSize(widthM, heightM),
    lines,
    isColumn,
    frame: dice.chance(0.3) ? [0.85, 0.8, 0.6] : undefined,
  });
  return { colour: [1, 1, 1], gloss: 0.15, texture, ...(isLit ? { glow: 0.8 } : {}) };
}

function linesOf(dice: Dice, shape: number): number {
  if (shape > 3) return dice.chance(0.7) ? 1 : 2;
  return shape > 1.4 ? 2 : 3 + dice.below(2);
}

function textureSize(widthM: number, heightM: number): { widthPx: number; heightPx: number } {
  const scale = Math.min(pixelsAMetre, 640 / widthM, 640 / heightM);
  return { widthPx: Math.max(8, widthM * scale), heightPx: Math.max(8, heightM * scale) };
}
