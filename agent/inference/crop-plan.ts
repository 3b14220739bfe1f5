/**
 * Which analyses serve the looks that are due on one picture: pure.
 *
 * Looks that want the same crop with the same model and thresholds share one analysis. Crops that
 * differ are looked at as one, their union, where no member then gets fewer input pixels a picture
 * pixel than alone: a run costs the same whatever it shows, so one less is always cheaper. (1:1 is
 * not enough: of small crops, which are enlarged, a detector then finds half as much.) Every
 * look is in exactly one analysis; which, does not depend on their order. That of the first look
 * comes first.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { CropRequest } from "./ports.ts";

/** What is known of a stream's pictures from those decoded before. */
export interface PictureShape {
  readonly width: number;
  readonly height: number;
  /** Width of a pixel by its height. */
  readonly pixelAspect: number;
}

export interface ModelInput {
  readonly inputWidth: number;
  readonly inputHeight: number;
  readonly fit: CropRequest["fit"];
}

export interface WantedCrop {
  readonly crop: NormBox;
  /** The same where model and thresholds are. */
  readonly detectorKey: string;
  readonly model: ModelInput;
  /** Undefined before the first picture: then only the same crops share. */
  readonly shape: PictureShape | undefined;
}

export interface PlannedAnalysis<Look> {
  readonly crop: NormBox;
  readonly looks: readonly Look[];
  /** `crop` is more than each look wants: what is found must be cut for each. */
  readonly isMerged: boolean;
}

export function planAnalyses<Look extends { readonly view: WantedCrop }>(
  looks: readonly Look[],
): readonly PlannedAnalysis<Look>[] {
  const [first] = looks;
  if (first === undefined) return [];
  if (looks.length === 1) return [{ crop: first.view.crop, looks, isMerged: false }];
  const drafts: Draft<Look>[] = [];
  for (const [rank, look] of looks.entries()) {
    const draft = draftOf(look, rank);
    const same = drafts.find((other) => order(other, draft) === 0);
    if (same === undefined) drafts.push(draft);
    else same.looks.push(look);
  }
  drafts.sort(order);
  let isMerging = true;
  while (isMerging) isMerging = mergeOnce(drafts);
  return drafts.toSorted((a, b) => a.rank - b.rank);
}

/** What the decoder cuts when it is asked for `crop`: whole pixels, even ones but at the far edge. */
export function cutOf(
  crop: NormBox,
  { width, height }: Pick<PictureShape, "width" | "height">,
): NormBox {
  const [xMin, xMax] = evenSpan(crop.xMin, crop.xMax, width);
  const [yMin, yMax] = evenSpan(crop.yMin, crop.yMax, height);
  return { xMin, yMin, xMax, yMax };
}

interface Draft<Look> {
  readonly crop: NormBox;
  readonly looks: Look[];
  readonly isMerged: boolean;
  readonly view: WantedCrop;
  /** Of its first look. */
  readonly rank: number;
  /** Input pixels a picture pixel, which it may not fall below. */
  readonly scaleMin: Scale;
}

interface Scale {
  readonly x: number;
  readonly y: number;
}

function draftOf<Look extends { readonly view: WantedCrop }>(
  look: Look,
  rank: number,
): Draft<Look> {
  const { view } = look;
  const { crop, shape, model } = view;
  const scaleMin = shape === undefined ? { x: 0, y: 0 } : scaleOf(cutOf(crop, shape), shape, model);
  return { crop, looks: [look], isMerged: false, view, rank, scaleMin };
}

/** Joins the two whose union is smallest; false when no two can be joined. */
function mergeOnce<Look>(drafts: Draft<Look>[]): boolean {
  let best:
    | { readonly at: number; readonly other: number; readonly draft: Draft<Look> }
    | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  for (const [at, a] of drafts.entries()) {
    for (let other = at + 1; other < drafts.length; other += 1) {
      const b = drafts[other];
      const draft = b === undefined ? undefined : merged(a, b);
      if (draft === undefined) continue;
      const { xMin, yMin, xMax, yMax } = draft.crop;
      const area = (xMax - xMin) * (yMax - yMin);
      if (area >= bestArea) continue;
      best = { at, other, draft };
      bestArea = area;
    }
  }
  if (best === undefined) return false;
  drafts[best.at] = best.draft;
  drafts.splice(best.other, 1);
  return true;
}

function merged<Look>(a: Draft<Look>, b: Draft<Look>): Draft<Look> | undefined {
  const { shape, model, detectorKey } = a.view;
  if (shape === undefined || b.view.detectorKey !== detectorKey) return undefined;
  if (!isSameShape(shape, b.view.shape)) return undefined;
  const crop = union(cutOf(a.crop, shape), cutOf(b.crop, shape));
  const scale = scaleOf(crop, shape, model);
  const scaleMin = {
    x: Math.max(a.scaleMin.x, b.scaleMin.x),
    y: Math.max(a.scaleMin.y, b.scaleMin.y),
  };
  if (scale.x < scaleMin.x || scale.y < scaleMin.y) return undefined;
  const looks = [...a.looks, ...b.looks];
  const rank = Math.min(a.rank, b.rank);
  return { crop, looks, isMerged: true, view: a.view, rank, scaleMin };
}

function scaleOf(crop: NormBox, shape: PictureShape, model: ModelInput): Scale {
  const x = model.inputWidth / ((crop.xMax - crop.xMin) * shape.width);
  const y = model.inputHeight / ((crop.yMax - crop.yMin) * shape.height);
  if (model.fit === "stretch") return { x, y };
  const fitting = Math.min(x / shape.pixelAspect, y);
  return { x: fitting * shape.pixelAspect, y: fitting };
}

function union(a: NormBox, b: NormBox): NormBox {
  return {
    xMin: Math.min(a.xMin, b.xMin),
    yMin: Math.min(a.yMin, b.yMin),
    xMax: Math.max(a.xMax, b.xMax),
    yMax: Math.max(a.yMax, b.yMax),
  };
}

function isSameShape(a: PictureShape, b: PictureShape | undefined): boolean {
  return a.width === b?.width && a.height === b.height && a.pixelAspect === b.pixelAspect;
}

/** By detector and crop; 0 for two that want the same. */
function order<Look>(a: Draft<Look>, b: Draft<Look>): number {
  const { detectorKey } = a.view;
  if (detectorKey !== b.view.detectorKey) return detectorKey < b.view.detectorKey ? -1 : 1;
  return (
    a.crop.yMin - b.crop.yMin ||
    a.crop.xMin - b.crop.xMin ||
    a.crop.yMax - b.crop.yMax ||
    a.crop.xMax - b.crop.xMax
  );
}

function evenSpan(from: number, to: number, size: number): readonly [number, number] {
  const start = Math.min(nearestEven(from * size), Math.max(0, size - 2) & ~1);
  const end = to >= 1 ? size : Math.min(size, nearestEven(to * size));
  return [start / size, Math.min(size, Math.max(start + 2, end)) / size];
}

function nearestEven(value: number): number {
  return Math.round(value / 2) * 2;
}
