/** Materials that many things share, and how to make dirt. */
import type { Colour, Material } from "../shape.ts";
import type { Dice } from "./dice.ts";

export const rubber: Material = { colour: [0.07, 0.07, 0.075], gloss: 0.03 };
export const blackPlastic: Material = { colour: [0.09, 0.09, 0.095], gloss: 0.12 };
export const darkness: Material = { colour: [0.02, 0.02, 0.02], gloss: 0 };
export const carGlass: Material = { colour: [0.07, 0.085, 0.09], gloss: 0.75 };
export const steel: Material = { colour: [0.55, 0.56, 0.57], gloss: 0.45 };
export const darkSteel: Material = { colour: [0.24, 0.24, 0.25], gloss: 0.35 };
export const cardboard: Material = { colour: [0.62, 0.48, 0.33], gloss: 0.02 };
export const wood: Material = { colour: [0.45, 0.33, 0.22], gloss: 0.05 };

export function matt(colour: Colour): Material {
  return { colour, gloss: 0.03 };
}

export function cloth(colour: Colour): Material {
  return { colour, gloss: 0.01, isThin: true };
}

export function lamp(colour: Colour, isOn: boolean, glow = 1): Material {
  return isOn ? { colour, gloss: 0.5, glow } : { colour, gloss: 0.7 };
}

/** The colour as years, sun and dust leave it: a little off, a little towards grey-brown. */
export function worn(dice: Dice, colour: Colour, amount = 0.12): Colour {
  const dust = dice.between(0, amount);
  const light = 1 + dice.between(-amount, amount);
  const blend = (value: number, grey: number): number =>
    Math.min(1, Math.max(0, (value * (1 - dust) + grey * dust) * light));
  return [blend(colour[0], 0.45), blend(colour[1], 0.42), blend(colour[2], 0.36)];
}
