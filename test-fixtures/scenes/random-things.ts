/** Groups of things as streets have them: a row of bins with rubbish, a stall with its people. */
import type { SeededRandom } from "../camera-server/seeded-random.ts";
import { type BinState, binRow, type ThingLook } from "./objects/thing-look.ts";
import { goods, unloading } from "./random-goods.ts";
import { people, queue } from "./random-people.ts";
import {
  type Around,
  farWall,
  type Group,
  jitter,
  type Maker,
  onPavement,
  seeds,
  thing,
  turned,
} from "./random-place.ts";
import { cafe, market, stall } from "./random-stalls.ts";
import { twoWheelers } from "./random-two-wheelers.ts";

export function randomGroup(random: SeededRandom, around: Around): Group {
  return groupOf(random, chosen(random, weights), around);
}

/** A group of one's choice: a view is drawn around something. */
export function groupOf(random: SeededRandom, name: GroupName, around: Around): Group {
  return makers[name](random, around);
}

export function chosen<Name extends string>(
  random: SeededRandom,
  shares: Readonly<Record<Name, number>>,
): Name {
  const names = Object.keys(shares) as Name[]; // Its type says which names it has.
  const total = names.reduce((sum, name) => sum + shares[name], 0);
  let left = random.fraction() * total;
  for (const name of names) {
    left -= shares[name];
    if (left < 0) return name;
  }
  throw new RangeError("nothing to choose from");
}

const bins: Maker = (random, around) => {
  const count = 1 + random.below(4);
  const container = random.fraction() < 0.18;
  const row = binLooks(random, count, container);
  const isSpilling = random.fraction() < 0.4;
  return onPavement(random, around, 0.7 + count * 0.4, (x, y, headingDeg) => {
    const things = row.map(({ look, xM }, index) =>
      thing(
        around,
        `bin-${index}`,
        look,
        turned(x, y, headingDeg, xM, 0),
        headingDeg + jitter(random, 8),
      ),
    );
    if (isSpilling) {
      const at = turned(x, y, headingDeg, (random.fraction() - 0.5) * 2.4, 0.75);
      things.push(thing(around, "spill", garbageLook(random), at, random.below(360)));
    }
    return things;
  });
};

function binLooks(
  random: SeededRandom,
  count: number,
  container: boolean,
): { readonly look: ThingLook; readonly xM: number }[] {
  const state = (): BinState => {
    const draw = random.fraction();
    return draw < 0.36 ? "overflowing" : draw < 0.62 ? "full" : "empty";
  };
  if (container) {
    const look = {
      kind: "bin",
      style: "container",
      state: state(),
      seed: random.below(seeds),
    } as const;
    return [{ look, xM: 0 }];
  }
  if (count === 4 && random.below(2) === 0) {
    return [...binRow(random.below(seeds), [state(), state(), state(), state()])];
  }
  const style =
    (["wheeled", "wheeled", "sorting", "litter"] as const)[random.below(4)] ?? "wheeled";
  const colours = ["green", "grey", "blue", "red"] as const;
  return Array.from({ length: count }, (_, index) => {
    const seed = random.below(seeds);
    const colour = colours[random.below(4)] ?? "green";
    const look: ThingLook =
      style === "litter"
        ? { kind: "bin", style, state: state(), seed }
        : { kind: "bin", style, colour, state: state(), seed };
    return { look, xM: (index - (count - 1) / 2) * (0.72 + random.fraction() * 0.1) };
  });
}

function garbageLook(random: SeededRandom): ThingLook {
  const styles = ["bags", "cartons", "litter", "heap"] as const;
  return { kind: "garbage", style: styles[random.below(4)] ?? "bags", seed: random.below(seeds) };
}

const garbage: Maker = (random, around) =>
  onPavement(random, around, 0.8, (x, y) => [
    thing(around, "garbage", garbageLook(random), [x, y], random.below(360)),
  ]);

