/**
 * A street for the tiny detector that a camera can be turned on: boxes on the wall opposite, and a car in
 * the first of the picture's four cells, as in `cell-clip.ts`.
 */
import { drawsOf } from "../../pipelines/domain/draws.ts";
import { runTool } from "../run-tool.ts";
import { cachedFile } from "./cache-folder.ts";

const sizePx = 192;
/** Of the wall to the left of what the camera shows, and to the right. */
const marginPx = 64;
const boxCount = 110;
const fps = 5;
const seconds = 4;

/** The file (MP4, H.264) of a camera that shows everything so many pixels further to the right. */
export async function turnedClip({ right }: { readonly right: number }): Promise<string> {
  if (Math.abs(right) > marginPx) throw new RangeError(`at most ${marginPx} pixels, got ${right}`);
  return cachedFile({ turnedClip: 1, right }, "mp4", async (path) => {
    const source = [
      `color=c=0x404040:s=${sizePx + 2 * marginPx}x${sizePx}:r=${fps}`,
      ...wall(),
      `crop=${sizePx}:${sizePx}:${marginPx - right}:0`,
      `drawbox=x=0:y=0:w=${sizePx / 2}:h=${sizePx / 2}:color=0xFF00FF:t=fill`,
    ].join(",");
    const input = ["-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", `${seconds}`];
    const parameters = `keyint=${fps}:min-keyint=${fps}:scenecut=0:open-gop=0`;
    const encoder = ["-c:v", "libx264", "-preset", "superfast", "-x264-params", parameters];
    await runTool("ffmpeg", [...input, "-pix_fmt", "yuv420p", ...encoder, "-bf", "0", path]);
  });
}

function wall(): string[] {
  const draw = drawsOf(6);
  return Array.from({ length: boxCount }, () => {
    const [x, y] = [draw() * (sizePx + 2 * marginPx - 10), draw() * (sizePx - 10)].map(Math.floor);
    const [w, h] = [8 + draw() * 40, 6 + draw() * 26].map(Math.floor);
    const grey = Math.floor(20 + draw() * 100)
      .toString(16)
      .padStart(2, "0");
    return `drawbox=x=${x}:y=${y}:w=${w}:h=${h}:color=0x${grey}${grey}${grey}:t=fill`;
  });
}
