/** A thing at one moment: how it looks and where it stands. */
import type { ThingLook } from "./objects/thing-look.ts";
import type { Placement } from "./raster/draw-shape.ts";

export interface PlacedThing {
  readonly id: string;
  readonly look: ThingLook;
  readonly placement: Placement;
  /** It never moves from its place, whatever becomes of it there. */
  readonly isStill?: boolean;
}

const strideM = 1.4;
/** A step has this many pictures, so that a walker is made of few shapes. */
const strideSteps = 8;

/** Legs follow the way. */
export function striding(look: ThingLook, movedM: number): ThingLook {
  if (look.kind !== "person") return look;
  const { pose } = look;
  if (pose.name !== "walking" && pose.name !== "with-umbrella") return look;
  const phase = (Math.floor((movedM / strideM) * strideSteps) % strideSteps) / strideSteps;
  return { ...look, pose: { ...pose, phase } };
}
