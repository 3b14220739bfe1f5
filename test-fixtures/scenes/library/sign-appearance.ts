/**
 * What signs look like in a scene's pictures, as the agent takes it: of a drawn picture, because
 * the truth alone has boxes and no colours.
 */
import { withAppearances } from "../../../models/decode/box-appearance.ts";
import { appearanceAt } from "../../../pipelines/domain/appearance.ts";
import { type Detections, detectionsOf } from "../../../pipelines/domain/detections.ts";
import type { Scene } from "../description.ts";
import { type Picture, renderPicture } from "../render.ts";

/** The same detections, signs with their appearance. */
export function withSignAppearances(
  scene: Scene,
  atMs: number,
  detections: Detections,
): Detections {
  const { width, height, rgb } = renderPicture(scene, atMs);
  return withAppearances(
    detections,
    { bytes: planesOf(rgb), width, height, channels: "rgb" },
    {
      contentX: 0,
      contentY: 0,
      contentWidth: width,
      contentHeight: height,
      crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    },
  );
}

/** 96 hex digits, as a permit list has them. */
export function signAppearance(
  scene: Scene,
  { thing, atMs }: { readonly thing: string; readonly atMs: number },
): string {
  const seen = renderPicture(scene, atMs).truth.find(({ id }) => id === thing)?.visibleBox;
  if (seen === undefined) throw new Error(`${thing} is not to be seen in ${scene.name} at ${atMs}`);
  const detections = detectionsOf([{ label: "signboard", score: 1, box: seen }]);
  const { appearances } = withSignAppearances(scene, atMs, detections);
  const appearance = appearanceAt(appearances, 0);
  if (appearance === undefined) throw new Error(`${thing} of ${scene.name} is too small`);
  return appearance;
}

function planesOf(rgb: Picture["rgb"]): Uint8Array {
  const plane = rgb.length / 3;
  const planes = new Uint8Array(rgb.length);
  for (let pixel = 0; pixel < plane; pixel += 1) {
    for (let c = 0; c < 3; c += 1) planes[c * plane + pixel] = rgb[pixel * 3 + c] as number;
  }
  return planes;
}
