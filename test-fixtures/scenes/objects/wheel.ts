/** Wheels of cars and lorries, and the places where they hide under the body. */
import type { Material } from "../shape.ts";
import { blackPlastic, rubber, steel } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { lathe } from "./solids.ts";
import { chain, moved, turned } from "./transform.ts";

interface WheelOptions {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly width: number;
  readonly rim?: Material;
  readonly sides?: number;
}

/** Stands on the ground and shows its rim to the side on which it is. */
export function wheel(mesh: MeshBuilder, options: WheelOptions): void {
  const { x, y, radius, width, rim = steel, sides = 14 } = options;
  const half = width / 2;
  mesh.within(chain(moved(x, y, radius), turned("y", x < 0 ? -90 : 90)), () => {
    lathe(
      mesh,
      (level, index) => {
        if (level < 5) return rubber;
        return level === 6 && index % 3 === 1 ? blackPlastic : rim;
      },
      [
        [0, -half],
        [radius * 0.94, -half],
        [radius, -half * 0.6],
        [radius, half * 0.6],
        [radius * 0.94, half],
        [radius * 0.7, half * 0.98],
        [radius * 0.64, half * 0.6],
        [radius * 0.18, half * 0.75],
        [0, half * 0.8],
      ],
      sides,
    );
  });
}
