/**
 * Collects faces by material and makes triangles of them.
 *
 * Builders only give convex faces, counter-clockwise seen from outside. Normals come from the faces
 * around a corner: neighbours that meet at less than the crease angle are shaded as one curved
 * surface. Promises unit normals and counter-clockwise triangles, also through mirrored transforms.
 */
import type { Material, Part, Shape } from "../shape.ts";
import { CornerIds } from "./corner-ids.ts";
import { apply, chain, identity, isMirror, type Transform } from "./transform.ts";
import { cross, dot, sub, unit, type Vec3 } from "./vector.ts";

export type UV = readonly [number, number];

/** Tubes of six sides are round, corners of boxes are not. */
const creaseCos = Math.cos((62 * Math.PI) / 180);

interface Triangle {
  readonly corners: readonly [Vec3, Vec3, Vec3];
  readonly uvs: readonly [UV, UV, UV];
  /** Numbers of the places where the corners are. */
  readonly places: readonly [number, number, number];
  readonly normal: Vec3;
  /** The normal times twice the area: large faces weigh more. */
  readonly weighted: Vec3;
}

export class MeshBuilder {
  readonly #triangles = new Map<Material, Triangle[]>();
  readonly #places = new CornerIds();
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
    const places = [this.#places.idOf(a), this.#places.idOf(b), this.#places.idOf(c)] as const;
    triangles.push({ corners, uvs, places, weighted, normal: unit(weighted) });
    this.#triangles.set(material, triangles);
  }
}

function partOf(material: Material, triangles: readonly Triangle[]): Part {
  const around = new Map<number, Triangle[]>();
  for (const triangle of triangles) {
    for (const place of triangle.places) {
      const others = around.get(place);
      if (others === undefined) around.set(place, [triangle]);
      else others.push(triangle);
    }
  }
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  const directions = new CornerIds();
  /** Places have few corners each: by direction and texture. */
  const known = new Map<number, Known[]>();
  for (const triangle of triangles) {
    for (const [index, corner] of triangle.corners.entries()) {
      const place = triangle.places[index] as number;
      const normal = smoothNormal(triangle, around.get(place) ?? []);
      const [u, v] = triangle.uvs[index] ?? [0, 0];
      const direction = directions.idOf(normal);
      const here = known.get(place) ?? [];
      const same = here.find(
        (other) => other.direction === direction && other.u === u && other.v === v,
      );
      if (same !== undefined) {
        indices.push(same.index);
        continue;
      }
      const next = positions.length / 3;
      positions.push(...corner);
      normals.push(...normal);
      uvs.push(u, v);
      indices.push(next);
      here.push({ direction, u, v, index: next });
      known.set(place, here);
    }
  }
  return {
    material,
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    ...(material.texture === undefined ? {} : { uvs: Float32Array.from(uvs) }),
    triangles: Uint32Array.from(indices),
  };
}

interface Known {
  readonly direction: number;
  readonly u: number;
  readonly v: number;
  readonly index: number;
}

function smoothNormal({ normal }: Triangle, around: readonly Triangle[]): Vec3 {
  let [x, y, z] = [0, 0, 0];
  for (const other of around) {
    if (dot(other.normal, normal) <= creaseCos) continue;
    x += other.weighted[0];
    y += other.weighted[1];
    z += other.weighted[2];
  }
  return unit([x, y, z]);
}
