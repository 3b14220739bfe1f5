/**
 * A scene's picture as the saved looks see it: tiny, as the decoder would have made it of the view.
 *
 * Drawn smaller than a camera's, which is faster and has more noise in a cell: no comparison
 * becomes easier by that.
 */
import { tinyBytes, tinySize } from "../../../agent/inference/quiet-picture.ts";
import type { NormBox } from "../../../pipelines/domain/geometry.ts";
import { type Scene, sceneOf } from "../description.ts";
import { type Picture, renderPicture } from "../render.ts";

const drawnWidth = 640;

/** `scene` in the size that is drawn: keep it, the renderer remembers what stands in it. */
export function drawnSmall(scene: Scene): Scene {
  const { width, height } = scene.picture;
  const drawnHeight = 2 * Math.round((drawnWidth * height) / width / 2);
  return sceneOf({ ...scene, picture: { width: drawnWidth, height: drawnHeight } });
}

export function tinyViewOf(small: Scene, atMs: number, crop: NormBox): Uint8Array {
  return tinyOf(renderPicture(small, atMs), crop);
}

function tinyOf({ width, height, rgb }: Picture, crop: NormBox): Uint8Array {
  const tiny = new Uint8Array(tinyBytes);
  const { width: columns, height: rows } = tinySize;
  const xOf = (column: number) =>
    (crop.xMin + (column / columns) * (crop.xMax - crop.xMin)) * width;
  const yOf = (row: number) => (crop.yMin + (row / rows) * (crop.yMax - crop.yMin)) * height;
  for (let row = 0; row < rows; row += 1) {
    const [top, bottom] = [Math.floor(yOf(row)), Math.max(Math.floor(yOf(row)) + 1, yOf(row + 1))];
    for (let column = 0; column < columns; column += 1) {
      const left = Math.floor(xOf(column));
      const right = Math.max(left + 1, xOf(column + 1));
      const sums = [0, 0, 0];
      let count = 0;
      for (let y = top; y < bottom && y < height; y += 1) {
        for (let x = left; x < right && x < width; x += 1) {
          const at = (y * width + x) * 3;
          for (const plane of [0, 1, 2]) sums[plane] = (sums[plane] ?? 0) + (rgb[at + plane] ?? 0);
          count += 1;
        }
      }
      for (const plane of [0, 1, 2]) {
        tiny[(plane * rows + row) * columns + column] = Math.round((sums[plane] ?? 0) / count);
      }
    }
  }
  return tiny;
}
