/**
 * A model's own classes as this product's labels, with their thresholds, in flat arrays.
 *
 * `slots` are the mapped classes only: the inner loop of decoding visits nothing else.
 */
import { labelIndex } from "../../pipelines/domain/label.ts";
import type { Manifest } from "../manifest.ts";

export interface ClassMap {
  /** The model's class number of each slot. */
  readonly classNumbers: Uint16Array;
  readonly labelIndices: Uint8Array;
  readonly thresholds: Float32Array;
  /** No box with a lower score can pass. */
  readonly thresholdMin: number;
  /** Class number → slot, -1 for classes that are dropped. */
  readonly slotOf: Int16Array;
}

export function classMapOf({ classes, thresholds, decoder }: Manifest): ClassMap {
  const entries = Object.entries(classes).map(([number, label]) => ({
    number: Number(number),
    label: labelIndex(label),
    threshold: thresholds[label] ?? 1,
  }));
  const slotOf = new Int16Array(decoder.classCount).fill(-1);
  for (const [slot, { number }] of entries.entries()) slotOf[number] = slot;
  // Scores are float32: a score that equals its threshold must pass.
  const float32Thresholds = Float32Array.from(entries, ({ threshold }) => threshold);
  return {
    classNumbers: Uint16Array.from(entries, ({ number }) => number),
    labelIndices: Uint8Array.from(entries, ({ label }) => label),
    thresholds: float32Thresholds,
    thresholdMin: Math.min(1, ...float32Thresholds),
    slotOf,
  };
}
