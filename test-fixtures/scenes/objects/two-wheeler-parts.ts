/** What bicycles and e-bikes share. */
import type { Material } from "../shape.ts";
import type { Dice } from "./dice.ts";
import { blackPlastic, darkSteel } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { loft, roundedRect } from "./solids.ts";
import { chain, moved, turned } from "./transform.ts";
import type { Vec3 } from "./vector.ts";

/** A bent strip over a wheel, open towards the middle of the bike. */
export function fender(
  mesh: MeshBuilder,
  paint: Material,
  {
    y,
    radius,
    halfWidth,
  }: { readonly y: number; readonly radius: number; readonly halfWidth: number },
): void {
  const away = y < 0 ? -1 : 1;
  const points = [10, 45, 80, 115, 150].map((degrees): Vec3 => {
    const angle = (degrees * Math.PI) / 180;
    const reach = radius + 0.03;
    return [0, y - away * reach * Math.cos(angle), radius + reach * Math.sin(angle)];
  });
  const thin: Material = { ...paint, isThin: true };
  points.slice(1).forEach(([, toY, toZ], index) => {
    const [, fromY, fromZ] = points[index] ?? [0, 0, 0];
    const [near, far] = [halfWidth * away, -halfWidth * away];
    mesh.face(thin, [
      [near, fromY, fromZ],
      [near, toY, toZ],
      [far, toY, toZ],
      [far, fromY, fromZ],
    ]);
  });
}

export function basket(mesh: MeshBuilder, dice: Dice, [x, y, z]: Vec3): void {
  const wire: Material = { ...dice.pick([darkSteel, blackPlastic]), isThin: true };
  mesh.within(chain(moved(x, y, z), turned("x", -6)), () => {
    loft(
      mesh,
      wire,
      [
        roundedRect([-0.13, -0.09, 0], [0.13, 0.11, 0], 0, 0, 0.03),
        roundedRect([-0.17, -0.13, 0], [0.17, 0.15, 0], 0.22, 0, 0.03),
      ],
      { caps: "start" },
    );
  });
}
