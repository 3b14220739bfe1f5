/** A box on the way from one to another: what a mean of boxes becomes with one more. */
import type { NormBox } from "../domain/geometry.ts";

export function blend(from: NormBox, to: NormBox, weight: number): NormBox {
  return {
    xMin: from.xMin + (to.xMin - from.xMin) * weight,
    yMin: from.yMin + (to.yMin - from.yMin) * weight,
    xMax: from.xMax + (to.xMax - from.xMax) * weight,
    yMax: from.yMax + (to.yMax - from.yMax) * weight,
  };
}
