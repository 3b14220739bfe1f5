/** A bus stop: a pole with its panel of lines, a shelter with a bench under glass. */
import type { Colour, Material, Shape } from "../shape.ts";
import { diceOf } from "./dice.ts";
import { signTexture } from "./glyphs.ts";
import { darkSteel, matt, steel, wood, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { block, panel } from "./solids.ts";
import { rod } from "./tubes.ts";

const width = 3.4;
const depth = 1.3;
const height = 2.45;

/** Open towards +y, where the bus halts. */
export function busStopShape(seed: number): Shape {
  const mesh = new MeshBuilder();
  const dice = diceOf("bus-stop", seed);
  const frame: Material = {
    colour: worn(
      dice,
      dice.pick<Colour>([
        [0.2, 0.24, 0.22],
        [0.55, 0.56, 0.57],
        [0.12, 0.2, 0.38],
      ]),
    ),
    gloss: 0.3,
  };
  const back = -depth / 2;
  for (const x of [-width / 2 + 0.08, 0, width / 2 - 0.08]) {
    block(mesh, frame, [x, back, height / 2], [0.09, 0.09, height]);
    block(mesh, frame, [x, back + 0.55, height - 0.06], [0.06, 1.1, 0.08]);
  }
  block(mesh, frame, [0, 0, height + 0.02], [width, depth, 0.07], 0.02);
  const glass: Material = { colour: [0.5, 0.56, 0.57], gloss: 0.5 };
  for (const x of [-width / 4, width / 4]) {
    block(mesh, glass, [x, back, 1.25], [width / 2 - 0.22, 0.02, 1.7]);
  }
  block(mesh, matt(wood.colour), [0.2, back + 0.28, 0.46], [2.2, 0.32, 0.05]);
  for (const x of [-0.6, 1]) block(mesh, darkSteel, [x, back + 0.28, 0.22], [0.06, 0.26, 0.44]);
  // The pole with the names of the stops, at the head of the platform.
  const [poleX, poleY] = [width / 2 + 0.9, depth / 2 - 0.15];
  rod(mesh, steel, [poleX, poleY, 0], [poleX, poleY, 2.7], 0.035, 7);
  block(mesh, frame, [poleX, poleY, 2.05], [0.56, 0.05, 1.1]);
  const texture = signTexture(dice, {
    widthPx: 64,
    heightPx: 120,
    background: [0.9, 0.91, 0.9],
    ink: [0.1, 0.2, 0.45],
    lines: 5,
  });
  for (const side of [-1, 1]) {
    const y = poleY + side * 0.03;
    const [from, to] = [poleX + side * 0.25, poleX - side * 0.25];
    panel(mesh, { colour: [1, 1, 1], gloss: 0.1, texture }, [
      [from, y, 1.54],
      [to, y, 1.54],
      [to, y, 2.56],
      [from, y, 2.56],
    ]);
  }
  return mesh.shape();
}
