/**
 * Makes a part of one plane of a picture unrecognisable, in place, for good.
 *
 * `blurPlane` leaves one mean a block, each mixed with its neighbours; `fillPolygon` leaves nothing.
 * The decoder host masks clips with it, `agent/evidence/` masks stills: one and the same code. The
 * host may read no file outside this folder, so it lies here and imports nothing.
 */

/** Rows of `width` values, `stride` bytes apart. */
export interface Plane {
  readonly bytes: Uint8Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** Whole pixels of the plane; the second corner is outside. */
export interface PlaneRegion {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
  readonly blockPx: number;
}

export function blurPlane({ bytes, stride }: Plane, region: PlaneRegion): void {
  const { xMin, yMin, xMax, yMax, blockPx } = region;
  const columns = Math.ceil((xMax - xMin) / blockPx);
  const rows = Math.ceil((yMax - yMin) / blockPx);
  if (columns <= 0 || rows <= 0) return;
  const means = mixed(blockMeans(bytes, stride, region, columns, rows), columns, rows);
  for (let y = yMin; y < yMax; y++) {
    const row = Math.floor((y - yMin) / blockPx) * columns;
    for (let column = 0; column < columns; column++) {
      const from = xMin + column * blockPx;
      const value = means[row + column] ?? 0;
      bytes.fill(value, y * stride + from, y * stride + Math.min(from + blockPx, xMax));
    }
  }
}

/** Corners are pixels of the plane, and may lie outside of it. */
export function fillPolygon(
  { bytes, stride, width, height }: Plane,
  corners: readonly { readonly x: number; readonly y: number }[],
  value: number,
): void {
  for (let y = 0; y < height; y++) {
    // Both edges of the row count: a mask may be too large by a pixel and never too small.
    for (const at of [y, y + 0.5, y + 1]) {
      const crossings = crossingsAt(corners, at);
      for (let index = 0; index + 1 < crossings.length; index += 2) {
        const from = Math.max(0, Math.floor(crossings[index] ?? 0));
        const to = Math.min(width, Math.ceil(crossings[index + 1] ?? 0));
        if (to > from) bytes.fill(value, y * stride + from, y * stride + to);
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

function blockMeans(
  bytes: Uint8Array,
  stride: number,
  { xMin, yMin, xMax, yMax, blockPx }: PlaneRegion,
  columns: number,
  rows: number,
): Float64Array {
  const sums = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  for (let y = yMin; y < yMax; y++) {
    const row = Math.floor((y - yMin) / blockPx) * columns;
    for (let x = xMin; x < xMax; x++) {
      const block = row + Math.floor((x - xMin) / blockPx);
      sums[block] = (sums[block] ?? 0) + (bytes[y * stride + x] ?? 0);
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
