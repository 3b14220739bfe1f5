/**
 * For tests: pictures that the tiny detector understands, as files in YOLO's layout.
 *
 * Red is objectness, green says person, blue says car, and every box is the inner half of its
 * cell: what the detector finds, and how sure it is, is painted.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { tinyInputSize, tinyPicture } from "./tiny-detector.ts";

export type TinyCell = readonly [number, number, number];

export const personCell = (score: number): TinyCell => [255, Math.round(score * 255), 0];
export const carCell = (score: number): TinyCell => [255, 0, Math.round(score * 255)];
export const emptyCell: TinyCell = [0, 0, 0];

/** The boxes of the four cells as they stand in a labels file, behind the class. */
export const tinyBoxes = {
  upperLeft: "0.25 0.25 0.25 0.25",
  upperRight: "0.75 0.25 0.25 0.25",
  lowerLeft: "0.25 0.75 0.25 0.25",
  lowerRight: "0.75 0.75 0.25 0.25",
} as const;

/** Writes `images/NAME.png` and, with labels, `labels/NAME.txt`. */
export async function writeTinyPicture(
  folder: string,
  name: string,
  cells: readonly TinyCell[],
  labels?: string,
): Promise<void> {
  const size = tinyInputSize;
  const planes = tinyPicture(cells);
  const pixels = Uint8Array.from({ length: planes.length }, (_, index) => {
    return planes[(index % 3) * size * size + Math.floor(index / 3)] ?? 0;
  });
  await mkdir(join(folder, "images"), { recursive: true });
  await mkdir(join(folder, "labels"), { recursive: true });
  const image = sharp(pixels, { raw: { width: size, height: size, channels: 3 } });
  await image.png().toFile(join(folder, `images/${name}.png`));
  if (labels !== undefined) await writeFile(join(folder, `labels/${name}.txt`), labels);
}
