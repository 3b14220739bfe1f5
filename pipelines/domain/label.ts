/**
 * What a detector may call a thing: one list for every model.
 *
 * A model's manifest maps its own classes to these labels; classes it does not map are dropped
 * before NMS. The list is append-only: the detection log stores indices into it.
 */
export const labels = [
  "car",
  "bus",
  "truck",
  "two-wheeler",
  "person",
  "stall",
  "bin",
  "overflowing-bin",
  "garbage",
  "signboard",
  "umbrella",
  "table",
  "goods",
] as const;

export type Label = (typeof labels)[number];

/** Scores from which a label is believed, 0..1. */
export type LabelThresholds = Readonly<Partial<Record<Label, number>>>;

/** Labels that mean "a motor vehicle with four wheels or more"; detectors mix them up freely. */
export const motorVehicleLabels: readonly Label[] = ["car", "bus", "truck"];

export function labelIndex(label: Label): number {
  return labels.indexOf(label);
}
