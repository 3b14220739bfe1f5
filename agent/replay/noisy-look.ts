/**
 * A look as a poor detector would have had it: boxes missed, boxes off, boxes of nothing.
 *
 * Each box is missed three times in ten; each side of the others is off by up to a fifth of the
 * box's width or height, either way and each for itself; one look in ten has a box where nothing
 * is. Drawn from a seed and the look itself, so that the same seed gives the same noise.
 */
import { createHash } from "node:crypto";
import { appearanceBytes } from "../../pipelines/domain/appearance.ts";
import {
  type Detections,
  detectionBox,
  detectionLabel,
  detectionsOf,
} from "../../pipelines/domain/detections.ts";
import { drawsOf } from "../../pipelines/domain/draws.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { type Label, labels } from "../../pipelines/domain/label.ts";
import type { Look } from "../../pipelines/domain/look.ts";

const noise = { missShare: 0.3, jitterShare: 0.2, falseShare: 0.1 } as const;

interface SeenBox {
  readonly label: Label;
  readonly score: number;
  readonly box: NormBox;
  /** Which of the true boxes it is; absent: of nothing. */
  readonly of?: number;
}

export function noisyLook(look: Look, seed: number): Look {
  const random = draws(`${seed} ${look.cameraId} ${look.viewId} ${look.capturedAtMs}`);
  const { detections } = look;
  const seen: SeenBox[] = [];
  for (let index = 0; index < detections.count; index++) {
    const isMissed = random() < noise.missShare;
    const box = jittered(detectionBox(detections, index), random);
    if (isMissed) continue;
    const score = detections.scores[index] ?? 0;
    seen.push({ label: detectionLabel(detections, index), score, box, of: index });
  }
  if (random() < noise.falseShare) seen.push(boxOfNothing(detections, random));
  return { ...look, detections: detectionsWithAppearances(seen, detections) };
}

/** A box keeps what its thing looks like; a box of nothing looks like nothing. */
function detectionsWithAppearances(
  seen: readonly SeenBox[],
  { appearances: known }: Detections,
): Detections {
  const sorted = seen.toSorted((a, b) => b.score - a.score);
  const detections = detectionsOf(sorted);
  if (known === undefined) return detections;
  const appearances = new Uint8Array(sorted.length * appearanceBytes);
  for (const [index, { of }] of sorted.entries()) {
    if (of === undefined) continue;
    const own = known.subarray(of * appearanceBytes, (of + 1) * appearanceBytes);
    appearances.set(own, index * appearanceBytes);
  }
  return { ...detections, appearances };
}

function jittered({ xMin, yMin, xMax, yMax }: NormBox, random: () => number): NormBox {
  const off = (size: number): number => (random() * 2 - 1) * noise.jitterShare * size;
  const [width, height] = [xMax - xMin, yMax - yMin];
  return {
    xMin: within(xMin + off(width)),
    yMin: within(yMin + off(height)),
    xMax: within(xMax + off(width)),
    yMax: within(yMax + off(height)),
  };
}

/** Of a label that is in the look, when there is one: detectors err in what they know. */
function boxOfNothing({ count, labelIndices }: Detections, random: () => number) {
  const known = count === 0 ? undefined : labelIndices[Math.floor(random() * count)];
  const label = labels[known ?? Math.floor(random() * labels.length)] ?? "car";
  const [width, height] = [0.03 + random() * 0.17, 0.03 + random() * 0.17];
  const [x, y] = [random() * (1 - width), random() * (1 - height)];
  const box = { xMin: x, yMin: y, xMax: x + width, yMax: y + height };
  return { label, score: 0.4 + random() * 0.3, box };
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** The same for the same text. */
function draws(text: string): () => number {
  return drawsOf(createHash("sha256").update(text).digest().readUInt32LE(0));
}
