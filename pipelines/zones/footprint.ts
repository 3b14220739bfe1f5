/**
 * Where a thing touches the ground, as far as a box can tell: the lower part of the box.
 *
 * The whole box of a bus behind a zone covers the zone; its wheels do not. Until a camera is
 * calibrated, the lower third stands for the ground below the thing.
 */
import type { NormBox, NormPolygon } from "../domain/geometry.ts";
import { shareInPolygon } from "./polygon.ts";

const footprintHeightRatio = 1 / 3;

export function footprint(box: NormBox): NormBox {
  const height = (box.yMax - box.yMin) * footprintHeightRatio;
  return { xMin: box.xMin, yMin: box.yMax - height, xMax: box.xMax, yMax: box.yMax };
}

/** Share of the thing's footprint that lies in the zone, 0..1. */
export function footprintShare(box: NormBox, zone: NormPolygon): number {
  return shareInPolygon(footprint(box), zone);
}
