/** Small things that many stalls have. */
import type { Dice } from "./dice.ts";
import { lamp, rubber, wood } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { writing } from "./sign.ts";
import { block, panel } from "./solids.ts";
import { rod } from "./tubes.ts";

/** Cardboard with a made-up price, on a stick. */
export function priceSign(mesh: MeshBuilder, dice: Dice, x: number, y: number, z: number): void {
  rod(mesh, wood, [x, y, z], [x, y, z + 0.4], 0.008, 4);
  const face = writing(dice, 0.4, 0.28, false);
  panel(mesh, { ...face, isThin: true }, [
    [x + 0.2, y + 0.012, z + 0.3],
    [x - 0.2, y + 0.012, z + 0.3],
    [x - 0.2, y + 0.012, z + 0.58],
    [x + 0.2, y + 0.012, z + 0.58],
  ]);
}

export function bulb(mesh: MeshBuilder, x: number, y: number, z: number): void {
  rod(mesh, rubber, [x, y, 0.02], [x, y, z], 0.012, 4);
  block(mesh, lamp([1, 0.95, 0.85], true), [x, y, z], [0.09, 0.09, 0.14], 0.03);
}
