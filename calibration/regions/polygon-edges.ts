/**
 * Is a point in a polygon with holes? Borders belong to it, those of holes too.
 *
 * Edges are sorted into slabs of latitude, so a point is tested against the few edges at its own
 * height, however long the outline is. The sign of an edge's test does not depend on its direction:
 * of two polygons that share an edge, a point near it lies in exactly one, or on the border of both.
 */
import type { Ring, RingPolygon } from "./region.ts";

const edgesPerSlab = 4;
const slabsMax = 4096;

export class PolygonEdges {
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
  /** x1, y1, x2, y2 of each edge. */
  readonly #edges: Float64Array;
  readonly #slabCount: number;
  /** Where in `#slabEdges` a slab begins; one more than there are slabs. */
  readonly #slabStarts: Uint32Array;
  readonly #slabEdges: Uint32Array;

  constructor(polygon: RingPolygon) {
    this.#edges = edgesOf(polygon);
    let [xMin, xMax, yMin, yMax] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let at = 0; at < this.#edges.length; at += 2) {
      xMin = Math.min(xMin, this.#edges[at] ?? 0);
      xMax = Math.max(xMax, this.#edges[at] ?? 0);
      yMin = Math.min(yMin, this.#edges[at + 1] ?? 0);
      yMax = Math.max(yMax, this.#edges[at + 1] ?? 0);
    }
    this.xMin = xMin;
    this.xMax = xMax;
    this.yMin = yMin;
    this.yMax = yMax;
    const edgeCount = this.#edges.length / 4;
    this.#slabCount = Math.min(slabsMax, Math.max(1, Math.floor(edgeCount / edgesPerSlab)));
    const slabs = Array.from({ length: this.#slabCount }, (): number[] => []);
    for (let edge = 0; edge < edgeCount; edge += 1) {
      const y1 = this.#edges[edge * 4 + 1] ?? 0;
      const y2 = this.#edges[edge * 4 + 3] ?? 0;
      const last = this.#slabOf(Math.max(y1, y2));
      for (let slab = this.#slabOf(Math.min(y1, y2)); slab <= last; slab += 1) {
        slabs[slab]?.push(edge);
      }
    }
    this.#slabStarts = new Uint32Array(this.#slabCount + 1);
    for (const [slab, edges] of slabs.entries()) {
      this.#slabStarts[slab + 1] = (this.#slabStarts[slab] ?? 0) + edges.length;
    }
    this.#slabEdges = Uint32Array.from(slabs.flat());
  }

  holds(x: number, y: number): boolean {
    if (x < this.xMin || x > this.xMax || y < this.yMin || y > this.yMax) return false;
    const edges = this.#edges;
    const slab = this.#slabOf(y);
    const end = this.#slabStarts[slab + 1] ?? 0;
    let isInside = false;
    for (let index = this.#slabStarts[slab] ?? 0; index < end; index += 1) {
      const at = (this.#slabEdges[index] ?? 0) * 4;
      const v1 = (edges[at + 1] ?? 0) - y;
      const v2 = (edges[at + 3] ?? 0) - y;
      if ((v1 < 0 && v2 < 0) || (v1 > 0 && v2 > 0)) continue;
      const u1 = (edges[at] ?? 0) - x;
      const u2 = (edges[at + 2] ?? 0) - x;
      if (v1 === 0 && v2 === 0) {
        if ((u1 <= 0 && u2 >= 0) || (u1 >= 0 && u2 <= 0)) return true;
        continue;
      }
      const side = u1 * v2 - u2 * v1;
      if (side === 0) return true;
      // The edge crosses the line to the east of the point; its lower end counts, its upper not.
      if (v1 > 0 !== v2 > 0 && side > 0 === v2 > v1) isInside = !isInside;
    }
    return isInside;
  }

  /** Shortest distance from a point to its border, in the unit of `xScale` and `yScale` a degree. */
  borderDistance(x: number, y: number, xScale: number, yScale: number): number {
    const edges = this.#edges;
    let least = Infinity;
    for (let at = 0; at < edges.length; at += 4) {
      const x1 = ((edges[at] ?? 0) - x) * xScale;
      const y1 = ((edges[at + 1] ?? 0) - y) * yScale;
      const dx = ((edges[at + 2] ?? 0) - (edges[at] ?? 0)) * xScale;
      const dy = ((edges[at + 3] ?? 0) - (edges[at + 1] ?? 0)) * yScale;
      const length2 = dx * dx + dy * dy;
      const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / length2));
      least = Math.min(least, Math.hypot(x1 + along * dx, y1 + along * dy));
    }
    return least;
  }

  /** Rises with y, so an edge that reaches y is in y's slab. */
  #slabOf(y: number): number {
    const share = (y - this.yMin) / (this.yMax - this.yMin);
    return Math.min(this.#slabCount - 1, Math.floor(share * this.#slabCount));
  }
}

function edgesOf(polygon: RingPolygon): Float64Array {
  const count = polygon.reduce((sum, ring: Ring) => sum + ring.length / 2 - 1, 0);
  const edges = new Float64Array(count * 4);
  let at = 0;
  for (const ring of polygon) {
    for (let from = 0; from + 3 < ring.length; from += 2) {
      edges.set(ring.subarray(from, from + 4), at);
      at += 4;
    }
  }
  return edges;
}
