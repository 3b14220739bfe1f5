/**
 * Boxes that passed their threshold and wait for NMS: arrays made once, filled for each picture.
 *
 * Boxes are in input pixels. The room is what the model can say at most, so nothing overflows.
 */
export class Candidates {
  readonly capacity: number;
  /** 4 × capacity: xMin, yMin, xMax, yMax. */
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  /** Index into our labels. */
  readonly labelIndices: Uint8Array;
  count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.boxes = new Float32Array(capacity * 4);
    this.scores = new Float32Array(capacity);
    this.labelIndices = new Uint8Array(capacity);
  }

  clear(): void {
    this.count = 0;
  }

  add(
    score: number,
    labelIndex: number,
    xMin: number,
    yMin: number,
    xMax: number,
    yMax: number,
  ): void {
    if (this.count === this.capacity) {
      throw new RangeError(`more than the ${this.capacity} boxes that the model can say`);
    }
    const index = this.count++;
    this.scores[index] = score;
    this.labelIndices[index] = labelIndex;
    this.boxes[index * 4] = xMin;
    this.boxes[index * 4 + 1] = yMin;
    this.boxes[index * 4 + 2] = xMax;
    this.boxes[index * 4 + 3] = yMax;
  }

  /** Falling score; ties by label and place, so that the order of arrival never matters. */
  compare(a: number, b: number): number {
    return (
      (this.scores[b] ?? 0) - (this.scores[a] ?? 0) ||
      (this.labelIndices[a] ?? 0) - (this.labelIndices[b] ?? 0) ||
      this.#compareBoxes(a * 4, b * 4)
    );
  }

  /** Intersection over union, 0..1. */
  overlap(a: number, b: number): number {
    const { boxes } = this;
    const [i, j] = [a * 4, b * 4];
    const width =
      Math.min(at(boxes, i + 2), at(boxes, j + 2)) - Math.max(at(boxes, i), at(boxes, j));
    const height =
      Math.min(at(boxes, i + 3), at(boxes, j + 3)) - Math.max(at(boxes, i + 1), at(boxes, j + 1));
    if (!(width > 0 && height > 0)) return 0;
    const shared = width * height;
    return shared / (this.#area(i) + this.#area(j) - shared);
  }

  isSameBox(a: number, b: number): boolean {
    return this.#compareBoxes(a * 4, b * 4) === 0;
  }

  #area(i: number): number {
    const { boxes } = this;
    return (at(boxes, i + 2) - at(boxes, i)) * (at(boxes, i + 3) - at(boxes, i + 1));
  }

  #compareBoxes(i: number, j: number): number {
    for (let side = 0; side < 4; side++) {
      const difference = at(this.boxes, i + side) - at(this.boxes, j + side);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

const at = (values: Float32Array, index: number): number => values[index] ?? 0;
