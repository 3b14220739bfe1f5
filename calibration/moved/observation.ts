/**
 * What one small picture says by itself of a camera that has a reference; `sight-watch.ts` says when
 * that is believed.
 */
import { MatchCounts } from "./edge-match.ts";
import type { EdgePicture } from "./edge-picture.ts";
import { cornerCells, type Measured, type Move, measureMove } from "./measure-move.ts";
import type { ReferenceBank } from "./reference-bank.ts";
import type { SightState } from "./sight.ts";

/** Levels of 255, cells and shares. */
const limits = {
  /** Cells: 1.35 % of the picture's width for the middle, 1.7 % for a corner. */
  movedMiddle: 2.6,
  movedCorner: 3.3,
  /** In place by so few and so far off: lanes that look alike say so of a camera that has moved. */
  doubtfulMiddle: 1.8,
  doubtfulAgreement: 0.4,
  /** Two measurements of one move differ by less. */
  sameMove: 2,
  darkBright: 26,
  darkMean: 18,
  /** Of the usual number of edges. */
  blockedEdges: 0.3,
  /** Of the usual strength and fineness. */
  softStrength: 0.7,
  softFineness: 0.35,
} as const;

export type Verdict = Exclude<SightState, "learning" | "frozen">;

export interface Observation {
  readonly verdict: Verdict;
  readonly move: Move | undefined;
  /** In place, but by few tiles, and hardly. */
  readonly isDoubtful?: boolean;
  /** Share of the tiles that agree with any one place. */
  readonly agreement?: number;
}

/** `tall`: of a cell, see `measure-move.ts`. */
export function observe(
  bank: ReferenceBank,
  picture: EdgePicture,
  { atMs, tall }: { readonly atMs: number; readonly tall: number },
): Observation {
  const { measured, usual } = bank.compare(picture, atMs);
  const isSoft =
    picture.strength < limits.softStrength * usual.strength &&
    picture.fineness < limits.softFineness * usual.fineness;
  const nowhere = (verdict: Verdict): Observation => ({ verdict, move: undefined });
  if (isInPlace(measured, tall)) {
    if (isSoft) return nowhere("defocused");
    return { ...nowhere("in-place"), isDoubtful: isDoubtful(measured) };
  }
  if (isDark(picture)) return nowhere("dark");
  if (measured.move !== undefined) return { verdict: "moved", move: measured.move };
  if (picture.edgeCount < limits.blockedEdges * usual.edgeCount) return nowhere("blocked");
  if (isSoft) return nowhere("defocused");
  return { ...nowhere("scene-replaced"), agreement: measured.agreement };
}

/** Two pictures show the same street from the same place. */
export function showSame(first: EdgePicture, picture: EdgePicture, tall: number): boolean {
  const counts = new MatchCounts(first.planes, picture.planes);
  return isInPlace(measureMove(counts, counts.referenceEdges(), tall), tall);
}

export function isDark({ bright, mean }: EdgePicture): boolean {
  return bright < limits.darkBright && mean < limits.darkMean;
}

export function agree(before: Observation, now: Observation): boolean {
  if (before.verdict !== now.verdict) return false;
  return before.move === undefined || now.move === undefined || isSameMove(before.move, now.move);
}

export function isSameMove(a: Move, b: Move): boolean {
  const difference = {
    dx: a.dx - b.dx,
    dy: a.dy - b.dy,
    turn: a.turn - b.turn,
    growth: a.growth - b.growth,
  };
  return (
    cornerCells(difference, 1) < limits.sameMove * 2 &&
    Math.hypot(difference.dx, difference.dy) < limits.sameMove
  );
}

function isInPlace({ move }: Measured, tall: number): boolean {
  return (
    move !== undefined &&
    Math.hypot(move.dx, move.dy) < limits.movedMiddle &&
    cornerCells(move, tall) < limits.movedCorner
  );
}

function isDoubtful({ move, agreement }: Measured): boolean {
  return (
    move !== undefined &&
    Math.hypot(move.dx, move.dy) > limits.doubtfulMiddle &&
    agreement < limits.doubtfulAgreement
  );
}
