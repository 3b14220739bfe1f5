/** Bicycles, shared and private: tubes, wheels with spokes. */
import type { Colour, Material } from "../shape.ts";
import type { Dice } from "./dice.ts";
import { darkSteel, rubber, steel, worn } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { block, ellipsoid } from "./solids.ts";
import { rod, tube } from "./tubes.ts";
import { basket, fender } from "./two-wheeler-parts.ts";
import type { Vec3 } from "./vector.ts";
import { spokedWheel } from "./wheel.ts";

export function bicycle(mesh: MeshBuilder, dice: Dice): void {
  // Shared bikes come in loud colours and all alike; private ones are dark.
  const isShared = dice.chance(0.6);
  const colour = isShared
    ? dice.pick<Colour>([
        [0.1, 0.45, 0.75],
        [0.9, 0.72, 0.05],
        [0.2, 0.62, 0.55],
      ])
    : dice.pick<Colour>([
        [0.1, 0.1, 0.11],
        [0.5, 0.08, 0.08],
        [0.7, 0.71, 0.72],
        [0.12, 0.2, 0.4],
      ]);
  const paint: Material = { colour: worn(dice, colour), gloss: 0.3 };
  const radius = isShared ? 0.31 : 0.34;
  for (const y of [-0.52, 0.52]) {
    spokedWheel(mesh, { x: 0, y, radius, rim: isShared ? paint : steel });
    fender(mesh, paint, { y, radius, halfWidth: 0.03 });
  }
  const [crank, seat, neck]: readonly [Vec3, Vec3, Vec3] = [
    [0, 0.04, 0.28],
    [0, -0.14, 0.72],
    [0, 0.38, 0.82],
  ];
  const thick = isShared ? 0.026 : 0.019;
  const lower = isShared ? 0.34 : 0.66;
  tube(mesh, paint, [neck, [0, 0.33, 0.68], crank], thick * 1.15, 5);
  if (!isShared || dice.chance(0.3)) rod(mesh, paint, seat, [0, 0.36, 0.76], thick, 5);
  else rod(mesh, paint, [0, -0.05, lower + 0.12], [0, 0.3, 0.62], thick, 5);
  rod(mesh, paint, crank, seat, thick, 5);
  for (const x of [-0.05, 0.05]) {
    rod(mesh, paint, crank, [x, -0.52, radius], 0.012, 4);
    rod(mesh, paint, [0, -0.12, 0.66], [x, -0.52, radius], 0.011, 4);
    rod(mesh, darkSteel, [x * 0.6, 0.4, 0.72], [x, 0.52, radius], 0.014, 4);
  }
  rod(mesh, steel, seat, [0, -0.2, 0.9], 0.014, 5);
  ellipsoid(mesh, rubber, [0, -0.22, 0.92], [0.08, 0.14, 0.035], { sides: 7, levels: 4 });
  rod(mesh, darkSteel, neck, [0, 0.36, 1.0], 0.016, 5);
  tube(
    mesh,
    darkSteel,
    [
      [-0.29, 0.3, 1.04],
      [-0.12, 0.38, 1.02],
      [0.12, 0.38, 1.02],
      [0.29, 0.3, 1.04],
    ],
    0.013,
    5,
  );
  block(mesh, paint, [0.05, -0.22, 0.3], [0.02, 0.5, 0.08]);
  for (const side of [-1, 1]) {
    block(
      mesh,
      darkSteel,
      [side * 0.11, 0.04 + side * 0.1, 0.28 - side * 0.1],
      [0.09, 0.08, 0.025],
    );
  }
  if (isShared || dice.chance(0.4)) basket(mesh, dice, [0, 0.6, 0.78]);
  if (!isShared && dice.chance(0.5)) block(mesh, darkSteel, [0, -0.5, 0.74], [0.12, 0.36, 0.02]);
}
