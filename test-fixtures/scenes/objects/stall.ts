/** Stalls of street vendors: tables under umbrellas, carts, mats, tricycles in trade. */
import type { Colour, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { clothesRail, crate, fruitHeap, smallWares, table } from "./goods.ts";
import { cardboard, cloth, matt, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { person } from "./person.ts";
import { carton } from "./rubbish.ts";
import { block, sheet } from "./solids.ts";
import { foodCart, handcart, tricycleInTrade } from "./stall-carts.ts";
import { bulb, priceSign } from "./stall-parts.ts";
import type { StallLook } from "./thing-look.ts";
import { chain, moved, turned } from "./transform.ts";
import { parasol } from "./umbrella.ts";

export function stallShape({ seed, style, hasVendor, lights }: StallLook): Shape {
  const dice = diceOf("stall", style, seed);
  const mesh = new MeshBuilder();
  builders[style](mesh, dice, lights);
  if (hasVendor) vendor(mesh, dice, style);
  return mesh.shape();
}

const builders: Readonly<
  Record<StallLook["style"], (mesh: MeshBuilder, dice: Dice, lights: boolean) => void>
> = {
  "umbrella-table": umbrellaTable,
  handcart,
  "food-cart": foodCart,
  "ground-mat": groundMat,
  "cargo-tricycle": tricycleInTrade,
  "fruit-boxes": fruitBoxes,
  "clothes-rail": clothes,
};

function vendor(mesh: MeshBuilder, dice: Dice, style: StallLook["style"]): void {
  const isLow = style === "ground-mat" || dice.chance(0.35);
  const place =
    style === "cargo-tricycle" ? moved(0.95, -0.5, 0) : moved(dice.between(-0.4, 0.4), -0.85, 0);
  mesh.within(
    chain(place, turned("z", style === "cargo-tricycle" ? 90 : dice.between(-20, 20))),
    () => {
      person(mesh, { seed: dice.below(1e6), pose: { name: isLow ? "sitting" : "standing" } });
    },
  );
}

function umbrellaTable(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const [width, depth] = [dice.between(1.4, 2), dice.between(0.65, 0.85)];
  table(mesh, dice, { width, depth, height: 0.75, hasCloth: dice.chance(0.75) });
  mesh.within(moved(dice.between(-0.3, 0.3), -depth / 2 - 0.1, 0), () => {
    parasol(mesh, dice, dice.between(1.05, 1.35));
  });
  mesh.within(moved(0, 0, 0.75), () => {
    if (dice.chance(0.4)) smallWares(mesh, dice, width - 0.1, depth - 0.1);
    else fruitHeap(mesh, dice, width - 0.1, depth - 0.1);
  });
  for (let index = 0; index < 2; index += 1) {
    mesh.within(moved(dice.between(-0.6, 0.6), -0.1, 0), () => {
      carton(mesh, dice);
    });
  }
  if (lights) bulb(mesh, width * 0.3, 0, 1.5);
}

function groundMat(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const [width, depth] = [dice.between(1.4, 2.2), dice.between(0.9, 1.3)];
  const colour = dice.pick<Colour>([
    [0.12, 0.2, 0.45],
    [0.6, 0.1, 0.12],
    [0.7, 0.68, 0.62],
    [0.2, 0.35, 0.25],
    [0.75, 0.45, 0.15],
  ]);
  const [x, y] = [width / 2, depth / 2];
  sheet(
    mesh,
    cloth(worn(dice, colour)),
    [
      [-x, -y, 0.012],
      [x, -y, 0.012],
      [x, y, 0.012],
      [-x, y, 0.012],
    ],
    { columns: 6, rows: 4, bend: (u, v) => [0, 0, 0.012 * Math.sin(u * 11) * Math.sin(v * 8)] },
  );
  mesh.within(moved(0, 0, 0.015), () => {
    if (dice.chance(0.5)) {
      smallWares(mesh, dice, width - 0.15, depth - 0.15);
      return;
    }
    for (let column = 0; column < 3; column += 1) {
      for (let row = 0; row < 2; row += 1) {
        mesh.within(moved((column - 1) * 0.52, (row - 0.5) * 0.42, 0), () => {
          if (dice.chance(0.6)) crate(mesh, dice, { isFull: true });
          else fruitHeap(mesh, dice, 0.45, 0.36);
        });
      }
    }
  });
  mesh.within(moved(x + 0.2, -y * 0.6, 0), () => {
    carton(mesh, dice);
  });
  if (dice.chance(0.4)) priceSign(mesh, dice, x * 0.6, y, 0.02);
  if (lights) bulb(mesh, x * 0.8, -y, 0.9);
}

function fruitBoxes(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const columns = 3 + dice.below(2);
  for (let row = 0; row < 2; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const x = (column - (columns - 1) / 2) * 0.54;
      const z = row === 0 ? 0.12 : 0.4;
      block(
        mesh,
        matt(worn(dice, cardboard.colour, 0.2)),
        [x, 0.2 - row * 0.42, z / 2],
        [0.5, 0.36, z],
      );
      mesh.within(chain(moved(x, 0.2 - row * 0.42, z), turned("x", -10)), () => {
        crate(mesh, dice, { isFull: true });
      });
    }
  }
  if (dice.chance(0.5)) {
    mesh.within(moved(0, -0.6, 0), () => {
      parasol(mesh, dice);
    });
  }
  priceSign(mesh, dice, 0.3, 0.1, 0.4);
  if (lights) bulb(mesh, 0, -0.5, 1.5);
}

function clothes(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  clothesRail(mesh, dice, dice.between(1.4, 2));
  mesh.within(moved(0, 0.7, 0), () => {
    table(mesh, dice, { width: 1.5, depth: 0.6, height: 0.6, hasCloth: true });
    mesh.within(moved(0, 0, 0.6), () => {
      smallWares(mesh, dice, 1.4, 0.55);
    });
  });
  if (lights) bulb(mesh, 0.5, 0, 1.7);
}
