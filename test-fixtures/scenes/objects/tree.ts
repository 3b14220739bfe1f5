/** Street trees and planters: a trunk, and leaves as clusters of thin cards. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { cloth, matt, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { blob, block, box } from "./solids.ts";
import { chain, moved, turned } from "./transform.ts";
import { rod, tube } from "./tubes.ts";
import { add, mix, times, type Vec3 } from "./vector.ts";

const leafColours: readonly [Colour, ...Colour[]] = [
  [0.13, 0.25, 0.08],
  [0.17, 0.3, 0.1],
  [0.22, 0.33, 0.12],
  [0.12, 0.22, 0.1],
];

export function treeShape(seed: number): Shape {
  const dice = diceOf("tree", seed);
  const mesh = new MeshBuilder();
  const height = dice.between(5, 8);
  const fork = height * dice.between(0.35, 0.45);
  const spread = height * dice.between(0.22, 0.3);
  const bark = matt(worn(dice, [0.3, 0.25, 0.2]));
  const lean: Vec3 = [dice.between(-0.2, 0.2), dice.between(-0.2, 0.2), fork];
  tube(mesh, bark, [[0, 0, 0], mix([0, 0, 0], lean, 0.1), lean], [0.2, 0.14, 0.11], 8);
  if (dice.chance(0.5))
    rod(mesh, matt([0.85, 0.84, 0.8]), [0, 0, 0.02], mix([0, 0, 0], lean, 0.32), [0.205, 0.15], 8);
  const branches = 6;
  const greens = [0, 1, 2].map(() => cloth(worn(dice, dice.pick(leafColours), 0.15)));
  const core = matt(times(dice.pick(leafColours), 0.7));
  for (let index = 0; index < branches; index += 1) {
    const angle = ((index + dice.between(-0.3, 0.3)) / branches) * 2 * Math.PI;
    const out = index === 0 ? 0.15 : dice.between(0.5, 0.85);
    const tip: Vec3 = [
      lean[0] + spread * out * Math.cos(angle),
      lean[1] + spread * out * Math.sin(angle),
      fork + (height - fork) * (index === 0 ? 0.75 : dice.between(0.3, 0.65)),
    ];
    tube(mesh, bark, [lean, mix(lean, add(tip, [0, 0, -0.2]), 0.6), tip], [0.08, 0.05, 0.02], 5);
    const size = spread * dice.between(0.45, 0.62);
    blob(mesh, core, {
      centre: tip,
      radii: [size * 0.6, size * 0.6, size * 0.45],
      dice,
      dents: 0.3,
      sides: 7,
      levels: 5,
    });
    leaves(mesh, dice, greens, tip, size, 120, 0.42);
  }
  return mesh.shape();
}

export function planterShape(seed: number): Shape {
  const dice = diceOf("planter", seed);
  const mesh = new MeshBuilder();
  const [width, depth, height] = [
    dice.between(0.9, 1.6),
    dice.between(0.4, 0.5),
    dice.between(0.35, 0.5),
  ];
  const stone = matt(
    worn(
      dice,
      dice.pick([
        [0.55, 0.54, 0.52],
        [0.4, 0.28, 0.2],
        [0.3, 0.31, 0.32],
      ]),
    ),
  );
  const [x, y] = [width / 2, depth / 2];
  box(mesh, stone, { min: [-x, -y, 0], max: [x, y, height], bevel: 0.03 });
  block(mesh, matt([0.16, 0.12, 0.09]), [0, 0, height], [width - 0.1, depth - 0.1, 0.02]);
  const greens = [cloth(worn(dice, dice.pick(leafColours)))];
  const blooms = cloth(
    dice.pick([
      [0.7, 0.15, 0.3],
      [0.85, 0.7, 0.2],
      [0.6, 0.3, 0.6],
      [0.75, 0.2, 0.15],
    ]),
  );
  for (let index = 0; index < 4; index += 1) {
    const centre: Vec3 = [((index + 0.5) / 4 - 0.5) * width * 0.85, 0, height + 0.12];
    blob(mesh, matt([0.08, 0.14, 0.05]), {
      centre,
      radii: [width * 0.13, depth * 0.35, 0.12],
      dice,
      dents: 0.3,
      sides: 7,
      levels: 4,
    });
    leaves(mesh, dice, [...greens, ...greens, blooms], centre, depth * 0.5, 40, 0.1);
  }
  return mesh.shape();
}

/** Cards that face every way around a centre, denser towards the outside. */
function leaves(
  mesh: MeshBuilder,
  dice: Dice,
  greens: readonly Material[],
  centre: Vec3,
  size: number,
  count: number,
  card = 0.34,
): void {
  for (let index = 0; index < count; index += 1) {
    const material = greens[index % greens.length];
    if (material === undefined) continue;
    const [round, rise] = [dice.between(0, 2 * Math.PI), dice.between(-0.8, 1)];
    const flat = Math.sqrt(1 - rise * rise);
    const reach = size * dice.between(0.55, 1.05);
    const place = moved(
      centre[0] + reach * flat * Math.cos(round),
      centre[1] + reach * flat * Math.sin(round),
      centre[2] + reach * rise * 0.8,
    );
    const half = (card / 2) * dice.between(0.6, 1.2);
    mesh.within(
      chain(place, turned("z", dice.between(0, 360)), turned("x", dice.between(-70, 70))),
      () => {
        mesh.face(material, [
          [-half, -half * 0.6, 0],
          [half * 0.7, -half, 0],
          [half, half * 0.8, 0.03],
          [-half * 0.6, half, 0],
        ]);
      },
    );
  }
}
