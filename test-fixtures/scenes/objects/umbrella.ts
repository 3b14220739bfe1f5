/** Umbrellas: cloth between eight ribs, held in a hand or standing over a stall. */
import type { Colour, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { cloth, darkSteel, matt, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { block } from "./solids.ts";
import { rod } from "./tubes.ts";
import type { Vec3 } from "./vector.ts";

interface Canopy {
  readonly radius: number;
  /** How much higher the top is than the rim. */
  readonly rise: number;
  /** One after the other around it. */
  readonly colours: readonly Colour[];
  /** Height of the strip that hangs from the rim. */
  readonly valance: number;
}

const ribs = 8;

export function umbrellaShape(seed: number): Shape {
  const mesh = new MeshBuilder();
  parasol(mesh, diceOf("umbrella", seed));
  return mesh.shape();
}

/** Stands on its foot; the rim is above heads. */
export function parasol(mesh: MeshBuilder, dice: Dice, radius = dice.between(1.05, 1.4)): void {
  const first = dice.pick<Colour>([
    [0.7, 0.1, 0.1],
    [0.1, 0.25, 0.6],
    [0.1, 0.4, 0.25],
    [0.85, 0.55, 0.1],
    [0.75, 0.2, 0.35],
  ]);
  const second = dice.pick<Colour>([
    [0.88, 0.87, 0.83],
    [0.9, 0.75, 0.15],
    [0.15, 0.35, 0.7],
    first,
  ]);
  const height = dice.between(2.2, 2.5);
  rod(mesh, darkSteel, [0, 0, 0], [0, 0, height], 0.022, 6);
  block(mesh, matt([0.3, 0.3, 0.3]), [0, 0, 0.05], [0.4, 0.4, 0.1], 0.02);
  const canopy = {
    radius,
    rise: radius * 0.36,
    colours: [worn(dice, first), worn(dice, second)],
    valance: 0.13,
  };
  const z = height - radius * 0.36;
  for (let rib = 0; rib < ribs; rib += 1) {
    const [x, y] = rimPoint(rib / ribs, radius * 0.55);
    rod(mesh, darkSteel, [0, 0, z - 0.1], [x, y, z + radius * 0.17], 0.008, 3);
  }
  mesh.within(
    [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, z],
    ],
    () => {
      umbrellaCanopy(mesh, canopy);
    },
  );
}

/** The rim is at z = 0; between ribs the cloth sinks and its rim runs straighter than a circle. */
export function umbrellaCanopy(
  mesh: MeshBuilder,
  { radius, rise, colours, valance }: Canopy,
): void {
  const materials = colours.map((colour) => cloth(colour));
  const rings = [1, 0.72, 0.4, 0].map((share) => ringOf(radius, rise, share));
  for (let panel = 0; panel < ribs * 2; panel += 1) {
    const material = materials[Math.floor(panel / 2) % materials.length];
    if (material === undefined) continue;
    const next = (panel + 1) % (ribs * 2);
    rings.forEach((ring, level) => {
      const above = rings[level + 1];
      const [a, b, c, d] = [ring[panel], ring[next], above?.[next], above?.[panel]];
      if (a && b && c && d) mesh.face(material, [a, b, c, d]);
    });
    const [a, b] = [rings[0]?.[panel], rings[0]?.[next]];
    if (a && b && valance > 0) {
      mesh.face(material, [[a[0], a[1], a[2] - valance], [b[0], b[1], b[2] - valance], b, a]);
    }
  }
}

function ringOf(radius: number, rise: number, share: number): readonly Vec3[] {
  return Array.from({ length: ribs * 2 }, (_, index): Vec3 => {
    const isBetween = index % 2 === 1;
    const [x, y] = rimPoint(index / (ribs * 2), radius * share * (isBetween ? 0.95 : 1));
    return [x, y, rise * (1 - share ** 1.7) - (isBetween ? 0.04 * radius * share : 0)];
  });
}

function rimPoint(share: number, radius: number): readonly [number, number] {
  return [radius * Math.cos(share * 2 * Math.PI), radius * Math.sin(share * 2 * Math.PI)];
}
