/** What is sold in the street: fruit in crates, greens, boxes, clothes, small things on a cloth. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { cardboard, cloth, darkness, matt, steel, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { blob, block, box, ellipsoid, loft, roundedRect, sheet } from "./solids.ts";
import { chain, moved, turned } from "./transform.ts";
import { rod } from "./tubes.ts";

const fruits: readonly [readonly [Colour, number], ...(readonly [Colour, number])[]] = [
  [[0.75, 0.12, 0.1], 0.042],
  [[0.9, 0.5, 0.08], 0.042],
  [[0.88, 0.75, 0.15], 0.05],
  [[0.45, 0.6, 0.12], 0.045],
  [[0.3, 0.1, 0.3], 0.036],
  [[0.85, 0.45, 0.4], 0.045],
  [[0.12, 0.3, 0.1], 0.085],
];
const greens: readonly [Colour, ...Colour[]] = [
  [0.15, 0.38, 0.1],
  [0.3, 0.48, 0.15],
  [0.7, 0.72, 0.55],
  [0.65, 0.3, 0.1],
  [0.5, 0.1, 0.2],
];
const wares: readonly [Colour, ...Colour[]] = [
  [0.75, 0.12, 0.12],
  [0.1, 0.25, 0.6],
  [0.9, 0.9, 0.88],
  [0.1, 0.1, 0.11],
  [0.85, 0.5, 0.65],
  [0.9, 0.75, 0.2],
  [0.2, 0.5, 0.35],
];

export function crateShape(seed: number): Shape {
  const mesh = new MeshBuilder();
  const dice = diceOf("crate", seed);
  if (dice.chance(0.25)) crate(mesh, dice, { isFull: false });
  else crate(mesh, dice, { isFull: true });
  return mesh.shape();
}

/** Half a metre long; fruit or greens stand above its rim. */
export function crate(mesh: MeshBuilder, dice: Dice, { isFull }: { isFull: boolean }): void {
  const wall: Material = dice.pick([
    matt(worn(dice, cardboard.colour)),
    matt([0.86, 0.86, 0.84]),
    { colour: [0.1, 0.3, 0.55], gloss: 0.1 },
    { colour: [0.7, 0.2, 0.12], gloss: 0.1 },
  ]);
  const [x, y, height] = [0.25, 0.18, dice.between(0.16, 0.24)];
  const corner = (inset: number, z: number) => roundedRect([-x, -y, 0], [x, y, 0], z, inset, 0);
  loft(mesh, (level) => (level === 2 ? darkness : wall), [
    corner(0.02, 0),
    corner(0, height),
    corner(0.018, height),
    corner(0.02, height - 0.06),
  ]);
  if (isFull) filling(mesh, dice, height - 0.03);
}

function filling(mesh: MeshBuilder, dice: Dice, z: number): void {
  if (dice.chance(0.35)) {
    blob(mesh, matt(worn(dice, dice.pick(greens), 0.1)), {
      centre: [0, 0, z],
      radii: [0.23, 0.16, 0.12],
      dice,
      dents: 0.3,
      sides: 10,
      levels: 6,
    });
    return;
  }
  const [colour, radius] = dice.pick(fruits);
  const columns = Math.floor(0.42 / (radius * 2));
  const rows = Math.floor(0.3 / (radius * 2));
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < rows; row += 1) {
      const share = [(column + 0.5) / columns - 0.5, (row + 0.5) / rows - 0.5] as const;
      const heap = 0.05 * (1 - 2 * Math.max(Math.abs(share[0]), Math.abs(share[1])));
      fruit(mesh, worn(dice, colour, 0.12), radius, [
        share[0] * 0.42 + dice.between(-0.01, 0.01),
        share[1] * 0.3,
        z + heap + dice.between(0, 0.02),
      ]);
    }
  }
}

function fruit(
  mesh: MeshBuilder,
  colour: Colour,
  radius: number,
  centre: readonly [number, number, number],
): void {
  const size = radius * 1.08;
  ellipsoid(mesh, { colour, gloss: 0.2 }, centre, [size, size, size], { sides: 5, levels: 3 });
}

