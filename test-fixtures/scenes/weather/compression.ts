/**
 * What an encoder with too few bits leaves of a picture: blocks of 8 × 8 without their finest
 * detail, colours coarser than light. Each block is transformed, rounded and transformed back, as
 * JPEG and the key pictures of H.264 do it.
 */

const side = 8;
const cells = side * side;

/** Row `u`: the cosine of frequency `u` at each place, scaled so that the rows are orthonormal. */
const cosines = Float64Array.from({ length: cells }, (_, index) => {
  const [u, x] = [Math.floor(index / side), index % side];
  const scale = u === 0 ? Math.SQRT1_2 : 1;
  return (scale / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / (2 * side));
});

/** Finest steps of light and of colour at `share` 1, in bytes. */
const stepLight = 34;
const stepColour = 60;

export function compress(rgb: Uint8Array, width: number, height: number, share: number): void {
  if (share <= 0) return;
  const planes = [0, 1, 2].map(() => new Float64Array(cells));
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const block = { rgb, width, height, left, top };
      take(block, planes);
      for (const [index, plane] of planes.entries()) {
        coarsen(plane, share * (index === 0 ? stepLight : stepColour));
      }
      put(block, planes);
    }
  }
}

interface Block {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** Light and two colour differences; what lies beyond the picture repeats its border. */
function take({ rgb, width, height, left, top }: Block, planes: readonly Float64Array[]): void {
  for (let cell = 0; cell < cells; cell += 1) {
    const x = Math.min(width - 1, left + (cell % side));
    const y = Math.min(height - 1, top + Math.floor(cell / side));
    const at = (y * width + x) * 3;
    const [red, green, blue] = [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number];
    const light = 0.299 * red + 0.587 * green + 0.114 * blue;
    const [lights, blues, reds] = planes as [Float64Array, Float64Array, Float64Array];
    lights[cell] = light;
    blues[cell] = (blue - light) * 0.564;
    reds[cell] = (red - light) * 0.713;
  }
}

function put({ rgb, width, height, left, top }: Block, planes: readonly Float64Array[]): void {
  const [lights, blues, reds] = planes as [Float64Array, Float64Array, Float64Array];
  for (let cell = 0; cell < cells; cell += 1) {
    const [x, y] = [left + (cell % side), top + Math.floor(cell / side)];
    if (x >= width || y >= height) continue;
    const at = (y * width + x) * 3;
    const light = lights[cell] as number;
    const red = light + (reds[cell] as number) / 0.713;
    const blue = light + (blues[cell] as number) / 0.564;
    rgb[at] = byte(red);
    rgb[at + 1] = byte((light - 0.299 * red - 0.114 * blue) / 0.587);
    rgb[at + 2] = byte(blue);
  }
}

const half = new Float64Array(cells);

/** The finer the detail, the coarser its steps. */
function coarsen(plane: Float64Array, step: number): void {
  transform(plane, half, false);
  for (let v = 0; v < side; v += 1) {
    for (let u = 0; u < side; u += 1) {
      const coarse = step * (0.4 + 0.25 * (u + v));
      const at = v * side + u;
      plane[at] = Math.round((plane[at] as number) / coarse) * coarse;
    }
  }
  transform(plane, half, true);
}

/** In place: along the rows, then along the columns. */
function transform(plane: Float64Array, between: Float64Array, isBack: boolean): void {
  const weight = (u: number, x: number): number =>
    cosines[isBack ? x * side + u : u * side + x] as number;
  for (let row = 0; row < side; row += 1) {
    for (let u = 0; u < side; u += 1) {
      let sum = 0;
      for (let x = 0; x < side; x += 1) sum += weight(u, x) * (plane[row * side + x] as number);
      between[row * side + u] = sum;
    }
  }
  for (let column = 0; column < side; column += 1) {
    for (let v = 0; v < side; v += 1) {
      let sum = 0;
      for (let y = 0; y < side; y += 1)
        sum += weight(v, y) * (between[y * side + column] as number);
      plane[v * side + column] = sum;
    }
  }
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
