/** What a poor detector makes of a look, for tests: boxes missed, sides off. Drawn from a seed. */
import type { NormBox } from "../domain/geometry.ts";
import type { Seen } from "./street.ts";

/** Each side off by up to `jitter` of the box's size, each for itself. */
export function poorBox(box: NormBox, jitter: number, random: () => number): NormBox {
  const off = (size: number): number => (random() * 2 - 1) * jitter * size;
  const [width, height] = [box.xMax - box.xMin, box.yMax - box.yMin];
  return {
    xMin: box.xMin + off(width),
    yMin: box.yMin + off(height),
    xMax: box.xMax + off(width),
    yMax: box.yMax + off(height),
  };
}

/** Three boxes in ten missed, sides off by up to a fifth. */
export function poorly(seen: readonly Seen[], random: () => number): readonly Seen[] {
  return seen.flatMap((each) => {
    const isMissed = random() < 0.3;
    const box = poorBox(each.box, 0.2, random);
    return isMissed ? [] : [{ ...each, box }];
  });
}
