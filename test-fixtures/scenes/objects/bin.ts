/**
 * Bins of Chinese streets, empty, full and overflowing. What lies beside an overflowing bin touches
 * it, so that its box stays the bin's; a heap apart is garbage of its own.
 */
import type { Colour, Shape } from "../shape.ts";
import { tub } from "./bin-tub.ts";
import { diceOf } from "./dice.ts";
import { litterBin } from "./litter-bin.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import type { BinColour, BinLook } from "./thing-look.ts";

const colours: Readonly<Record<BinColour, Colour>> = {
  green: [0.05, 0.3, 0.14],
  grey: [0.17, 0.18, 0.19],
  blue: [0.06, 0.16, 0.42],
  red: [0.6, 0.06, 0.07],
};

export function binShape(look: BinLook): Shape {
  const dice = diceOf("bin", look.style, look.seed);
  const mesh = new MeshBuilder();
  switch (look.style) {
    case "wheeled":
    case "sorting":
      tub(mesh, dice, look.state, {
        colour: colours[look.colour],
        bottom: [0.44, 0.5],
        top: [0.57, 0.7],
        height: look.style === "wheeled" ? 1.0 : 0.92,
        hasLargeLabel: look.style === "sorting",
        casters: false,
      });
      break;
    case "container":
      tub(mesh, dice, look.state, {
        colour: dice.pick([colours.green, colours.green, [0.2, 0.22, 0.24]]),
        bottom: [1.1, 0.78],
        top: [1.34, 1.0],
        height: 1.14,
        hasLargeLabel: false,
        casters: true,
      });
      break;
    case "litter":
      litterBin(mesh, dice, {
        isOver: look.state === "overflowing",
        fronts: [colours.blue, colours.grey],
      });
      break;
  }
  return mesh.shape();
}
