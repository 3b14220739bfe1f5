/** Saloons, hatchbacks, SUVs, people carriers and small vans, as Chinese streets have them. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type CarForm, carBody, halfWidthAt, valueAt } from "./car-body.ts";
import { type Dice, diceOf } from "./dice.ts";
import { blackPlastic, carGlass, lamp, steel, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { block, box } from "./solids.ts";
import type { VehicleLook } from "./thing-look.ts";
import { chain, moved, scaled } from "./transform.ts";
import { wheel } from "./wheel.ts";

const saloon: CarForm = {
  halfWidth: 0.91,
  top: [
    [-2.35, 0.82],
    [-2.28, 0.97],
    [-2.12, 1.03],
    [-1.3, 1.02],
    [0.2, 0.96],
    [0.95, 0.95],
    [1.5, 0.88],
    [2.0, 0.8],
    [2.22, 0.73],
    [2.32, 0.62],
  ],
  wheelY: [-1.34, 1.36],
  wheelRadius: 0.33,
  sill: 0.2,
  glass: {
    roof: 1.47,
    base: [-1.78, 1.0],
    roofEnds: [-0.98, 0.2],
    windows: [
      [0.2, 0.55],
      [0.58, 0.93],
    ],
    roofShare: 0.66,
  },
};

const hatchback: CarForm = {
  ...saloon,
  halfWidth: 0.88,
  top: [
    [-2.08, 0.72],
    [-2.04, 0.92],
    [-1.94, 0.98],
    [-1.3, 1.0],
    [0.2, 0.96],
    [0.95, 0.96],
    [1.45, 0.9],
    [1.85, 0.82],
    [2.04, 0.75],
    [2.12, 0.64],
  ],
  wheelY: [-1.28, 1.3],
  glass: {
    roof: 1.5,
    base: [-1.98, 1.02],
    roofEnds: [-1.55, 0.25],
    windows: [
      [0.14, 0.5],
      [0.53, 0.92],
    ],
    roofShare: 0.68,
  },
};

const suv: CarForm = {
  halfWidth: 0.94,
  top: [
    [-2.32, 0.82],
    [-2.28, 1.02],
    [-2.16, 1.1],
    [-1.3, 1.13],
    [0.2, 1.09],
    [0.95, 1.08],
    [1.55, 1.02],
    [2.04, 0.95],
    [2.24, 0.9],
    [2.32, 0.78],
  ],
  wheelY: [-1.36, 1.36],
  wheelRadius: 0.37,
  sill: 0.28,
  glass: {
    roof: 1.74,
    base: [-2.2, 1.0],
    roofEnds: [-1.82, 0.28],
    windows: [
      [0.07, 0.24],
      [0.27, 0.57],
      [0.6, 0.93],
    ],
    roofShare: 0.72,
  },
};

const peopleCarrier: CarForm = {
  ...suv,
  halfWidth: 0.93,
  top: [
    [-2.5, 0.8],
    [-2.46, 0.98],
    [-2.36, 1.06],
    [-1.3, 1.06],
    [0.4, 1.03],
    [1.2, 1.02],
    [1.75, 0.94],
    [2.15, 0.88],
    [2.38, 0.8],
    [2.46, 0.68],
  ],
  wheelY: [-1.5, 1.5],
  wheelRadius: 0.34,
  sill: 0.22,
  glass: {
    roof: 1.8,
    base: [-2.4, 1.36],
    roofEnds: [-2.12, 0.5],
    windows: [
      [0.05, 0.3],
      [0.33, 0.6],
      [0.63, 0.92],
    ],
    roofShare: 0.76,
  },
};

const smallVan: CarForm = {
  halfWidth: 0.83,
  top: [
    [-2.1, 0.72],
    [-2.06, 0.96],
    [-1.98, 1.02],
    [-1.3, 1.02],
    [0.5, 1.0],
    [1.2, 1.0],
    [1.6, 0.95],
    [1.88, 0.88],
    [2.02, 0.8],
    [2.08, 0.64],
  ],
  wheelY: [-1.3, 1.32],
  wheelRadius: 0.3,
  sill: 0.22,
  glass: {
    roof: 1.9,
    base: [-2.02, 1.62],
    roofEnds: [-1.88, 0.86],
    windows: [
      [0.04, 0.3],
      [0.34, 0.6],
      [0.64, 0.92],
    ],
    roofShare: 0.82,
  },
};

const paints: readonly [readonly [number, Colour], ...(readonly [number, Colour])[]] = [
  [38, [0.86, 0.87, 0.87]],
  [14, [0.62, 0.63, 0.64]],
  [10, [0.33, 0.34, 0.36]],
  [20, [0.06, 0.06, 0.07]],
  [5, [0.5, 0.07, 0.08]],
  [5, [0.1, 0.17, 0.38]],
  [4, [0.38, 0.27, 0.19]],
  [3, [0.7, 0.63, 0.5]],
  [2, [0.12, 0.3, 0.28]],
  [2, [0.85, 0.6, 0.12]],
];

export function carShape({ kind, seed, lights }: VehicleLook): Shape {
  const dice = diceOf(kind, seed);
  const form =
    kind === "van"
      ? smallVan
      : dice.weighted<CarForm>([
          [45, saloon],
          [15, hatchback],
          [30, suv],
          [10, peopleCarrier],
        ]);
  const isPanelVan = kind === "van" && dice.chance(0.4);
  const colour =
    kind === "van" && dice.chance(0.6) ? ([0.75, 0.76, 0.77] as const) : dice.weighted(paints);
  const paint: Material = { colour: worn(dice, colour, 0.06), gloss: 0.35 };
  const hasDarkSill = form === suv || dice.chance(0.3);
  const headlight = lamp([0.88, 0.9, 0.92], lights);
  const taillight = lamp([0.55, 0.04, 0.04], lights, 0.6);
  const mesh = new MeshBuilder();
  const size = dice.between(0.97, 1.03);
  mesh.within(scaled(dice.between(0.98, 1.02), size, size), () => {
    carBody(mesh, isPanelVan ? withoutRearWindows(form) : form, {
      paint,
      lower: hasDarkSill ? blackPlastic : paint,
      headlight,
      taillight,
      glass: carGlass,
    });
    const rim: Material = dice.chance(0.75) ? steel : { colour: [0.3, 0.3, 0.31], gloss: 0.4 };
    for (const y of form.wheelY) {
      for (const side of [-1, 1]) {
        const x = side * (form.halfWidth - 0.13);
        wheel(mesh, { x, y, radius: form.wheelRadius, width: 0.22, rim });
      }
    }
    ends(mesh, form, dice);
    for (const side of [1, -1]) sideDetails(mesh, form, paint, side);
    if (form === suv && dice.chance(0.6)) roofRails(mesh, form);
  });
  return mesh.shape();
}

function withoutRearWindows(form: CarForm): CarForm {
  const [first, second, front] = form.glass.windows;
  if (!(first && second && front)) return form;
  return { ...form, glass: { ...form.glass, windows: [front] } };
}

/** Grille, plates, bumper inserts. */
function ends(mesh: MeshBuilder, form: CarForm, dice: Dice): void {
  const [rear, front] = [form.top[0]?.[0] ?? 0, form.top.at(-1)?.[0] ?? 0];
  const nose = valueAt(form.top, front);
  const middle = form.sill + 0.08 + (nose - form.sill - 0.08) * 0.5;
  const plate: Material = {
    colour: dice.pick([
      [0.08, 0.2, 0.6],
      [0.08, 0.2, 0.6],
      [0.45, 0.75, 0.5],
    ]),
    gloss: 0.2,
  };
  const grilleHeight = Math.min(0.3, nose - form.sill - 0.1);
  block(mesh, blackPlastic, [0, front, middle], [form.halfWidth * 1.1, 0.03, grilleHeight]);
  block(mesh, plate, [0, front + 0.02, middle - 0.04], [0.44, 0.02, 0.14]);
  block(mesh, steel, [0, front + 0.012, middle + grilleHeight * 0.36], [0.7, 0.02, 0.025]);
  block(mesh, plate, [0, rear - 0.01, form.sill + 0.42], [0.44, 0.02, 0.14]);
  block(mesh, blackPlastic, [0, rear + 0.005, form.sill + 0.14], [form.halfWidth * 1.4, 0.03, 0.1]);
}

