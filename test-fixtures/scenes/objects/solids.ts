/**
 * The bodies that things are made of: boxes, lofts through rings, lathes, blobs.
 *
 * A ring is a closed line of points, counter-clockwise seen from where the loft goes.
 */
import type { Material } from "../shape.ts";
import type { Dice } from "./dice.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { add, mix, sub, times, type Vec3 } from "./vector.ts";

type Ring = readonly Vec3[];

/** A face is the material of the quad between point `index` and the next one, above ring `level`. */
type Paint = Material | ((level: number, index: number) => Material | undefined);

interface LoftOptions {
  /** Faces that close the first and the last ring. */
  readonly caps?: "both" | "start" | "end" | "none";
}

export function loft(
  mesh: MeshBuilder,
  paint: Paint,
  rings: readonly Ring[],
  { caps = "both" }: LoftOptions = {},
): void {
  const paintAt = typeof paint === "function" ? paint : () => paint;
  rings.forEach((ring, level) => {
    const next = rings[level + 1];
    if (next === undefined) return;
    ring.forEach((a, index) => {
      const b = at(ring, index + 1);
      const material = paintAt(level, index);
      if (material === undefined) return;
      mesh.face(material, [a, b, at(next, index + 1), at(next, index)]);
    });
  });
  const [first, last] = [rings[0], rings.at(-1)];
  const startPaint = paintAt(0, 0);
  const endPaint = paintAt(Math.max(rings.length - 2, 0), 0);
  if (first && startPaint && (caps === "both" || caps === "start")) {
    mesh.face(startPaint, first.toReversed());
  }
  if (last && endPaint && (caps === "both" || caps === "end")) mesh.face(endPaint, last);
}

/** A box, its upright edges and upper rim bevelled by `bevel`. */
export function box(
  mesh: MeshBuilder,
  material: Material,
  { min, max, bevel = 0 }: { min: Vec3; max: Vec3; bevel?: number },
): void {
  const ring = (z: number, inset: number): Ring => roundedRect(min, max, z, inset, bevel);
  const upper = bevel === 0 ? [ring(max[2], 0)] : [ring(max[2] - bevel, 0), ring(max[2], bevel)];
  loft(mesh, material, [ring(min[2], 0), ...upper]);
}

/** A box around a centre. */
export function block(
  mesh: MeshBuilder,
  material: Material,
  centre: Vec3,
  size: Vec3,
  bevel = 0,
): void {
  const half = times(size, 0.5);
  box(mesh, material, { min: sub(centre, half), max: add(centre, half), bevel });
}

/** Corners of a level rectangle, cut off by `bevel`. */
export function roundedRect(min: Vec3, max: Vec3, z: number, inset: number, bevel: number): Ring {
  const [x0, y0, x1, y1] = [min[0] + inset, min[1] + inset, max[0] - inset, max[1] - inset];
  if (bevel === 0) {
    return [
      [x0, y0, z],
      [x1, y0, z],
      [x1, y1, z],
      [x0, y1, z],
    ];
  }
  return [
    [x0 + bevel, y0, z],
    [x1 - bevel, y0, z],
    [x1, y0 + bevel, z],
    [x1, y1 - bevel, z],
    [x1 - bevel, y1, z],
    [x0 + bevel, y1, z],
    [x0, y1 - bevel, z],
    [x0, y0 + bevel, z],
  ];
}

/** Radius and height pairs turned around the z axis; radius 0 closes it. */
export function lathe(
  mesh: MeshBuilder,
  paint: Paint,
  profile: readonly (readonly [number, number])[],
  sides: number,
  options: LoftOptions = {},
): void {
  const rings = profile.map(([radius, z]) => circle([0, 0, z], radius, radius, sides));
  loft(mesh, paint, rings, options);
}

export function circle(centre: Vec3, rx: number, ry: number, sides: number): Ring {
  return Array.from({ length: sides }, (_, index) => {
    const angle = (index / sides) * 2 * Math.PI;
    return add(centre, [rx * Math.cos(angle), ry * Math.sin(angle), 0]);
  });
}

