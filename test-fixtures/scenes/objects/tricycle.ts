/** Cargo tricycles: with an open bed, loaded or not, and with the closed box of parcel couriers. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { signTexture } from "./glyphs.ts";
import { blackPlastic, darkSteel, lamp, rubber, steel, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { bag, carton } from "./rubbish.ts";
import { block, box, ellipsoid, panel } from "./solids.ts";
import { chain, moved, turned } from "./transform.ts";
import { rod, tube } from "./tubes.ts";
import { spokedWheel } from "./wheel.ts";

export const bedZ = 0.52;

export function cargoTricycle(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  tricycleFrame(mesh, dice, lights);
  const load = dice.below(4);
  for (let index = 0; index < load * 2; index += 1) {
    const place = moved(
      dice.between(-0.3, 0.3),
      dice.between(-1.05, -0.25),
      bedZ + (index > 3 ? 0.25 : 0),
    );
    mesh.within(chain(place, turned("z", dice.between(-20, 20))), () => {
      if (dice.chance(0.75)) carton(mesh, dice);
      else bag(mesh, dice);
    });
  }
}

export function parcelCartShape(seed: number): Shape {
  const dice = diceOf("parcel-cart", seed);
  const mesh = new MeshBuilder();
  tricycleFrame(mesh, dice, false);
  const colour = dice.pick<Colour>([
    [0.85, 0.85, 0.84],
    [0.1, 0.25, 0.55],
    [0.15, 0.35, 0.2],
    [0.15, 0.15, 0.17],
    [0.75, 0.4, 0.08],
  ]);
  const paint: Material = { colour: worn(dice, colour), gloss: 0.25 };
  box(mesh, paint, { min: [-0.52, -1.32, bedZ - 0.05], max: [0.52, 0.02, 1.62], bevel: 0.05 });
  const texture = signTexture(dice, {
    widthPx: 96,
    heightPx: 40,
    background: colour,
    ink: [0.92, 0.92, 0.9],
    lines: 2,
  });
  const sides = { colour: [1, 1, 1], gloss: 0.2, texture } as const;
  panel(mesh, sides, [
    [0.526, -1.2, 0.9],
    [0.526, -0.1, 0.9],
    [0.526, -0.1, 1.35],
    [0.526, -1.2, 1.35],
  ]);
  panel(mesh, sides, [
    [-0.526, -0.1, 0.9],
    [-0.526, -1.2, 0.9],
    [-0.526, -1.2, 1.35],
    [-0.526, -0.1, 1.35],
  ]);
  block(mesh, darkSteel, [0, -1.325, 1.05], [0.03, 0.02, 0.9]);
  // Roof and windscreen over the driver.
  block(mesh, paint, [0, 0.45, 1.66], [0.9, 0.95, 0.06], 0.02);
  for (const x of [-0.38, 0.38]) rod(mesh, darkSteel, [x, 0.85, 0.9], [x, 0.78, 1.64], 0.02, 5);
  block(mesh, { colour: [0.3, 0.34, 0.36], gloss: 0.7 }, [0, 0.84, 1.3], [0.74, 0.02, 0.6]);
  block(mesh, paint, [0, 0.85, 0.75], [0.7, 0.06, 0.5], 0.03);
  return mesh.shape();
}

/** Wheels, frame, saddle, handlebar and the open bed behind. */
export function tricycleFrame(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const colour = dice.pick<Colour>([
    [0.1, 0.28, 0.5],
    [0.12, 0.3, 0.22],
    [0.5, 0.1, 0.09],
    [0.3, 0.31, 0.32],
  ]);
  const paint: Material = { colour: worn(dice, colour, 0.2), gloss: 0.15 };
  spokedWheel(mesh, { x: 0, y: 1.02, radius: 0.3, rim: steel, thick: 0.03 });
  for (const x of [-0.54, 0.54])
    spokedWheel(mesh, { x, y: -0.62, radius: 0.3, rim: steel, thick: 0.03 });
  rod(mesh, darkSteel, [-0.54, -0.62, 0.3], [0.54, -0.62, 0.3], 0.025, 5);
  tube(
    mesh,
    paint,
    [
      [0, -0.4, 0.42],
      [0, 0.35, 0.36],
      [0, 0.78, 0.72],
      [0, 0.82, 0.86],
    ],
    0.032,
    5,
  );
  for (const x of [-0.06, 0.06])
    rod(mesh, darkSteel, [x * 0.7, 0.84, 0.8], [x, 1.02, 0.3], 0.018, 4);
  rod(mesh, darkSteel, [0, 0.83, 0.85], [0, 0.8, 1.04], 0.02, 5);
  tube(
    mesh,
    rubber,
    [
      [-0.32, 0.7, 1.07],
      [-0.14, 0.8, 1.05],
      [0.14, 0.8, 1.05],
      [0.32, 0.7, 1.07],
    ],
    0.016,
    5,
  );
  rod(mesh, steel, [0, 0.22, 0.4], [0, 0.22, 0.86], 0.02, 5);
  ellipsoid(mesh, rubber, [0, 0.22, 0.89], [0.11, 0.16, 0.045], { sides: 8, levels: 4 });
  block(mesh, blackPlastic, [0, 0.36, 0.42], [0.24, 0.36, 0.16], 0.02);
  block(mesh, lamp([0.9, 0.9, 0.85], lights), [0, 0.93, 0.88], [0.12, 0.06, 0.1]);
  // The bed: floor and four low walls.
  block(mesh, paint, [0, -0.64, bedZ - 0.02], [0.98, 1.3, 0.05]);
  for (const x of [-0.48, 0.48]) block(mesh, paint, [x, -0.64, bedZ + 0.14], [0.03, 1.3, 0.28]);
  for (const y of [-1.28, 0]) block(mesh, paint, [0, y, bedZ + 0.14], [0.98, 0.03, 0.28]);
  block(mesh, lamp([0.55, 0.05, 0.05], lights, 0.6), [0.4, -1.3, bedZ + 0.05], [0.1, 0.02, 0.06]);
}
