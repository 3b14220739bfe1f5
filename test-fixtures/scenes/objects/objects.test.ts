/** Every look in a few seeds: what all shapes promise, plausible sizes, and what they cost. */
import { describe, expect, test } from "vitest";
import type { Part, Shape } from "../shape.ts";
import { shapeOf } from "./index.ts";
import type { BinState, PersonPose, StallStyle, ThingLook } from "./thing-look.ts";
import { cross, dot, sub, unit, type Vec3 } from "./vector.ts";

interface Row {
  readonly name: string;
  readonly look: (seed: number) => ThingLook;
  /** Metres across, along and up: from and to. */
  readonly size: readonly [Range, Range, Range];
  readonly trianglesMax: number;
}
type Range = readonly [from: number, to: number];

const vehicles = (["car", "van", "bus", "truck"] as const).map((kind): Row => {
  const sizes = {
    car: [
      [1.9, 2.5],
      [3.8, 5.3],
      [1.35, 1.95],
    ],
    van: [
      [1.7, 2.3],
      [3.8, 4.6],
      [1.7, 2.1],
    ],
    bus: [
      [2.5, 3.2],
      [8.4, 12.4],
      [2.9, 3.5],
    ],
    truck: [
      [2, 2.8],
      [5.4, 7],
      [2, 3.2],
    ],
  } as const;
  return {
    name: kind,
    look: (seed) => ({ kind, seed, lights: seed % 2 === 0 }),
    size: sizes[kind],
    trianglesMax: 2_500,
  };
});

const twoWheelers = (["bicycle", "e-bike", "cargo-tricycle"] as const).map((kind): Row => {
  const sizes = {
    bicycle: [
      [0.5, 0.7],
      [1.5, 1.9],
      [0.9, 1.2],
    ],
    "e-bike": [
      [0.6, 0.8],
      [1.5, 2],
      [1, 1.4],
    ],
    "cargo-tricycle": [
      [1.1, 1.7],
      [2.4, 3],
      [1, 1.8],
    ],
  } as const;
  return {
    name: kind,
    look: (seed) => ({ kind, seed, lights: seed % 2 === 0 }),
    size: sizes[kind],
    trianglesMax: { bicycle: 900, "e-bike": 1_200, "cargo-tricycle": 1_400 }[kind],
  };
});

const poses: readonly PersonPose[] = [
  { name: "standing" },
  { name: "walking", phase: 0 },
  { name: "walking", phase: 0.4 },
  { name: "sitting" },
  { name: "with-umbrella", phase: 0.7 },
  { name: "riding", mount: "bicycle" },
  { name: "riding", mount: "e-bike" },
  { name: "riding", mount: "cargo-tricycle" },
];
const persons = poses.map(
  (pose): Row => ({
    name: `person ${JSON.stringify(pose)}`,
    look: (seed) => ({ kind: "person", seed, pose }),
    size: [[0.4, 1.3], [0.2, 1.5], pose.name === "with-umbrella" ? [1.8, 2.4] : [1.1, 1.95]],
    trianglesMax: 1_050,
  }),
);

const states: readonly BinState[] = ["empty", "full", "overflowing"];
const binStyles = ["wheeled", "sorting", "litter", "container"] as const;
const bins = states.flatMap((state) =>
  binStyles.map((style): Row => {
    const isLarge = style === "container" || style === "litter";
    return {
      name: `bin ${style} ${state}`,
      look: (seed) =>
        style === "wheeled" || style === "sorting"
          ? { kind: "bin", style, state, seed, colour: "green" }
          : { kind: "bin", style, state, seed },
      size: [
        isLarge ? [1, 2] : [0.55, 1.3],
        [0.4, 2],
        state === "overflowing" ? [0.95, 2.3] : [0.95, 1.9],
      ],
      trianglesMax: { empty: 1_000, full: 1_600, overflowing: 2_100 }[state],
    };
  }),
);

const stallStyles: readonly StallStyle[] = [
  "umbrella-table",
  "handcart",
  "food-cart",
  "ground-mat",
  "cargo-tricycle",
  "fruit-boxes",
  "clothes-rail",
];
const stalls = stallStyles.map(
  (style): Row => ({
    name: `stall ${style}`,
    look: (seed) => ({
      kind: "stall",
      style,
      seed,
      hasVendor: seed % 2 === 0,
      lights: seed % 3 === 0,
    }),
    size: [
      [1.1, 3.8],
      [0.75, 4.2],
      [0.15, 2.7],
    ],
    trianglesMax: 4_500,
  }),
);

const garbage = (["bags", "cartons", "litter", "heap"] as const).map(
  (style): Row => ({
    name: `garbage ${style}`,
    look: (seed) => ({ kind: "garbage", style, seed }),
    size: [
      [0.5, 3.5],
      [0.4, 2.8],
      [0.05, 1],
    ],
    trianglesMax: 3_000,
  }),
);

const [widthM, heightM] = [3, 0.8];
const signs: readonly Row[] = [
  ...(["shop", "roof"] as const).map(
    (style): Row => ({
      name: `signboard ${style}`,
      look: (seed) => ({ kind: "signboard", style, widthM, heightM, seed, lights: seed % 2 === 0 }),
      size: [
        [1.8, 3.3],
        [0.05, 1.6],
        [0.6, 1.5],
      ],
      trianglesMax: 900,
    }),
  ),
  {
    name: "signboard light-box",
    look: (seed) => ({
      kind: "signboard",
      style: "light-box",
      widthM: 0.6,
      heightM: 1.5,
      seed,
      lights: true,
    }),
    size: [
      [0.1, 0.2],
      [0.7, 0.8],
      [1.45, 1.55],
    ],
    trianglesMax: 60,
  },
  {
    name: "banner",
    look: (seed) => ({ kind: "banner", widthM, heightM, seed, phase: 0.3 }),
    size: [
      [2.9, 3.6],
      [0.02, 0.6],
      [0.75, 1],
    ],
    trianglesMax: 200,
  },
  {
    name: "pavement-board",
    look: (seed) => ({ kind: "pavement-board", seed, lights: false }),
    size: [
      [0.45, 0.75],
      [0.4, 0.7],
      [0.8, 1.25],
    ],
    trianglesMax: 60,
  },
];

