/**
 * Which parts of a kept picture must not be recognised: heads of people, plates of vehicles.
 *
 * Detectors say where a person is, not where its head is: the upper part of the box is taken, as
 * wide as the box, and padded. A plate is somewhere in the lower part of a vehicle that
 * is near enough for one to be read. What the detector missed is not masked.
 */
import {
  type Detections,
  detectionBox,
  detectionLabel,
} from "../../pipelines/domain/detections.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { Label } from "../../pipelines/domain/label.ts";

export interface PrivacyRegion {
  readonly what: "head" | "plate";
  /** Whole pixels of the cut picture; the second corner is outside. */
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
  readonly blockPx: number;
}

export interface CutPicture {
  /** The part of the camera's picture that was cut out, and its size. */
  readonly crop: NormBox;
  readonly width: number;
  readonly height: number;
}

/** Share of a person's height that may hold the head; more where the box is cut or crouches. */
const headShare = 0.3;
const headShareBroad = 0.5;
/** A standing person is taller than this times the width. */
const standingRatio = 1.6;
/** A box is surer at its sides than at its top. */
const headPadding = { x: 0.1, y: 0.2 };
const blockPxMin = 8;
/** A head keeps at most this many blocks across: eyes and mouth fall into few of them. */
const headBlocksMax = 6;
const plateShare = 0.5;
/** The region holds the plate whole, and the box is nearly as wide as the vehicle. */
const platePadding = { x: 0.05, y: 0.05 };
/**
 * A character of a plate is a 28th of the vehicle's width: a block with its neighbours is wider
 * than that. Not coarser, for the picture shall still teach what a car looks like.
 */
const vehicleBlocksMax = 60;
/** On a smaller vehicle no plate can be read. */
const vehiclePxMin = 100;
const withPlates: ReadonlySet<Label> = new Set(["car", "bus", "truck", "two-wheeler"]);

export function privacyRegions(detections: Detections, cut: CutPicture): PrivacyRegion[] {
  const regions: PrivacyRegion[] = [];
  for (let index = 0; index < detections.count; index++) {
    const label = detectionLabel(detections, index);
    const box = inPixels(detectionBox(detections, index), cut);
    const width = box.xMax - box.xMin;
    const height = box.yMax - box.yMin;
    if (width <= 0 || height <= 0) continue;
    if (label === "person") {
      const share = height > standingRatio * width ? headShare : headShareBroad;
      const head = { ...box, yMax: box.yMin + share * height };
      const blockPx = Math.min(width, share * height) / headBlocksMax;
      add(regions, cut, { what: "head", box: head, padding: headPadding, blockPx });
    } else if (withPlates.has(label) && width >= vehiclePxMin) {
      const lower = { ...box, yMin: box.yMax - plateShare * height };
      const blockPx = width / vehicleBlocksMax;
      add(regions, cut, { what: "plate", box: lower, padding: platePadding, blockPx });
    }
  }
  return regions;
}

interface Box {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

function add(
  regions: PrivacyRegion[],
  { width, height }: CutPicture,
  {
    what,
    box,
    padding,
    blockPx,
  }: Pick<PrivacyRegion, "what" | "blockPx"> & {
    readonly box: Box;
    readonly padding: { readonly x: number; readonly y: number };
  },
): void {
  const padX = (box.xMax - box.xMin) * padding.x;
  const padY = (box.yMax - box.yMin) * padding.y;
  const region = {
    what,
    xMin: Math.max(0, Math.floor(box.xMin - padX)),
    yMin: Math.max(0, Math.floor(box.yMin - padY)),
    xMax: Math.min(width, Math.ceil(box.xMax + padX)),
    yMax: Math.min(height, Math.ceil(box.yMax + padY)),
    blockPx: Math.max(blockPxMin, Math.ceil(blockPx)),
  };
  if (region.xMax > region.xMin && region.yMax > region.yMin) regions.push(region);
}

function inPixels(box: NormBox, { crop, width, height }: CutPicture): Box {
  const scaleX = width / (crop.xMax - crop.xMin);
  const scaleY = height / (crop.yMax - crop.yMin);
  return {
    xMin: (box.xMin - crop.xMin) * scaleX,
    yMin: (box.yMin - crop.yMin) * scaleY,
    xMax: (box.xMax - crop.xMin) * scaleX,
    yMax: (box.yMax - crop.yMin) * scaleY,
  };
}
