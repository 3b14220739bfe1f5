/** Who keeps a street clean leaves these in it for a while: a cart, leaves swept into a heap. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { darkness, darkSteel, matt, rubber, steel, wood, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { blob, block, box, loft, roundedRect, sheet } from "./solids.ts";
import { chain, moved, turned } from "./transform.ts";
import { rod, tube } from "./tubes.ts";
import { spokedWheel } from "./wheel.ts";

const leafColours: readonly [Colour, ...Colour[]] = [
  [0.45, 0.3, 0.12],
  [0.55, 0.4, 0.12],
  [0.36, 0.24, 0.12],
  [0.6, 0.5, 0.2],
  [0.4, 0.34, 0.14],
];

/** A tub on two wheels, pushed by its handle at the rear; a broom and a shovel stand in it. */
export function cleaningCartShape(seed: number): Shape {
  const mesh = new MeshBuilder();
  const dice = diceOf("cleaning-cart", seed);
  const colour = dice.pick<Colour>([
    [0.85, 0.42, 0.06],
    [0.1, 0.4, 0.2],
    [0.1, 0.28, 0.55],
  ]);
  const tub: Material = { colour: worn(dice, colour, 0.2), gloss: 0.12 };
  for (const x of [-0.36, 0.36]) {
    spokedWheel(mesh, { x, y: -0.05, radius: 0.28, rim: steel, thick: 0.035 });
  }
  rod(mesh, darkSteel, [-0.36, -0.05, 0.28], [0.36, -0.05, 0.28], 0.02, 5);
  const ring = (z: number, inset: number) =>
    roundedRect([-0.31, -0.38, 0], [0.31, 0.4, 0], z, inset, 0.05);
  loft(mesh, (level) => (level === 2 ? darkness : tub), [
    ring(0.3, 0.06),
    ring(0.86, 0),
    ring(0.86, 0.03),
    ring(0.78, 0.04),
  ]);
  box(mesh, tub, { min: [-0.33, -0.4, 0.84], max: [0.33, -0.36, 0.9] });
  for (const x of [-0.27, 0.27]) {
    tube(
      mesh,
      steel,
      [
        [x, -0.36, 0.42],
        [x, -0.62, 0.86],
        [x, -0.78, 0.95],
      ],
      0.016,
      5,
    );
    rod(mesh, rubber, [x, 0.34, 0.32], [x, 0.36, 0], 0.02, 5);
  }
  rod(mesh, rubber, [-0.27, -0.78, 0.95], [0.27, -0.78, 0.95], 0.018, 5);
  broom(mesh, dice);
  return mesh.shape();
}

/** Twigs up, as it stands in a cart. */
function broom(mesh: MeshBuilder, dice: Dice): void {
  mesh.within(chain(moved(0.16, 0.1, 0.5), turned("x", dice.between(-16, -8))), () => {
    rod(mesh, wood, [0, 0, 0], [0, 0, 1], 0.014, 5);
    const twigs = matt(worn(dice, [0.5, 0.4, 0.18], 0.2));
    loft(mesh, twigs, [
      roundedRect([-0.04, -0.03, 0], [0.04, 0.03, 0], 0.9, 0, 0),
      roundedRect([-0.16, -0.06, 0], [0.16, 0.06, 0], 1.3, 0, 0),
    ]);
  });
  mesh.within(chain(moved(-0.17, 0.14, 0.5), turned("x", -12)), () => {
    rod(mesh, wood, [0, 0, 0], [0, 0, 0.85], 0.015, 5);
    block(mesh, darkSteel, [0, 0, 0.95], [0.22, 0.02, 0.26]);
  });
}

/** Brown and yellow, knee-high at most, with leaves around it that the broom missed. */
export function leafHeapShape(seed: number): Shape {
  const mesh = new MeshBuilder();
  const dice = diceOf("leaf-heap", seed);
  const [width, depth] = [dice.between(0.45, 0.75), dice.between(0.35, 0.55)];
  for (let layer = 0; layer < 3; layer += 1) {
    blob(mesh, matt(worn(dice, dice.pick(leafColours), 0.2)), {
      centre: [dice.between(-0.15, 0.15), dice.between(-0.1, 0.1), 0],
      radii: [width * dice.between(0.6, 1), depth * dice.between(0.6, 1), dice.between(0.14, 0.28)],
      dice,
      dents: 0.3,
      sides: 12,
      levels: 6,
      zMin: 0,
    });
  }
  for (let leaf = 0; leaf < 160; leaf += 1) {
    const reach = Math.sqrt(dice.between(0, 1)) * 1.2;
    const angle = dice.between(0, 2 * Math.PI);
    const onHeap = Math.max(0, 0.24 * (1 - reach ** 2));
    const place = moved(
      reach * width * Math.cos(angle) * 1.3,
      reach * depth * Math.sin(angle) * 1.3,
      onHeap + 0.01,
    );
    mesh.within(chain(place, turned("z", dice.between(0, 360))), () => {
      const size = dice.between(0.035, 0.07);
      const colour = worn(dice, dice.pick(leafColours), 0.3);
      sheet(
        mesh,
        { colour, gloss: 0.04, isThin: true },
        [
          [-size, -size * 0.6, 0],
          [size, -size * 0.6, 0],
          [size, size * 0.6, dice.between(0, 0.03)],
          [-size, size * 0.6, 0.01],
        ],
        { columns: 1, rows: 1 },
      );
    });
  }
  return mesh.shape();
}
