/** Goods that belong to no stall: put out by a shop, or brought by a van. */
import type { SeededRandom } from "../camera-server/seeded-random.ts";
import type { ThingLook } from "./objects/thing-look.ts";
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

/** Crates that a shop puts out: side by side, some on others. */
export const goods: Maker = (random, around) => {
  const count = 1 + random.below(4);
  const scale = 1 + random.fraction() * 0.6;
  return onPavement(random, around, 0.5 + count * 0.4, (x, y, headingDeg) =>
    Array.from({ length: count }, (_, index) => index).flatMap((index) => {
      const at = turned(x, y, headingDeg, (index - (count - 1) / 2) * 0.6 * scale, 0);
      const stackCount = random.below(3) === 0 ? 2 : 1;
      return Array.from({ length: stackCount }, (_level, level) => {
        const look: ThingLook = { kind: "crate", seed: random.below(seeds) };
        const crate = thing(
          around,
          `goods-${index}-${level}`,
          look,
          at,
          headingDeg + jitter(random, 8),
        );
        return { ...crate, scale, zM: level * 0.32 * scale };
      });
    }),
  );
};

/** Goods that a van brings, and who carries them: no stall, no rubbish. */
export function unloading(
  random: SeededRandom,
  around: Around,
  x: number,
  y: number,
): readonly Thing[] {
  const crates = Array.from({ length: 2 + random.below(3) }, (_, index) => {
    const at: [number, number] = [x - 1 + index * 0.62, y + jitter(random, 0.25)];
    const look: ThingLook = { kind: "crate", seed: random.below(seeds) };
    return thing(around, `goods-${index}`, look, at, jitter(random, 12));
  });
  const at: [number, number] = [x + jitter(random, 1.5), y + (y < 0 ? -0.8 : 0.8)];
  return [...crates, thing(around, "carrier", person(random, false), at, random.below(360))];
}
