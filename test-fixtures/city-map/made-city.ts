/**
 * A made-up city of unit grids for tests and proofs: bent borders that neighbours share, holes with
 * and without a grid of their own, grids of several parts, gaps where no grid is.
 *
 * Every corner lies on a raster of 2^-20 degrees (about 10 cm), so that points on borders can be
 * written down exactly: a quarter of an edge is on the edge to the last bit.
 */
import { drawsOf } from "../../pipelines/domain/draws.ts";

export type Position = [longitude: number, latitude: number];

export interface CityFeature {
  readonly type: "Feature";
  readonly properties: { readonly code: string; readonly name?: string };
  readonly geometry: { readonly type: "MultiPolygon"; coordinates: Position[][][] };
}

export interface MadeCity {
  readonly type: "FeatureCollection";
  readonly features: readonly CityFeature[];
}

const raster = 2 ** 20;
/** About 107 × 116 m. */
const cellSteps = 1_100;
/** Edges that a side of a cell is bent into. */
const bends = 8;
const west = Math.round(116.6 * raster);
const south = Math.round(23.6 * raster);

export function madeCity({
  side,
  seed,
}: {
  readonly side: number;
  readonly seed: number;
}): MadeCity {
  const draw = drawsOf(seed);
  const whole = (max: number) => Math.floor(draw() * (2 * max + 1)) - max;
  const corners = Array.from(
    { length: (side + 1) ** 2 },
    (_, index): Position => [
      west + (index % (side + 1)) * cellSteps + whole(150),
      south + Math.floor(index / (side + 1)) * cellSteps + whole(150),
    ],
  );
  const corner = (column: number, row: number): Position =>
    corners[row * (side + 1) + column] ?? [0, 0];
  const lines = new Map<string, Position[]>();
  /** Both neighbours get the same line; one of them backwards. */
  const line = (from: Position, to: Position): Position[] => {
    const key = [from, to].map(String).toSorted().join(" ");
    const known = lines.get(key);
    if (known !== undefined) return String(known[0]) === String(from) ? known : known.toReversed();
    const made = Array.from({ length: bends + 1 }, (_, step): Position => {
      const isEnd = step === 0 || step === bends;
      const at = (axis: 0 | 1) =>
        Math.round(from[axis] + ((to[axis] - from[axis]) * step) / bends) + (isEnd ? 0 : whole(40));
      return [at(0), at(1)];
    });
    lines.set(key, made);
    return made;
  };

  const features: CityFeature[] = [];
  const add = (parts: Position[][][], name?: string) => {
    const serial = String(features.length + 1).padStart(9, "0");
    // Serials of neighbours differ in street and community now and then, as real ones do.
    const code = `445102${serial}`;
    const inDegrees = parts.map((rings) => rings.map((ring) => ring.map(degrees)));
    features.push({
      type: "Feature",
      properties: name === undefined ? { code } : { code, name },
      geometry: { type: "MultiPolygon", coordinates: inDegrees },
    });
  };
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const index = row * side + column;
      if (index % 29 === 13) continue;
      const outline = closed([
        line(corner(column, row), corner(column + 1, row)),
        line(corner(column + 1, row), corner(column + 1, row + 1)),
        line(corner(column + 1, row + 1), corner(column, row + 1)),
        line(corner(column, row + 1), corner(column, row)),
      ]);
      if (index % 5 !== 2) {
        add([[outline]]);
        continue;
      }
      const [x, y] = corner(column, row);
      const hole = closed([
        line([x + 400, y + 380], [x + 700, y + 420]),
        line([x + 700, y + 420], [x + 650, y + 720]),
        line([x + 650, y + 720], [x + 400, y + 380]),
      ]);
      const before = features.at(-1);
      if (index % 3 === 0) add([[hole]]);
      else if (index % 3 === 1) before?.geometry.coordinates.push([hole.map(degrees)]);
      add([[outline, hole.toReversed()]]);
    }
  }
  return { type: "FeatureCollection", features };
}

/** Points of a city that are worth asking for: anywhere, on corners, on edges, a hair beside them. */
export function cityPoints(
  { features }: MadeCity,
  { count, seed }: { readonly count: number; readonly seed: number },
): Position[] {
  const draw = drawsOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)] as T; // Never empty.
  const all = features.flatMap(({ geometry }) => geometry.coordinates.flat(2));
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const between = (values: readonly number[]) => {
    const [low, high] = [
      values.reduce((a, b) => Math.min(a, b)),
      values.reduce((a, b) => Math.max(a, b)),
    ];
    return () => low - 0.001 + draw() * (high - low + 0.002);
  };
  const [anyX, anyY] = [between(xs), between(ys)];
  return Array.from({ length: count }, (_, index): Position => {
    if (index % 5 < 2) return [anyX(), anyY()];
    const ring = pick(pick(pick(features).geometry.coordinates));
    const at = Math.floor(draw() * (ring.length - 1));
    const from: Position = ring[at] ?? [0, 0];
    const to: Position = ring[at + 1] ?? [0, 0];
    if (index % 5 === 2) return [from[0], from[1]];
    const share = pick([0.25, 0.5, 0.75]);
    const on: Position = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    return index % 5 === 3 ? on : [on[0] + (draw() - 0.5) * 2e-13, on[1] + (draw() - 0.5) * 2e-13];
  });
}

function closed(lines: readonly Position[][]): Position[] {
  const ring = lines.flatMap((points) => points.slice(0, -1));
  return [...ring, ...ring.slice(0, 1)];
}

function degrees([x, y]: Position): Position {
  return [x / raster, y / raster];
}