/** Mirror, handles and the gaps of the doors. */
function sideDetails(mesh: MeshBuilder, form: CarForm, paint: Material, side: number): void {
  const [rear, front] = [form.top[0]?.[0] ?? 0, form.top.at(-1)?.[0] ?? 0];
  const { base, windows } = form.glass;
  const width = (y: number): number => halfWidthAt(form, y, rear, front);
  mesh.within(scaled(side, 1, 1), () => {
    const mirrorY = base[1] - 0.42;
    const waist = valueAt(form.top, mirrorY);
    block(mesh, paint, [width(mirrorY) + 0.05, mirrorY, waist + 0.1], [0.2, 0.1, 0.15], 0.03);
    const gaps = [...windows.slice(-2).map(([start]) => start - 0.015), 0.99];
    for (const share of gaps) {
      const y = base[0] + (base[1] - base[0]) * share - (share > 0.9 ? 0.15 : 0);
      const isOverWheel = form.wheelY.some((at) => Math.abs(at - y) < form.wheelRadius * 1.2);
      const low = isOverWheel ? form.wheelRadius * 2.25 : form.sill + 0.16;
      seam(mesh, form, y, width(y), low);
    }
    for (const [start] of windows.slice(-2)) {
      const y = base[0] + (base[1] - base[0]) * start + 0.16;
      const z = valueAt(form.top, y) - 0.17;
      block(mesh, blackPlastic, [width(y) * 0.975 + 0.012, y, z], [0.03, 0.17, 0.035]);
    }
  });
}

function seam(mesh: MeshBuilder, form: CarForm, y: number, width: number, low: number): void {
  const high = valueAt(form.top, y) - 0.07;
  const middle = Math.max(Math.min(high - 0.15, 0.72), low + 0.01);
  const points = [
    [width * 0.985 + 0.005, low],
    [width + 0.005, middle],
    [width * 0.957 + 0.005, high],
  ] as const;
  points.forEach(([x, z], index) => {
    const next = points[index + 1];
    if (next === undefined) return;
    mesh.face(blackPlastic, [
      [x, y - 0.009, z],
      [x, y + 0.009, z],
      [next[0], y + 0.009, next[1]],
      [next[0], y - 0.009, next[1]],
    ]);
  });
}

function roofRails(mesh: MeshBuilder, form: CarForm): void {
  const { roof, roofEnds, roofShare } = form.glass;
  for (const side of [-1, 1]) {
    mesh.within(
      chain(moved(side * form.halfWidth * roofShare * 0.9, 0, roof - 0.03), scaled(1, 1, 1)),
      () => {
        box(mesh, steel, {
          min: [-0.02, roofEnds[0] + 0.1, 0],
          max: [0.02, roofEnds[1] - 0.1, 0.05],
        });
      },
    );
  }
}
