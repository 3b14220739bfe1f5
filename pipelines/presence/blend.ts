/** A box on the way from one to another: what a mean of boxes becomes with one more. */
import type { NormBox } from "../domain/geometry.ts";

export function blend(from: NormBox, to: NormBox, weight: number): NormBox {
  const part = (a: number, b: number): number => a + (b - a) * weight;
  return {
    xMin: part(from.xMin, to.xMin),
    yMin: part(from.yMin, to.yMin),
    xMax: part(from.xMax, to.xMax),
    yMax: part(from.yMax, to.yMax),
  };
}
