/**
 * The body of a car: rings across it along its length, with arches over the wheels, and the
 * glasshouse on top, its windows between pillars.
 */
import type { Material } from "../shape.ts";
import { blackPlastic, darkness } from "./materials.ts";
import type { MeshBuilder } from "./mesh-builder.ts";
import { box, loft } from "./solids.ts";
import { mix, type Vec3 } from "./vector.ts";

/** y and value pairs, from the rear to the front. */
type Curve = readonly (readonly [number, number])[];

export interface CarForm {
  readonly halfWidth: number;
  /** Height of bonnet, waist and boot. */
  readonly top: Curve;
  readonly wheelY: readonly [rear: number, front: number];
  readonly wheelRadius: number;
  readonly sill: number;
  readonly glass: GlassForm;
}

export interface GlassForm {
  readonly roof: number;
  readonly base: readonly [rear: number, front: number];
  readonly roofEnds: readonly [rear: number, front: number];
  /** Shares of the side from the rear where windows begin and end. */
  readonly windows: readonly (readonly [number, number])[];
  readonly roofShare: number;
}

export interface CarMaterials {
  readonly paint: Material;
  readonly lower: Material;
  readonly headlight: Material;
  readonly taillight: Material;
  readonly glass: Material;
}

export function valueAt(curve: Curve, y: number): number {
  const above = curve.findIndex(([at]) => at >= y);
  const [next, before] = [curve[above], curve[above - 1]];
  if (next === undefined) return curve.at(-1)?.[1] ?? 0;
  if (before === undefined) return next[1];
  return before[1] + ((next[1] - before[1]) * (y - before[0])) / (next[0] - before[0]);
}

export function carBody(mesh: MeshBuilder, form: CarForm, materials: CarMaterials): void {
  const { paint, lower, headlight, taillight } = materials;
  const stations = stationsOf(form);
  const [rear, front] = [stations[0] ?? 0, stations.at(-1) ?? 0];
  const rings = stations.map((y) => ringAt(form, y, rear, front));
  loft(
    mesh,
    (level, index) => {
      const side = Math.min(index, 10 - index);
      const middle = ((stations[level] ?? 0) + (stations[level + 1] ?? 0)) / 2;
      if (side === 5) return darkness;
      if (side === 4) return lower;
      const isCorner = middle > front - 0.42 && middle < front - 0.03;
      if (side === 2 && isCorner) return headlight;
      if (side === 2 && middle < rear + 0.28) return taillight;
      return paint;
    },
    rings,
  );
  const inner = form.halfWidth - 0.16;
  box(mesh, darkness, {
    min: [-inner, rear + 0.15, form.sill + 0.02],
    max: [inner, front - 0.15, form.sill + 0.3],
  });
  glasshouse(mesh, form, materials);
}

/** Half the width at a place: cars get narrow towards their ends. */
export function halfWidthAt(
  { halfWidth }: CarForm,
  y: number,
  rear: number,
  front: number,
): number {
  return (
    halfWidth *
    valueAt(
      [
        [rear, 0.84],
        [rear + 0.12, 0.93],
        [rear + 0.5, 0.985],
        [0, 1],
        [front - 0.7, 0.985],
        [front - 0.22, 0.92],
        [front, 0.74],
      ],
      y,
    )
  );
}

function stationsOf({ top, wheelY, wheelRadius }: CarForm): readonly number[] {
  const arch = wheelRadius * 1.16;
  const arches = wheelY.flatMap((y) =>
    [-1.02, -1, -0.85, -0.5, 0, 0.5, 0.85, 1, 1.02].map((share) => y + share * arch),
  );
  const sorted = [...top.map(([y]) => y), ...arches].sort((a, b) => a - b);
  return sorted.filter((y, index) => y - (sorted[index - 1] ?? -Infinity) > 0.004);
}

