/** Moves, turns and scales: where a part of a thing is placed. Angles in degrees. */
import type { Vec3 } from "./vector.ts";

/** Three rows of x, y, z and shift. */
export type Transform = readonly [
  readonly [number, number, number, number],
  readonly [number, number, number, number],
  readonly [number, number, number, number],
];

export const identity: Transform = scaled(1, 1, 1);

export function moved(x: number, y: number, z: number): Transform {
  return [
    [1, 0, 0, x],
    [0, 1, 0, y],
    [0, 0, 1, z],
  ];
}

export function scaled(x: number, y: number, z: number): Transform {
  return [
    [x, 0, 0, 0],
    [0, y, 0, 0],
    [0, 0, z, 0],
  ];
}

/** Counter-clockwise seen from the tip of the axis. */
export function turned(axis: "x" | "y" | "z", degrees: number): Transform {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  switch (axis) {
    case "x":
      return [
        [1, 0, 0, 0],
        [0, cos, -sin, 0],
        [0, sin, cos, 0],
      ];
    case "y":
      return [
        [cos, 0, sin, 0],
        [0, 1, 0, 0],
        [-sin, 0, cos, 0],
      ];
    case "z":
      return [
        [cos, -sin, 0, 0],
        [sin, cos, 0, 0],
        [0, 0, 1, 0],
      ];
  }
}

/** The last one is applied first, as in `outer * inner`. */
export function chain(...transforms: readonly Transform[]): Transform {
  return transforms.reduce(multiply, identity);
}

export function apply(transform: Transform, [x, y, z]: Vec3): Vec3 {
  const [a, b, c] = transform;
  return [
    a[0] * x + a[1] * y + a[2] * z + a[3],
    b[0] * x + b[1] * y + b[2] * z + b[3],
    c[0] * x + c[1] * y + c[2] * z + c[3],
  ];
}

/** Whether it turns left hands into right ones, and so the order of corners. */
export function isMirror([a, b, c]: Transform): boolean {
  const determinant =
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
    a[1] * (b[0] * c[2] - b[2] * c[0]) +
    a[2] * (b[0] * c[1] - b[1] * c[0]);
  return determinant < 0;
}

function multiply(outer: Transform, inner: Transform): Transform {
  const [p, q, r] = inner;
  const row = ([x, y, z, shift]: Transform[0]): Transform[0] => [
    x * p[0] + y * q[0] + z * r[0],
    x * p[1] + y * q[1] + z * r[1],
    x * p[2] + y * q[2] + z * r[2],
    x * p[3] + y * q[3] + z * r[3] + shift,
  ];
  return [row(outer[0]), row(outer[1]), row(outer[2])];
}
