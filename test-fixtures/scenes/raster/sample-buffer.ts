/**
 * What a picture is drawn into: colour, depth and owner of every sample, four samples a pixel.
 *
 * Colour is linear light after exposure, 1 is white. A second owner plane remembers which samples a
 * thing would own if it stood alone, so that what covers it can be counted exactly.
 */

/** Owners: nothing, ground, things of the street that truth does not name; movers follow. */
export const owners = { sky: 0, ground: 1, street: 2, firstThing: 3 } as const;

export class SampleBuffer {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue. */
  readonly colour: Float32Array;
  /** One over the depth: larger is nearer, 0 is infinitely far. */
  readonly nearness: Float32Array;
  readonly owner: Uint16Array;
  /** The last thing that reached for the sample, seen or not. */
  readonly touched: Uint16Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.colour = new Float32Array(width * height * 3);
    this.nearness = new Float32Array(width * height);
    this.owner = new Uint16Array(width * height);
    this.touched = new Uint16Array(width * height);
  }

  /** Nothing is drawn, everything is sky; colours are left as they are. */
  clear(): void {
    this.nearness.fill(0);
    this.owner.fill(owners.sky);
    this.touched.fill(0);
  }

  /** Makes a region equal to that of another buffer of the same size. */
  restore(from: SampleBuffer, region: Region): void {
    const { xMin, yMin, xMax, yMax } = region;
    for (let y = yMin; y < yMax; y += 1) {
      const [start, end] = [y * this.width + xMin, y * this.width + xMax];
      this.colour.set(from.colour.subarray(start * 3, end * 3), start * 3);
      this.nearness.set(from.nearness.subarray(start, end), start);
      this.owner.set(from.owner.subarray(start, end), start);
      this.touched.set(from.touched.subarray(start, end), start);
    }
  }
}

/** Samples from the minimum up to, not including, the maximum. */
export interface Region {
  xMin: number;
  yMin: number;
  xMax: number;
  yMax: number;
}

export function emptyRegion(): Region {
  return { xMin: Number.POSITIVE_INFINITY, yMin: Number.POSITIVE_INFINITY, xMax: 0, yMax: 0 };
}

export function isEmpty(region: Region): boolean {
  return region.xMin >= region.xMax || region.yMin >= region.yMax;
}

export function join(into: Region, other: Region): void {
  if (isEmpty(other)) return;
  into.xMin = Math.min(into.xMin, other.xMin);
  into.yMin = Math.min(into.yMin, other.yMin);
  into.xMax = Math.max(into.xMax, other.xMax);
  into.yMax = Math.max(into.yMax, other.yMax);
}
