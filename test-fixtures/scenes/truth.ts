/** What is truly in a picture: counted in samples, not computed from what was meant to be drawn. */
import type { Label } from "../../pipelines/domain/label.ts";
import { labelOf } from "./objects/thing-look.ts";
import type { PlacedThing } from "./placed-thing.ts";
import { type Camera, projected, radians } from "./raster/camera.ts";
import type { Reach } from "./raster/fill-triangle.ts";
import { emptyRegion, isEmpty, type Region, type SampleBuffer } from "./raster/sample-buffer.ts";
import type { Shape } from "./shape.ts";

/** 0..1 of the picture. */
export interface TruthBox {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

export interface TruthThing {
  readonly id: string;
  readonly label: Label;
  /** As if nothing stood before it; what the picture's border cuts off is not in it. */
  readonly box: TruthBox;
  /** Around what is seen of it; undefined when nothing is. */
  readonly visibleBox: TruthBox | undefined;
  /** Of what lies within the picture. */
  readonly coveredShare: number;
  /** About how much of it lies within the picture. */
  readonly insideShare: number;
}

export function truthOf(
  thing: PlacedThing,
  shape: Shape,
  reach: Reach,
  samples: SampleBuffer,
  camera: Camera,
): TruthThing | undefined {
  const label = labelOf(thing.look);
  if (label === null || reach.sampleCount === 0) return undefined;
  const seen = emptyRegion();
  const count = countSeen(samples, reach, seen);
  return {
    id: thing.id,
    label,
    box: normal(reach, samples),
    visibleBox: isEmpty(seen) ? undefined : normal(seen, samples),
    coveredShare: 1 - count / reach.sampleCount,
    insideShare: insideShare(camera, shape, thing),
  };
}

function countSeen({ owner, width }: SampleBuffer, reach: Reach, seen: Region): number {
  let count = 0;
  for (let y = reach.yMin; y < reach.yMax; y += 1) {
    for (let x = reach.xMin; x < reach.xMax; x += 1) {
      if (owner[y * width + x] !== reach.owner) continue;
      count += 1;
      if (x < seen.xMin) seen.xMin = x;
      if (x >= seen.xMax) seen.xMax = x + 1;
      if (y < seen.yMin) seen.yMin = y;
      if (y >= seen.yMax) seen.yMax = y + 1;
    }
  }
  return count;
}

function normal({ xMin, yMin, xMax, yMax }: Region, { width, height }: SampleBuffer): TruthBox {
  return {
    xMin: xMin / width,
    yMin: yMin / height,
    xMax: xMax / width,
    yMax: yMax / height,
  };
}

/** By the box around its corners; 0 for what reaches behind the camera. */
function insideShare(camera: Camera, shape: Shape, { placement }: PlacedThing): number {
  const around = { xMin: Infinity, yMin: Infinity, xMax: -Infinity, yMax: -Infinity };
  const [sin, cos] = [
    Math.sin(radians(placement.headingDeg)),
    Math.cos(radians(placement.headingDeg)),
  ];
  const scale = placement.scale ?? 1;
  for (const { positions } of shape.parts) {
    for (let i = 0; i < positions.length; i += 3) {
      const lx = (positions[i] as number) * scale;
      const ly = (positions[i + 1] as number) * scale;
      const z = placement.z + (positions[i + 2] as number) * scale;
      const x = placement.x + lx * cos + ly * sin;
      const [px, py, depth] = projected(camera, x, placement.y - lx * sin + ly * cos, z);
      if (depth < 0.2) return 0;
      around.xMin = Math.min(around.xMin, px);
      around.xMax = Math.max(around.xMax, px);
      around.yMin = Math.min(around.yMin, py);
      around.yMax = Math.max(around.yMax, py);
    }
  }
  const wide = Math.min(camera.width, around.xMax) - Math.max(0, around.xMin);
  const high = Math.min(camera.height, around.yMax) - Math.max(0, around.yMin);
  const whole = (around.xMax - around.xMin) * (around.yMax - around.yMin);
  return whole > 0 ? Math.max(0, wide * high) / whole : 0;
}
