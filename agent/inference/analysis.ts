/**
 * One analysis on its way: a slot, what is decoded into it, and the looks that it serves.
 *
 * The plain computations around it; the loop alone moves it on.
 */
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { detectionsWithin } from "./crop-cut.ts";
import { cutOf, type PictureShape } from "./crop-plan.ts";
import type { CropRequest, LoopModel, Picture, PlacedCrop } from "./ports.ts";
import type { Release } from "./scheduler.ts";
import type { AskedPlacement } from "./session-messages.ts";
import type { Slot } from "./slots.ts";
import type { ViewRecord } from "./view-book.ts";

export interface LookInWork {
  readonly view: ViewRecord;
  readonly release: Release;
}

export interface Analysis {
  readonly crop: NormBox;
  readonly isMerged: boolean;
  readonly model: LoopModel;
  readonly slot: Slot;
  looks: readonly LookInWork[];
}

export interface DecodedAnalysis {
  readonly analysis: Analysis;
  readonly modelTag: string;
  /** The earliest of its looks. */
  readonly deadlineMonoMs: number;
  readonly picture: Picture;
  readonly placed: PlacedCrop;
}

export function decodedAnalysis(
  analysis: Analysis,
  picture: Picture,
  placed: PlacedCrop,
): DecodedAnalysis {
  let deadlineMonoMs = Number.POSITIVE_INFINITY;
  for (const { release } of analysis.looks) {
    deadlineMonoMs = Math.min(deadlineMonoMs, release.deadlineMonoMs);
  }
  return { analysis, modelTag: analysis.model.modelTag, deadlineMonoMs, picture, placed };
}

export function inputBytes({ inputWidth, inputHeight }: LoopModel): number {
  return 3 * inputWidth * inputHeight;
}

export function cropRequest({ crop, model, slot }: Analysis): CropRequest {
  const { inputWidth, inputHeight, fit, fill, channels } = model;
  return { crop, width: inputWidth, height: inputHeight, fit, fill, channels, into: slot.bytes };
}

/** Only what decoding needs travels to the thread. */
export function placementOf({ analysis, placed }: DecodedAnalysis): AskedPlacement {
  const { contentX, contentY, contentWidth, contentHeight, crop } = placed;
  const placement = { contentX, contentY, contentWidth, contentHeight, crop };
  const thresholds = analysis.looks[0]?.view.job.thresholds;
  return thresholds === undefined ? placement : { ...placement, thresholds };
}

/** What its own crop would have shown to a look; to be asked while the slot is the analysis's. */
export function seenBy(
  { view }: LookInWork,
  { analysis, placed }: DecodedAnalysis,
  found: Detections,
): { readonly crop: NormBox; readonly detections: Detections } {
  if (!analysis.isMerged) return { crop: placed.crop, detections: found };
  const { model, slot } = analysis;
  const { inputWidth: width, inputHeight: height, channels } = model;
  const { pictureWidth, pictureHeight } = placed;
  const crop = cutOf(view.crop, { width: pictureWidth, height: pictureHeight });
  const input = { bytes: slot.bytes, width, height, channels };
  return { crop, detections: detectionsWithin(found, crop, input, placed) };
}

/** The look of a view, from what its own crop would have shown. */
export function lookOf(
  { job, lastCapturedAtMs }: ViewRecord,
  { modelTag, picture, placed }: DecodedAnalysis,
  { crop, detections }: Pick<Look, "crop" | "detections">,
): Look {
  const { cameraId, viewId } = job;
  const { capturedAtMs, capturedUncertaintyMs } = risingMoment(picture, lastCapturedAtMs);
  const { pictureWidth, pictureHeight } = placed;
  return {
    cameraId,
    viewId,
    crop,
    capturedAtMs,
    capturedUncertaintyMs,
    detections,
    model: modelTag,
    pictureWidth,
    pictureHeight,
  };
}

/** `known` where nothing has changed. */
export function shapeOf(
  { crop, contentWidth, contentHeight, pictureWidth, pictureHeight }: PlacedCrop,
  { fit }: LoopModel,
  known: PictureShape | undefined,
): PictureShape {
  if (known?.width === pictureWidth && known.height === pictureHeight) return known;
  const shape = { width: pictureWidth, height: pictureHeight, pixelAspect: 1 };
  if (fit === "stretch") return shape;
  // One side of the content is exact, the other was rounded down by less than a pixel.
  const cropAspect =
    ((crop.xMax - crop.xMin) * pictureWidth) / ((crop.yMax - crop.yMin) * pictureHeight);
  const aspectMin = contentWidth / (contentHeight + 1) / cropAspect;
  const aspectMax = (contentWidth + 1) / contentHeight / cropAspect;
  const isSquare = aspectMin < 1 && aspectMax > 1;
  return isSquare ? shape : { ...shape, pixelAspect: (aspectMin + aspectMax) / 2 };
}

/** Capture times rise from look to look, also when a camera's clock is set back: then doubt grows. */
function risingMoment(
  { capturedAtMs, capturedUncertaintyMs }: Picture,
  lastCapturedAtMs: number | undefined,
): { readonly capturedAtMs: number; readonly capturedUncertaintyMs: number } {
  if (lastCapturedAtMs === undefined || capturedAtMs > lastCapturedAtMs) {
    return { capturedAtMs, capturedUncertaintyMs };
  }
  const risen = lastCapturedAtMs + 1;
  return {
    capturedAtMs: risen,
    capturedUncertaintyMs: capturedUncertaintyMs + (risen - capturedAtMs),
  };
}
