/**
 * Questions about a polygon that the checks ask: its area, whether its edges cross, how much of it
 * lies in a box. Normalised coordinates throughout.
 */
import type { NormBox, NormPoint, NormPolygon } from "../pipelines/domain/geometry.ts";

/** Share of the whole picture, 0..1. */
export function polygonArea(polygon: NormPolygon): number {
  let doubled = 0;
  for (const [a, b] of edges(polygon)) doubled += a.x * b.y - b.x * a.y;
  return Math.abs(doubled) / 2;
}

/** The first two edges that cross or lie on each other, by the numbers of their first corners. */
export function crossingEdges(polygon: NormPolygon): readonly [number, number] | undefined {
  const all = edges(polygon);
  for (const [first, [a, b]] of all.entries()) {
    for (let second = first + 1; second < all.length; second += 1) {
      const [c, d] = all[second] ?? [a, b];
      const isNext = second === first + 1;
      const isLast = first === 0 && second === all.length - 1;
      if (isNext || isLast) {
        // Neighbours share a corner; they are wrong only where one runs back over the other.
        const [before, corner, after] = isNext ? [a, b, d] : [c, a, b];
        if (turnsBack(before, corner, after)) return [first, second];
      } else if (doCross(a, b, c, d)) return [first, second];
    }
  }
  return undefined;
}

export function isOnOneLine(polygon: NormPolygon): boolean {
  const [a, b] = polygon;
  return a === undefined || b === undefined || polygon.every((point) => side(a, b, point) === 0);
}

/** Share of the polygon's area that lies in the box, 0..1. */
export function shareInBox(polygon: NormPolygon, box: NormBox): number {
  const area = polygonArea(polygon);
  return area === 0 ? 0 : Math.min(1, polygonArea(clip(polygon, box)) / area);
}

function edges(polygon: NormPolygon): (readonly [NormPoint, NormPoint])[] {
  return polygon.map((point, index) => [point, polygon[(index + 1) % polygon.length] ?? point]);
}

function doCross(a: NormPoint, b: NormPoint, c: NormPoint, d: NormPoint): boolean {
  const sides = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)] as const;
  const [cSide, dSide, aSide, bSide] = sides;
  if (cSide * dSide < 0 && aSide * bSide < 0) return true;
  return (
    (cSide === 0 && isWithin(a, b, c)) ||
    (dSide === 0 && isWithin(a, b, d)) ||
    (aSide === 0 && isWithin(c, d, a)) ||
    (bSide === 0 && isWithin(c, d, b))
  );
}

/** -1, 0 or 1; nearly on the line is on the line. */
function side(a: NormPoint, b: NormPoint, point: NormPoint): -1 | 0 | 1 {
  const cross = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
  if (Math.abs(cross) < 1e-12) return 0;
  return cross > 0 ? 1 : -1;
}

function isWithin(a: NormPoint, b: NormPoint, point: NormPoint): boolean {
  return (
    point.x >= Math.min(a.x, b.x) &&
    point.x <= Math.max(a.x, b.x) &&
    point.y >= Math.min(a.y, b.y) &&
    point.y <= Math.max(a.y, b.y)
  );
}

function turnsBack(before: NormPoint, corner: NormPoint, after: NormPoint): boolean {
  if (side(before, corner, after) !== 0) return false;
  const forward = { x: corner.x - before.x, y: corner.y - before.y };
  const onward = { x: after.x - corner.x, y: after.y - corner.y };
  return forward.x * onward.x + forward.y * onward.y <= 0;
}

/** Sutherland-Hodgman: exact in area for the convex box, whatever the polygon. */
function clip(polygon: NormPolygon, box: NormBox): NormPolygon {
  const planes: readonly ((point: NormPoint) => number)[] = [
    (point) => point.x - box.xMin,
    (point) => box.xMax - point.x,
    (point) => point.y - box.yMin,
    (point) => box.yMax - point.y,
  ];
  return planes.reduce((rest: NormPolygon, inside) => {
    const kept: NormPoint[] = [];
    for (const [a, b] of edges(rest)) {
      const [aIn, bIn] = [inside(a), inside(b)];
      if (aIn >= 0) kept.push(a);
      if (aIn * bIn < 0) {
        const part = aIn / (aIn - bIn);
        kept.push({ x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part });
      }
    }
    return kept;
  }, polygon);
}