const street: readonly Row[] = (
  [
    ["umbrella", [2, 2, 2], [3, 3, 2.7], 400],
    ["tree", [1.8, 1.8, 4.5], [6, 6, 9], 2_400],
    ["planter", [0.8, 0.35, 0.4], [2, 1, 1.1], 900],
    ["bench", [1.3, 0.3, 0.4], [1.9, 0.7, 0.9], 300],
    ["traffic-sign", [0.5, 0.05, 2.3], [0.8, 0.2, 3], 400],
    ["crate", [0.45, 0.3, 0.15], [0.6, 0.5, 0.5], 900],
    ["table", [0.9, 0.5, 0.65], [1.9, 0.9, 0.85], 200],
    ["parcel-cart", [1, 2.4, 1.4], [1.3, 2.8, 1.8], 1_200],
    ["cleaning-cart", [0.65, 1, 1], [0.9, 1.4, 2], 650],
    ["leaf-heap", [0.7, 0.6, 0.1], [2.6, 2, 0.6], 900],
    ["bus-stop", [3.3, 1.2, 2.4], [5, 1.6, 2.9], 300],
    ["lamp-post", [0.2, 1.2, 6.3], [0.5, 2.6, 8.8], 250],
  ] as const
).map(([kind, from, to, trianglesMax]): Row => {
  const [across, along, up]: readonly Range[] = from.map((value, axis) => [value, to[axis] ?? 0]);
  return {
    name: kind,
    look: (seed) =>
      kind === "lamp-post" ? { kind, seed, lights: seed % 2 === 0 } : { kind, seed },
    size: [across ?? [0, 0], along ?? [0, 0], up ?? [0, 0]],
    trianglesMax,
  };
});

const rows: readonly Row[] = [
  ...vehicles,
  ...twoWheelers,
  ...persons,
  ...bins,
  ...garbage,
  ...stalls,
  ...signs,
  ...street,
];
const seeds = [1, 2, 3, 6, 8];

describe.each(rows)("$name", ({ look, size, trianglesMax }) => {
  test.each(seeds)("seed %i is sound, of a plausible size and within its budget", (seed) => {
    const shape = shapeOf(look(seed));
    expect(shape.parts.length).toBeGreaterThan(0);
    for (const part of shape.parts) expectSound(part);
    extentOf(shape).forEach((extent, axis) => {
      const [from, to] = size[axis] ?? [0, 0];
      expect.soft(extent, `axis ${"xyz"[axis]}`).toBeGreaterThanOrEqual(from);
      expect.soft(extent, `axis ${"xyz"[axis]}`).toBeLessThanOrEqual(to);
    });
    expect.soft(lowest(shape)).toBeGreaterThan(-0.3);
    expect.soft(triangleCount(shape)).toBeLessThanOrEqual(trianglesMax);
  });

  test("the same look is the same to the byte", () => {
    expect(shapeOf(look(4))).toEqual(shapeOf(look(4)));
  });
});

test("another seed looks different", () => {
  const [one, other] = [1, 2].map((seed) =>
    shapeOf({ kind: "person", seed, pose: { name: "standing" } }),
  );
  expect(one).not.toEqual(other);
});

/** Unit normals on the outer side of counter-clockwise triangles; every index exists. */
function expectSound({ positions, normals, uvs, triangles, material }: Part): void {
  expect(triangles.length).toBeGreaterThan(0);
  expect(normals.length).toBe(positions.length);
  expect(uvs?.length).toBe(material.texture === undefined ? undefined : (positions.length / 3) * 2);
  expect(positions.every(Number.isFinite)).toBe(true);
  const point = (list: Float32Array, index: number): Vec3 => [
    list[index * 3] ?? Number.NaN,
    list[index * 3 + 1] ?? Number.NaN,
    list[index * 3 + 2] ?? Number.NaN,
  ];
  let [worstLength, worstSide] = [0, 1];
  for (let index = 0; index < triangles.length; index += 3) {
    const corners = Array.from(triangles.subarray(index, index + 3));
    const [a, b, c] = corners.map((corner) => point(positions, corner));
    if (!(a && b && c)) throw new RangeError(`triangle ${index / 3} has no three corners`);
    const face = unit(cross(sub(b, a), sub(c, a)));
    for (const corner of corners) {
      const normal = point(normals, corner);
      worstLength = Math.max(worstLength, Math.abs(Math.hypot(...normal) - 1));
      worstSide = Math.min(worstSide, dot(normal, face));
    }
  }
  expect(worstLength).toBeLessThan(1e-5);
  expect(worstSide).toBeGreaterThan(0);
}

function extentOf({ parts }: Shape): readonly number[] {
  return [0, 1, 2].map((axis) => {
    const values = parts.flatMap(({ positions }) =>
      Array.from(positions).filter((_, index) => index % 3 === axis),
    );
    return Math.max(...values) - Math.min(...values);
  });
}

function lowest({ parts }: Shape): number {
  return Math.min(
    ...parts.map(({ positions }) =>
      positions.reduce((low, value, index) => (index % 3 === 2 ? Math.min(low, value) : low), 0),
    ),
  );
}

function triangleCount({ parts }: Shape): number {
  return parts.reduce((sum, { triangles }) => sum + triangles.length / 3, 0);
}
