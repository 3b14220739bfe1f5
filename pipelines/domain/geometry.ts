/**
 * Points, boxes and polygons in the two coordinate systems we use.
 *
 * Normalised: origin top left, x right, y down, 0..1 of the camera's whole upright picture.
 * Pixel: the same origin, in pixels of one picture. The two are different types on purpose.
 */
export interface NormPoint {
  readonly x: number;
  readonly y: number;
  readonly unit?: "norm";
}

export interface NormBox {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
  readonly unit?: "norm";
}

export interface PxBox {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
  readonly unit: "px";
}

/** At least three points; the last is joined to the first, which is not repeated. */
export type NormPolygon = readonly NormPoint[];

/** The whole picture. */
export const wholePicture: NormBox = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };

export function boxArea(box: NormBox | PxBox): number {
  return Math.max(0, box.xMax - box.xMin) * Math.max(0, box.yMax - box.yMin);
}

/** Intersection over union, 0..1. */
export function boxOverlap(a: NormBox, b: NormBox): number {
  const shared = sharedArea(a, b);
  return shared === 0 ? 0 : shared / (boxArea(a) + boxArea(b) - shared);
}

/** Share of `inner` that lies in `outer`, 0..1. */
export function boxShareInside(inner: NormBox, outer: NormBox): number {
  const area = boxArea(inner);
  return area === 0 ? 0 : sharedArea(inner, outer) / area;
}

/** Where the thing stands: the middle of the box's lower edge. */
export function groundPoint(box: NormBox): NormPoint {
  return { x: (box.xMin + box.xMax) / 2, y: box.yMax };
}

export function pxBoxToNorm(box: PxBox, width: number, height: number): NormBox {
  return {
    xMin: box.xMin / width,
    yMin: box.yMin / height,
    xMax: box.xMax / width,
    yMax: box.yMax / height,
  };
}

export function normBoxToPx(box: NormBox, width: number, height: number): PxBox {
  return {
    xMin: box.xMin * width,
    yMin: box.yMin * height,
    xMax: box.xMax * width,
    yMax: box.yMax * height,
    unit: "px",
  };
}

function sharedArea(a: NormBox, b: NormBox): number {
  const width = Math.min(a.xMax, b.xMax) - Math.max(a.xMin, b.xMin);
  // Of two boxes most lie beside each other.
  if (!(width > 0)) return 0;
  const height = Math.min(a.yMax, b.yMax) - Math.max(a.yMin, b.yMin);
  return height > 0 ? width * height : 0;
}
