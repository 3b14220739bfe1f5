/**
 * Is a sign part of a vehicle: a logo on a van, the panel of a bus, a box on a delivery bike?
 *
 * Its box lies in the vehicle's, and above the vehicle's wheels. A board that stands in front of a
 * parked car reaches as far down as the car does.
 */
import { boxShareInside, type NormBox } from "../domain/geometry.ts";
import type { Label } from "../domain/label.ts";
import type { Scene } from "../scene.ts";

const vehicles: readonly Label[] = ["car", "bus", "truck", "two-wheeler"];
const insideShareMin = 0.75;
/** Of the vehicle's height: signs end at least so far above its wheels. */
const clearanceRatioMin = 0.08;

export function isCarried(sign: NormBox, scene: Pick<Scene, "boxesOf">): boolean {
  return vehicles.some((label) => scene.boxesOf(label).some(({ box }) => isPartOf(sign, box)));
}

function isPartOf(sign: NormBox, vehicle: NormBox): boolean {
  const clearance = (vehicle.yMax - vehicle.yMin) * clearanceRatioMin;
  return boxShareInside(sign, vehicle) >= insideShareMin && sign.yMax <= vehicle.yMax - clearance;
}
