/**
 * What is said of a rendered picture to a training: `labels` for things that a person would swear
 * to, `ignored` for what is small, mostly covered, cut off, or lost in fog and darkness; what is
 * less than that is in neither. Lines of YOLO's layout; classes are places in the list of labels.
 */
import { labelIndex } from "../pipelines/domain/label.ts";
import type { Picture } from "../test-fixtures/scenes/render.ts";
import type { TruthBox, TruthThing } from "../test-fixtures/scenes/truth.ts";

/** A thing that is at least so much is labelled; at least so much, doubtful. */
const sure = { sidePx: 9, seenShare: 0.4, insideShare: 0.35, contrast: 12 };
const doubtful = { sidePx: 5, seenShare: 0.08, insideShare: 0.1, contrast: 0 };

/** Cells along a side of the box that are told apart: finer differences are noise. */
const cells = 6;

export function writtenLabels(picture: Picture): {
  readonly labels: string;
  readonly ignored: string;
} {
  const sureThings = picture.truth.filter((thing) => isAtLeast(sure, thing, picture));
  const others = picture.truth.filter((thing) => !sureThings.includes(thing));
  const doubtfulThings = others.filter((thing) => isAtLeast(doubtful, thing, picture));
  return { labels: linesOf(sureThings), ignored: linesOf(doubtfulThings) };
}

function isAtLeast(limit: typeof sure, thing: TruthThing, picture: Picture): boolean {
  const { visibleBox: box, coveredShare, insideShare } = thing;
  if (box === undefined) return false;
  const wide = (box.xMax - box.xMin) * picture.width;
  const high = (box.yMax - box.yMin) * picture.height;
  return (
    Math.min(wide, high) >= limit.sidePx &&
    1 - coveredShare >= limit.seenShare &&
    insideShare >= limit.insideShare &&
    contrastOf(box, picture) >= limit.contrast
  );
}

/** The darkest and the brightest part of the box with what is around it, 0..255 apart. */
function contrastOf({ xMin, yMin, xMax, yMax }: TruthBox, { width, height, rgb }: Picture): number {
  const marginX = (xMax - xMin) * 0.15;
  const marginY = (yMax - yMin) * 0.15;
  const left = Math.max(0, Math.floor((xMin - marginX) * width));
  const top = Math.max(0, Math.floor((yMin - marginY) * height));
  const right = Math.min(width, Math.ceil((xMax + marginX) * width));
  const bottom = Math.min(height, Math.ceil((yMax + marginY) * height));
  const sums = new Float64Array(cells * cells);
  const counts = new Float64Array(cells * cells);
  for (let y = top; y < bottom; y += 1) {
    const row = Math.floor(((y - top) * cells) / (bottom - top)) * cells;
    for (let x = left; x < right; x += 1) {
      const cell = row + Math.floor(((x - left) * cells) / (right - left));
      const at = (y * width + x) * 3;
      const light = (rgb[at] ?? 0) * 0.3 + (rgb[at + 1] ?? 0) * 0.59 + (rgb[at + 2] ?? 0) * 0.11;
      sums[cell] = (sums[cell] ?? 0) + light;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  const means = sums.map((sum, cell) => sum / Math.max(1, counts[cell] ?? 1));
  const filled = means.filter((_, cell) => (counts[cell] ?? 0) > 0);
  return Math.max(...filled) - Math.min(...filled);
}

function linesOf(things: readonly TruthThing[]): string {
  return things
    .flatMap(({ label, visibleBox }) => {
      if (visibleBox === undefined) return [];
      const { xMin, yMin, xMax, yMax } = visibleBox;
      const numbers = [(xMin + xMax) / 2, (yMin + yMax) / 2, xMax - xMin, yMax - yMin];
      return [`${labelIndex(label)} ${numbers.map((value) => value.toFixed(6)).join(" ")}\n`];
    })
    .join("");
}
