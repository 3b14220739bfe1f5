/** Stalls by chance with their people and goods, alone or in a row; and cafés, which are none. */
import type { SeededRandom } from "../camera-server/seeded-random.ts";
import type { StallStyle, ThingLook } from "./objects/thing-look.ts";
import { person } from "./random-people.ts";
import {
  type Around,
  jitter,
  type Maker,
  onPavement,
  seeds,
  type Thing,
  thing,
  turned,
} from "./random-place.ts";

const stallStyles: readonly StallStyle[] = [
  "umbrella-table",
  "handcart",
  "food-cart",
  "ground-mat",
  "cargo-tricycle",
  "fruit-boxes",
  "clothes-rail",
];

export const stall: Maker = (random, around) => {
  const place = stallPlace(random, around, 0);
  return onPavement(random, around, 1.9, place);
};

/** Two or three in a row. */
export const market: Maker = (random, around) => {
  const places = Array.from({ length: 2 + random.below(2) }, (_, index) =>
    stallPlace(random, around, index),
  );
  const apartM = 2.4 + random.fraction();
  return onPavement(random, around, places.length * 1.5, (x, y, headingDeg) =>
    places.flatMap((place, index) => {
      const [atX, atY] = turned(x, y, headingDeg, (index - (places.length - 1) / 2) * apartM, 0);
      return place(atX, atY, headingDeg);
    }),
  );
};

type Place = (x: number, y: number, headingDeg: number) => readonly Thing[];

/** One stall with or without vendor, customers, umbrella and goods. */
function stallPlace(random: SeededRandom, around: Around, number: number): Place {
  const style = stallStyles[random.below(stallStyles.length)] ?? "handcart";
  const lights = around.lights && random.below(2) === 0;
  const seed = random.below(seeds);
  const look: ThingLook = { kind: "stall", style, hasVendor: false, lights, seed };
  const hasVendor = random.fraction() < 0.6;
  const customers = random.below(2) === 0 ? 0 : 1 + random.below(3);
  const hasUmbrella = style !== "umbrella-table" && random.fraction() < 0.25;
  const crates = random.fraction() < 0.4 ? 1 + random.below(3) : 0;
  return (x, y, headingDeg) => {
    const named = (name: string, of: ThingLook, rightM: number, aheadM: number, turnDeg: number) =>
      thing(
        around,
        `${name}-${number}`,
        of,
        turned(x, y, headingDeg, rightM, aheadM),
        headingDeg + turnDeg,
      );
    const aside = (): number => (random.fraction() - 0.5) * 2;
    const things = [named("stall", look, 0, 0, 0)];
    if (hasVendor) {
      things.push(named("vendor", person(random, true), aside(), -1.05, jitter(random, 40)));
    }
    for (let k = 0; k < customers; k += 1) {
      const ahead = 1 + random.fraction() * 0.7;
      const turn = 180 + jitter(random, 40);
      things.push(named(`customer-${k}`, person(random, false), aside(), ahead, turn));
    }
    const other = { seed: random.below(seeds) };
    if (hasUmbrella) things.push(named("umbrella", { kind: "umbrella", ...other }, 1.2, -0.4, 0));
    for (let k = 0; k < crates; k += 1) {
      things.push(named(`crate-${k}`, { kind: "crate", ...other }, -1.5 - k * 0.1, 0.5 * k, 7 * k));
    }
    return things;
  };
}

/** Tables, umbrellas and guests of a café: what a stall has, and no stall. */
export const cafe: Maker = (random, around) => {
  const count = 1 + random.below(3);
  return onPavement(random, around, 1.1 + count * 0.8, (x, y, headingDeg) =>
    Array.from({ length: count }, (_, index) => index).flatMap((index) => {
      const right = (index - (count - 1) / 2) * 2;
      const seed = random.below(seeds);
      const at = (name: string, look: ThingLook, rightM: number, aheadM: number, turnDeg: number) =>
        thing(
          around,
          `${name}-${index}`,
          look,
          turned(x, y, headingDeg, right + rightM, aheadM),
          headingDeg + turnDeg,
        );
      const things = [at("table", { kind: "table", seed }, 0, 0, jitter(random, 20))];
      if (random.below(3) > 0) things.push(at("umbrella", { kind: "umbrella", seed }, 0.1, 0.5, 0));
      for (const side of [-1, 1]) {
        if (random.below(2) === 0) continue;
        const guest: ThingLook = {
          kind: "person",
          pose: { name: "sitting" },
          seed: random.below(seeds * 2),
        };
        things.push(at(`guest-${side}`, guest, side * 0.75, 0, -90 * side + jitter(random, 20)));
      }
      return things;
    }),
  );
};
