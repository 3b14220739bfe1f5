/**
 * Which parts of a picture the mask pass looks at: the whole, and tiles that lie over each other.
 *
 * A small head is seen in a tile alone, a person near the camera in the whole alone, and one on the
 * edge of a tile in its neighbour. The larger the picture, the more tiles.
 */
import { type NormBox, wholePicture } from "../../pipelines/domain/geometry.ts";

/** Of a tile's side: a head on the edge of one lies whole in the next. */
const overlap = 0.2;
/** From this width on a head of 24 pixels is too small for a detector in a tile of a half. */
const widthOfNinePx = 2_400;

export function maskTiles({ width }: { readonly width: number }): readonly NormBox[] {
  return [wholePicture, ...grid(2), ...(width >= widthOfNinePx ? grid(3) : [])];
}

function grid(count: number): readonly NormBox[] {
  const side = 1 / (count - (count - 1) * overlap);
  const starts = Array.from({ length: count }, (_, index) => index * side * (1 - overlap));
  return starts.flatMap((yMin) =>
    starts.map((xMin) => ({
      xMin,
      yMin,
      xMax: Math.min(1, xMin + side),
      yMax: Math.min(1, yMin + side),
    })),
  );
}
