/** Bicycles and e-bikes: tubes, wheels with spokes, nobody on them. */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { blackPlastic, darkSteel, lamp, rubber, steel, worn } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { block, box, ellipsoid, extrudeX, loft, roundedRect, tube } from "./solids.ts";
import type { TwoWheelerLook } from "./thing-look.ts";
import { chain, moved, turned } from "./transform.ts";
import { cargoTricycle } from "./tricycle.ts";
import type { Vec3 } from "./vector.ts";
import { spokedWheel, wheel } from "./wheel.ts";

export function twoWheelerShape({ kind, seed, lights }: TwoWheelerLook): Shape {
  const dice = diceOf(kind, seed);
  const mesh = new MeshBuilder();
  switch (kind) {
    case "bicycle":
      bicycle(mesh, dice);
      break;
    case "e-bike":
      electricBike(mesh, dice, lights);
      break;
    case "cargo-tricycle":
      cargoTricycle(mesh, dice, lights);
      break;
  }
  return mesh.shape();
}

function bicycle(mesh: MeshBuilder, dice: Dice): void {
  // Shared bikes come in loud colours and all alike; private ones are dark.
  const isShared = dice.chance(0.6);
  const colour = isShared
    ? dice.pick<Colour>([
        [0.1, 0.45, 0.75],
        [0.9, 0.72, 0.05],
        [0.2, 0.62, 0.55],
      ])
    : dice.pick<Colour>([
        [0.1, 0.1, 0.11],
        [0.5, 0.08, 0.08],
        [0.7, 0.71, 0.72],
        [0.12, 0.2, 0.4],
      ]);
  const paint: Material = { colour: worn(dice, colour), gloss: 0.3 };
  const radius = isShared ? 0.31 : 0.34;
  for (const y of [-0.52, 0.52]) {
    spokedWheel(mesh, { x: 0, y, radius, rim: isShared ? paint : steel });
    fender(mesh, paint, y, radius);
  }
  const [crank, seat, neck]: readonly [Vec3, Vec3, Vec3] = [
    [0, 0.04, 0.28],
    [0, -0.14, 0.72],
    [0, 0.38, 0.82],
  ];
  const thick = isShared ? 0.026 : 0.019;
  const lower = isShared ? 0.34 : 0.66;
  tube(mesh, paint, [neck, [0, 0.33, 0.68], crank], thick * 1.15, 5);
  if (!isShared || dice.chance(0.3)) tube(mesh, paint, [seat, [0, 0.36, 0.76]], thick, 5);
  else
    tube(
      mesh,
      paint,
      [
        [0, -0.05, lower + 0.12],
        [0, 0.3, 0.62],
      ],
      thick,
      5,
    );
  tube(mesh, paint, [crank, seat], thick, 5);
  for (const x of [-0.05, 0.05]) {
    tube(mesh, paint, [crank, [x, -0.52, radius]], 0.012, 4);
    tube(
      mesh,
      paint,
      [
        [0, -0.12, 0.66],
        [x, -0.52, radius],
      ],
      0.011,
      4,
    );
    tube(
      mesh,
      darkSteel,
      [
        [x * 0.6, 0.4, 0.72],
        [x, 0.52, radius],
      ],
      0.014,
      4,
    );
  }
  tube(mesh, steel, [seat, [0, -0.2, 0.9]], 0.014, 5);
  ellipsoid(mesh, rubber, [0, -0.22, 0.92], [0.08, 0.14, 0.035], { sides: 7, levels: 4 });
  tube(mesh, darkSteel, [neck, [0, 0.36, 1.0]], 0.016, 5);
  tube(
    mesh,
    darkSteel,
    [
      [-0.29, 0.3, 1.04],
      [-0.12, 0.38, 1.02],
      [0.12, 0.38, 1.02],
      [0.29, 0.3, 1.04],
    ],
    0.013,
    5,
  );
  block(mesh, paint, [0.05, -0.22, 0.3], [0.02, 0.5, 0.08]);
  for (const side of [-1, 1]) {
    block(
      mesh,
      darkSteel,
      [side * 0.11, 0.04 + side * 0.1, 0.28 - side * 0.1],
      [0.09, 0.08, 0.025],
    );
  }
  if (isShared || dice.chance(0.4)) basket(mesh, dice, [0, 0.6, 0.78]);
  if (!isShared && dice.chance(0.5)) block(mesh, darkSteel, [0, -0.5, 0.74], [0.12, 0.36, 0.02]);
}

