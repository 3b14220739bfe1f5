/** Bicycles, e-bikes and cargo tricycles, nobody on them. */
import type { Shape } from "../shape.ts";
import { bicycle } from "./bicycle.ts";
import { diceOf } from "./dice.ts";
import { electricBike } from "./e-bike.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import type { TwoWheelerLook } from "./thing-look.ts";
import { cargoTricycle } from "./tricycle.ts";

export function twoWheelerShape({ kind, seed, lights }: TwoWheelerLook): Shape {
  const dice = diceOf(kind, seed);
  const mesh = new MeshBuilder();
  switch (kind) {
    case "bicycle":
      bicycle(mesh, dice);
      break;
    case "e-bike":
      electricBike(mesh, dice, lights);
      break;
    case "cargo-tricycle":
      cargoTricycle(mesh, dice, lights);
      break;
  }
  return mesh.shape();
}
