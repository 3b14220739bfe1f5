/** Stalls on wheels: handcarts, food carts, cargo tricycles in trade. */
import type { Colour, Material } from "../shape.ts";
import type { Dice } from "./dice.ts";
import { crate, fruitHeap, smallWares } from "./goods.ts";
import { cloth, darkSteel, matt, steel, wood, worn } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { writing } from "./sign.ts";
import { block, box, lathe, loft, panel, roundedRect } from "./solids.ts";
import { bulb, priceSign } from "./stall-parts.ts";
import { chain, moved, turned } from "./transform.ts";
import { bedZ, tricycleFrame } from "./tricycle.ts";
import { rod } from "./tubes.ts";
import { parasol } from "./umbrella.ts";
import { spokedWheel, wheel } from "./wheel.ts";

export function handcart(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const planks: Material = matt(worn(dice, wood.colour, 0.2));
  block(mesh, planks, [0, 0, 0.72], [1.7, 0.95, 0.06]);
  for (const y of [-0.47, 0.47]) block(mesh, planks, [0, y, 0.8], [1.7, 0.03, 0.12]);
  for (const x of [-0.84, 0.84]) block(mesh, planks, [x, 0, 0.8], [0.03, 0.95, 0.12]);
  mesh.within(turned("z", 90), () => {
    for (const x of [-0.5, 0.5]) {
      for (const y of [-0.5, 0.5])
        spokedWheel(mesh, { x, y, radius: 0.32, rim: steel, thick: 0.03 });
    }
  });
  for (const x of [-0.5, 0.5]) rod(mesh, darkSteel, [x, -0.5, 0.32], [x, 0.5, 0.32], 0.02, 4);
  for (const x of [-0.5, 0.5]) {
    for (const y of [-0.35, 0.35]) rod(mesh, darkSteel, [x, y, 0.32], [x, y, 0.7], 0.02, 4);
  }
  for (const y of [-0.3, 0.3]) rod(mesh, planks, [0.8, y, 0.74], [1.35, y, 0.85], 0.025, 5);
  mesh.within(moved(0, 0, 0.75), () => {
    fruitHeap(mesh, dice, 1.55, 0.8);
  });
  if (dice.chance(0.4)) {
    mesh.within(moved(-0.6, -0.5, 0), () => {
      parasol(mesh, dice, 1.15);
    });
  }
  if (dice.chance(0.5)) priceSign(mesh, dice, 0.5, 0.5, 0.86);
  if (lights) bulb(mesh, 0, -0.4, 1.5);
}

