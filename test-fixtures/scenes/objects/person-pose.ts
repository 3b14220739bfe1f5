/** Where the joints of a person of 1.7 m are in each pose. */
import type { Dice } from "./dice.ts";
import type { PersonPose } from "./thing-look.ts";
import { add, type Vec3 } from "./vector.ts";

interface Side {
  readonly shoulder: Vec3;
  readonly elbow: Vec3;
  readonly hand: Vec3;
  readonly hip: Vec3;
  readonly knee: Vec3;
  readonly ankle: Vec3;
  readonly toe: Vec3;
}

export interface Joints {
  readonly pelvis: Vec3;
  readonly neck: Vec3;
  readonly head: Vec3;
  /** Degrees that chest and head are turned from +y. */
  readonly facing: number;
  readonly left: Side;
  readonly right: Side;
}

const thigh = 0.42;
const shin = 0.42;
const upperArm = 0.28;
const lowerArm = 0.27;

export function jointsOf(pose: PersonPose, dice: Dice): Joints {
  switch (pose.name) {
    case "standing":
      return standing(dice);
    case "walking":
      return walking(pose.phase, undefined);
    case "with-umbrella":
      return walking(pose.phase, { shoulder: 35, elbow: 110 });
    case "sitting":
      return sitting(dice);
    case "riding":
      return riding(pose.mount);
  }
}

/** Angles in degrees: positive is forward for thigh and arms; a knee bends backwards. */
interface Angles {
  readonly thigh: number;
  readonly knee: number;
  readonly shoulder: number;
  readonly elbow: number;
  readonly spread: number;
}

function build(
  pelvisZ: number,
  lean: number,
  facing: number,
  angles: { readonly left: Angles; readonly right: Angles },
): Joints {
  const pelvis: Vec3 = [0, 0, pelvisZ];
  const up = direction(180 - lean);
  const neck = along(pelvis, up, 0.52);
  const head = add(along(neck, up, 0.15), [0, 0.02, 0.01]);
  const side = (sign: number, { thigh: t, knee: k, shoulder, elbow: e, spread }: Angles): Side => {
    const shoulderAt = add(along(pelvis, up, 0.455), [sign * 0.195, 0, 0]);
    const elbowAt = add(along(shoulderAt, direction(shoulder), upperArm), [sign * spread, 0, 0]);
    const hand = add(along(elbowAt, direction(shoulder + e), lowerArm), [
      sign * spread * 0.2,
      0,
      0,
    ]);
    const hip = add(pelvis, [sign * 0.09, 0, -0.02]);
    const knee = add(along(hip, direction(t), thigh), [sign * 0.01, 0, 0]);
    const ankle = along(knee, direction(t - k), shin);
    const toe = add(along(ankle, direction(Math.max(t - k, -25) + 80), 0.17), [
      sign * 0.02,
      0,
      -0.02,
    ]);
    return { shoulder: shoulderAt, elbow: elbowAt, hand, hip, knee, ankle, toe };
  };
  return { pelvis, neck, head, facing, left: side(-1, angles.left), right: side(1, angles.right) };
}

function standing(dice: Dice): Joints {
  const facing = dice.between(-15, 15);
  const hold = dice.chance(0.35) ? { shoulder: 20, elbow: 85 } : { shoulder: -3, elbow: 12 };
  const leg = { thigh: dice.between(-3, 3), knee: 2 };
  return build(0.925, 0, facing, {
    left: { ...leg, shoulder: 2, elbow: 10, spread: 0.05 },
    right: { thigh: dice.between(-2, 8), knee: 6, ...hold, spread: 0.05 },
  });
}

function walking(phase: number, held: Pick<Angles, "shoulder" | "elbow"> | undefined): Joints {
  const swing = Math.sin(phase * 2 * Math.PI);
  const lift = (shift: number): number => Math.max(0, Math.cos(phase * 2 * Math.PI + shift));
  const side = (sign: number): Angles => ({
    thigh: sign * swing * 26 + 3,
    knee: 8 + 45 * lift(sign > 0 ? 0 : Math.PI),
    shoulder: -sign * swing * 26,
    elbow: 18,
    spread: 0.03,
  });
  const bob = 0.9 + 0.03 * Math.abs(Math.cos(phase * 2 * Math.PI));
  const right = held === undefined ? side(-1) : { ...side(-1), ...held };
  return build(bob, 3, 0, { left: side(1), right });
}

function sitting(dice: Dice): Joints {
  const limbs = {
    thigh: 78,
    knee: 80,
    shoulder: 25,
    elbow: 50 + dice.between(0, 30),
    spread: 0.07,
  };
  return build(0.55, dice.between(4, 16), 0, { left: limbs, right: limbs });
}

function riding(mount: "bicycle" | "e-bike" | "cargo-tricycle"): Joints {
  if (mount === "e-bike") {
    const limbs = { thigh: 72, knee: 70, shoulder: 48, elbow: 25, spread: 0.08 };
    return shifted(build(0.86, 4, 0, { left: limbs, right: limbs }), -0.28);
  }
  const high = { thigh: 62, knee: 70, shoulder: 50, elbow: 12, spread: 0.05 };
  const low = { thigh: 30, knee: 32, shoulder: 50, elbow: 12, spread: 0.05 };
  return shifted(build(0.97, 12, 0, { left: high, right: low }), mount === "bicycle" ? -0.2 : 0.25);
}

function shifted(joints: Joints, y: number): Joints {
  const by = (point: Vec3): Vec3 => add(point, [0, y, 0]);
  const side = (one: Side): Side => ({
    shoulder: by(one.shoulder),
    elbow: by(one.elbow),
    hand: by(one.hand),
    hip: by(one.hip),
    knee: by(one.knee),
    ankle: by(one.ankle),
    toe: by(one.toe),
  });
  const { pelvis, neck, head, facing, left, right } = joints;
  return {
    pelvis: by(pelvis),
    neck: by(neck),
    head: by(head),
    facing,
    left: side(left),
    right: side(right),
  };
}

/** 0 hangs down, 90 points ahead, 180 up. */
function direction(degrees: number): Vec3 {
  const angle = (degrees * Math.PI) / 180;
  return [0, Math.sin(angle), -Math.cos(angle)];
}

function along(from: Vec3, way: Vec3, length: number): Vec3 {
  return [from[0], from[1] + way[1] * length, from[2] + way[2] * length];
}
