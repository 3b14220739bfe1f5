/**
 * Polygons: is a point inside, and how much of a box lies inside.
 *
 * Answers do not depend on which vertex is named first nor on the direction of the list: each
 * edge is looked at from its upper to its lower end. A point on a left or upper edge is inside, on
 * a right or lower edge outside, so polygons that share an edge never both hold it.
 */
import { boxArea, type NormBox, type NormPoint, type NormPolygon } from "../domain/geometry.ts";

export function isInPolygon(point: NormPoint, polygon: NormPolygon): boolean {
  let isInside = false;
  let a = polygon[polygon.length - 1];
  for (const b of polygon) {
    if (a === undefined) break;
    const upper = isAbove(a, b) ? a : b;
    const lower = upper === a ? b : a;
    a = b;
    if (point.y < upper.y || point.y >= lower.y) continue;
    // Positive: the edge passes to the left of the point, at the height of the point.
    const side =
      (point.x - upper.x) * (lower.y - upper.y) - (point.y - upper.y) * (lower.x - upper.x);
    if (side >= 0) isInside = !isInside;
  }
  return isInside;
}

/** Share of the box that lies in the polygon, 0..1, to nine digits. */
export function shareInPolygon(box: NormBox, polygon: NormPolygon): number {
  const area = boxArea(box);
  if (area === 0) return isInPolygon({ x: box.xMin, y: box.yMin }, polygon) ? 1 : 0;
  if (!isTouched(box, polygon)) return isInPolygon({ x: box.xMin, y: box.yMin }, polygon) ? 1 : 0;
  const share = polygonArea(clipToBox(polygon, box)) / area;
  return Math.round(Math.min(1, share) * 1e9) / 1e9;
}

/** Some edge may cross the box or lie in it. Where none does, the box is inside or outside whole. */
function isTouched({ xMin, yMin, xMax, yMax }: NormBox, polygon: NormPolygon): boolean {
  let from = polygon[polygon.length - 1];
  for (const to of polygon) {
    if (from === undefined) return true;
    const isBeside =
      Math.max(from.x, to.x) < xMin ||
      Math.min(from.x, to.x) > xMax ||
      Math.max(from.y, to.y) < yMin ||
      Math.min(from.y, to.y) > yMax;
    if (!isBeside && !isOnOneSide(xMin, yMin, xMax, yMax, from, to)) return true;
    from = to;
  }
  return false;
}

/** All corners of the box lie on one side of the edge's line, and none on it. */
function isOnOneSide(
  xMin: number,
  yMin: number,
  xMax: number,
  yMax: number,
  from: NormPoint,
  to: NormPoint,
): boolean {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const a = dx * (yMin - from.y) - dy * (xMin - from.x);
  const b = dx * (yMin - from.y) - dy * (xMax - from.x);
  const c = dx * (yMax - from.y) - dy * (xMin - from.x);
  const d = dx * (yMax - from.y) - dy * (xMax - from.x);
  return (a > 0 && b > 0 && c > 0 && d > 0) || (a < 0 && b < 0 && c < 0 && d < 0);
}

export function polygonArea(polygon: NormPolygon): number {
  let doubled = 0;
  for (const [a, b] of edgesOf(polygon)) doubled += a.x * b.y - b.x * a.y;
  return Math.abs(doubled) / 2;
}

/**
 * Sutherland–Hodgman against the four sides. A polygon with bays may come back with edges that
 * run to and fro along a side: its area is right all the same.
 */
export function clipToBox(polygon: NormPolygon, box: NormBox): NormPolygon {
  const sides: readonly ((point: NormPoint) => number)[] = [
    (point) => point.x - box.xMin,
    (point) => box.xMax - point.x,
    (point) => point.y - box.yMin,
    (point) => box.yMax - point.y,
  ];
  return sides.reduce(clipToSide, polygon);
}

function clipToSide(polygon: NormPolygon, depth: (point: NormPoint) => number): NormPolygon {
  const clipped: NormPoint[] = [];
  for (const [a, b] of edgesOf(polygon)) {
    const depthA = depth(a);
    const depthB = depth(b);
    if (depthA >= 0) clipped.push(a);
    if (depthA >= 0 === depthB >= 0) continue;
    const part = depthA / (depthA - depthB);
    clipped.push({ x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part });
  }
  return clipped;
}

function edgesOf(polygon: NormPolygon): readonly (readonly [NormPoint, NormPoint])[] {
  return polygon.flatMap((point, index) => {
    const next = polygon[(index + 1) % polygon.length];
    return next === undefined ? [] : [[point, next] as const];
  });
}

function isAbove(a: NormPoint, b: NormPoint): boolean {
  return a.y < b.y || (a.y === b.y && a.x < b.x);
}