/** From the middle of the top over the right side to the bottom, and back on the left. */
function ringAt(form: CarForm, y: number, rear: number, front: number): readonly Vec3[] {
  const { top, wheelY, wheelRadius, sill } = form;
  const width = halfWidthAt(form, y, rear, front);
  const roof = valueAt(top, y);
  const arch = Math.max(
    ...wheelY.map((at) => {
      const gap = (wheelRadius * 1.16) ** 2 - (y - at) ** 2;
      return gap > 0 ? wheelRadius + Math.sqrt(gap) : 0;
    }),
  );
  const isEnd = y < rear + 0.1 || y > front - 0.1;
  const bottom = Math.max(isEnd ? sill + 0.08 : sill, Math.min(arch, roof - 0.12));
  const isArch = bottom > sill + 0.1;
  const right: readonly Vec3[] = [
    [width * 0.5, y, roof + 0.015],
    [width * 0.86, y, roof],
    [width * 0.955, y, Math.max(roof - 0.07, bottom + 0.05)],
    [width, y, Math.max(Math.min(roof - 0.22, 0.72), bottom + 0.03)],
    [width * 0.985, y, Math.max(sill + 0.16, bottom + 0.015)],
    [width * (isArch ? 0.97 : 0.93), y, bottom],
  ];
  const left = right.map(([x, ...rest]): Vec3 => [-x, ...rest]).toReversed();
  return [...right, ...left];
}

function glasshouse(mesh: MeshBuilder, form: CarForm, { paint, glass }: CarMaterials): void {
  const { windows } = form.glass;
  const sideShares = [0, ...windows.flat(), 1];
  const acrossShares = [0, 0.07, 0.36, 0.64, 0.93, 1];
  const outline = [
    ...sideShares.map((share) => ({ share, across: 0, isSide: true })),
    ...acrossShares.slice(1).map((across) => ({ share: 1, across, isSide: false })),
    ...sideShares
      .toReversed()
      .slice(1)
      .map((share) => ({ share, across: 1, isSide: true })),
    ...acrossShares
      .slice(1, -1)
      .toReversed()
      .map((across) => ({ share: 0, across, isSide: false })),
  ];
  const low = outline.map(({ share, across }) => basePoint(form, share, across));
  const high = outline.map(({ share, across }) => roofPoint(form, share, across, 1, 0));
  const between = (share: number): readonly Vec3[] =>
    low.map((point, index) => mix(point, high[index] ?? point, share));
  const rings = [
    low,
    between(0.1),
    between(0.87),
    outline.map(({ share, across }) => roofPoint(form, share, across, 0.97, 0.015)),
    outline.map(({ share, across }) => roofPoint(form, share, across, 0.72, 0.045)),
  ];
  const sideCount = sideShares.length - 1;
  const isGlass = (index: number): boolean => {
    if (index < sideCount) return index % 2 === 1;
    if (index < sideCount + 5) return index !== sideCount && index !== sideCount + 4;
    if (index < 2 * sideCount + 5) return (index - sideCount - 5) % 2 === 1;
    const rear = index - 2 * sideCount - 5;
    return rear !== 0 && rear !== 4;
  };
  const isDoorPost = (index: number): boolean => {
    const side = index < sideCount ? index : index - sideCount - 5;
    return side > 0 && side < sideCount - 1;
  };
  loft(
    mesh,
    (level, index) => {
      if (level !== 1) return paint;
      if (isGlass(index)) return glass;
      const isSide = index < sideCount || (index >= sideCount + 5 && index < 2 * sideCount + 5);
      return isSide && isDoorPost(index) ? blackPlastic : paint;
    },
    rings,
    { caps: "end" },
  );
}

function basePoint(form: CarForm, share: number, across: number): Vec3 {
  const [rear, front] = form.glass.base;
  const bulge = 1 - (2 * across - 1) ** 2;
  const y = rear + (front - rear) * share + bulge * (share === 1 ? 0.16 : share === 0 ? -0.06 : 0);
  return [form.halfWidth * 0.9 * (1 - 2 * across), y, valueAt(form.top, y) - 0.02];
}

function roofPoint(form: CarForm, share: number, across: number, size: number, up: number): Vec3 {
  const { roofEnds, roof, roofShare } = form.glass;
  const middle = (roofEnds[0] + roofEnds[1]) / 2;
  const half = (roofEnds[1] - roofEnds[0]) / 2;
  const bulge = 1 - (2 * across - 1) ** 2;
  const curve = bulge * (share === 1 ? 0.08 : share === 0 ? -0.05 : 0);
  const y = middle + ((2 * share - 1) * half + curve) * size;
  const arc = 0.04 * (1 - (2 * share - 1) ** 2);
  const x = form.halfWidth * roofShare * (1 - 2 * across) * size;
  return [x, y, roof - 0.085 + up + arc];
}
