/**
 * Collects faces by material and makes triangles of them.
 *
 * Builders only give convex faces, counter-clockwise seen from outside. Normals come from the faces
 * around a corner: neighbours that meet at less than the crease angle are shaded as one curved
 * surface. Promises unit normals and counter-clockwise triangles, also through mirrored transforms.
 */
import type { Material, Part, Shape } from "../shape.ts";
import { apply, chain, identity, isMirror, type Transform } from "./transform.ts";
import { add, cross, dot, sub, unit, type Vec3 } from "./vector.ts";

export type UV = readonly [number, number];

/** Tubes of six sides are round, corners of boxes are not. */
const creaseCos = Math.cos((62 * Math.PI) / 180);

interface Triangle {
  readonly corners: readonly [Vec3, Vec3, Vec3];
  readonly uvs: readonly [UV, UV, UV];
  /** Where the corners are, as `keyOf` writes it. */
  readonly keys: readonly [string, string, string];
  readonly normal: Vec3;
  /** The normal times twice the area: large faces weigh more. */
  readonly weighted: Vec3;
}

export class MeshBuilder {
  readonly #triangles = new Map<Material, Triangle[]>();
  #transform: Transform = identity;

  /** A convex face. Faces without area are left out. */
  face(material: Material, corners: readonly Vec3[], uvs?: readonly UV[]): void {
    const placed = corners.map((corner) => apply(this.#transform, corner));
    const texture = uvs ?? corners.map((): UV => [0, 0]);
    const [first, ...rest] = isMirror(this.#transform) ? placed.toReversed() : placed;
    const [firstUv, ...restUvs] = isMirror(this.#transform) ? texture.toReversed() : texture;
    rest.forEach((corner, index) => {
      const next = rest[index + 1];
      const [uv, nextUv] = [restUvs[index], restUvs[index + 1]];
      if (!(first && next && firstUv && uv && nextUv)) return;
      this.#add(material, [first, corner, next], [firstUv, uv, nextUv]);
    });
  }

  /** What `build` adds is placed by the transform. */
  within(transform: Transform, build: () => void): void {
    const outer = this.#transform;
    this.#transform = chain(outer, transform);
    build();
    this.#transform = outer;
  }

  shape(): Shape {
    return {
      parts: [...this.#triangles].map(([material, triangles]) => partOf(material, triangles)),
    };
  }

  #add(material: Material, corners: Triangle["corners"], uvs: Triangle["uvs"]): void {
    const [a, b, c] = corners;
    const weighted = cross(sub(b, a), sub(c, a));
    if (Math.hypot(...weighted) < 1e-9) return;
    const triangles = this.#triangles.get(material) ?? [];
    const keys = [keyOf(a), keyOf(b), keyOf(c)] as const;
    triangles.push({ corners, uvs, keys, weighted, normal: unit(weighted) });
    this.#triangles.set(material, triangles);
  }
}

function partOf(material: Material, triangles: readonly Triangle[]): Part {
  const around = new Map<string, Triangle[]>();
  for (const triangle of triangles) {
    for (const key of triangle.keys) {
      const others = around.get(key) ?? [];
      others.push(triangle);
      around.set(key, others);
    }
  }
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  const known = new Map<string, number>();
  for (const triangle of triangles) {
    triangle.corners.forEach((corner, index) => {
      const place = triangle.keys[index] ?? "";
      const normal = smoothNormal(triangle, around.get(place) ?? []);
      const uv = triangle.uvs[index] ?? [0, 0];
      const key = `${place} ${keyOf(normal)} ${uv[0]} ${uv[1]}`;
      const next = positions.length / 3;
      const found = known.get(key) ?? next;
      if (found === next) {
        positions.push(...corner);
        normals.push(...normal);
        uvs.push(...uv);
        known.set(key, next);
      }
      indices.push(found);
    });
  }
  return {
    material,
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    ...(material.texture === undefined ? {} : { uvs: Float32Array.from(uvs) }),
    triangles: Uint32Array.from(indices),
  };
}

function smoothNormal({ normal }: Triangle, around: readonly Triangle[]): Vec3 {
  const smooth = around.filter((other) => dot(other.normal, normal) > creaseCos);
  return unit(smooth.reduce<Vec3>((sum, { weighted }) => add(sum, weighted), [0, 0, 0]));
}

/** Corners closer than a tenth of a millimetre are one. */
function keyOf([x, y, z]: Vec3): string {
  return `${Math.round(x * 1e4)} ${Math.round(y * 1e4)} ${Math.round(z * 1e4)}`;
}
