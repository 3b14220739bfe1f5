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

/** Stands on the ground and shows its rim to the side on which it is; in the middle, to both. */
export function wheel(mesh: MeshBuilder, options: WheelOptions): void {
  const { x, y, radius, width, rim = steel, sides = 14 } = options;
  const half = width / 2;
  const outside: readonly (readonly [number, number])[] = [
    [radius, half * 0.6],
    [radius * 0.94, half],
    [radius * 0.72, half * 0.98],
    [radius * 0.66, half * 0.6],
    [radius * 0.18, half * 0.75],
    [0, half * 0.8],
  ];
  const mirrored = outside.toReversed().map(([r, z]) => [r, -z] as const);
  const inside = x === 0 ? mirrored : [[0, -half] as const, ...mirrored.slice(-2)];
  mesh.within(chain(moved(x, y, radius), turned("y", x < 0 ? -90 : 90)), () => {
    lathe(
      mesh,
      (level, index) => {
        // Counted from the tread: two rings of tyre on each side, then the rim and its spokes.
        const ring = level - inside.length + 1;
        const out = ring >= 0 ? ring : -ring;
        if (out <= 2 || (x !== 0 && ring < 0)) return rubber;
        return out === 4 && index % 3 === 1 ? blackPlastic : rim;
      },
      [...inside, ...outside],
      sides,
    );
  });
}

/** A thin wheel that one sees through, as bicycles have. */
export function spokedWheel(
  mesh: MeshBuilder,
  options: {
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly rim: Material;
    readonly thick?: number;
  },
): void {
  const { x, y, radius, rim, thick = 0.028 } = options;
  const spoke: Material = { ...rim, isThin: true };
  mesh.within(chain(moved(x, y, radius), turned("y", 90)), () => {
    const tyre = radius - thick;
    lathe(
      mesh,
      (level) => (level < 2 ? rubber : rim),
      [
        [tyre, -thick * 0.8],
        [radius, 0],
        [tyre, thick * 0.8],
        [tyre - thick * 0.7, 0],
        [tyre, -thick * 0.8],
      ],
      16,
      { caps: "none" },
    );
    for (let index = 0; index < 9; index += 1) {
      mesh.within(turned("z", index * 40), () => {
        mesh.face(spoke, [
          [0.01, -0.012, 0.02],
          [tyre - 0.01, -0.003, 0],
          [tyre - 0.01, 0.003, 0],
          [0.01, 0.012, 0.02],
        ]);
      });
    }
    lathe(
      mesh,
      rim,
      [
        [0.03, -0.05],
        [0.03, 0.05],
      ],
      6,
    );
  });
}
