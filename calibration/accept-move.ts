/**
 * A camera that hangs a little otherwise than when it was calibrated: its calibration moved by what
 * its pictures say, with greater uncertainty. For small moves; after others points are taken anew.
 *
 * A move shifts, turns and stretches the picture. That is done to the homography behind the lens,
 * as a camera that turns a little does it; how well the move is known goes into the covariance.
 */
import { type Calibration, withHash } from "./calibration.ts";
import { halfDiagonalPx } from "./frame.ts";
import { dot, product, transposed } from "./linear-algebra.ts";
import { pictureWidth } from "./moved/edge-picture.ts";
import type { Move } from "./moved/measure-move.ts";
import { moveErrorPx, shiftAt } from "./moved/shift-at.ts";
import { homographyCount, parameterCount } from "./projection.ts";
import type { ReferencePicture } from "./reference-picture.ts";

/** Standard error of a measured turn and growth: half a cell over a third of the picture. */
const turnError = 0.5 / (pictureWidth / 3);

export function acceptMove(
  calibration: Calibration,
  move: Move,
  reference: ReferencePicture,
): Calibration {
  const { hash: _, picture, parameters, covariance, points, ...rest } = calibration;
  const unit = halfDiagonalPx({ picture });
  const cell = picture[0] / pictureWidth / unit;
  const { turn, growth } = move;
  const shift = [move.dx * cell, move.dy * cell] as const;
  const step = stepOf(shift, turn, growth);
  const [top, bottom, depth] = rowsOf(parameters);
  const carried = product(product(step, covariance), transposed(step));
  // Two numbers of the shift, one of the turn, one of the growth; each by its own error.
  const columns = [
    [...depth, 0, 0, 0].map((value) => (value * moveErrorPx(picture)) / unit),
    [0, 0, 0, ...depth].map((value) => (value * moveErrorPx(picture)) / unit),
    [...bottom.map((value) => -value), ...top].map((value) => value * turnError),
    [...top, ...bottom].map((value) => value * turnError),
  ];
  return withHash({
    ...rest,
    picture,
    points: points.map((point) => {
      const [dx, dy] = shiftAt(move, picture, point.picture);
      return { ...point, picture: [point.picture[0] + dx, point.picture[1] + dy] };
    }),
    parameters: step
      .map((row) => dot(row, parameters))
      .map((value, k) =>
        // The ninth number is one: it carries the shift of the third and the sixth.
        k === 2 ? value + shift[0] : k === 5 ? value + shift[1] : value,
      ),
    covariance: carried.map((row, i) =>
      row.map((value, j) =>
        columns.reduce((sum, column) => sum + (column[i] ?? 0) * (column[j] ?? 0), value),
      ),
    ),
    reference,
  });
}

/** What becomes of the ten parameters, but for what the ninth number of the homography adds. */
function stepOf([dx, dy]: readonly [number, number], turn: number, growth: number): number[][] {
  const step = Array.from({ length: parameterCount }, (_, i) =>
    Array.from({ length: parameterCount }, (__, j) => Number(i === j)),
  );
  const set = (i: number, j: number, value: number) => {
    const row = step[i];
    if (row !== undefined) row[j] = value;
  };
  for (let k = 0; k < 3; k += 1) {
    set(k, k, 1 + growth);
    set(k, k + 3, -turn);
    set(k + 3, k, turn);
    set(k + 3, k + 3, 1 + growth);
    if (k === 2) continue;
    set(k, k + 6, dx);
    set(k + 3, k + 6, dy);
  }
  return step;
}

/** Of the homography, the ninth number written out. */
function rowsOf(parameters: readonly number[]): readonly [number[], number[], number[]] {
  const whole = [...parameters.slice(0, homographyCount), 1];
  return [whole.slice(0, 3), whole.slice(3, 6), whole.slice(6)];
}
