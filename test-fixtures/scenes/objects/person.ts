/**
 * People: rounded limbs on a skeleton whose joints the pose sets; clothes, hair and build are drawn
 * from the seed.
 */
import type { Colour, Material, Shape } from "../shape.ts";
import { type Dice, diceOf } from "./dice.ts";
import { matt, rubber, steel, wood } from "./materials.ts";
import { MeshBuilder } from "./mesh-builder.ts";
import { type Joints, jointsOf } from "./person-pose.ts";
import { block, ellipsoid, loft } from "./solids.ts";
import type { PersonLook } from "./thing-look.ts";
import { chain, moved, scaled, turned } from "./transform.ts";
import { rod, tube } from "./tubes.ts";
import { umbrellaCanopy } from "./umbrella.ts";
import { add, mix, sub, times, unit, type Vec3 } from "./vector.ts";

const upperClothes: readonly [Colour, ...Colour[]] = [
  [0.08, 0.08, 0.1],
  [0.16, 0.17, 0.2],
  [0.85, 0.85, 0.83],
  [0.4, 0.42, 0.45],
  [0.1, 0.14, 0.3],
  [0.55, 0.09, 0.1],
  [0.2, 0.35, 0.6],
  [0.75, 0.45, 0.5],
  [0.6, 0.5, 0.35],
  [0.15, 0.3, 0.2],
  [0.85, 0.7, 0.2],
];
const lowerClothes: readonly [Colour, ...Colour[]] = [
  [0.07, 0.07, 0.09],
  [0.12, 0.16, 0.28],
  [0.2, 0.26, 0.4],
  [0.3, 0.29, 0.27],
  [0.45, 0.4, 0.3],
];
const hairs: readonly [Colour, ...Colour[]] = [
  [0.03, 0.025, 0.025],
  [0.05, 0.04, 0.035],
  [0.12, 0.07, 0.05],
  [0.45, 0.44, 0.43],
];

interface Clothes {
  readonly skin: Material;
  readonly upper: Material;
  readonly sleeve: Material;
  readonly lower: Material;
  readonly leg: Material;
  readonly shoe: Material;
  readonly hair: Material;
  readonly hasSkirt: boolean;
  readonly hasLongHair: boolean;
  readonly hat: Material | undefined;
}

export function personShape(look: PersonLook): Shape {
  const mesh = new MeshBuilder();
  person(mesh, look);
  return mesh.shape();
}

/** At the transform that stands, so that a vendor is a part of a stall. */
export function person(mesh: MeshBuilder, { seed, pose }: Omit<PersonLook, "kind">): void {
  const dice = diceOf("person", seed);
  const height = dice.between(0.92, 1.06);
  const breadth = dice.between(0.94, 1.14);
  const clothes = clothesOf(dice, pose.name === "riding");
  const joints = jointsOf(pose, dice);
  const isOnSeat = pose.name === "riding";
  mesh.within(scaled(isOnSeat ? 1 : height, isOnSeat ? 1 : height, isOnSeat ? 1 : height), () => {
    torso(mesh, joints, clothes, breadth);
    head(mesh, joints, clothes);
    for (const side of ["left", "right"] as const) {
      const { shoulder, elbow, hand, hip, knee, ankle, toe } = joints[side];
      limb(mesh, clothes.sleeve, shoulder, elbow, [0.062, 0.055, 0.045]);
      limb(mesh, clothes.sleeve, elbow, mix(elbow, hand, 0.85), [0.045, 0.042, 0.034]);
      ellipsoid(mesh, clothes.skin, hand, [0.042, 0.045, 0.06], { sides: 5, levels: 3 });
      const isBare = clothes.hasSkirt;
      limb(mesh, clothes.leg, hip, knee, isBare ? [0.075, 0.07, 0.055] : [0.098, 0.09, 0.066]);
      limb(mesh, clothes.leg, knee, ankle, isBare ? [0.055, 0.056, 0.038] : [0.066, 0.064, 0.054]);
      foot(mesh, clothes.shoe, ankle, toe);
    }
    if (pose.name === "sitting") stool(mesh, dice);
    if (pose.name === "with-umbrella") heldUmbrella(mesh, joints.right.hand, dice);
    if (pose.name === "walking" && dice.chance(0.35)) {
      const { hand } = joints.left;
      block(
        mesh,
        matt(dice.pick(upperClothes)),
        add(hand, [-0.02, 0, -0.27]),
        [0.1, 0.28, 0.34],
        0.03,
      );
    }
  });
}

function clothesOf(dice: Dice, isRiding: boolean): Clothes {
  const skin = matt([0.74, 0.56, 0.45]);
  const upper = matt(dice.pick(upperClothes));
  const isWoman = dice.chance(0.5);
  const hasSkirt = isWoman && !isRiding && dice.chance(0.3);
  const lower = matt(dice.pick(lowerClothes));
  const hasShortSleeves = dice.chance(0.3);
  const helmet = matt(dice.pick(upperClothes));
  const hasHat = isRiding ? dice.chance(0.6) : dice.chance(0.12);
  return {
    skin,
    upper,
    sleeve: hasShortSleeves ? skin : upper,
    lower: hasSkirt ? matt(dice.pick(upperClothes)) : lower,
    leg: hasSkirt ? skin : lower,
    shoe: dice.chance(0.6) ? rubber : matt([0.8, 0.8, 0.8]),
    hair: matt(dice.pick(hairs)),
    hasSkirt,
    hasLongHair: isWoman && dice.chance(0.7),
    hat: hasHat ? { ...helmet, gloss: 0.3 } : undefined,
  };
}

