/** Two-wheelers by chance: ridden, left alone, or in a row as shared bikes stand. */

import type { ThingLook } from "./objects/thing-look.ts";
import { jitter, type Maker, onPavement, seeds, thing, turned } from "./random-place.ts";

export const twoWheelers: Maker = (random, around) => {
  const kinds = ["e-bike", "e-bike", "bicycle", "cargo-tricycle"] as const;
  const isRow = random.below(5) < 2;
  const count = isRow ? 3 + random.below(9) : 1;
  const isRidden = count === 1 && random.below(2) === 0;
  // Along the kerb or across the pavement, as a row of shared bikes stands.
  const lean = random.below(2) === 0 ? 60 + random.below(60) : jitter(random, 20);
  const sameKind = kinds[random.below(kinds.length)] ?? "e-bike";
  const sameSeed = random.below(seeds);
  const isShared = isRow && random.below(2) === 0;
  const group = onPavement(random, around, 0.8 + count * 0.35, (x, y, headingDeg) =>
    Array.from({ length: count }, (_, index) => index).flatMap((index) => {
      const kind = isShared ? sameKind : (kinds[random.below(kinds.length)] ?? "e-bike");
      const seed = isShared ? sameSeed + (index % 2) : random.below(seeds);
      const heading = isRidden ? (random.below(2) === 0 ? 90 : 270) : headingDeg + lean;
      const at = turned(x, y, headingDeg, (index - (count - 1) / 2) * 0.75, jitter(random, 0.2));
      const bike = thing(
        around,
        `bike-${index}`,
        { kind, seed, lights: around.lights && isRidden },
        at,
        heading,
      );
      if (!isRidden) return [bike];
      const rider: ThingLook = {
        kind: "person",
        pose: { name: "riding", mount: kind },
        seed: random.below(seeds),
      };
      return [bike, thing(around, `rider-${index}`, rider, at, heading)];
    }),
  );
  const { roadM } = around.street;
  return isRidden ? { ...group, snapY: (y) => Math.max(0.8, Math.min(roadM - 0.8, y)) } : group;
};
