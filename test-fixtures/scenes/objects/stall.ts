/** Stalls of street vendors: tables under umbrellas, carts, mats, tricycles in trade. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { clothesRail, crate, fruitHeap, smallWares, table } from "./goods.ts";
import { cardboard, cloth, darkSteel, lamp, matt, rubber, steel, wood, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { person } from "./person.ts";
import { carton } from "./rubbish.ts";
import { writing } from "./sign.ts";
import { block, box, lathe, loft, panel, roundedRect, sheet, tube } from "./solids.ts";
import type { StallLook } from "./thing-look.ts";
import { chain, moved, turned } from "./transform.ts";
import { bedZ, tricycleFrame } from "./tricycle.ts";
import { parasol } from "./umbrella.ts";
import { spokedWheel, wheel } from "./wheel.ts";

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

function handcart(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
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
  for (const x of [-0.5, 0.5])
    tube(
      mesh,
      darkSteel,
      [
        [x, -0.5, 0.32],
        [x, 0.5, 0.32],
      ],
      0.02,
      4,
    );
  for (const x of [-0.5, 0.5]) {
    for (const y of [-0.35, 0.35])
      tube(
        mesh,
        darkSteel,
        [
          [x, y, 0.32],
          [x, y, 0.7],
        ],
        0.02,
        4,
      );
  }
  for (const y of [-0.3, 0.3])
    tube(
      mesh,
      planks,
      [
        [0.8, y, 0.74],
        [1.35, y, 0.85],
      ],
      0.025,
      5,
    );
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

function foodCart(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
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
      tube(
        mesh,
        steel,
        [
          [side * (x - 0.03), y, 0.9],
          [side * (x - 0.03), y, 2.02],
        ],
        0.018,
        5,
      );
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

function tricycleInTrade(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
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

/** Cardboard with a made-up price, on a stick. */
function priceSign(mesh: MeshBuilder, dice: Dice, x: number, y: number, z: number): void {
  tube(
    mesh,
    wood,
    [
      [x, y, z],
      [x, y, z + 0.4],
    ],
    0.008,
    4,
  );
  const face = writing(dice, 0.4, 0.28, false);
  panel(mesh, { ...face, isThin: true }, [
    [x + 0.2, y + 0.012, z + 0.3],
    [x - 0.2, y + 0.012, z + 0.3],
    [x - 0.2, y + 0.012, z + 0.58],
    [x + 0.2, y + 0.012, z + 0.58],
  ]);
}

function bulb(mesh: MeshBuilder, x: number, y: number, z: number): void {
  tube(
    mesh,
    rubber,
    [
      [x, y, 0.02],
      [x, y, z],
    ],
    0.012,
    4,
  );
  block(mesh, lamp([1, 0.95, 0.85], true), [x, y, z], [0.09, 0.09, 0.14], 0.03);
}