/** Fruit piled up on a table of this size, in two or three kinds side by side. */
export function fruitHeap(mesh: MeshBuilder, dice: Dice, width: number, depth: number): void {
  const kinds = width < 0.6 ? 1 : 2 + dice.below(2);
  const fruitCount = Math.round(14 + (24 * width * depth) / kinds);
  for (let kind = 0; kind < kinds; kind += 1) {
    const [colour, radius] = dice.pick(fruits);
    const middle = ((kind + 0.5) / kinds - 0.5) * width;
    const half = width / kinds / 2;
    const under: Material = matt([colour[0] * 0.85, colour[1] * 0.85, colour[2] * 0.85]);
    blob(mesh, under, {
      centre: [middle, 0, 0],
      radii: [half * 0.95, depth * 0.46, 0.2],
      dice,
      dents: 0.08,
      sides: 9,
      levels: 6,
      zMin: 0,
    });
    for (let index = 0; index < fruitCount; index += 1) {
      const share = Math.sqrt(dice.between(0, 1));
      const angle = dice.between(0, 2 * Math.PI);
      fruit(mesh, worn(dice, colour, 0.15), Math.max(radius * 1.35, 0.06), [
        middle + share * half * 0.95 * Math.cos(angle),
        share * depth * 0.46 * Math.sin(angle),
        0.2 * Math.sqrt(1 - share ** 2) + 0.01,
      ]);
    }
  }
}

/** Toys, shoes, phone covers: small boxes in rows. */
export function smallWares(mesh: MeshBuilder, dice: Dice, width: number, depth: number): void {
  const [columns, rows] = [Math.floor(width / 0.2), Math.floor(depth / 0.22)];
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < rows; row += 1) {
      if (dice.chance(0.15)) continue;
      const place = moved(
        ((column + 0.5) / columns - 0.5) * width,
        ((row + 0.5) / rows - 0.5) * depth,
        0,
      );
      mesh.within(chain(place, turned("z", dice.between(-15, 15))), () => {
        const size = [
          dice.between(0.08, 0.15),
          dice.between(0.08, 0.17),
          dice.between(0.03, 0.14),
        ] as const;
        block(mesh, { colour: dice.pick(wares), gloss: 0.15 }, [0, 0, size[2] / 2], size);
      });
    }
  }
}

/** A rail of clothes on hangers, as wide as given. */
export function clothesRail(mesh: MeshBuilder, dice: Dice, width: number): void {
  const height = 1.55;
  for (const side of [-1, 1]) {
    rod(mesh, steel, [(side * width) / 2, 0, 0], [(side * width) / 2, 0, height], 0.018, 5);
    rod(mesh, steel, [(side * width) / 2, -0.3, 0.03], [(side * width) / 2, 0.3, 0.03], 0.018, 5);
  }
  rod(mesh, steel, [-width / 2, 0, height], [width / 2, 0, height], 0.018, 5);
  const count = Math.floor(width / 0.09);
  for (let index = 0; index < count; index += 1) {
    const x = ((index + 0.5) / count - 0.5) * (width - 0.1);
    const [length, half] = [dice.between(0.55, 1), dice.between(0.17, 0.24)];
    const top = height - 0.08;
    const lean = dice.between(-0.04, 0.04);
    sheet(
      mesh,
      cloth(worn(dice, dice.pick(wares))),
      [
        [x + lean, -half * 1.1, top - length],
        [x - lean, half * 1.1, top - length],
        [x, half, top - 0.06],
        [x, -half, top - 0.06],
      ],
      {
        columns: 4,
        rows: 2,
        bend: (u) => [0.02 * Math.sin(u * 9 + index), 0, u > 0.3 && u < 0.7 ? 0.05 : 0],
      },
    );
  }
}

/** A folding table with a cloth that hangs down in front. */
export function table(
  mesh: MeshBuilder,
  dice: Dice,
  {
    width,
    depth,
    height,
    hasCloth,
  }: { width: number; depth: number; height: number; hasCloth: boolean },
): void {
  const top = hasCloth ? matt(worn(dice, dice.pick(wares))) : matt([0.75, 0.73, 0.68]);
  const [x, y] = [width / 2, depth / 2];
  box(mesh, top, { min: [-x, -y, height - 0.04], max: [x, y, height] });
  for (const side of [-1, 1]) {
    for (const end of [-1, 1]) {
      rod(
        mesh,
        steel,
        [side * (x - 0.08), end * (y - 0.06), 0],
        [side * (x - 0.08), end * (y - 0.06), height],
        0.016,
        4,
      );
    }
  }
  if (!hasCloth) return;
  const skirt = cloth(top.colour);
  const fold = (u: number, v: number) => [0, 0.03 * v * Math.sin(u * 30), 0] as const;
  const low = height * dice.between(0.15, 0.55);
  sheet(
    mesh,
    skirt,
    [
      [x, y + 0.01, low],
      [-x, y + 0.01, low],
      [-x, y + 0.01, height],
      [x, y + 0.01, height],
    ],
    { columns: 16, rows: 1, bend: fold },
  );
  for (const side of [-1, 1]) {
    sheet(
      mesh,
      skirt,
      [
        [side * (x + 0.01), -y, low],
        [side * (x + 0.01), y, low],
        [side * (x + 0.01), y, height],
        [side * (x + 0.01), -y, height],
      ],
      { columns: 3, rows: 1 },
    );
  }
}
