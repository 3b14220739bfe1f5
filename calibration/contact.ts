/**
 * Where a box touches the ground, and how well a detector's box says it.
 *
 * The middle of the lower edge. A detector places an edge to a share of the thing's size and to a
 * small part of the picture; a box that the picture cuts off below has no foot that anybody saw.
 */
import type { Calibration } from "./calibration.ts";
import type { GroundContact } from "./geotag.ts";

/** Shares of the whole upright picture. */
export interface SeenBox {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

/** Standard error of an edge: share of the box's size, and of the picture's. */
const boxShare = 0.04;
const pictureShare = 0.001;
/** An edge this near to the picture's is cut off by it. */
const cutShare = 0.004;
/** Of a box's width, where one of its sides was not seen. */
const cutWidthShare = 0.25;

/** `within`: the part of the picture that was looked at. Undefined: its foot was not seen. */
export function groundContact(
  { picture: [width, height] }: Pick<Calibration, "picture">,
  box: SeenBox,
  within: SeenBox,
): GroundContact | undefined {
  if (box.yMax > within.yMax - cutShare) return undefined;
  const isCut = box.xMin < within.xMin + cutShare || box.xMax > within.xMax - cutShare;
  const share = isCut ? cutWidthShare : boxShare;
  return {
    at: [((box.xMin + box.xMax) / 2) * width, box.yMax * height],
    xErrorPx: (share * (box.xMax - box.xMin) + pictureShare) * width,
    yErrorPx: (boxShare * (box.yMax - box.yMin) + pictureShare) * height,
  };
}
