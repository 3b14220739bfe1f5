/** Light lorries with the driver over the front axle: with a box, or with an open bed. */
import type { Colour, Material, Shape } from "../shape.ts";
import { bigWheel } from "./bus.ts";
import { coachBody } from "./coach-body.ts";
import { type Dice, diceOf } from "./dice.ts";
import {
  blackPlastic,
  cardboard,
  carGlass,
  darkSteel,
  lamp,
  matt,
  steel,
  worn,
} from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { blob, block, box } from "./solids.ts";
import type { VehicleLook } from "./thing-look.ts";
import { rod } from "./tubes.ts";

export function truckShape({ seed, lights }: VehicleLook): Shape {
  const dice = diceOf("truck", seed);
  const mesh = new MeshBuilder();
  const length = dice.between(5.6, 6.8);
  const [rear, front] = [-length / 2, length / 2];
  const colour = dice.weighted<Colour>([
    [5, [0.84, 0.85, 0.85]],
    [4, [0.1, 0.25, 0.55]],
    [1, [0.55, 0.1, 0.08]],
    [1, [0.5, 0.52, 0.54]],
  ]);
  const paint: Material = { colour: worn(dice, colour, 0.12), gloss: 0.3 };
  const back = front - 1.6;
  cab(mesh, paint, back, front, lights);
  for (const x of [-0.4, 0.4]) {
    box(mesh, darkSteel, {
      min: [x - 0.06, rear + 0.05, 0.62],
      max: [x + 0.06, front - 0.3, 0.82],
    });
  }
  block(mesh, darkSteel, [-0.75, 0.2, 0.62], [0.4, 0.8, 0.36], 0.04);
  block(mesh, darkSteel, [0.75, 0.1, 0.62], [0.4, 0.6, 0.3], 0.04);
  for (const y of [front - 0.85, rear + 1.25]) {
    for (const side of [-1, 1]) bigWheel(mesh, side, y, 0.38, 0.98);
  }
  if (dice.chance(0.6)) cargoBox(mesh, dice, rear, back);
  else openBed(mesh, dice, paint, rear, back);
  const light = lamp([0.55, 0.04, 0.04], lights, 0.6);
  block(mesh, darkSteel, [0, rear + 0.05, 0.6], [1.9, 0.08, 0.12]);
  for (const side of [-1, 1]) block(mesh, light, [side * 0.75, rear, 0.62], [0.3, 0.04, 0.1]);
  block(mesh, { colour: [0.75, 0.62, 0.1], gloss: 0.2 }, [0, rear - 0.01, 0.6], [0.44, 0.02, 0.14]);
  return mesh.shape();
}

function cab(
  mesh: MeshBuilder,
  paint: Material,
  back: number,
  front: number,
  lights: boolean,
): void {
  coachBody(
    mesh,
    {
      halfWidth: 0.98,
      rear: back,
      front,
      corner: 0.1,
      levels: [
        { z: 0.42, inset: 0.02, lean: 0 },
        { z: 0.7, inset: 0, lean: 0 },
        { z: 1.2, inset: 0, lean: 0.02 },
        { z: 1.3, inset: 0, lean: 0.04 },
        { z: 1.95, inset: 0.06, lean: 0.28 },
        { z: 2.08, inset: 0.1, lean: 0.32 },
        { z: 2.16, inset: 0.25, lean: 0.34 },
      ],
      sideMarks: [back + 0.5, front - 0.3],
      endMarks: [0.03, 0.97],
    },
    (level, wall, part) => {
      if (wall === "front" && part === 1) {
        if (level === 2 || level === 3) return carGlass;
        return level === 0 ? blackPlastic : paint;
      }
      const isSide = wall === "right" || wall === "left";
      return isSide && part === 1 && level === 3 ? carGlass : paint;
    },
  );
  const headlight = lamp([0.88, 0.9, 0.92], lights);
  for (const side of [-1, 1]) {
    block(mesh, headlight, [side * 0.75, front, 0.78], [0.32, 0.04, 0.18]);
    rod(
      mesh,
      blackPlastic,
      [side * 0.95, front - 0.35, 1.7],
      [side * 1.18, front - 0.15, 1.7],
      0.02,
      4,
    );
    block(mesh, blackPlastic, [side * 1.2, front - 0.15, 1.55], [0.16, 0.08, 0.36], 0.02);
    for (const y of [back + 0.5, front - 0.34]) {
      block(mesh, blackPlastic, [side * 0.982, y, 0.95], [0.01, 0.018, 0.55]);
    }
    block(mesh, blackPlastic, [side * 0.985, back + 0.64, 1.1], [0.03, 0.16, 0.04]);
  }
  block(mesh, blackPlastic, [0, front, 1.0], [1.3, 0.03, 0.2]);
  block(mesh, steel, [0, front + 0.02, 1.02], [1.1, 0.02, 0.03]);
  block(mesh, blackPlastic, [0, front, 0.78], [1.0, 0.03, 0.12]);
  block(
    mesh,
    { colour: [0.75, 0.62, 0.1], gloss: 0.2 },
    [0, front + 0.02, 0.55],
    [0.44, 0.02, 0.14],
  );
}

