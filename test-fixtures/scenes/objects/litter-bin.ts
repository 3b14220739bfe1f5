/** The street bin for passers-by: two compartments side by side. */
import type { Colour, Material } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { signTexture } from "./glyphs.ts";
import { darkness, rubber, steel, worn } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { bag, litter } from "./rubbish.ts";
import { block, box, lathe, loft, panel, roundedRect } from "./solids.ts";
import { chain, moved, scaled, turned } from "./transform.ts";
import { rod } from "./tubes.ts";

/** Two compartments under one roof, an opening in each. */
export function litterBin(
  mesh: MeshBuilder,
  dice: Dice,
  { isOver, fronts: [left, right] }: { isOver: boolean; fronts: readonly [Colour, Colour] },
): void {
  const body: Material = {
    colour: worn(
      dice,
      dice.pick([
        [0.35, 0.36, 0.37],
        [0.6, 0.61, 0.62],
        [0.08, 0.25, 0.18],
        [0.3, 0.2, 0.13],
      ]),
    ),
    gloss: 0.3,
  };
  const frame: Material = { colour: worn(dice, [0.2, 0.2, 0.21]), gloss: 0.25 };
  const fronts = [left, right].map((colour): Material => ({ colour, gloss: 0.2 }));
  for (const side of [-1, 1]) {
    const x = side * 0.25;
    box(mesh, body, { min: [x - 0.21, -0.17, 0.1], max: [x + 0.21, 0.17, 0.82], bevel: 0.03 });
    const front = fronts[side < 0 ? 0 : 1] ?? frame;
    block(mesh, front, [x, 0.172, 0.38], [0.32, 0.012, 0.3]);
    block(mesh, darkness, [x, 0.172, 0.68], [0.28, 0.014, 0.13]);
    block(mesh, frame, [x, 0.185, 0.76], [0.32, 0.04, 0.015]);
    const texture = signTexture(diceOf("litter bin", dice.below(1e6)), {
      widthPx: 48,
      heightPx: 24,
      background: front.colour,
      ink: [0.9, 0.9, 0.9],
      lines: 1,
    });
    panel(mesh, { colour: [1, 1, 1], gloss: 0.1, texture }, [
      [x + 0.13, 0.181, 0.3],
      [x - 0.13, 0.181, 0.3],
      [x - 0.13, 0.181, 0.46],
      [x + 0.13, 0.181, 0.46],
    ]);
    rod(mesh, frame, [side * 0.49, 0, 0], [side * 0.49, 0, 0.95], 0.025, 6);
  }
  loft(mesh, frame, [
    roundedRect([-0.55, -0.24, 0], [0.55, 0.24, 0], 0.93, 0, 0.08),
    roundedRect([-0.55, -0.24, 0], [0.55, 0.24, 0], 0.96, 0, 0.08),
    roundedRect([-0.55, -0.24, 0], [0.55, 0.24, 0], 1.02, 0.14, 0.05),
  ]);
  mesh.within(moved(0, 0, 0.96), () => {
    lathe(
      mesh,
      steel,
      [
        [0.07, 0.05],
        [0.07, 0.09],
        [0.05, 0.09],
      ],
      8,
    );
  });
  block(mesh, rubber, [0, 0, 0.05], [0.9, 0.25, 0.1]);
  if (!isOver) return;
  for (const side of [-1, 1]) {
    mesh.within(chain(moved(side * 0.25, 0.2, 0.6), scaled(0.9, 0.7, 0.8)), () => {
      bag(mesh, dice, dice.between(0.12, 0.16));
    });
    for (let index = 0; index < 4; index += 1) {
      const place = moved(
        side * 0.25 + dice.between(-0.12, 0.12),
        0.19 + dice.between(0, 0.05),
        dice.between(0.6, 0.72),
      );
      mesh.within(chain(place, turned("x", dice.between(-70, 0))), () => {
        litter(mesh, dice);
      });
    }
    mesh.within(moved(side * dice.between(0.1, 0.45), 0.32, 0), () => {
      bag(mesh, dice, dice.between(0.16, 0.22));
    });
    mesh.within(
      chain(moved(side * 0.3, dice.between(-0.05, 0.05), 1.0), scaled(1.2, 1.2, 1.5)),
      () => {
        litter(mesh, dice);
      },
    );
  }
}
