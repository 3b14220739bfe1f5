/** Lays the planes that ffmpeg scaled into a model's input; the fill around them stays. */
import type { CropPlace } from "../../capture/decoder/protocol.ts";
import { planeOrder } from "../../capture/decoder/scaling.ts";

export interface InputShape {
  readonly width: number;
  readonly height: number;
  readonly channels: "rgb" | "bgr";
}

export function layPlanes(
  planes: Uint8Array,
  { contentX, contentY, contentWidth, contentHeight }: CropPlace,
  input: Uint8Array,
  { width, height, channels }: InputShape,
): void {
  const planeBytes = contentWidth * contentHeight;
  for (const [channel, plane] of planeOrder[channels].entries()) {
    const from = planes.subarray(plane * planeBytes, (plane + 1) * planeBytes);
    const to = (channel * height + contentY) * width + contentX;
    if (contentWidth === width) {
      input.set(from, to);
      continue;
    }
    for (let y = 0; y < contentHeight; y++) {
      input.set(from.subarray(y * contentWidth, (y + 1) * contentWidth), to + y * width);
    }
  }
}
