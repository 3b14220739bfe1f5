/** Collects flat four-cornered faces by material: what walls, windows and boxes are made of. */
import type { Material, Shape } from "../shape.ts";

type Point = readonly [number, number, number];

export class Quads {
  readonly #faces = new Map<Material, { at: number[]; normal: number[]; uv: number[] }>();

  /** Corners counter-clockwise from the lower left, seen from outside; u, v at those corners. */
  face(
    material: Material,
    corners: readonly [Point, Point, Point, Point],
    { uMax = 1, vMax = 1, uMin = 0 }: { uMax?: number; vMax?: number; uMin?: number } = {},
  ): void {
    let faces = this.#faces.get(material);
    if (faces === undefined) {
      faces = { at: [], normal: [], uv: [] };
      this.#faces.set(material, faces);
    }
    const [a, b, , d] = corners;
    const [px, py, pz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const [qx, qy, qz] = [d[0] - a[0], d[1] - a[1], d[2] - a[2]];
    const [nx, ny, nz] = [py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx];
    const length = Math.hypot(nx, ny, nz);
    for (const corner of corners) {
      faces.at.push(...corner);
      faces.normal.push(nx / length, ny / length, nz / length);
    }
    faces.uv.push(uMin, vMax, uMax, vMax, uMax, 0, uMin, 0);
  }

  /** Five faces; the one at the back (+y) is never seen. */
  box(material: Material, min: Point, max: Point): void {
    const [x0, y0, z0] = min;
    const [x1, y1, z1] = max;
    this.face(material, [
      [x0, y0, z0],
      [x1, y0, z0],
      [x1, y0, z1],
      [x0, y0, z1],
    ]);
    this.face(material, [
      [x1, y0, z0],
      [x1, y1, z0],
      [x1, y1, z1],
      [x1, y0, z1],
    ]);
    this.face(material, [
      [x0, y1, z0],
      [x0, y0, z0],
      [x0, y0, z1],
      [x0, y1, z1],
    ]);
    this.face(material, [
      [x0, y0, z1],
      [x1, y0, z1],
      [x1, y1, z1],
      [x0, y1, z1],
    ]);
    this.face(material, [
      [x0, y1, z0],
      [x1, y1, z0],
      [x1, y0, z0],
      [x0, y0, z0],
    ]);
  }

  shape(): Shape {
    return {
      parts: [...this.#faces].map(([material, { at, normal, uv }]) => {
        const triangles = new Uint32Array(at.length / 2);
        for (let face = 0; face < at.length / 12; face += 1) {
          triangles.set(
            [0, 1, 2, 0, 2, 3].map((corner) => face * 4 + corner),
            face * 6,
          );
        }
        return {
          material,
          positions: Float32Array.from(at),
          normals: Float32Array.from(normal),
          uvs: Float32Array.from(uv),
          triangles,
        };
      }),
    };
  }
}
