/** Tubes of frames, poles and limbs: along points, or straight. */
import type { Material } from "../shape.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { circle, loft } from "./solids.ts";
import { add, cross, sub, times, unit, type Vec3 } from "./vector.ts";

/** Along points, with a radius at each (the last one holds for the rest). */
export function tube(
  mesh: MeshBuilder,
  material: Material,
  points: readonly Vec3[],
  radii: readonly number[] | number,
  sides = 6,
): void {
  const radiusAt = (index: number): number =>
    typeof radii === "number" ? radii : (radii[Math.min(index, radii.length - 1)] ?? 0);
  let across: Vec3 = [1, 0, 0];
  const rings = points.map((point, index) => {
    const before = points[index - 1] ?? point;
    const after = points[index + 1] ?? point;
    const along = unit(sub(after, before));
    across = acrossOf(along, index === 0 ? undefined : across);
    const up = cross(along, across);
    return circle([0, 0, 0], radiusAt(index), radiusAt(index), sides).map(([x, y]) =>
      add(point, add(times(across, x), times(up, y))),
    );
  });
  loft(mesh, material, rings);
}

/** Straight, from one end to the other. */
export function rod(
  mesh: MeshBuilder,
  material: Material,
  from: Vec3,
  to: Vec3,
  radii: readonly number[] | number,
  sides?: number,
): void {
  tube(mesh, material, [from, to], radii, sides);
}

function acrossOf(along: Vec3, before: Vec3 | undefined): Vec3 {
  if (before !== undefined) {
    const kept = sub(
      before,
      times(along, before[0] * along[0] + before[1] * along[1] + before[2] * along[2]),
    );
    if (Math.hypot(...kept) > 0.1) return unit(kept);
  }
  return unit(cross(Math.abs(along[2]) > 0.9 ? [0, 1, 0] : [0, 0, 1], along));
}
