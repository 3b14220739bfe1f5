/** Tubs of plastic with a lid on hinges: 240 l on two wheels, 1100 l on four. */
import type { Material } from "../shape.ts";
import { fill, type Tub } from "./bin-contents.ts";
import { type Dice, diceOf } from "./dice.ts";
import { signTexture } from "./glyphs.ts";
import { blackPlastic, darkness, steel, worn } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { block, loft, panel, roundedRect } from "./solids.ts";
import type { BinLook } from "./thing-look.ts";
import { chain, moved, turned } from "./transform.ts";
import { rod, tube } from "./tubes.ts";
import type { Vec3 } from "./vector.ts";
import { wheel } from "./wheel.ts";

export function tub(mesh: MeshBuilder, dice: Dice, state: BinLook["state"], form: Tub): void {
  const { top, height } = form;
  const plastic: Material = { colour: worn(dice, form.colour, 0.16), gloss: 0.16 };
  const lid: Material = { colour: worn(dice, form.colour, 0.16), gloss: 0.2 };
  const floor = form.casters ? 0.16 : 0.05;
  const ring = (share: number, out: number): readonly Vec3[] => ringAt(form, floor, share, out);
  loft(mesh, plastic, [ring(0, 0), ring(0.86, 0), ring(0.87, 0.025), ring(0.99, 0.03)], {
    caps: "start",
  });
  const isOpen = state === "overflowing" || (state === "full" && dice.chance(0.15));
  // Rim and inside, as deep as one sees.
  loft(
    mesh,
    (level) => (level === 0 ? plastic : darkness),
    [ring(0.99, 0.03), ring(1, 0), ring(0.8, -0.02)],
    { caps: "end" },
  );
  ribs(mesh, form, floor, plastic);
  label(mesh, dice, form, floor);
  wheels(mesh, form, plastic);
  tube(mesh, plastic, handle(top, height), 0.018, 5);
  const angle = isOpen ? dice.pick([105, 250, 262]) : state === "full" ? dice.between(0, 6) : 0;
  mesh.within(chain(moved(0, -top[1] / 2 - 0.02, height + 0.01), turned("x", angle)), () => {
    lidShell(mesh, lid, top);
  });
  if (isOpen) fill(mesh, dice, form, state === "overflowing");
  stains(mesh, dice, form, floor);
}

function ringAt(
  { bottom, top, height }: Tub,
  floor: number,
  share: number,
  out: number,
): readonly Vec3[] {
  const half = (index: 0 | 1): number =>
    (bottom[index] + (top[index] - bottom[index]) * share) / 2 + out;
  const [x, y] = [half(0), half(1)];
  return roundedRect([-x, -y, 0], [x, y, 0], floor + (height - floor) * share, 0, 0.07);
}

/** Hinged at y = 0, lies towards +y. */
function lidShell(
  mesh: MeshBuilder,
  lid: Material,
  [width, depth]: readonly [number, number],
): void {
  const [x, y] = [width / 2 + 0.025, depth + 0.07];
  loft(mesh, lid, [
    roundedRect([-x, 0, 0], [x, y, 0], -0.045, 0, 0.06),
    roundedRect([-x, 0, 0], [x, y, 0], 0.01, 0, 0.06),
    roundedRect([-x, 0.02, 0], [x, y, 0], 0.06, 0.05, 0.05),
    roundedRect([-x, 0.04, 0], [x, y, 0], 0.085, 0.16, 0.04),
  ]);
  block(mesh, lid, [0, y - 0.01, -0.02], [width * 0.5, 0.07, 0.035], 0.01);
}

function handle([width, depth]: readonly [number, number], height: number): readonly Vec3[] {
  const [x, y] = [width * 0.36, -depth / 2];
  return [
    [-x, y, height - 0.03],
    [-x, y - 0.09, height - 0.01],
    [x, y - 0.09, height - 0.01],
    [x, y, height - 0.03],
  ];
}

