/**
 * The same thing seen whole in one look and in part in the next.
 *
 * A thing half behind a pole, a post box or a leafless tree is boxed up to the pole by some looks
 * and to its end by others: three sides keep their places and one jumps. What moves, moves at
 * least two. A side that the border of the view cuts proves nothing: whatever drives in or out
 * there keeps it.
 */
import { boxArea, boxShareInside, type NormBox } from "../domain/geometry.ts";
import { presenceLimits } from "./presence.ts";

/** Of the larger box's width or height. The side across from the one that jumps hardly moves … */
const fixedShiftMax = 0.06;
/** … nor do left and right when the height jumps: what comes closer grows in both … */
const widthShiftMax = 0.06;
/** … top and bottom keep about their places: a part of a vehicle has another outline … */
const heightShiftMax = 0.2;
/** … and what jumps less is jitter. */
const jumpMin = 0.25;
/** Of the picture: this close to the border of the view, a side may be cut. */
const borderMax = 0.01;

const axes = [
  ["xMin", "xMax"],
  ["yMin", "yMax"],
] as const;

export function isOtherExtent(a: NormBox, b: NormBox, view: NormBox): boolean {
  const [smaller, larger] = boxArea(a) <= boxArea(b) ? [a, b] : [b, a];
  if (boxArea(smaller) < presenceLimits.partAreaRatioMin * boxArea(larger)) return false;
  if (boxShareInside(smaller, larger) < presenceLimits.partShareInsideMin) return false;
  const shifts = axes.map(([low, high]) => {
    const size = larger[high] - larger[low];
    return {
      low: Math.abs(a[low] - b[low]) / size,
      high: Math.abs(a[high] - b[high]) / size,
      isLowFree: larger[low] > view[low] + borderMax,
      isHighFree: larger[high] < view[high] - borderMax,
    };
  });
  const [across, down] = shifts;
  if (across === undefined || down === undefined) return false;
  return (
    (hasJumped(across) && hasKept(down, heightShiftMax)) ||
    (hasJumped(down) && hasKept(across, widthShiftMax))
  );
}

interface Shift {
  readonly low: number;
  readonly high: number;
  /** Not at the border of the view. */
  readonly isLowFree: boolean;
  readonly isHighFree: boolean;
}

function hasJumped({ low, high, isLowFree, isHighFree }: Shift): boolean {
  return (
    (low <= fixedShiftMax && isLowFree && high >= jumpMin) ||
    (high <= fixedShiftMax && isHighFree && low >= jumpMin)
  );
}

function hasKept({ low, high }: Shift, shiftMax: number): boolean {
  return low <= shiftMax && high <= shiftMax;
}