export function foodCart(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const colour = dice.pick<Colour>([
    [0.7, 0.1, 0.08],
    [0.85, 0.55, 0.1],
    [0.75, 0.76, 0.77],
    [0.1, 0.3, 0.55],
  ]);
  const paint: Material = { colour: worn(dice, colour), gloss: 0.25 };
  const width = dice.between(1.4, 2);
  const x = width / 2;
  box(mesh, paint, { min: [-x, -0.4, 0.22], max: [x, 0.4, 0.88] });
  block(mesh, steel, [0, 0, 0.9], [width + 0.1, 0.9, 0.05]);
  for (const side of [-1, 1]) {
    wheel(mesh, { x: side * (x - 0.15), y: 0.32, radius: 0.2, width: 0.07, sides: 10 });
    wheel(mesh, { x: side * (x - 0.15), y: -0.32, radius: 0.2, width: 0.07, sides: 10 });
    for (const y of [-0.4, 0.4]) {
      rod(mesh, steel, [side * (x - 0.03), y, 0.9], [side * (x - 0.03), y, 2.02], 0.018, 5);
    }
  }
  roof(mesh, dice, x, paint);
  const face = writing(dice, width, 0.42, false);
  panel(mesh, face, [
    [x - 0.02, 0.406, 0.35],
    [-x + 0.02, 0.406, 0.35],
    [-x + 0.02, 0.406, 0.8],
    [x - 0.02, 0.406, 0.8],
  ]);
  const board = writing(dice, width, 0.28, lights);
  block(mesh, paint, [0, 0.56, 2.08], [width + 0.2, 0.04, 0.3]);
  panel(mesh, board, [
    [x + 0.1, 0.585, 1.94],
    [-x - 0.1, 0.585, 1.94],
    [-x - 0.1, 0.585, 2.22],
    [x + 0.1, 0.585, 2.22],
  ]);
  // A case of glass with food in it on one side, pots on the other.
  const glass: Material = { colour: [0.5, 0.54, 0.55], gloss: 0.8 };
  block(mesh, glass, [-x * 0.45, 0.15, 1.13], [width * 0.4, 0.4, 0.42]);
  mesh.within(moved(-x * 0.45, 0.36, 0.94), () => {
    smallWares(mesh, dice, width * 0.36, 0.2);
  });
  for (let pot = 0; pot < 3; pot += 1) {
    mesh.within(moved(x * 0.2 + pot * x * 0.3, dice.between(-0.1, 0.15), 0.92), () => {
      lathe(
        mesh,
        steel,
        [
          [0.13, 0],
          [0.14, dice.between(0.12, 0.3)],
          [0.04, 0.32],
        ],
        9,
      );
    });
  }
  mesh.within(moved(-x - 0.2, -0.2, 0), () => {
    const bottle: Material = { colour: [0.25, 0.35, 0.4], gloss: 0.2 };
    lathe(
      mesh,
      bottle,
      [
        [0.16, 0],
        [0.16, 0.5],
        [0.06, 0.62],
        [0.05, 0.7],
      ],
      9,
    );
  });
  if (lights) bulb(mesh, 0, 0.1, 1.85);
}

function roof(mesh: MeshBuilder, dice: Dice, x: number, paint: Material): void {
  if (dice.chance(0.5)) {
    loft(mesh, paint, [
      roundedRect([-x - 0.1, -0.55, 0], [x + 0.1, 0.55, 0], 2.0, 0, 0.03),
      roundedRect([-x - 0.1, -0.55, 0], [x + 0.1, 0.55, 0], 2.06, 0, 0.03),
      roundedRect([-x - 0.1, -0.55, 0], [x + 0.1, 0.55, 0], 2.2, 0.3, 0.03),
    ]);
    return;
  }
  const stripes = [cloth(worn(dice, paint.colour)), cloth([0.88, 0.87, 0.84])];
  const count = 8;
  for (let index = 0; index < count; index += 1) {
    const material = stripes[index % 2];
    if (material === undefined) continue;
    const [from, to] = [index, index + 1].map((at) => (at / count - 0.5) * (2 * x + 0.3));
    if (from === undefined || to === undefined) continue;
    mesh.face(
      material,
      [
        [from, -0.5, 2.25],
        [to, -0.5, 2.25],
        [to, 0.75, 1.98],
        [from, 0.75, 1.98],
      ]
        .reverse()
        .map(([a = 0, b = 0, c = 0]) => [a, b, c] as const),
    );
    mesh.face(material, [
      [to, 0.75, 1.84],
      [from, 0.75, 1.84],
      [from, 0.75, 1.98],
      [to, 0.75, 1.98],
    ]);
  }
}

export function tricycleInTrade(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  tricycleFrame(mesh, dice, lights);
  mesh.within(moved(0, -0.64, bedZ + 0.18), () => {
    if (dice.chance(0.5)) {
      mesh.within(turned("z", 90), () => {
        fruitHeap(mesh, dice, 1.2, 0.9);
      });
    } else {
      for (const x of [-0.23, 0.23]) {
        for (const y of [-0.38, 0.0, 0.38]) {
          mesh.within(chain(moved(x, y, -0.06), turned("z", 90)), () => {
            crate(mesh, dice, { isFull: true });
          });
        }
      }
    }
  });
  if (dice.chance(0.6)) {
    mesh.within(moved(-0.2, -1.4, 0), () => {
      parasol(mesh, dice, 1.15);
    });
  }
  mesh.within(turned("z", -90), () => {
    priceSign(mesh, dice, 0.64, 0.52, bedZ + 0.2);
  });
  if (lights) bulb(mesh, 0, -0.6, 1.5);
}
