/** People by chance: some who walk or stand together, some who wait in a line. */
import type { SeededRandom } from "../camera-server/seeded-random.ts";
import type { ThingLook } from "./objects/thing-look.ts";
import { farWall, jitter, type Maker, onPavement, seeds, thing, turned } from "./random-place.ts";

export function person(random: SeededRandom, maySit: boolean): ThingLook {
  const name = maySit && random.below(3) === 0 ? "sitting" : "standing";
  return { kind: "person", pose: { name }, seed: random.below(seeds * 2) };
}

/** Waits in a line: no trade, however long they stand. */
export const queue: Maker = (random, around) => {
  const count = 4 + random.below(4);
  return onPavement(random, around, count * 0.35, (x, y, headingDeg) =>
    Array.from({ length: count }, (_, index) => {
      const at = turned(x, y, headingDeg, (index - count / 2) * 0.62, jitter(random, 0.15));
      const turn = (random.below(4) === 0 ? 0 : 90) + jitter(random, 25);
      return thing(around, `waiting-${index}`, person(random, false), at, headingDeg + turn);
    }),
  );
};

export const people: Maker = (random, around) => {
  const count = 1 + random.below(3);
  return {
    radiusM: 0.6 + count * 0.2,
    snapY: (y) => Math.max(-around.street.nearPavementM + 0.4, Math.min(farWall(around) - 0.4, y)),
    thingsAt: (x, y) =>
      Array.from({ length: count }, (_, index) => {
        const walks = random.fraction() < 0.6;
        const phase = random.below(8) / 8;
        const seed = random.below(seeds * 2);
        const name = random.fraction() < 0.12 ? "with-umbrella" : "walking";
        const look: ThingLook = walks
          ? { kind: "person", seed, pose: { name, phase } }
          : person(random, false);
        const at: [number, number] = [x + jitter(random, 0.8), y + index * 0.7 - 0.5];
        return thing(around, `person-${index}`, look, at, random.below(360));
      }),
  };
};
