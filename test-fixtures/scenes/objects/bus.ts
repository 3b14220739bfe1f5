/** City buses: a long box of windows, doors on the right, a lit line board. */
import type { Colour, Material, Shape } from "../shape.ts";
import { coachBody, type Wall } from "./coach-body.ts";
import { type Dice, diceOf } from "./dice.ts";
import { signTexture } from "./glyphs.ts";
import { blackPlastic, darkness, lamp, steel, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { block, circle, panel } from "./solids.ts";
import type { VehicleLook } from "./thing-look.ts";
import { chain, moved, scaled, turned } from "./transform.ts";
import { rod } from "./tubes.ts";
import { wheel } from "./wheel.ts";

const halfWidth = 1.25;
/** One sees into a bus: its panes are lighter than the posts between them. */
const pane: Material = { colour: [0.17, 0.2, 0.21], gloss: 0.6 };

/** Colours of the body and of its stripe. */
const liveries: readonly [readonly [Colour, Colour], ...(readonly [Colour, Colour])[]] = [
  [
    [0.86, 0.87, 0.87],
    [0.1, 0.45, 0.25],
  ],
  [
    [0.15, 0.5, 0.32],
    [0.85, 0.86, 0.86],
  ],
  [
    [0.12, 0.35, 0.62],
    [0.86, 0.87, 0.87],
  ],
  [
    [0.65, 0.1, 0.1],
    [0.85, 0.8, 0.72],
  ],
  [
    [0.88, 0.7, 0.15],
    [0.86, 0.87, 0.87],
  ],
];

export function busShape({ seed, lights }: VehicleLook): Shape {
  const dice = diceOf("bus", seed);
  const mesh = new MeshBuilder();
  const length = dice.pick([8.5, 10.5, 10.5, 12]);
  const [rear, front] = [-length / 2, length / 2];
  const [body, stripe] = dice.pick(liveries);
  const paint: Material = { colour: worn(dice, body, 0.08), gloss: 0.3 };
  const band: Material = { colour: worn(dice, stripe, 0.08), gloss: 0.3 };
  const { marks, doors } = sideMarks(rear, front);
  coachBody(
    mesh,
    {
      halfWidth,
      rear,
      front,
      corner: 0.14,
      levels: [
        { z: 0.3, inset: 0.05, lean: 0 },
        { z: 0.62, inset: 0, lean: 0 },
        { z: 1.0, inset: 0, lean: 0 },
        { z: 1.25, inset: 0, lean: 0.02 },
        { z: 2.35, inset: 0.02, lean: 0.16 },
        { z: 2.78, inset: 0.04, lean: 0.22 },
        { z: 2.98, inset: 0.12, lean: 0.24 },
        { z: 3.06, inset: 0.4, lean: 0.2 },
      ],
      sideMarks: marks,
      endMarks: [0.04, 0.5, 0.96],
    },
    (level, wall, part) => wallOf({ level, wall, part, doors, paint, band }),
  );
  const axles = [rear + length * 0.27, front - length * 0.24];
  for (const y of axles) for (const side of [-1, 1]) bigWheel(mesh, side, y, 0.48, halfWidth);
  nose(mesh, dice, front, lights);
  doorFrames(mesh, marks, doors);
  if (dice.chance(0.6)) advert(mesh, dice, rear, length);
  tail(mesh, dice, rear, lights);
  for (const side of [-1, 1]) {
    rod(
      mesh,
      blackPlastic,
      [side * 1.2, front - 0.3, 2.5],
      [side * 1.45, front + 0.12, 2.3],
      0.025,
      5,
    );
    block(mesh, blackPlastic, [side * 1.45, front + 0.12, 2.1], [0.14, 0.1, 0.4], 0.03);
  }
  block(mesh, paint, [0, rear + length * 0.3, 3.12], [1.6, 2.2, 0.2], 0.05);
  return mesh.shape();
}

/** The wheel in its dark arch. */
export function bigWheel(
  mesh: MeshBuilder,
  side: number,
  y: number,
  radius: number,
  reach: number,
): void {
  mesh.within(
    chain(scaled(side, 1, 1), moved(reach + 0.004, y, radius + 0.02), turned("y", 90)),
    () => {
      mesh.face(darkness, circle([0, 0, 0], radius * 1.2, radius * 1.2, 16));
    },
  );
  wheel(mesh, { x: side * (reach - 0.06), y, radius, width: 0.28 });
}

function sideMarks(rear: number, front: number): { marks: number[]; doors: readonly number[] } {
  const count = Math.round((front - rear - 0.6) / 1.25);
  const marks: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const from = rear + 0.3 + ((front - rear - 0.5) * index) / count;
    const to = rear + 0.3 + ((front - rear - 0.5) * (index + 1)) / count;
    marks.push(from + 0.05, to - 0.05);
  }
  // Parts count posts and windows in turn; doors are the last window and one in the middle.
  return { marks, doors: [2 * count - 1, 2 * Math.floor(count / 2) - 1] };
}

