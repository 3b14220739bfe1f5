/** Rubbish: tied bags, cartons, bottles, litter, alone or in heaps. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { cardboard, matt, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { blob, block, lathe, sheet } from "./solids.ts";
import type { GarbageLook } from "./thing-look.ts";
import { chain, moved, turned } from "./transform.ts";
import type { Vec3 } from "./vector.ts";

const bagColours: readonly [readonly [number, Colour], ...(readonly [number, Colour])[]] = [
  [9, [0.05, 0.05, 0.055]],
  [7, [0.74, 0.74, 0.72]],
  [2, [0.5, 0.1, 0.11]],
  [1, [0.15, 0.33, 0.22]],
  [1, [0.2, 0.3, 0.5]],
  [1, [0.68, 0.55, 0.25]],
];
const litterColours: readonly [Colour, ...Colour[]] = [
  [0.82, 0.81, 0.78],
  [0.74, 0.74, 0.71],
  [0.66, 0.65, 0.6],
  [0.58, 0.14, 0.12],
  [0.72, 0.56, 0.2],
  [0.25, 0.4, 0.55],
  [0.3, 0.42, 0.25],
  [0.5, 0.4, 0.3],
  [0.42, 0.34, 0.27],
  [0.12, 0.12, 0.12],
];

export function garbageShape({ seed, style }: GarbageLook): Shape {
  const dice = diceOf("garbage", style, seed);
  const mesh = new MeshBuilder();
  switch (style) {
    case "bags":
      bagsAround(mesh, dice, 2 + dice.below(5), 0.45);
      litterAround(mesh, dice, 5, 0.6);
      break;
    case "cartons":
      cartonsAround(mesh, dice, 2 + dice.below(4), 0.5);
      bagsAround(mesh, dice, dice.below(3), 0.5);
      litterAround(mesh, dice, 8, 0.7);
      break;
    case "litter":
      litterAround(mesh, dice, 26 + dice.below(20), 0.65);
      break;
    case "heap":
      heap(mesh, dice);
      break;
  }
  return mesh.shape();
}

/** A tied bag of about half a metre lies where the transform puts it. */
export function bag(mesh: MeshBuilder, dice: Dice, size = dice.between(0.2, 0.33)): void {
  const colour = dice.weighted(bagColours);
  const material: Material = { colour: worn(dice, colour, 0.25), gloss: 0.3 };
  const height = size * dice.between(0.75, 1.05);
  blob(mesh, material, {
    centre: [0, 0, height * 0.8],
    radii: [size, size * dice.between(0.75, 1), height],
    dice,
    dents: 0.17,
    sides: 8,
    levels: 5,
    zMin: 0,
  });
  mesh.within(chain(moved(0, 0, height * 1.66), turned("x", dice.between(-35, 35))), () => {
    lathe(
      mesh,
      material,
      [
        [size * 0.34, -0.05],
        [size * 0.1, 0.02],
        [size * 0.22, size * 0.28],
      ],
      5,
    );
  });
}

export function carton(mesh: MeshBuilder, dice: Dice): void {
  const [width, length, height] = [
    dice.between(0.25, 0.6),
    dice.between(0.2, 0.4),
    dice.between(0.12, 0.4),
  ];
  const material = matt(worn(dice, cardboard.colour, 0.2));
  block(mesh, material, [0, 0, height / 2], [width, length, height]);
  const tape = matt([0.72, 0.62, 0.45]);
  block(mesh, tape, [0, 0, height / 2], [width + 0.006, 0.06, height + 0.006]);
  if (!dice.chance(0.5)) return;
  for (const side of [-1, 1]) {
    const reach = dice.between(0.1, 0.2);
    const edge = (side * width) / 2;
    const tip = edge + side * reach * 0.8;
    const corners: readonly [Vec3, Vec3, Vec3, Vec3] = [
      [edge, -length / 2, height],
      [tip, -length / 2, height + reach * 0.5],
      [tip, length / 2, height + reach * 0.5],
      [edge, length / 2, height],
    ];
    sheet(mesh, { ...material, isThin: true }, corners, { columns: 1, rows: 1 });
  }
}

