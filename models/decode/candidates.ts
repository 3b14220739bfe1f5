/**
 * Boxes that passed their threshold and wait for NMS: arrays made once, filled for each picture.
 *
 * Boxes are in input pixels. When there is no more room, the best stay, whatever came first.
 */
export class Candidates {
  readonly capacity: number;
  /** xMin, yMin, xMax, yMax; one row more than there is room for: where a newcomer is weighed. */
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  /** Index into our labels. */
  readonly labelIndices: Uint8Array;
  #count = 0;
  /** Once it is full: a heap of all indices, the worst box first. Undefined while there is room. */
  #worstFirst: Uint32Array | undefined;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.boxes = new Float32Array((capacity + 1) * 4);
    this.scores = new Float32Array(capacity + 1);
    this.labelIndices = new Uint8Array(capacity + 1);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
    this.#worstFirst = undefined;
  }

  add(
    score: number,
    labelIndex: number,
    xMin: number,
    yMin: number,
    xMax: number,
    yMax: number,
  ): void {
    const index = this.#count;
    // A graph may say anything; behind this a score is a share.
    this.scores[index] = Math.min(score, 1);
    this.labelIndices[index] = labelIndex;
    this.boxes[index * 4] = xMin;
    this.boxes[index * 4 + 1] = yMin;
    this.boxes[index * 4 + 2] = xMax;
    this.boxes[index * 4 + 3] = yMax;
    if (index < this.capacity) this.#count += 1;
    else this.#replaceWorst(index);
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

  /** Whether this very box is among them, under any label. */
  holdsBox(xMin: number, yMin: number, xMax: number, yMax: number): boolean {
    const { boxes } = this;
    for (let i = 0; i < this.#count * 4; i += 4) {
      const isSame =
        boxes[i] === xMin &&
        boxes[i + 1] === yMin &&
        boxes[i + 2] === xMax &&
        boxes[i + 3] === yMax;
      if (isSame) return true;
    }
    return false;
  }

  #replaceWorst(newcomer: number): void {
    this.#worstFirst ??= this.#heap();
    const worst = this.#worstFirst[0] ?? 0;
    if (this.compare(newcomer, worst) >= 0) return;
    this.scores[worst] = this.scores[newcomer] ?? 0;
    this.labelIndices[worst] = this.labelIndices[newcomer] ?? 0;
    this.boxes.copyWithin(worst * 4, newcomer * 4, newcomer * 4 + 4);
    this.#sink(this.#worstFirst, 0);
  }

  #heap(): Uint32Array {
    const heap = Uint32Array.from({ length: this.capacity }, (_, index) => index);
    for (let place = (heap.length >> 1) - 1; place >= 0; place--) this.#sink(heap, place);
    return heap;
  }

  /** Moves what stands at `place` down until nothing below it is worse. */
  #sink(heap: Uint32Array, start: number): void {
    const index = heap[start] ?? 0;
    let place = start;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const isRight =
        left + 1 < heap.length && this.compare(heap[left + 1] ?? 0, heap[left] ?? 0) > 0;
      const child = isRight ? left + 1 : left;
      if (this.compare(heap[child] ?? 0, index) <= 0) break;
      heap[place] = heap[child] ?? 0;
      place = child;
    }
    heap[place] = index;
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
