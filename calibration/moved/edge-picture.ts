/**
 * What stays of a picture when light is taken from it: where its edges are, and which way they run.
 *
 * A small grey picture becomes four planes of bits, one a direction; an edge and its reverse are the
 * same, so a lamp instead of the sun changes little. In each tile the strongest edges count, however
 * dim it is there; what is no stronger than noise never does.
 */
export const pictureWidth = 192;
export const pictureHeight = 108;
export const pictureCells = pictureWidth * pictureHeight;
export const wordsPerRow = pictureWidth / 32;
export const planeWords = wordsPerRow * pictureHeight;
export const directions = 4;

export const tileColumns = 6;
const tileRows = 6;
export const tileCount = tileColumns * tileRows;
const tileWidth = pictureWidth / tileColumns;
export const tileHeight = pictureHeight / tileRows;

/** Share of a tile's cells that are edges. */
const edgeShare = 0.16;
/** Of a gradient, in grey levels times eight. */
const gradientMin = 40;
const binWidth = 8;
const binCount = 256;

export interface EdgePicture {
  /** Four planes of `planeWords`, a bit a cell, the lowest bit of a word to the left. */
  readonly planes: Uint32Array;
  readonly edgeCount: number;
  /** Mean grey, 0 to 255. */
  readonly mean: number;
  /** Grey that a twentieth of the cells exceeds. */
  readonly bright: number;
  /** Mean strength of the strongest tenth of the gradients. */
  readonly strength: number;
  /** How sharply the light changes where it changes: falls when it blurs. */
  readonly fineness: number;
}

const gradients = new Int32Array(pictureCells);
const bins = new Uint8Array(pictureCells);
const smooth = new Int16Array(pictureCells);

export function edgePicture(grey: Uint8Array): EdgePicture {
  if (grey.length !== pictureCells) {
    throw new RangeError(`a grey picture has ${pictureCells} bytes, got ${grey.length}`);
  }
  smoothen(grey);
  const strengthBins = measureGradients();
  const planes = new Uint32Array(directions * planeWords);
  let edgeCount = 0;
  for (let tile = 0; tile < tileCount; tile += 1) {
    edgeCount += markEdges(tile % tileColumns, Math.floor(tile / tileColumns), planes);
  }
  return {
    planes,
    edgeCount,
    ...greyOf(grey),
    strength: strengthOf(strengthBins),
    fineness: finenessOf(grey),
  };
}

/** Three by three, so single cells of noise are no edges. Times eight. */
function smoothen(grey: Uint8Array): void {
  for (let y = 1; y < pictureHeight - 1; y += 1) {
    for (let x = 1; x < pictureWidth - 1; x += 1) {
      const at = y * pictureWidth + x;
      smooth[at] =
        4 * (grey[at] ?? 0) +
        (grey[at - 1] ?? 0) +
        (grey[at + 1] ?? 0) +
        (grey[at - pictureWidth] ?? 0) +
        (grey[at + pictureWidth] ?? 0);
    }
  }
}

/** Fills `gradients` and `bins` (direction); the histogram of their strengths. */
function measureGradients(): Uint32Array {
  const histogram = new Uint32Array(binCount);
  for (let y = 2; y < pictureHeight - 2; y += 1) {
    for (let x = 2; x < pictureWidth - 2; x += 1) {
      const at = y * pictureWidth + x;
      const dx = (smooth[at + 1] ?? 0) - (smooth[at - 1] ?? 0);
      const dy = (smooth[at + pictureWidth] ?? 0) - (smooth[at - pictureWidth] ?? 0);
      const [ax, ay] = [dx < 0 ? -dx : dx, dy < 0 ? -dy : dy];
      // Of a length, near enough.
      const strength = ax > ay ? ax + (ay >> 1) : ay + (ax >> 1);
      gradients[at] = strength;
      bins[at] = ay * 5 < ax * 2 ? 0 : ax * 5 < ay * 2 ? 2 : dx > 0 === dy > 0 ? 1 : 3;
      const bin = Math.min(binCount - 1, (strength / binWidth) | 0);
      histogram[bin] = (histogram[bin] ?? 0) + 1;
    }
  }
  return histogram;
}

const tileHistogram = new Uint32Array(binCount);

/** The strongest edges of a tile become bits; how many. */
function markEdges(column: number, row: number, planes: Uint32Array): number {
  tileHistogram.fill(0);
  const [xFrom, yFrom] = [Math.max(2, column * tileWidth), Math.max(2, row * tileHeight)];
  const xTo = Math.min(pictureWidth - 2, (column + 1) * tileWidth);
  const yTo = Math.min(pictureHeight - 2, (row + 1) * tileHeight);
  for (let y = yFrom; y < yTo; y += 1) {
    for (let x = xFrom; x < xTo; x += 1) {
      const bin = Math.min(binCount - 1, ((gradients[y * pictureWidth + x] ?? 0) / binWidth) | 0);
      tileHistogram[bin] = (tileHistogram[bin] ?? 0) + 1;
    }
  }
  const wanted = edgeShare * tileWidth * tileHeight;
  let bin = binCount;
  for (let count = 0; bin > 0 && count < wanted; ) {
    bin -= 1;
    count += tileHistogram[bin] ?? 0;
  }
  const limit = Math.max(gradientMin, bin * binWidth);
  let edgeCount = 0;
  for (let y = yFrom; y < yTo; y += 1) {
    for (let x = xFrom; x < xTo; x += 1) {
      const at = y * pictureWidth + x;
      if ((gradients[at] ?? 0) < limit) continue;
      const word = (bins[at] ?? 0) * planeWords + y * wordsPerRow + (x >> 5);
      planes[word] = (planes[word] ?? 0) | (1 << (x & 31));
      edgeCount += 1;
    }
  }
  return edgeCount;
}

function greyOf(grey: Uint8Array): { readonly mean: number; readonly bright: number } {
  const histogram = new Uint32Array(256);
  let sum = 0;
  for (const value of grey) {
    histogram[value] = (histogram[value] ?? 0) + 1;
    sum += value;
  }
  let bright = 255;
  for (let count = 0; bright > 0; bright -= 1) {
    count += histogram[bright] ?? 0;
    if (count >= pictureCells / 20) break;
  }
  return { mean: sum / pictureCells, bright };
}

function strengthOf(histogram: Uint32Array): number {
  const wanted = pictureCells / 10;
  let [sum, count] = [0, 0];
  for (let bin = binCount - 1; bin >= 0 && count < wanted; bin -= 1) {
    const here = Math.min(histogram[bin] ?? 0, wanted - count);
    sum += here * (bin + 0.5) * binWidth;
    count += here;
  }
  return count === 0 ? 0 : sum / count / 8;
}

/** Noise is under the limit, edges are above. */
const finenessMin = 6;

function finenessOf(grey: Uint8Array): number {
  let [bend, rise] = [0, 1];
  for (let y = 0; y < pictureHeight; y += 2) {
    const row = y * pictureWidth;
    for (let x = 2; x < pictureWidth - 2; x += 1) {
      const at = row + x;
      const [left, here, right] = [grey[at - 1] ?? 0, grey[at] ?? 0, grey[at + 1] ?? 0];
      bend += Math.max(0, Math.abs(left - 2 * here + right) - finenessMin);
      rise += Math.max(0, Math.abs((grey[at - 2] ?? 0) - (grey[at + 2] ?? 0)) - finenessMin);
    }
  }
  return bend / rise;
}