/** Rings from the seat to the neck, along the spine. */
function torso(mesh: MeshBuilder, joints: Joints, clothes: Clothes, breadth: number): void {
  const { pelvis, neck, facing } = joints;
  const along = unit(sub(neck, pelvis));
  const lean = (Math.atan2(along[1], along[2]) * 180) / Math.PI;
  const length = Math.hypot(...sub(neck, pelvis));
  const rings = [
    { share: -0.2, width: 0.13, depth: 0.1 },
    { share: -0.1, width: 0.175, depth: 0.125 },
    { share: 0.1, width: 0.178, depth: 0.125 },
    { share: 0.34, width: 0.158, depth: 0.112 },
    { share: 0.62, width: 0.182, depth: 0.125 },
    { share: 0.84, width: 0.196, depth: 0.112 },
    { share: 0.94, width: 0.15, depth: 0.085 },
    { share: 1.0, width: 0.065, depth: 0.065 },
    { share: 1.12, width: 0.055, depth: 0.06 },
  ];
  const placed = chain(moved(...pelvis), turned("z", facing), turned("x", -lean));
  mesh.within(placed, () => {
    loft(
      mesh,
      (level) => (level < 2 ? clothes.lower : level < 7 ? clothes.upper : clothes.skin),
      rings.map(({ share, width, depth }) =>
        ring(width * breadth, depth * breadth, share * length),
      ),
    );
  });
  if (clothes.hasSkirt) {
    const knees = mix(joints.left.knee, joints.right.knee, 0.5);
    const hem = mix(pelvis, knees, 0.85);
    const reach = Math.abs(joints.left.knee[1] - joints.right.knee[1]) / 2;
    loft(mesh, clothes.lower, [
      ring(0.2, 0.16 + reach, 0).map((point) => add(point, hem)),
      ring(0.175, 0.13, 0.06).map((point) => add(point, pelvis)),
    ]);
  }
}

function head(mesh: MeshBuilder, { head: centre, facing }: Joints, clothes: Clothes): void {
  mesh.within(chain(moved(...centre), turned("z", facing)), () => {
    ellipsoid(mesh, clothes.skin, [0, 0.01, 0], [0.078, 0.095, 0.118], { sides: 8, levels: 6 });
    block(mesh, clothes.skin, [0, 0.108, -0.012], [0.026, 0.03, 0.04]);
    if (clothes.hat !== undefined) {
      ellipsoid(mesh, clothes.hat, [0, -0.005, 0.055], [0.112, 0.128, 0.1], {
        sides: 9,
        levels: 6,
      });
      block(mesh, clothes.hat, [0, 0.12, 0.04], [0.14, 0.1, 0.015]);
      return;
    }
    ellipsoid(mesh, clothes.hair, [0, -0.016, 0.036], [0.088, 0.098, 0.1], { sides: 8, levels: 5 });
    if (clothes.hasLongHair) {
      ellipsoid(mesh, clothes.hair, [0, -0.055, -0.07], [0.085, 0.055, 0.17], {
        sides: 8,
        levels: 5,
      });
    }
  });
}

function ring(width: number, depth: number, z: number): readonly Vec3[] {
  return Array.from({ length: 10 }, (_, index): Vec3 => {
    const angle = (index / 10) * 2 * Math.PI;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return [width * Math.sign(x) * Math.abs(x) ** 0.85, depth * y, z];
  });
}

function limb(
  mesh: MeshBuilder,
  material: Material,
  from: Vec3,
  to: Vec3,
  [start, middle, end]: readonly [number, number, number],
): void {
  const joint = mix(from, to, -0.12);
  tube(
    mesh,
    material,
    [joint, from, mix(from, to, 0.35), to],
    [start * 0.6, start, middle, end],
    6,
  );
}

function foot(mesh: MeshBuilder, material: Material, ankle: Vec3, toe: Vec3): void {
  const ahead = unit(sub(toe, ankle));
  const heel = sub(ankle, times([ahead[0], ahead[1], 0], 0.06));
  tube(
    mesh,
    material,
    [add(heel, [0, 0, -0.03]), add(ankle, [0, 0, -0.03]), mix(ankle, toe, 0.7), toe],
    [0.035, 0.055, 0.048, 0.03],
    5,
  );
}

function stool(mesh: MeshBuilder, dice: Dice): void {
  const material = dice.chance(0.5)
    ? matt(
        dice.pick([
          [0.1, 0.25, 0.55],
          [0.65, 0.12, 0.1],
        ]),
      )
    : wood;
  block(mesh, material, [0, -0.02, 0.44], [0.34, 0.3, 0.04], 0.01);
  for (const x of [-0.14, 0.14]) {
    for (const y of [-0.14, 0.1]) block(mesh, material, [x, y, 0.21], [0.035, 0.035, 0.42]);
  }
}

function heldUmbrella(mesh: MeshBuilder, hand: Vec3, dice: Dice): void {
  const colour = dice.pick(upperClothes);
  rod(mesh, steel, add(hand, [0, 0, -0.12]), add(hand, [0, 0.02, 0.78]), 0.01, 4);
  mesh.within(moved(hand[0], hand[1] + 0.02, hand[2] + 0.55), () => {
    umbrellaCanopy(mesh, { radius: 0.52, rise: 0.2, colours: [colour], valance: 0 });
  });
}
