/**
 * Makes a part of a picture unrecognisable, in place, for good.
 *
 * `blur` leaves one mean a block, each mixed with its neighbours: the pixels are gone, and nothing
 * but their rough colour comes back. `blacken` leaves nothing at all of a polygon.
 */
import type { NormPolygon } from "../../pipelines/domain/geometry.ts";
import type { CutPicture, PrivacyRegion } from "./privacy-regions.ts";

/** One plane a channel, `height` rows of `width` bytes each, one behind the other. */
export interface PlanarPicture {
  readonly planes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function blur(picture: PlanarPicture, region: PrivacyRegion): void {
  const { xMin, yMin, xMax, yMax, blockPx } = region;
  const columns = Math.ceil((xMax - xMin) / blockPx);
  const rows = Math.ceil((yMax - yMin) / blockPx);
  for (const plane of planesOf(picture)) {
    const means = mixed(blockMeans(plane, picture.width, region, columns, rows), columns, rows);
    for (let y = yMin; y < yMax; y++) {
      const row = Math.floor((y - yMin) / blockPx) * columns;
      for (let x = xMin; x < xMax; x++) {
        plane[y * picture.width + x] = means[row + Math.floor((x - xMin) / blockPx)] ?? 0;
      }
    }
  }
}

/** Corners are 0..1 of the camera's picture. */
export function blacken(
  picture: PlanarPicture,
  polygon: NormPolygon,
  crop: CutPicture["crop"],
): void {
  const { width, height } = picture;
  const corners = polygon.map(({ x, y }) => ({
    x: ((x - crop.xMin) / (crop.xMax - crop.xMin)) * width,
    y: ((y - crop.yMin) / (crop.yMax - crop.yMin)) * height,
  }));
  for (let y = 0; y < height; y++) {
    // Both edges of the row count: a mask may be too large by a pixel and never too small.
    for (const at of [y, y + 0.5, y + 1]) {
      const crossings = crossingsAt(corners, at);
      for (let index = 0; index + 1 < crossings.length; index += 2) {
        const from = Math.max(0, Math.floor(crossings[index] ?? 0));
        const to = Math.min(width, Math.ceil(crossings[index + 1] ?? 0));
        if (to <= from) continue;
        for (const plane of planesOf(picture)) plane.fill(0, y * width + from, y * width + to);
      }
    }
  }
}

function crossingsAt(
  corners: readonly { readonly x: number; readonly y: number }[],
  y: number,
): number[] {
  return corners
    .flatMap((a, index) => {
      const b = corners[(index + 1) % corners.length] ?? a;
      if (a.y <= y === b.y <= y) return [];
      return [a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)];
    })
    .toSorted((a, b) => a - b);
}

function planesOf({ planes, width, height }: PlanarPicture): Uint8Array[] {
  return [0, 1, 2].map((channel) =>
    planes.subarray(channel * width * height, (channel + 1) * width * height),
  );
}

function blockMeans(
  plane: Uint8Array,
  width: number,
  { xMin, yMin, xMax, yMax, blockPx }: PrivacyRegion,
  columns: number,
  rows: number,
): Float64Array {
  const sums = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  for (let y = yMin; y < yMax; y++) {
    const row = Math.floor((y - yMin) / blockPx) * columns;
    for (let x = xMin; x < xMax; x++) {
      const block = row + Math.floor((x - xMin) / blockPx);
      sums[block] = (sums[block] ?? 0) + (plane[y * width + x] ?? 0);
      counts[block] = (counts[block] ?? 0) + 1;
    }
  }
  return sums.map((sum, block) => sum / (counts[block] ?? 1));
}

/** Each block with its neighbours, equally. */
function mixed(means: Float64Array, columns: number, rows: number): Uint8Array {
  const result = new Uint8Array(means.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      let count = 0;
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          sum += means[y * columns + x] ?? 0;
          count += 1;
        }
      }
      result[row * columns + column] = Math.round(sum / count);
    }
  }
  return result;
}
