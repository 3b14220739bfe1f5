/**
 * A street for the tiny detector (`tiny-detector.ts`): cells that hold a car for some of the time.
 *
 * The picture is four cells; one that holds a car is magenta, which that detector calls a car with
 * a score near 1. Small, with a keyframe every half second: many cameras cost little.
 */
import { runTool } from "../run-tool.ts";
import { cachedFile } from "./cache-folder.ts";

/** Cells are counted left to right, top to bottom: 0 to 3. */
export interface CarInCell {
  readonly cell: number;
  /** Seconds into the clip. Default: all of it. */
  readonly from?: number;
  readonly until?: number;
}

export interface CellClipOptions {
  readonly seconds: number;
  readonly cars: readonly CarInCell[];
}

const sizePx = 128;
const fps = 10;
const gopPictures = 5;

/** The file of the clip (MP4, H.264). */
export async function cellClip({ seconds, cars }: CellClipOptions): Promise<string> {
  return cachedFile({ cellClip: 1, seconds, cars }, "mp4", async (path) => {
    const boxes = cars.map((car) => drawBox(car, seconds));
    const source = [`color=c=0x303030:s=${sizePx}x${sizePx}:r=${fps}`, ...boxes].join(",");
    const input = ["-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", `${seconds}`];
    const parameters = `keyint=${gopPictures}:min-keyint=${gopPictures}:scenecut=0:open-gop=0`;
    const encoder = ["-c:v", "libx264", "-preset", "superfast", "-x264-params", parameters];
    await runTool("ffmpeg", [...input, "-pix_fmt", "yuv420p", ...encoder, "-bf", "0", path]);
  });
}

function drawBox({ cell, from = 0, until }: CarInCell, seconds: number): string {
  const side = sizePx / 2;
  const [x, y] = [(cell % 2) * side, Math.floor(cell / 2) * side];
  const shown = `enable='gte(t,${from})*lt(t,${until ?? seconds})'`;
  return `drawbox=x=${x}:y=${y}:w=${side}:h=${side}:color=0xFF00FF:t=fill:${shown}`;
}
