/**
 * What a presence may be: detector labels folded into things that do not change by a flip.
 *
 * Detectors mix up car, bus and truck from look to look, and a bin with an overflowing one; a
 * presence must not split for it. All other labels are things of their own.
 */
import { type Label, motorVehicleLabels } from "../domain/label.ts";

/** `heap`: many of one sort in one zone (`heap.ts`). */
export type Thing =
  | "motor-vehicle"
  | "heap"
  | Exclude<Label, "car" | "bus" | "truck" | "overflowing-bin">;

export function thingOf(label: Label): Thing {
  if (label === "overflowing-bin") return "bin";
  return isMotorVehicle(label) ? "motor-vehicle" : label;
}

/** It does not come and go by itself: it is no traffic, and what hides it has not replaced it. */
export function isFixed(thing: Thing): boolean {
  return thing === "bin" || thing === "garbage" || thing === "signboard";
}

/**
 * Somebody set it up: it may move, but no traffic of its sort passes, and no other one takes its
 * place by the next look. An umbrella does not count, people walk by under them.
 */
export function isSetUp(thing: Thing): boolean {
  return isFixed(thing) || thing === "stall" || thing === "goods" || thing === "table";
}

function isMotorVehicle(label: Label): label is "car" | "bus" | "truck" {
  return motorVehicleLabels.includes(label);
}
