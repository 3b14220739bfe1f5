/**
 * Bins of Chinese streets, empty, full and overflowing. What lies beside an overflowing bin touches
 * it, so that its box stays the bin's; a heap apart is garbage of its own.
 */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { signTexture } from "./glyphs.ts";
import { blackPlastic, darkness, rubber, steel, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { bag, carton, litter } from "./rubbish.ts";
import { block, box, lathe, loft, panel, roundedRect, tube } from "./solids.ts";
import type { BinColour, BinLook } from "./thing-look.ts";
import { chain, moved, scaled, turned } from "./transform.ts";
import type { Vec3 } from "./vector.ts";
import { wheel } from "./wheel.ts";

const colours: Readonly<Record<BinColour, Colour>> = {
  green: [0.05, 0.3, 0.14],
  grey: [0.17, 0.18, 0.19],
  blue: [0.06, 0.16, 0.42],
  red: [0.6, 0.06, 0.07],
};

export function binShape(look: BinLook): Shape {
  const dice = diceOf("bin", look.style, look.seed);
  const mesh = new MeshBuilder();
  switch (look.style) {
    case "wheeled":
    case "sorting":
      tub(mesh, dice, look.state, {
        colour: colours[look.colour],
        bottom: [0.44, 0.5],
        top: [0.57, 0.7],
        height: look.style === "wheeled" ? 1.0 : 0.92,
        hasLargeLabel: look.style === "sorting",
        casters: false,
      });
      break;
    case "container":
      tub(mesh, dice, look.state, {
        colour: dice.pick([colours.green, colours.green, [0.2, 0.22, 0.24]]),
        bottom: [1.1, 0.78],
        top: [1.34, 1.0],
        height: 1.14,
        hasLargeLabel: false,
        casters: true,
      });
      break;
    case "litter":
      litterBin(mesh, dice, look.state === "overflowing");
      break;
  }
  return mesh.shape();
}

interface Tub {
  readonly colour: Colour;
  readonly bottom: readonly [width: number, depth: number];
  readonly top: readonly [width: number, depth: number];
  readonly height: number;
  readonly hasLargeLabel: boolean;
  /** Four small wheels under it; two large ones behind otherwise. */
  readonly casters: boolean;
}

function tub(mesh: MeshBuilder, dice: Dice, state: BinLook["state"], form: Tub): void {
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
      tube(mesh, plastic, [low, high], 0.016, 4);
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

/** Bags level with the rim, or well above it with some at its foot. */
function fill(mesh: MeshBuilder, dice: Dice, { top, bottom, height }: Tub, isOver: boolean): void {
  const [x, y] = [top[0] / 2 - 0.16, top[1] / 2 - 0.18];
  const count = (isOver ? 4 : 3) + (top[0] > 1 ? 3 : 0);
  for (let index = 0; index < count; index += 1) {
    const lift = isOver ? dice.between(-0.06, 0.1) + (index === 0 ? 0.14 : 0) : -0.34;
    const place = moved(
      x * (count === 1 ? 0 : (2 * index) / (count - 1) - 1) * dice.between(0.6, 1),
      dice.between(-y, y),
      height - 0.12 + lift,
    );
    const tilt = turned("x", dice.between(-25, 25));
    mesh.within(chain(place, turned("z", dice.between(0, 360)), tilt), () => {
      bag(mesh, dice, dice.between(0.17, 0.25));
    });
  }
  if (!isOver) return;
  for (let index = 0; index < 5; index += 1) {
    const place = moved(dice.between(-x, x), dice.between(-y, y), height + dice.between(0.02, 0.2));
    mesh.within(
      chain(
        place,
        turned("z", dice.between(0, 360)),
        turned("x", dice.between(-50, 50)),
        scaled(1.4, 1.4, 1.4),
      ),
      () => {
        litter(mesh, dice);
      },
    );
  }
  if (dice.chance(0.3)) {
    mesh.within(
      chain(moved(dice.between(-x, x), 0, height - 0.1), turned("y", dice.between(20, 70))),
      () => {
        carton(mesh, dice);
      },
    );
  }
  const spills = 1 + dice.below(3);
  for (let index = 0; index < spills; index += 1) {
    const side = dice.pick([-1, 1]);
    const place = moved((side * bottom[0]) / 2 + side * 0.1, dice.between(-0.1, 0.3), 0);
    mesh.within(chain(place, turned("z", dice.between(0, 360))), () => {
      if (dice.chance(0.5)) bag(mesh, dice, dice.between(0.13, 0.19));
      else litter(mesh, dice);
    });
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

/** Two compartments under one roof, an opening in each. */
function litterBin(mesh: MeshBuilder, dice: Dice, isOver: boolean): void {
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
  const fronts = [colours.blue, colours.grey].map((colour): Material => ({ colour, gloss: 0.2 }));
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
    tube(
      mesh,
      frame,
      [
        [side * 0.49, 0, 0],
        [side * 0.49, 0, 0.95],
      ],
      0.025,
      6,
    );
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