function wallOf(options: {
  readonly level: number;
  readonly wall: Wall;
  readonly part: number;
  readonly doors: readonly number[];
  readonly paint: Material;
  readonly band: Material;
}): Material {
  const { level, wall, part, doors, paint, band } = options;
  const isWindow = part % 2 === 1;
  switch (wall) {
    case "right":
      if (isWindow && doors.includes(part) && level > 0 && level < 4) return pane;
      break;
    case "front":
      if ((level === 2 || level === 3 || level === 4) && part > 0 && part < 3) return pane;
      return level === 4 || level === 5 ? blackPlastic : level < 2 ? band : paint;
    case "rear":
      if (level === 3 && part > 0 && part < 3) return pane;
      return level < 2 ? band : paint;
    case "left":
    case "corner":
      break;
  }
  if (level === 3 && wall !== "corner") return isWindow ? pane : blackPlastic;
  return level === 0 || level === 1 ? band : paint;
}

/** Frames around the leaves of the doors, and the gap between them. */
function doorFrames(mesh: MeshBuilder, marks: readonly number[], doors: readonly number[]): void {
  for (const door of doors) {
    // Part 0 is before the first mark.
    const [from, to] = [marks[door - 1], marks[door]];
    if (from === undefined || to === undefined) continue;
    for (const y of [from, (from + to) / 2, to]) {
      block(mesh, steel, [halfWidth + 0.005, y, 1.4], [0.02, 0.05, 1.9]);
    }
    block(mesh, steel, [halfWidth + 0.005, (from + to) / 2, 2.34], [0.02, to - from, 0.05]);
  }
}

/** Below the windows of the side that has no doors. */
function advert(mesh: MeshBuilder, dice: Dice, rear: number, length: number): void {
  const texture = signTexture(dice, { widthPx: 192, heightPx: 36, lines: 1 });
  const [from, to] = [rear + length * 0.36, rear + length * 0.66];
  panel(mesh, { colour: [1, 1, 1], gloss: 0.25, texture }, [
    [-halfWidth - 0.006, to, 0.68],
    [-halfWidth - 0.006, from, 0.68],
    [-halfWidth - 0.006, from, 1.2],
    [-halfWidth - 0.006, to, 1.2],
  ]);
}

function nose(mesh: MeshBuilder, dice: Dice, front: number, lights: boolean): void {
  const texture = signTexture(dice, {
    widthPx: 160,
    heightPx: 28,
    background: [0.05, 0.05, 0.05],
    ink: [0.95, 0.45, 0.1],
    lines: 1,
  });
  panel(mesh, { colour: [1, 1, 1], gloss: 0.1, texture, glow: 0.5 }, [
    [0.9, front - 0.14, 2.45],
    [-0.9, front - 0.14, 2.45],
    [-0.9, front - 0.19, 2.72],
    [0.9, front - 0.19, 2.72],
  ]);
  const headlight = lamp([0.88, 0.9, 0.92], lights);
  for (const side of [-1, 1]) {
    block(mesh, blackPlastic, [side * 0.9, front, 0.78], [0.5, 0.03, 0.3]);
    block(mesh, headlight, [side * 0.92, front + 0.01, 0.8], [0.4, 0.03, 0.2]);
    mesh.within(moved(side * 0.42, front + 0.02, 1.15), () => {
      rod(mesh, blackPlastic, [side * 0.3, 0, 0], [-side * 0.35, 0, 0.25], 0.015, 3);
    });
  }
  block(mesh, blackPlastic, [0, front, 0.5], [2.0, 0.04, 0.16]);
  block(mesh, steel, [0, front + 0.01, 0.84], [0.5, 0.02, 0.12]);
  block(
    mesh,
    { colour: [0.75, 0.62, 0.1], gloss: 0.2 },
    [0, front + 0.02, 0.5],
    [0.44, 0.02, 0.14],
  );
}

function tail(mesh: MeshBuilder, dice: Dice, rear: number, lights: boolean): void {
  const light = lamp([0.55, 0.04, 0.04], lights, 0.6);
  for (const side of [-1, 1]) block(mesh, light, [side * 1.0, rear, 0.95], [0.14, 0.03, 0.5]);
  block(mesh, blackPlastic, [0, rear + 0.01, 0.75], [1.2, 0.03, 0.4]);
  block(
    mesh,
    { colour: [0.75, 0.62, 0.1], gloss: 0.2 },
    [0, rear - 0.01, 0.75],
    [0.44, 0.02, 0.14],
  );
  if (!dice.chance(0.5)) return;
  const texture = signTexture(dice, { widthPx: 96, heightPx: 40, lines: 2 });
  panel(mesh, { colour: [1, 1, 1], gloss: 0.2, texture }, [
    [-0.8, rear - 0.006, 1.02],
    [0.8, rear - 0.006, 1.02],
    [0.8, rear - 0.006, 1.24],
    [-0.8, rear - 0.006, 1.24],
  ]);
}