function ribs(
  mesh: MeshBuilder,
  { bottom, top, height }: Tub,
  floor: number,
  plastic: Material,
): void {
  for (const share of [-0.3, 0.3]) {
    for (const side of [-1, 1]) {
      const low: Vec3 = [bottom[0] * share, (side * bottom[1]) / 2, floor + 0.02];
      const high: Vec3 = [top[0] * share, (side * (top[1] - 0.02)) / 2, height * 0.86];
      rod(mesh, plastic, low, high, 0.016, 4);
    }
  }
}

/** Made-up characters and a sign on its front. */
function label(
  mesh: MeshBuilder,
  dice: Dice,
  { colour, bottom, top, height, hasLargeLabel }: Tub,
  floor: number,
): void {
  if (!hasLargeLabel && dice.chance(0.2)) return;
  const [from, to] = hasLargeLabel ? [0.3, 0.78] : [0.48, 0.76];
  const isPaper = dice.chance(0.3);
  const texture = signTexture(diceOf("bin label", dice.below(1e6)), {
    widthPx: 48,
    heightPx: 64,
    background: isPaper ? [0.9, 0.9, 0.88] : colour,
    ink: isPaper ? colour : [0.85, 0.86, 0.84],
    lines: 2,
  });
  const depthAt = (share: number): number => (bottom[1] + (top[1] - bottom[1]) * share) / 2 + 0.012;
  const zAt = (share: number): number => floor + (height - floor) * share;
  const half = Math.min(bottom[0] * 0.32, 0.26);
  panel(mesh, { colour: [1, 1, 1], gloss: 0.1, texture }, [
    [half, depthAt(from), zAt(from)],
    [-half, depthAt(from), zAt(from)],
    [-half, depthAt(to), zAt(to)],
    [half, depthAt(to), zAt(to)],
  ]);
}

function wheels(mesh: MeshBuilder, { bottom, casters }: Tub, plastic: Material): void {
  if (!casters) {
    for (const side of [-1, 1]) {
      const x = side * (bottom[0] / 2 + 0.01);
      wheel(mesh, {
        x,
        y: -bottom[1] / 2 - 0.02,
        radius: 0.1,
        width: 0.05,
        rim: blackPlastic,
        sides: 10,
      });
    }
    block(mesh, plastic, [0, bottom[1] / 2 - 0.05, 0.03], [bottom[0] * 0.8, 0.08, 0.06]);
    return;
  }
  for (const x of [-1, 1]) {
    for (const y of [-1, 1]) {
      const place = moved(x * bottom[0] * 0.4, y * bottom[1] * 0.36, 0);
      mesh.within(chain(place, turned("z", x * y * 40)), () => {
        wheel(mesh, { x: 0, y: 0, radius: 0.08, width: 0.05, rim: steel, sides: 8 });
        block(mesh, steel, [0, 0, 0.15], [0.07, 0.05, 0.06]);
      });
    }
  }
}

/** Splashes down its front. */
function stains(mesh: MeshBuilder, dice: Dice, { bottom, top, height }: Tub, floor: number): void {
  const stain: Material = { colour: [0.2, 0.17, 0.13], gloss: 0.05, isThin: true };
  for (let index = 0; index < 4; index += 1) {
    const at = dice.between(-0.4, 0.4);
    const [low, high] = [dice.between(0.05, 0.5), dice.between(0.55, 0.84)];
    const corner = (share: number, x: number): Vec3 => [
      (bottom[0] + (top[0] - bottom[0]) * share) * at + x,
      (bottom[1] + (top[1] - bottom[1]) * share) / 2 + 0.008,
      floor + (height - floor) * share,
    ];
    mesh.face(stain, [
      corner(low, 0.008),
      corner(low, -0.004),
      corner(high, -0.016),
      corner(high, 0.016),
    ]);
  }
}
