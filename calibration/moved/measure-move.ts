/**
 * How a picture lies against a reference: displaced, turned, larger or smaller, or not at all.
 *
 * Each tile says by itself where its edges are found again; what most of them agree on is the
 * move, so a lorry before half of the street, a tree in the wind or a clock in a corner are
 * outvoted. Cells are those of `edge-picture.ts`.
 */
import type { MatchCounts } from "./edge-match.ts";
import { pictureHeight, pictureWidth, tileColumns, tileCount, tileHeight } from "./edge-picture.ts";

export interface Move {
  /** Of the picture's middle, in cells' widths, to the right and down. */
  readonly dx: number;
  readonly dy: number;
  /** Clockwise as seen in the picture, radians. */
  readonly turn: number;
  /** Minus one: 0.05 is five hundredths larger. */
  readonly growth: number;
}

export interface Measured {
  /** Undefined: nothing of the reference is found again. */
  readonly move: Move | undefined;
  /** Share of the reference's tiles with edges that agree on it. */
  readonly agreement: number;
  /** Share of the reference's edges that are found at the move of the middle, chance taken off. */
  readonly gain: number;
  /** Tiles that were asked. */
  readonly tiles: number;
}

interface Vote {
  /** Middle of the tile, from the middle of the picture. */
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly weight: number;
}

const denseReach = 3;
const coarseStep = 3;
const coarseReach = 9;
/** Where nothing is found nearby. */
const wideReach = { x: 48, y: 30 } as const;
const tileEdgesMin = 24;
/** Of a tile's edges, chance taken off. */
const tileGainMin = 0.2;
const inlierCells = 1.5;
const agreementMin = 0.3;
const votesMin = 4;

const still: Move = { dx: 0, dy: 0, turn: 0, growth: 0 };

/**
 * `edges`: of the reference, by tile. `tall`: how much taller than wide a cell is in the street,
 * because the small picture has one shape for all cameras: turns are turns only without it.
 */
export function measureMove(counts: MatchCounts, edges: Uint16Array, tall: number): Measured {
  const near = measureAround(counts, edges, tall, { dx: 0, dy: 0 });
  if (near.move !== undefined) return near;
  const start = widePeak(counts, edges);
  return start === undefined ? near : measureAround(counts, edges, tall, start);
}

/** How far the corners of the picture are displaced, in cells' widths, at most. */
export function cornerCells({ dx, dy, turn, growth }: Move, tall: number): number {
  const [x, y] = [pictureWidth / 2, (pictureHeight / 2) * tall];
  let most = 0;
  for (const [sx, sy] of [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ] as const) {
    const east = dx + growth * x * sx - turn * y * sy;
    const south = dy + growth * y * sy + turn * x * sx;
    most = Math.max(most, Math.hypot(east, south));
  }
  return most;
}

function measureAround(
  counts: MatchCounts,
  edges: Uint16Array,
  tall: number,
  start: { readonly dx: number; readonly dy: number },
): Measured {
  const probes = probesAround(start);
  const { votes, asked } = votesOf(counts, edges, probes, tall);
  const move = agreedMove(votes);
  const middle =
    move === undefined ? start : { dx: Math.round(move.dx), dy: Math.round(move.dy / tall) };
  const gain = gainAt(counts, edges, probes, middle);
  if (move === undefined || asked < votesMin)
    return { move: undefined, agreement: 0, gain, tiles: asked };
  const agreeing = votes.filter((vote) => distance(vote, move) < inlierCells).length;
  const agreement = agreeing / asked;
  const isFound = agreeing >= votesMin && agreement >= agreementMin;
  return { move: isFound ? move : undefined, agreement, gain, tiles: asked };
}

type Probe = readonly [dx: number, dy: number];

