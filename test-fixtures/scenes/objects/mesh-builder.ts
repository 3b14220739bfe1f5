/**
 * Collects triangles by material. Corners are written through the transform that stands at the
 * moment, so that a wheel is built once at the origin and placed four times.
 *
 * Promises counter-clockwise triangles and unit normals, also under mirrored transforms.
 */
import type { Material, Part, Shape } from "../shape.ts";

export type Vec3 = readonly [number, number, number];

export class PartBuilder {
  readonly #material: Material;
  readonly #positions: number[] = [];
  readonly #normals: number[] = [];
  readonly #uvs: number[] = [];
  readonly #triangles: number[] = [];

  constructor(material: Material) {
    this.#material = material;
  }

  get triangleCount(): number {
    return this.#triangles.length / 3;
  }

  /** The corner's index. */
  corner(position: Vec3, normal: Vec3, u = 0, v = 0): number {
    const index = this.#positions.length / 3;
    this.#positions.push(...position);
    this.#normals.push(...unit(normal));
    this.#uvs.push(u, v);
    return index;
  }

  triangle(a: number, b: number, c: number): void {
    this.#triangles.push(a, b, c);
  }

  /** Four corners counter-clockwise seen from outside, flat; texture from (0, 1) to (1, 0). */
  quad(a: Vec3, b: Vec3, c: Vec3, d: Vec3): void {
    const normal = cross(sub(c, a), sub(d, b));
    const first = this.corner(a, normal, 0, 1);
    this.corner(b, normal, 1, 1);
    this.corner(c, normal, 1, 0);
    this.corner(d, normal, 0, 0);
    this.triangle(first, first + 1, first + 2);
    this.triangle(first, first + 2, first + 3);
  }

  part(): Part {
    return {
      material: this.#material,
      positions: Float32Array.from(this.#positions),
      normals: Float32Array.from(this.#normals),
      ...(this.#material.texture === undefined ? {} : { uvs: Float32Array.from(this.#uvs) }),
      triangles: Uint32Array.from(this.#triangles),
    };
  }
}

export class MeshBuilder {
  readonly #parts = new Map<Material, PartBuilder>();

  part(material: Material): PartBuilder {
    const part = this.#parts.get(material) ?? new PartBuilder(material);
    this.#parts.set(material, part);
    return part;
  }

  shape(): Shape {
    const filled = [...this.#parts.values()].filter(({ triangleCount }) => triangleCount > 0);
    return { parts: filled.map((part) => part.part()) };
  }
}

export function box(part: PartBuilder, { min, max }: { min: Vec3; max: Vec3 }): void {
  const [x0, y0, z0] = min;
  const [x1, y1, z1] = max;
  part.quad([x0, y0, z0], [x1, y0, z0], [x1, y0, z1], [x0, y0, z1]);
  part.quad([x1, y1, z0], [x0, y1, z0], [x0, y1, z1], [x1, y1, z1]);
  part.quad([x1, y0, z0], [x1, y1, z0], [x1, y1, z1], [x1, y0, z1]);
  part.quad([x0, y1, z0], [x0, y0, z0], [x0, y0, z1], [x0, y1, z1]);
  part.quad([x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1]);
  part.quad([x0, y1, z0], [x1, y1, z0], [x1, y0, z0], [x0, y0, z0]);
}

export function sub(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(vector: Vec3): Vec3 {
  const length = Math.hypot(...vector);
  return length === 0 ? [0, 0, 1] : [vector[0] / length, vector[1] / length, vector[2] / length];
}