export function ellipsoid(
  mesh: MeshBuilder,
  material: Material,
  centre: Vec3,
  radii: Vec3,
  { sides = 8, levels = 6 }: { sides?: number; levels?: number } = {},
): void {
  const rings = Array.from({ length: levels + 1 }, (_, level) => {
    const angle = (level / levels - 0.5) * Math.PI;
    const size = Math.cos(angle);
    const middle = add(centre, [0, 0, radii[2] * Math.sin(angle)]);
    return circle(middle, radii[0] * size, radii[1] * size, sides);
  });
  loft(mesh, material, rings, { caps: "none" });
}

/** A bag, a heap, a bush: an ellipsoid with dents. */
export function blob(
  mesh: MeshBuilder,
  paint: Paint,
  options: {
    readonly centre: Vec3;
    readonly radii: Vec3;
    readonly dice: Dice;
    /** Share of the radius. */
    readonly dents: number;
    readonly sides?: number;
    readonly levels?: number;
    /** No point is lower: what lies on the ground is flat below. */
    readonly zMin?: number;
  },
): void {
  const { centre, radii, dice, dents, sides = 9, levels = 6, zMin = -Infinity } = options;
  const rings = Array.from({ length: levels + 1 }, (_, level) => {
    const angle = (level / levels - 0.5) * Math.PI;
    const isPole = level === 0 || level === levels;
    const pole = 1 + dice.between(-dents, dents);
    return circle([0, 0, 0], 1, 1, sides).map(([x, y]): Vec3 => {
      const size = isPole ? pole : 1 + dice.between(-dents, dents);
      const flat = isPole ? 0 : Math.cos(angle) * size;
      const point = add(centre, [
        x * flat * radii[0],
        y * flat * radii[1],
        Math.sin(angle) * size * radii[2],
      ]);
      return [point[0], point[1], Math.max(point[2], zMin)];
    });
  });
  loft(mesh, paint, rings, { caps: "none" });
}

/** A flat cut of a body: the outline in the plane of `plane`, from `from` to `to` along x. */
export function extrudeX(
  mesh: MeshBuilder,
  material: Material,
  outline: readonly (readonly [number, number])[],
  from: number,
  to: number,
): void {
  const ring = (x: number): Ring => outline.map(([y, z]): Vec3 => [x, y, z]);
  loft(mesh, material, [ring(from), ring(to)]);
}

/** A cloth over four corners, counter-clockwise seen from its front, bent by `bend(u, v)`. */
export function sheet(
  mesh: MeshBuilder,
  material: Material,
  [a, b, c, d]: readonly [Vec3, Vec3, Vec3, Vec3],
  {
    columns = 8,
    rows = 3,
    bend = () => [0, 0, 0],
  }: { columns?: number; rows?: number; bend?: (u: number, v: number) => Vec3 } = {},
): void {
  const point = (column: number, row: number): Vec3 => {
    const [u, v] = [column / columns, row / rows];
    return add(mix(mix(d, c, u), mix(a, b, u), v), bend(u, v));
  };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const corners = [
        [column, row + 1],
        [column + 1, row + 1],
        [column + 1, row],
        [column, row],
      ] as const;
      mesh.face(
        material,
        corners.map(([u, v]) => point(u, v)),
        corners.map(([u, v]) => [u / columns, v / rows] as const),
      );
    }
  }
}

/** A quad with its texture upright: corners counter-clockwise from the lower left. */
export function panel(
  mesh: MeshBuilder,
  material: Material,
  corners: readonly [Vec3, Vec3, Vec3, Vec3],
): void {
  mesh.face(material, corners, [
    [0, 1],
    [1, 1],
    [1, 0],
    [0, 0],
  ]);
}

function at(ring: Ring, index: number): Vec3 {
  return ring[index % ring.length] ?? [0, 0, 0];
}