function probesAround({ dx, dy }: { readonly dx: number; readonly dy: number }): readonly Probe[] {
  const probes: Probe[] = [];
  for (let y = -coarseReach; y <= coarseReach; y += 1) {
    for (let x = -coarseReach; x <= coarseReach; x += 1) {
      const isDense = Math.abs(x) <= denseReach && Math.abs(y) <= denseReach;
      if (isDense || (x % coarseStep === 0 && y % coarseStep === 0)) probes.push([dx + x, dy + y]);
    }
  }
  return probes;
}

/** What each tile says; tiles with too few edges are not asked. */
function votesOf(
  counts: MatchCounts,
  edges: Uint16Array,
  probes: readonly Probe[],
  tall: number,
): { readonly votes: readonly Vote[]; readonly asked: number } {
  const tables = probes.map(([dx, dy]) => counts.at(dx, dy));
  const votes: Vote[] = [];
  let asked = 0;
  for (let tile = 0; tile < tileCount; tile += 1) {
    const edgeCount = edges[tile] ?? 0;
    if (edgeCount < tileEdgesMin) continue;
    asked += 1;
    let [best, bestCount, sum] = [0, -1, 0];
    for (const [index, table] of tables.entries()) {
      const count = table[tile] ?? 0;
      sum += count;
      if (count > bestCount) [best, bestCount] = [index, count];
    }
    const chance = sum / tables.length;
    const gain = (bestCount - chance) / Math.max(1, edgeCount - chance);
    const [px, py] = probes[best] ?? [0, 0];
    if (gain < tileGainMin) continue;
    const at = (dx: number, dy: number) => counts.at(dx, dy)[tile] ?? 0;
    const [fx, fy] = climb(at, px, py);
    votes.push({
      x: ((tile % tileColumns) + 0.5) * 32 - pictureWidth / 2,
      y: ((Math.floor(tile / tileColumns) + 0.5) * tileHeight - pictureHeight / 2) * tall,
      dx: fx + peakOffset(at(fx - 1, fy), at(fx, fy), at(fx + 1, fy)),
      dy: (fy + peakOffset(at(fx, fy - 1), at(fx, fy), at(fx, fy + 1))) * tall,
      weight: gain * edgeCount,
    });
  }
  return { votes, asked };
}

/** To the top beside a probe: probes further out are three cells apart. */
function climb(at: (dx: number, dy: number) => number, dx: number, dy: number): Probe {
  let [x, y, top] = [dx, dy, at(dx, dy)];
  for (let step = 0; step < 3; step += 1) {
    let [bestX, bestY] = [x, y];
    for (let ny = y - 1; ny <= y + 1; ny += 1) {
      for (let nx = x - 1; nx <= x + 1; nx += 1) {
        const count = at(nx, ny);
        if (count > top) [bestX, bestY, top] = [nx, ny, count];
      }
    }
    if (bestX === x && bestY === y) break;
    [x, y] = [bestX, bestY];
  }
  return [x, y];
}

/** Of a parabola through three values, the middle one the largest. */
function peakOffset(before: number, top: number, after: number): number {
  const bend = before - 2 * top + after;
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
}

/** The move that the heaviest group of votes agrees on. */
function agreedMove(votes: readonly Vote[]): Move | undefined {
  if (votes.length === 0) return undefined;
  let best: Move = still;
  let bestWeight = agreedWeight(votes, still);
  const consider = (move: Move, atLeast: number) => {
    const weight = agreedWeight(votes, move);
    if (weight > bestWeight * atLeast) [best, bestWeight] = [move, weight];
  };
  for (const { dx, dy } of votes) consider({ dx, dy, turn: 0, growth: 0 }, 1);
  for (const [index, first] of votes.entries()) {
    for (const second of votes.slice(index + 1)) {
      const move = moveOf(first, second);
      // A turn explains more only by a good deal more.
      if (move !== undefined) consider(move, 1.02);
    }
  }
  for (let round = 0; round < 3; round += 1) {
    best = fitted(
      votes.filter((vote) => distance(vote, best) < inlierCells),
      best,
    );
  }
  return best;
}

const turnMax = 0.15;
const growthMax = 0.15;

