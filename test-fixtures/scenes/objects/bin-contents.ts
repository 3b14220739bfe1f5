/** What is in a bin that is open, and what fell beside it. */
import type { Colour } from "../shape.ts";
import type { Dice } from "./dice.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { bag, carton, litter } from "./rubbish.ts";
import { chain, moved, scaled, turned } from "./transform.ts";

/** The form of a tub in metres. */
export interface Tub {
  readonly colour: Colour;
  readonly bottom: readonly [width: number, depth: number];
  readonly top: readonly [width: number, depth: number];
  readonly height: number;
  readonly hasLargeLabel: boolean;
  /** Four small wheels under it; two large ones behind otherwise. */
  readonly casters: boolean;
}

/** Bags level with the rim, or well above it with some at its foot. */
export function fill(
  mesh: MeshBuilder,
  dice: Dice,
  { top, bottom, height }: Tub,
  isOver: boolean,
): void {
  const [x, y] = [top[0] / 2 - 0.16, top[1] / 2 - 0.18];
  const count = (isOver ? 4 : 3) + (top[0] > 1 ? 3 : 0);
  for (let index = 0; index < count; index += 1) {
    const lift = isOver ? dice.between(-0.06, 0.1) + (index === 0 ? 0.14 : 0) : -0.34;
    const place = moved(
      x * (count === 1 ? 0 : (2 * index) / (count - 1) - 1) * dice.between(0.6, 1),
      dice.between(-y, y),
      height - 0.12 + lift,
    );
    const tilt = turned("x", dice.between(-25, 25));
    mesh.within(chain(place, turned("z", dice.between(0, 360)), tilt), () => {
      bag(mesh, dice, dice.between(0.17, 0.25));
    });
  }
  if (!isOver) return;
  for (let index = 0; index < 5; index += 1) {
    const place = moved(dice.between(-x, x), dice.between(-y, y), height + dice.between(0.02, 0.2));
    mesh.within(
      chain(
        place,
        turned("z", dice.between(0, 360)),
        turned("x", dice.between(-50, 50)),
        scaled(1.4, 1.4, 1.4),
      ),
      () => {
        litter(mesh, dice);
      },
    );
  }
  if (dice.chance(0.3)) {
    mesh.within(
      chain(moved(dice.between(-x, x), 0, height - 0.1), turned("y", dice.between(20, 70))),
      () => {
        carton(mesh, dice);
      },
    );
  }
  const spills = 1 + dice.below(3);
  for (let index = 0; index < spills; index += 1) {
    const side = dice.pick([-1, 1]);
    const place = moved((side * bottom[0]) / 2 + side * 0.1, dice.between(-0.1, 0.3), 0);
    mesh.within(chain(place, turned("z", dice.between(0, 360))), () => {
      if (dice.chance(0.5)) bag(mesh, dice, dice.between(0.13, 0.19));
      else litter(mesh, dice);
    });
  }
}
