/**
 * Homography from point pairs by the normalised direct linear transformation: the start of every
 * fit, and exact where the pairs are.
 */
import { nullVector } from "./linear-algebra.ts";
import type { Vector2 } from "./projection.ts";

/** Row by row, the last number 1; undefined when the pairs do not say it. At least four. */
export function homographyOf(
  from: readonly Vector2[],
  to: readonly Vector2[],
): readonly number[] | undefined {
  const source = normalised(from);
  const target = normalised(to);
  const rows = source.points.flatMap(({ x, y }, index) => {
    const { x: u, y: v } = target.points[index] ?? { x: 0, y: 0 };
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, -u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, -v],
    ];
  });
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = nullVector(rows);
  // Back: the target's scale and middle to the left, the source's to the right.
  const s = target.scale;
  const { x: mx, y: my } = target.middle;
  const left = [
    [a / s + mx * g, b / s + mx * h, c / s + mx * i],
    [d / s + my * g, e / s + my * h, f / s + my * i],
    [g, h, i],
  ];
  const full = left.flatMap(([p = 0, q = 0, r = 0]) => [
    p * source.scale,
    q * source.scale,
    r - source.scale * (p * source.middle.x + q * source.middle.y),
  ]);
  const last = full[8] ?? 0;
  const largest = Math.max(...full.map(Math.abs));
  if (!(Math.abs(last) > 1e-12 * largest)) return undefined;
  return full.map((value) => value / last);
}

function normalised(points: readonly Vector2[]) {
  const mean = (key: "x" | "y") => points.reduce((sum, p) => sum + p[key], 0) / points.length;
  const middle = { x: mean("x"), y: mean("y") };
  const way = points.reduce((sum, p) => sum + Math.hypot(p.x - middle.x, p.y - middle.y), 0);
  const scale = (Math.SQRT2 * points.length) / (way || 1);
  return {
    middle,
    scale,
    points: points.map((p) => ({ x: (p.x - middle.x) * scale, y: (p.y - middle.y) * scale })),
  };
}