function moveOf(a: Vote, b: Vote): Move | undefined {
  const [x, y] = [b.x - a.x, b.y - a.y];
  const length2 = x * x + y * y;
  const [u, v] = [b.dx - a.dx, b.dy - a.dy];
  const growth = (u * x + v * y) / length2;
  const turn = (v * x - u * y) / length2;
  if (Math.abs(growth) > growthMax || Math.abs(turn) > turnMax) return undefined;
  return {
    dx: a.dx - growth * a.x + turn * a.y,
    dy: a.dy - growth * a.y - turn * a.x,
    turn,
    growth,
  };
}

function distance(vote: Vote, { dx, dy, turn, growth }: Move): number {
  const east = dx + growth * vote.x - turn * vote.y;
  const south = dy + growth * vote.y + turn * vote.x;
  return Math.hypot(vote.dx - east, vote.dy - south);
}

function agreedWeight(votes: readonly Vote[], move: Move): number {
  let weight = 0;
  for (const vote of votes) {
    const off = distance(vote, move) / inlierCells;
    if (off < 1) weight += vote.weight * (1 - off * off);
  }
  return weight;
}

/** Least squares; of few votes or votes in one place, the displacement alone. */
function fitted(votes: readonly Vote[], before: Move): Move {
  let [w, x, y, u, v] = [0, 0, 0, 0, 0];
  for (const vote of votes) {
    w += vote.weight;
    x += vote.weight * vote.x;
    y += vote.weight * vote.y;
    u += vote.weight * vote.dx;
    v += vote.weight * vote.dy;
  }
  if (w === 0) return before;
  [x, y, u, v] = [x / w, y / w, u / w, v / w];
  let [spread, along, across] = [0, 0, 0];
  for (const vote of votes) {
    const [px, py, du, dv] = [vote.x - x, vote.y - y, vote.dx - u, vote.dy - v];
    spread += vote.weight * (px * px + py * py);
    along += vote.weight * (du * px + dv * py);
    across += vote.weight * (dv * px - du * py);
  }
  if (votes.length < votesMin || spread / w < 20 ** 2) return { dx: u, dy: v, turn: 0, growth: 0 };
  const [growth, turn] = [along / spread, across / spread];
  return { dx: u - growth * x + turn * y, dy: v - growth * y - turn * x, turn, growth };
}

function gainAt(
  counts: MatchCounts,
  edges: Uint16Array,
  probes: readonly Probe[],
  { dx, dy }: { readonly dx: number; readonly dy: number },
): number {
  const total = edges.reduce((sum, count) => sum + count, 0);
  const far = probes.filter(([x, y]) => Math.abs(x - dx) > 4 || Math.abs(y - dy) > 4);
  const chance = far.reduce((sum, [x, y]) => sum + counts.total(x, y), 0) / Math.max(1, far.length);
  return (counts.total(dx, dy) - chance) / Math.max(1, total - chance);
}

/** The displacement far away at which clearly more coincides than at all others. */
function widePeak(
  counts: MatchCounts,
  edges: Uint16Array,
): { readonly dx: number; readonly dy: number } | undefined {
  let [best, bestShare] = [{ dx: 0, dy: 0 }, 0];
  let [sum, squares, count] = [0, 0, 0];
  const total = edges.reduce((all, one) => all + one, 0);
  for (let dy = -wideReach.y; dy <= wideReach.y; dy += coarseStep) {
    for (let dx = -wideReach.x; dx <= wideReach.x; dx += coarseStep) {
      // What moves out of the picture cannot coincide.
      const inside = (1 - Math.abs(dx) / pictureWidth) * (1 - Math.abs(dy) / pictureHeight);
      const share = counts.total(dx, dy) / (total * inside);
      sum += share;
      squares += share * share;
      count += 1;
      if (share > bestShare) [best, bestShare] = [{ dx, dy }, share];
    }
  }
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return bestShare > mean + widePeakDeviations * deviation ? best : undefined;
}

const widePeakDeviations = 5;