function electricBike(mesh: MeshBuilder, dice: Dice, lights: boolean): void {
  const colour = dice.pick<Colour>([
    [0.08, 0.08, 0.09],
    [0.85, 0.85, 0.84],
    [0.55, 0.07, 0.08],
    [0.12, 0.25, 0.5],
    [0.45, 0.47, 0.48],
    [0.75, 0.6, 0.62],
  ]);
  const paint: Material = { colour: worn(dice, colour, 0.08), gloss: 0.35 };
  const radius = 0.23;
  for (const y of [-0.58, 0.58]) {
    for (const side of [-1, 1]) {
      wheel(mesh, { x: side * 0.001, y, radius, width: 0.09, rim: darkSteel, sides: 12 });
    }
  }
  // Front shield, footboard and seat box in one line, as the plastic of these bikes runs.
  const shells = [
    {
      x: 0.17,
      outline: [
        [0.47, 0.42],
        [0.4, 0.9],
        [0.34, 0.9],
        [0.38, 0.42],
      ],
    },
    {
      x: 0.15,
      outline: [
        [0.36, 0.2],
        [0.47, 0.42],
        [0.38, 0.42],
        [0.28, 0.28],
      ],
    },
    {
      x: 0.15,
      outline: [
        [0.36, 0.2],
        [0.28, 0.28],
        [-0.12, 0.28],
        [-0.12, 0.2],
      ],
    },
    {
      x: 0.06,
      outline: [
        [0.86, 0.4],
        [0.72, 0.52],
        [0.7, 0.48],
        [0.82, 0.38],
      ],
    },
    {
      x: 0.06,
      outline: [
        [0.72, 0.52],
        [0.5, 0.52],
        [0.5, 0.48],
        [0.7, 0.48],
      ],
    },
  ] as const;
  for (const { x, outline } of shells) extrudeX(mesh, paint, outline, -x, x);
  loft(mesh, paint, [
    roundedRect([-0.13, -0.72, 0], [0.13, 0.02, 0], 0.3, 0.02, 0.05),
    roundedRect([-0.15, -0.76, 0], [0.15, 0.04, 0], 0.55, 0, 0.06),
    roundedRect([-0.13, -0.72, 0], [0.13, 0.0, 0], 0.7, 0, 0.05),
  ]);
  loft(mesh, rubber, [
    roundedRect([-0.14, -0.72, 0], [0.14, 0.03, 0], 0.7, 0, 0.06),
    roundedRect([-0.14, -0.72, 0], [0.14, 0.03, 0], 0.76, 0, 0.06),
    roundedRect([-0.14, -0.72, 0], [0.14, 0.03, 0], 0.79, 0.04, 0.05),
  ]);
  for (const x of [-0.07, 0.07])
    tube(
      mesh,
      darkSteel,
      [
        [x, 0.42, 0.6],
        [x, 0.58, radius],
      ],
      0.022,
      5,
    );
  tube(
    mesh,
    darkSteel,
    [
      [0, 0.36, 0.88],
      [0, 0.3, 1.02],
    ],
    0.025,
    5,
  );
  tube(
    mesh,
    rubber,
    [
      [-0.34, 0.2, 1.03],
      [-0.14, 0.3, 1.02],
      [0.14, 0.3, 1.02],
      [0.34, 0.2, 1.03],
    ],
    0.018,
    5,
  );
  block(mesh, paint, [0, 0.32, 1.0], [0.22, 0.12, 0.12], 0.03);
  block(mesh, lamp([0.9, 0.9, 0.85], lights), [0, 0.45, 0.76], [0.14, 0.05, 0.1]);
  block(mesh, lamp([0.6, 0.05, 0.05], lights, 0.6), [0, -0.77, 0.58], [0.16, 0.03, 0.06]);
  block(mesh, { colour: [0.85, 0.85, 0.85], gloss: 0.2 }, [0, -0.79, 0.42], [0.18, 0.01, 0.12]);
  for (const side of [-1, 1]) {
    tube(
      mesh,
      darkSteel,
      [
        [side * 0.22, 0.24, 1.03],
        [side * 0.27, 0.24, 1.18],
      ],
      0.007,
      4,
    );
    block(mesh, blackPlastic, [side * 0.28, 0.24, 1.2], [0.11, 0.03, 0.07], 0.02);
  }
  if (dice.chance(0.35))
    box(mesh, dice.chance(0.5) ? blackPlastic : paint, {
      min: [-0.19, -0.98, 0.76],
      max: [0.19, -0.62, 1.06],
      bevel: 0.04,
    });
  if (dice.chance(0.35)) basket(mesh, dice, [0, 0.58, 0.68]);
}

function fender(mesh: MeshBuilder, paint: Material, y: number, radius: number): void {
  const points = [20, 55, 90, 125, 165].map((degrees): Vec3 => {
    const angle = (degrees * Math.PI) / 180;
    const way = y < 0 ? -1 : 1;
    const reach = radius + 0.03;
    return [0, y - way * reach * Math.cos(angle) * -0.9, radius + reach * Math.sin(angle)];
  });
  points.slice(1).forEach(([, toY, toZ], index) => {
    const [, fromY, fromZ] = points[index] ?? [0, 0, 0];
    mesh.face({ ...paint, isThin: true }, [
      [0.03, fromY, fromZ],
      [0.03, toY, toZ],
      [-0.03, toY, toZ],
      [-0.03, fromY, fromZ],
    ]);
  });
}

function basket(mesh: MeshBuilder, dice: Dice, [x, y, z]: Vec3): void {
  const wire: Material = { ...dice.pick([darkSteel, blackPlastic]), isThin: true };
  mesh.within(chain(moved(x, y, z), turned("x", -6)), () => {
    loft(
      mesh,
      wire,
      [
        roundedRect([-0.13, -0.09, 0], [0.13, 0.11, 0], 0, 0, 0.03),
        roundedRect([-0.17, -0.13, 0], [0.17, 0.15, 0], 0.22, 0, 0.03),
      ],
      { caps: "start" },
    );
  });
}