const vehicle: Maker = (random, around) => {
  const draw = random.fraction();
  const kind = draw < 0.58 ? "car" : draw < 0.75 ? "van" : draw < 0.88 ? "truck" : "bus";
  const lights = around.lights && random.fraction() < 0.7;
  const look: ThingLook = { kind, lights, seed: random.below(seeds) };
  const isParked = random.below(2) === 0;
  const isUnloading = isParked && kind !== "bus" && random.fraction() < 0.25;
  const { roadM, lanes } = around.street;
  return {
    radiusM: kind === "bus" ? 6 : kind === "truck" ? 4 : 2.7,
    snapY: (y) => {
      const isNear = y < roadM / 2;
      if (isParked) return isNear ? 1.25 : roadM - 1.25;
      const lane = roadM / lanes;
      return (Math.max(0, Math.min(lanes - 1, Math.floor(y / lane))) + 0.5) * lane;
    },
    thingsAt: (x, y) => {
      const isNear = y < roadM / 2;
      const heading = (isNear ? 90 : 270) + jitter(random, isParked ? 5 : 2);
      const kerbY = isNear ? -0.7 : roadM + 0.7;
      const unloaded = isUnloading ? unloading(random, around, x, kerbY) : [];
      return [thing(around, "vehicle", look, [x, y], heading), ...unloaded];
    },
  };
};

const boards: Maker = (random, around) =>
  onPavement(random, around, 0.6, (x, y, headingDeg) => {
    const lights = around.lights && random.below(2) === 0;
    const look: ThingLook = { kind: "pavement-board", lights, seed: random.below(seeds) };
    return [thing(around, "board", look, [x, y], headingDeg + jitter(random, 40))];
  });

/** On the wall, above or beside the shops' own signs. */
const wallSigns: Maker = (random, around) => {
  const { street } = around;
  const isFar = random.fraction() < 0.8;
  const style = street[isFar ? "far" : "near"];
  const y = isFar ? farWall(around) - 0.15 : -street.nearPavementM + 0.15;
  const kind = random.below(3);
  const lights = around.lights && random.below(2) === 0;
  const seed = random.below(seeds * 2);
  const widthM = 1 + random.below(7) * 0.5;
  const look: ThingLook =
    kind === 0
      ? { kind: "banner", seed, widthM: widthM + 1, heightM: 0.7, phase: random.fraction() }
      : kind === 1
        ? { kind: "signboard", style: "light-box", seed, lights, widthM: 0.6, heightM: 1.4 }
        : {
            kind: "signboard",
            style: "shop",
            seed,
            lights,
            widthM,
            heightM: 0.6 + random.below(3) * 0.2,
          };
  const zM = style === "wall" || style === "park" ? 0.9 : 4.2 + random.fraction() * 2.5;
  const headingDeg = isFar ? 180 : 0;
  return {
    radiusM: widthM / 2 + 0.6,
    snapY: () => (street.sideStreet === undefined ? y : undefined),
    thingsAt: (x) => [{ ...thing(around, "sign", look, [x, y], headingDeg), zM }],
  };
};

const furniture: Maker = (random, around) => {
  const kinds = [
    "planter",
    "bench",
    "traffic-sign",
    "crate",
    "table",
    "parcel-cart",
    "umbrella",
    "cleaning-cart",
    "leaf-heap",
    "leaf-heap",
    "bus-stop",
  ] as const;
  const look: ThingLook = {
    kind: kinds[random.below(kinds.length)] ?? "bench",
    seed: random.below(seeds),
  };
  return onPavement(random, around, 1, (x, y, headingDeg) => [
    thing(around, look.kind, look, [x, y], headingDeg),
  ]);
};

export type GroupName = keyof typeof makers;

const makers = {
  bins,
  garbage,
  stall,
  market,
  people,
  queue,
  cafe,
  vehicle,
  twoWheelers,
  goods,
  boards,
  wallSigns,
  furniture,
} satisfies Readonly<Record<string, Maker>>;

/** How often a street has them. */
const weights: Readonly<Record<GroupName, number>> = {
  bins: 3.2,
  garbage: 1.6,
  stall: 2.4,
  market: 0.4,
  people: 2.2,
  queue: 0.4,
  cafe: 0.7,
  vehicle: 3,
  twoWheelers: 1.6,
  goods: 0.5,
  boards: 1,
  wallSigns: 0.8,
  furniture: 1,
};
