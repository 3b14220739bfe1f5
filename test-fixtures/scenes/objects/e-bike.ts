/** Electric scooters and bikes: small wheels, a front shield, a footboard, a seat on a box. */
import type { Colour, Material } from "../shape.ts";
import type { Dice } from "./dice.ts";
import { blackPlastic, darkSteel, lamp, rubber, steel, worn } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { block, box, extrudeX } from "./solids.ts";
import { rod, tube } from "./tubes.ts";
import { basket, fender } from "./two-wheeler-parts.ts";
import type { Vec3 } from "./vector.ts";
import { wheel } from "./wheel.ts";

export function electricBike(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const colour = dice.pick<Colour>([
    [0.08, 0.08, 0.09],
    [0.85, 0.85, 0.84],
    [0.55, 0.07, 0.08],
    [0.12, 0.25, 0.5],
    [0.45, 0.47, 0.48],
    [0.75, 0.6, 0.62],
  ]);
  const paint: Material = { colour: worn(dice, colour, 0.08), gloss: 0.35 };
  const radius = 0.23;
  for (const y of [-0.58, 0.58]) {
    wheel(mesh, { x: 0, y, radius, width: 0.1, rim: steel, sides: 12 });
    fender(mesh, paint, { y, radius, halfWidth: 0.065 });
  }
  // Front shield, footboard and seat box in one line, as the plastic of these bikes runs.
  const shells = [
    {
      x: 0.17,
      outline: [
        [0.47, 0.42],
        [0.4, 0.9],
        [0.34, 0.9],
        [0.38, 0.42],
      ],
    },
    {
      x: 0.15,
      outline: [
        [0.36, 0.2],
        [0.47, 0.42],
        [0.38, 0.42],
        [0.28, 0.28],
      ],
    },
    {
      x: 0.15,
      outline: [
        [0.36, 0.2],
        [0.28, 0.28],
        [-0.12, 0.28],
        [-0.12, 0.2],
      ],
    },
  ] as const;
  for (const { x, outline } of shells) extrudeX(mesh, paint, outline, -x, x);
  rearBody(mesh, paint);
  for (const x of [-0.07, 0.07]) rod(mesh, steel, [x, 0.42, 0.62], [x, 0.58, radius], 0.024, 5);
  rod(mesh, darkSteel, [0, 0.36, 0.88], [0, 0.3, 1.02], 0.025, 5);
  tube(
    mesh,
    rubber,
    [
      [-0.34, 0.2, 1.03],
      [-0.14, 0.3, 1.02],
      [0.14, 0.3, 1.02],
      [0.34, 0.2, 1.03],
    ],
    0.018,
    5,
  );
  block(mesh, paint, [0, 0.32, 1.0], [0.22, 0.12, 0.12], 0.03);
  block(mesh, blackPlastic, [0, 0.35, 0.68], [0.28, 0.02, 0.4]);
  block(mesh, blackPlastic, [0, 0.46, 0.76], [0.22, 0.03, 0.16], 0.02);
  block(mesh, lamp([0.92, 0.92, 0.88], lights), [0, 0.47, 0.77], [0.16, 0.04, 0.09]);
  block(mesh, lamp([0.6, 0.05, 0.05], lights, 0.6), [0, -0.84, 0.67], [0.18, 0.03, 0.07]);
  block(mesh, { colour: [0.85, 0.85, 0.85], gloss: 0.2 }, [0, -0.86, 0.46], [0.18, 0.01, 0.12]);
  for (const side of [-1, 1]) {
    rod(mesh, darkSteel, [side * 0.22, 0.24, 1.03], [side * 0.27, 0.24, 1.18], 0.007, 4);
    block(mesh, blackPlastic, [side * 0.28, 0.24, 1.2], [0.11, 0.03, 0.07], 0.02);
  }
  if (dice.chance(0.35))
    box(mesh, dice.chance(0.5) ? blackPlastic : paint, {
      min: [-0.19, -0.98, 0.76],
      max: [0.19, -0.62, 1.06],
      bevel: 0.04,
    });
  if (dice.chance(0.35)) basket(mesh, dice, [0, 0.58, 0.68]);
}

/** Dark works below, a coloured tail over them, the seat that rises behind. */
function rearBody(mesh: MeshBuilder, paint: Material): void {
  box(mesh, blackPlastic, { min: [-0.1, -0.45, 0.24], max: [0.1, 0.0, 0.5], bevel: 0.03 });
  const tail = [
    [0.02, 0.42],
    [0.04, 0.7],
    [-0.8, 0.75],
    [-0.85, 0.64],
    [-0.42, 0.44],
  ] as const;
  extrudeX(mesh, paint, tail, -0.13, 0.13);
  const seat = [
    [0.04, 0.7],
    [0.0, 0.77],
    [-0.34, 0.79],
    [-0.42, 0.83],
    [-0.8, 0.83],
    [-0.82, 0.75],
  ] as const;
  extrudeX(mesh, rubber, seat, -0.125, 0.125);
  for (const side of [-1, 1]) {
    rod(mesh, darkSteel, [side * 0.09, -0.2, 0.3], [side * 0.09, -0.58, 0.23], 0.022, 4);
    rod(mesh, steel, [side * 0.1, -0.5, 0.55], [side * 0.1, -0.58, 0.25], 0.028, 5);
  }
  const rail: readonly Vec3[] = [
    [-0.13, -0.6, 0.78],
    [-0.14, -0.88, 0.84],
    [0.14, -0.88, 0.84],
    [0.13, -0.6, 0.78],
  ];
  tube(mesh, steel, rail, 0.012, 4);
  rod(mesh, darkSteel, [-0.08, -0.15, 0.26], [-0.2, -0.22, 0.02], 0.014, 4);
}
