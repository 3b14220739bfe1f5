/** Sample buffers are large: one that a finished scene gives back is used for the next. */
import { SampleBuffer } from "./sample-buffer.ts";

const keptMax = 4;
const kept: SampleBuffer[] = [];

/** May hold an old picture. */
export function takeBuffer(width: number, height: number): SampleBuffer {
  const index = kept.findIndex((buffer) => buffer.width === width && buffer.height === height);
  return kept.splice(index, index < 0 ? 0 : 1)[0] ?? new SampleBuffer(width, height);
}

export function giveBack(buffer: SampleBuffer): void {
  if (kept.length >= keptMax) kept.shift();
  kept.push(buffer);
}
