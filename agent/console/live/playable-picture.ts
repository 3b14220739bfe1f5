/** A picture that a browser can play, and where they come from, one after the other. */
import type { AvcSets } from "./avc.ts";

export interface PlayablePicture {
  readonly unit: Uint8Array;
  readonly capturedAtMs: number;
  readonly isKey: boolean;
  /** Of the stream, before a picture that needs them for the first time. */
  readonly sets?: AvcSets;
}

export interface PictureFeed {
  /** What came since the last call, beginning with a keyframe. */
  next(): Promise<readonly PlayablePicture[]>;
  stop(): void;
}

/** A camera's time base runs a little ahead of the box's. */
export const aheadMsMax = 60_000;
/** How far back the first picture may lie: cameras that send a keyframe every ten seconds exist. */
export const firstBackMs = [400, 2_000, 15_000] as const;
