/** Small grey pictures as the agent's decoder gives them, from scenes and from footage. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { pictureCells, pictureHeight, pictureWidth } from "../../calibration/moved/edge-picture.ts";

/** Mean over the pixels of each cell; the picture's size is a whole multiple of the small one's. */
export function greyOfRgb({
  rgb,
  width,
  height,
}: {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}): Uint8Array {
  const [across, down] = [width / pictureWidth, height / pictureHeight];
  const grey = new Uint8Array(pictureCells);
  for (let y = 0; y < pictureHeight; y += 1) {
    for (let x = 0; x < pictureWidth; x += 1) {
      let sum = 0;
      for (let dy = 0; dy < down; dy += 1) {
        for (let dx = 0; dx < across; dx += 1) {
          sum += rgb[((y * down + dy) * width + x * across + dx) * 3 + 1] ?? 0;
        }
      }
      grey[y * pictureWidth + x] = Math.round(sum / (across * down));
    }
  }
  return grey;
}

/** One picture every two seconds of a clip, through a filter of ffmpeg. */
export async function greyOfClip(file: string, filter: string): Promise<readonly Uint8Array[]> {
  const size = `scale=${pictureWidth}:${pictureHeight}:flags=area`;
  const { stdout } = await promisify(execFile)(
    "ffmpeg",
    [
      "-v",
      "error",
      "-i",
      file,
      "-vf",
      `fps=0.5,${filter},${size},format=gray`,
      "-f",
      "rawvideo",
      "-",
    ],
    { maxBuffer: 64 * 1024 * 1024, encoding: "buffer" },
  );
  return Array.from({ length: Math.floor(stdout.length / pictureCells) }, (_, index) =>
    Uint8Array.from(stdout.subarray(index * pictureCells, (index + 1) * pictureCells)),
  );
}
