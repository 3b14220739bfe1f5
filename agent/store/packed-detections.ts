/**
 * Detections as bytes: count × (4 × f32 box, f32 score, u8 label), little-endian.
 *
 * The form in which looks travel to the store's thread and lie in the detection log; what was
 * packed comes back to the bit. Appearances (48 bytes a box) lie beside it, where anybody asked.
 */
import { type Detections, noDetections } from "../../pipelines/domain/detections.ts";
import { labels } from "../../pipelines/domain/label.ts";

const bytesPerDetection = 21;

export function packDetections({ count, boxes, scores, labelIndices }: Detections): Uint8Array {
  const bytes = new Uint8Array(count * bytesPerDetection);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < count; index++) {
    const at = index * bytesPerDetection;
    for (let side = 0; side < 4; side++) {
      view.setFloat32(at + side * 4, boxes[index * 4 + side] ?? 0, true);
    }
    view.setFloat32(at + 16, scores[index] ?? 0, true);
    view.setUint8(at + 20, labelIndices[index] ?? 0);
  }
  return bytes;
}

/** As a detector says it: boxes in or near the picture, scores and labels that there are. */
export function areSound({ count, boxes, scores, labelIndices }: Detections): boolean {
  for (let side = 0; side < count * 4; side++) {
    // Written so that NaN is not sound.
    if (!(Math.abs(boxes[side] ?? Number.NaN) <= 2)) return false;
  }
  for (let index = 0; index < count; index++) {
    const score = scores[index] ?? Number.NaN;
    if (!(score >= 0 && score <= 1)) return false;
    if ((labelIndices[index] ?? labels.length) >= labels.length) return false;
  }
  return true;
}

export interface ByteRange {
  readonly from: number;
  readonly bytes: number;
}

/**
 * Unpacks detections of many looks into one piece of memory: a piece for each look costs several
 * times as much as reading it.
 */
export class Unpacking {
  readonly #buffer: ArrayBuffer;
  readonly #countMax: number;
  #count = 0;

  /** `bytesMax`: of all that will be unpacked. */
  constructor(bytesMax: number) {
    this.#countMax = Math.floor(bytesMax / bytesPerDetection);
    this.#buffer = new ArrayBuffer(this.#countMax * bytesPerDetection);
  }

  /** `appearances`: as they were logged beside it. */
  next(
    packed: DataView,
    { from, bytes }: ByteRange,
    appearances: Uint8Array | null = null,
  ): Detections {
    const count = Math.floor(bytes / bytesPerDetection);
    if (count === 0) return noDetections;
    const boxes = new Float32Array(this.#buffer, this.#count * 16, count * 4);
    const scores = new Float32Array(this.#buffer, (this.#countMax * 4 + this.#count) * 4, count);
    const labelsFrom = this.#countMax * 20 + this.#count;
    const labelIndices = new Uint8Array(this.#buffer, labelsFrom, count);
    this.#count += count;
    for (let index = 0, at = from; index < count; index++, at += bytesPerDetection) {
      const side = index * 4;
      boxes[side] = packed.getFloat32(at, true);
      boxes[side + 1] = packed.getFloat32(at + 4, true);
      boxes[side + 2] = packed.getFloat32(at + 8, true);
      boxes[side + 3] = packed.getFloat32(at + 12, true);
      scores[index] = packed.getFloat32(at + 16, true);
      labelIndices[index] = packed.getUint8(at + 20);
    }
    if (appearances === null) return { count, boxes, scores, labelIndices };
    return { count, boxes, scores, labelIndices, appearances };
  }
}
