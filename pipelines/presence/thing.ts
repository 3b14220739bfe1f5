/**
 * What a presence may be: detector labels folded into things that do not change by a flip.
 *
 * Detectors mix up car, bus and truck from look to look; a presence must not split for it. All
 * other labels are things of their own.
 */
import { type Label, motorVehicleLabels } from "../domain/label.ts";

export type Thing = "motor-vehicle" | Exclude<Label, "car" | "bus" | "truck">;

export function thingOf(label: Label): Thing {
  return isMotorVehicle(label) ? "motor-vehicle" : label;
}

function isMotorVehicle(label: Label): label is "car" | "bus" | "truck" {
  return motorVehicleLabels.includes(label);
}