function cargoBox(mesh: MeshBuilder, dice: Dice, rear: number, back: number): void {
  const colour = dice.pick<Colour>([
    [0.84, 0.85, 0.85],
    [0.84, 0.85, 0.85],
    [0.6, 0.62, 0.63],
    [0.2, 0.35, 0.55],
    [0.25, 0.42, 0.3],
  ]);
  const wall: Material = { colour: worn(dice, colour, 0.14), gloss: 0.15 };
  const height = dice.between(2.6, 3.0);
  box(mesh, wall, { min: [-1.06, rear, 0.85], max: [1.06, back - 0.08, height], bevel: 0.02 });
  const edge = steel;
  const tapes = [matt([0.75, 0.06, 0.06]), matt([0.9, 0.9, 0.9])];
  for (const side of [-1, 1]) {
    for (const z of [0.88, height - 0.03]) {
      box(mesh, edge, {
        min: [side * 1.065 - 0.012, rear, z - 0.04],
        max: [side * 1.065 + 0.012, back - 0.08, z + 0.03],
      });
    }
    // Red and white tape, as every lorry must have.
    for (let y = rear + 0.2, index = 0; y < back - 0.3; y += 0.3, index += 1) {
      const tape = tapes[index % 2];
      if (tape !== undefined) block(mesh, tape, [side * 1.068, y, 0.98], [0.03, 0.26, 0.06]);
    }
    for (let y = rear + 0.5; y < back - 0.3; y += 0.5) {
      block(mesh, wall, [side * 1.066, y, (0.85 + height) / 2], [0.02, 0.06, height - 0.95]);
    }
    const red = tapes[0];
    if (red !== undefined) block(mesh, red, [side * 0.9, rear - 0.01, 1.3], [0.06, 0.02, 0.8]);
    block(mesh, steel, [side * 0.3, rear - 0.015, (0.85 + height) / 2], [0.03, 0.03, height - 1.1]);
  }
  block(mesh, blackPlastic, [0, rear - 0.004, (0.85 + height) / 2], [0.02, 0.01, height - 0.9]);
}

function openBed(mesh: MeshBuilder, dice: Dice, paint: Material, rear: number, back: number): void {
  const [from, to] = [rear, back - 0.08];
  const middle = (from + to) / 2;
  block(mesh, darkSteel, [0, middle, 0.88], [2.1, to - from, 0.08]);
  for (const side of [-1, 1]) {
    block(mesh, paint, [side * 1.03, middle, 1.12], [0.05, to - from, 0.42]);
    for (let y = from + 0.3; y < to; y += 0.6) {
      block(mesh, paint, [side * 1.06, y, 1.12], [0.04, 0.06, 0.42]);
    }
  }
  for (const y of [from, to]) block(mesh, paint, [0, y, 1.12], [2.1, 0.05, 0.42]);
  const load = dice.below(3);
  if (load === 0) {
    blob(mesh, matt(worn(dice, [0.16, 0.28, 0.42])), {
      centre: [0, middle, 1.0],
      radii: [0.98, (to - from) * 0.47, dice.between(0.6, 1)],
      dice,
      dents: 0.1,
      sides: 12,
      levels: 6,
      zMin: 0.92,
    });
  }
  if (load !== 1) return;
  for (let y = from + 0.45; y < to - 0.3; y += 0.65) {
    for (const x of [-0.62, 0, 0.62]) {
      const height = dice.between(0.3, 0.9);
      block(
        mesh,
        matt(worn(dice, cardboard.colour, 0.2)),
        [x, y, 0.92 + height / 2],
        [0.58, 0.6, height],
      );
    }
  }
}
