/** Lamp posts, benches, traffic signs, bare tables. */
import type { Colour, Material, Shape } from "../shape.ts";
import { diceOf } from "./dice.ts";
import { table } from "./goods.ts";
import { darkSteel, lamp, matt, steel, wood, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { block, lathe } from "./solids.ts";
import { chain, moved, turned } from "./transform.ts";
import { rod, tube } from "./tubes.ts";

export function lampPostShape(seed: number, lights: boolean): Shape {
  const dice = diceOf("lamp-post", seed);
  const mesh = new MeshBuilder();
  const [height, reach] = [dice.between(6.5, 8.5), dice.between(1.2, 2)];
  const post: Material = {
    colour: worn(
      dice,
      dice.pick([
        [0.6, 0.61, 0.62],
        [0.2, 0.24, 0.22],
        [0.8, 0.8, 0.79],
      ]),
    ),
    gloss: 0.3,
  };
  lathe(
    mesh,
    post,
    [
      [0.16, 0],
      [0.16, 0.7],
      [0.1, 0.8],
      [0.06, height - 0.4],
    ],
    8,
  );
  tube(
    mesh,
    post,
    [
      [0, 0, height - 0.45],
      [0, reach * 0.3, height - 0.05],
      [0, reach * 0.8, height],
    ],
    [0.05, 0.045, 0.04],
    6,
  );
  block(mesh, post, [0, reach, height], [0.26, 0.7, 0.1], 0.03);
  block(mesh, lamp([1, 0.95, 0.85], lights), [0, reach, height - 0.055], [0.2, 0.55, 0.02]);
  return mesh.shape();
}

export function benchShape(seed: number): Shape {
  const dice = diceOf("bench", seed);
  const mesh = new MeshBuilder();
  const slat = matt(worn(dice, dice.pick([wood.colour, [0.35, 0.22, 0.14], [0.5, 0.5, 0.5]])));
  const width = dice.between(1.4, 1.8);
  for (const y of [-0.15, -0.02, 0.11]) block(mesh, slat, [0, y, 0.44], [width, 0.1, 0.035]);
  if (dice.chance(0.7))
    for (const z of [0.62, 0.78]) block(mesh, slat, [0, -0.24, z], [width, 0.03, 0.1]);
  for (const side of [-1, 1]) {
    const x = side * (width / 2 - 0.15);
    tube(
      mesh,
      darkSteel,
      [
        [x, 0.16, 0],
        [x, 0.14, 0.42],
        [x, -0.2, 0.42],
        [x, -0.26, 0.82],
      ],
      0.022,
      5,
    );
    rod(mesh, darkSteel, [x, -0.2, 0.42], [x, -0.24, 0], 0.022, 5);
  }
  return mesh.shape();
}

/** Shapes and colours of the real ones: no stopping, no entry, warning, blue for ways. */
export function trafficSignShape(seed: number): Shape {
  const dice = diceOf("traffic-sign", seed);
  const mesh = new MeshBuilder();
  const height = dice.between(2.4, 2.9);
  rod(mesh, steel, [0, 0, 0], [0, 0, height], 0.035, 7);
  const face = (colour: Colour): Material => ({ colour, gloss: 0.2 });
  const [red, blue, white, yellow] = [
    face([0.75, 0.08, 0.08]),
    face([0.06, 0.2, 0.6]),
    face([0.92, 0.92, 0.92]),
    face([0.93, 0.72, 0.1]),
  ];
  const disc = (material: Material, radius: number, deep: number, sides = 20, turn = 0): void => {
    mesh.within(chain(moved(0, 0.04, height - 0.28), turned("x", -90), turned("z", turn)), () => {
      lathe(
        mesh,
        (level) => (level === 0 ? steel : material),
        [
          [radius, 0],
          [radius, 0.01],
          [radius * 0.98, 0.012 + deep],
        ],
        sides,
      );
    });
  };
  const bar = (material: Material, turn: number): void => {
    mesh.within(chain(moved(0, 0.068, height - 0.28), turned("y", turn)), () => {
      block(mesh, material, [0, 0, 0], [0.5, 0.006, 0.07]);
    });
  };
  switch (dice.below(5)) {
    case 0:
      disc(red, 0.3, 0);
      disc(blue, 0.24, 0.008);
      bar(red, 45);
      bar(red, -45);
      break;
    case 1:
      disc(red, 0.3, 0);
      bar(white, 0);
      break;
    case 2:
      disc(yellow, 0.36, 0, 3, -90);
      break;
    case 3:
      disc(red, 0.3, 0);
      disc(white, 0.24, 0.008);
      break;
    default:
      block(mesh, blue, [0, 0.05, height - 0.3], [0.6, 0.02, 0.6]);
      block(mesh, white, [0.0, 0.064, height - 0.3], [0.16, 0.006, 0.4]);
  }
  return mesh.shape();
}

export function tableShape(seed: number): Shape {
  const dice = diceOf("table", seed);
  const mesh = new MeshBuilder();
  table(mesh, dice, {
    width: dice.between(1, 1.8),
    depth: dice.between(0.55, 0.75),
    height: dice.between(0.7, 0.78),
    hasCloth: dice.chance(0.4),
  });
  return mesh.shape();
}
