/** Groups of things as streets have them: a row of bins with rubbish, a stall with its people. */
import type { SeededRandom } from "../camera-server/seeded-random.ts";
import type { SceneDescription, Street } from "./description.ts";
import { type BinState, binRow, type StallStyle, type ThingLook } from "./objects/thing-look.ts";

type Thing = NonNullable<SceneDescription["things"]>[number];

export interface Group {
  readonly radiusM: number;
  /** The nearest y where such things stand; undefined when this street has no place for them. */
  snapY(y: number): number | undefined;
  thingsAt(x: number, y: number): readonly Thing[];
}

interface Around {
  readonly street: Street;
  readonly lights: boolean;
  readonly isClose: boolean;
  /** Makes ids unique. */
  readonly number: number;
}

type Maker = (random: SeededRandom, around: Around) => Group;

/** Shapes are kept and shown again: this many of each kind. */
const seeds = 24;

const stallStyles: readonly StallStyle[] = [
  "umbrella-table",
  "handcart",
  "food-cart",
  "ground-mat",
  "cargo-tricycle",
  "fruit-boxes",
  "clothes-rail",
];

export function randomGroup(random: SeededRandom, around: Around): Group {
  const draw = random.fraction() * total;
  let passed = 0;
  for (const [weight, maker] of makers) {
    passed += weight;
    if (draw < passed) return maker(random, around);
  }
  return bins(random, around);
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

const stall: Maker = (random, around) => {
  const style = stallStyles[random.below(stallStyles.length)] ?? "handcart";
  const lights = around.lights && random.below(2) === 0;
  const look: ThingLook = {
    kind: "stall",
    style,
    hasVendor: false,
    lights,
    seed: random.below(seeds),
  };
  const people = random.below(4);
  const hasUmbrella = style !== "umbrella-table" && random.fraction() < 0.25;
  const hasGoods = random.fraction() < 0.4;
  return onPavement(random, around, 1.9, (x, y, headingDeg) => {
    const things = [thing(around, "stall", look, [x, y], headingDeg)];
    for (let k = 0; k < people; k += 1) {
      const isVendor = k === 0;
      const off = isVendor ? -1.05 : 1 + random.fraction() * 0.7;
      const at = turned(x, y, headingDeg, (random.fraction() - 0.5) * 2, off);
      const facing = headingDeg + (isVendor ? 0 : 180) + jitter(random, 40);
      things.push(thing(around, `person-${k}`, person(random, isVendor), at, facing));
    }
    if (hasUmbrella) {
      const at = turned(x, y, headingDeg, 1.2, -0.4);
      things.push(
        thing(around, "umbrella", { kind: "umbrella", seed: random.below(seeds) }, at, 0),
      );
    }
    if (hasGoods) {
      const at = turned(x, y, headingDeg, -1.5, 0.2);
      things.push(
        thing(around, "crate", { kind: "crate", seed: random.below(seeds) }, at, headingDeg),
      );
    }
    return things;
  });
};

function person(random: SeededRandom, maySit: boolean): ThingLook {
  const name = maySit && random.below(3) === 0 ? "sitting" : "standing";
  return { kind: "person", pose: { name }, seed: random.below(seeds * 2) };
}

const people: Maker = (random, around) => {
  const count = 1 + random.below(3);
  return {
    radiusM: 0.6 + count * 0.2,
    snapY: (y) => Math.max(-around.street.nearPavementM + 0.4, Math.min(farWall(around) - 0.4, y)),
    thingsAt: (x, y) =>
      Array.from({ length: count }, (_, index) => {
        const walks = random.fraction() < 0.6;
        const phase = random.below(8) / 8;
        const seed = random.below(seeds * 2);
        const look: ThingLook = walks
          ? {
              kind: "person",
              seed,
              pose: { name: "walking", phase },
            }
          : person(random, false);
        const at: [number, number] = [x + jitter(random, 0.8), y + index * 0.7 - 0.5];
        return thing(around, `person-${index}`, look, at, random.below(360));
      }),
  };
};

const vehicle: Maker = (random, around) => {
  const draw = random.fraction();
  const kind = draw < 0.6 ? "car" : draw < 0.78 ? "van" : draw < 0.9 ? "truck" : "bus";
  const lights = around.lights && random.fraction() < 0.7;
  const look: ThingLook = { kind, lights, seed: random.below(seeds) };
  const isParked = random.below(2) === 0;
  const { roadM, lanes } = around.street;
  return {
    radiusM: kind === "bus" ? 6 : kind === "truck" ? 4 : 2.7,
    snapY: (y) => {
      const isNear = y < roadM / 2;
      if (isParked) return isNear ? 1.25 : roadM - 1.25;
      const lane = roadM / lanes;
      return (Math.max(0, Math.min(lanes - 1, Math.floor(y / lane))) + 0.5) * lane;
    },
    thingsAt: (x, y) => [
      thing(
        around,
        "vehicle",
        look,
        [x, y],
        (y < roadM / 2 ? 90 : 270) + jitter(random, isParked ? 5 : 2),
      ),
    ],
  };
};

const twoWheelers: Maker = (random, around) => {
  const kinds = ["e-bike", "e-bike", "bicycle", "cargo-tricycle"] as const;
  const count = random.below(3) === 0 ? 3 + random.below(5) : 1;
  const isRidden = count === 1 && random.below(2) === 0;
  const lean = 60 + random.below(60);
  const group = onPavement(random, around, 0.8 + count * 0.35, (x, y, headingDeg) =>
    Array.from({ length: count }, (_, index) => index).flatMap((index) => {
      const kind = kinds[random.below(kinds.length)] ?? "e-bike";
      const seed = random.below(seeds);
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
  ] as const;
  const look: ThingLook = {
    kind: kinds[random.below(kinds.length)] ?? "bench",
    seed: random.below(seeds),
  };
  return onPavement(random, around, 1, (x, y, headingDeg) => [
    thing(around, look.kind, look, [x, y], headingDeg),
  ]);
};

const makers: readonly (readonly [number, Maker])[] = [
  [3.2, bins],
  [1.6, garbage],
  [2.6, stall],
  [2.2, people],
  [3, vehicle],
  [1.6, twoWheelers],
  [1, boards],
  [0.8, wallSigns],
  [1, furniture],
];
const total = makers.reduce((sum, [weight]) => sum + weight, 0);

/** Faces the road, or the camera's side; now and then something stands on the road's edge. */
function onPavement(
  random: SeededRandom,
  around: Around,
  radiusM: number,
  thingsAt: (x: number, y: number, headingDeg: number) => readonly Thing[],
): Group {
  const { street } = around;
  const isAtWall = random.below(2) === 0;
  const depth = random.fraction();
  const isOnRoad = random.fraction() < 0.12;
  return {
    radiusM,
    snapY: (y) => {
      const isFar = y > street.roadM / 2;
      if (isOnRoad) return isFar ? street.roadM - 0.9 : 0.9;
      const wide = isFar ? street.farPavementM : street.nearPavementM;
      const off = isAtWall ? wide - 0.75 : Math.min(wide - 0.6, 0.6 + depth * wide * 0.5);
      return isFar ? street.roadM + off : -off;
    },
    thingsAt: (x, y) => {
      const facesRoad = y > street.roadM / 2 ? 180 : 0;
      const headingDeg = facesRoad + (random.below(5) === 0 ? 180 : 0) + jitter(random, 14);
      return thingsAt(x, y, headingDeg);
    },
  };
}

function thing(
  { number }: Around,
  name: string,
  look: ThingLook,
  place: [number, number],
  headingDeg: number,
): Thing {
  return { id: `${number}-${name}`, look, place, headingDeg: headingDeg % 360 };
}

/** Right of and ahead of a place, seen along a heading. */
function turned(
  x: number,
  y: number,
  headingDeg: number,
  rightM: number,
  aheadM: number,
): [number, number] {
  const heading = (headingDeg * Math.PI) / 180;
  return [
    x + rightM * Math.cos(heading) + aheadM * Math.sin(heading),
    y - rightM * Math.sin(heading) + aheadM * Math.cos(heading),
  ];
}

function farWall({ street }: Around): number {
  return street.roadM + street.farPavementM;
}

/** Up to `by` to either side. */
function jitter(random: SeededRandom, by: number): number {
  return (random.fraction() - 0.5) * 2 * by;
}