/** Cups, bottles, papers, food boxes: one small thing at the origin. */
export function litter(mesh: MeshBuilder, dice: Dice): void {
  const colour = worn(dice, dice.pick(litterColours), 0.15);
  switch (dice.below(4)) {
    case 0: {
      const size = dice.between(0.06, 0.16);
      const curl = dice.between(0.01, 0.06);
      sheet(
        mesh,
        { colour, gloss: 0.05, isThin: true },
        [
          [-size, -size * 0.7, 0.012],
          [size, -size * 0.6, 0.012],
          [size * 0.9, size * 0.7, 0.012],
          [-size, size * 0.8, 0.012],
        ],
        { columns: 2, rows: 1, bend: (u) => [0, 0, u === 0.5 ? 0 : curl] },
      );
      return;
    }
    case 1:
      mesh.within(chain(moved(0, 0, 0.035), turned("x", 90)), () => {
        lathe(
          mesh,
          { colour, gloss: 0.4 },
          [
            [0.034, -0.1],
            [0.034, 0.05],
            [0.014, 0.09],
            [0.014, 0.12],
          ],
          6,
        );
      });
      return;
    case 2:
      block(mesh, { colour, gloss: 0.1 }, [0, 0, 0.03], [0.16, 0.12, 0.06], 0.015);
      return;
    default:
      blob(
        mesh,
        { colour, gloss: 0.15 },
        {
          centre: [0, 0, 0.04],
          radii: [dice.between(0.05, 0.12), dice.between(0.05, 0.09), 0.055],
          dice,
          dents: 0.35,
          sides: 6,
          levels: 4,
          zMin: 0,
        },
      );
  }
}

function litterAround(mesh: MeshBuilder, dice: Dice, count: number, reach: number): void {
  scatter(mesh, dice, count, reach, () => {
    litter(mesh, dice);
  });
}

function bagsAround(mesh: MeshBuilder, dice: Dice, count: number, reach: number): void {
  scatter(mesh, dice, count, reach, () => {
    bag(mesh, dice);
  });
}

function cartonsAround(mesh: MeshBuilder, dice: Dice, count: number, reach: number): void {
  scatter(mesh, dice, count, reach, () => {
    carton(mesh, dice);
  });
}

function scatter(
  mesh: MeshBuilder,
  dice: Dice,
  count: number,
  reach: number,
  build: () => void,
): void {
  for (let index = 0; index < count; index += 1) {
    const distance = reach * Math.sqrt((index + dice.between(0.1, 0.9)) / count);
    const angle = dice.between(0, 2 * Math.PI);
    const place = moved(distance * Math.cos(angle), distance * 0.7 * Math.sin(angle), 0);
    mesh.within(chain(place, turned("z", dice.between(0, 360))), build);
  }
}

/** Loose rubbish as high as the knee, with bags and cartons in it. */
function heap(mesh: MeshBuilder, dice: Dice): void {
  const [width, depth, height] = [
    dice.between(0.7, 1.3),
    dice.between(0.5, 0.8),
    dice.between(0.25, 0.5),
  ];
  const under = matt([0.3, 0.27, 0.22]);
  blob(mesh, under, {
    centre: [0, 0, 0],
    radii: [width, depth, height],
    dice,
    dents: 0.18,
    sides: 10,
    levels: 6,
    zMin: 0,
  });
  for (let index = 0; index < 56; index += 1) {
    const share = Math.sqrt(dice.between(0, 1));
    const angle = dice.between(0, 2 * Math.PI);
    const [x, y] = [share * width * Math.cos(angle), share * depth * Math.sin(angle)];
    const z = Math.max(0, height * Math.sqrt(Math.max(0, 1 - share ** 2)) - 0.05);
    mesh.within(
      chain(moved(x, y, z), turned("z", dice.between(0, 360)), turned("x", dice.between(-40, 40))),
      () => {
        if (index % 7 === 0) bag(mesh, dice, dice.between(0.14, 0.24));
        else if (index % 19 === 1) carton(mesh, dice);
        else
          mesh.within(
            [
              [1.5, 0, 0, 0],
              [0, 1.5, 0, 0],
              [0, 0, 1.5, 0],
            ],
            () => {
              litter(mesh, dice);
            },
          );
      },
    );
  }
  litterAround(mesh, dice, 10, width * 1.2);
}
