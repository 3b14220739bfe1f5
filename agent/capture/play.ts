/** A way to get a camera's packets into its pictures, until it fails. */
import type { Clock } from "../runtime/clock.ts";
import type { StreamPictures } from "./ring/stream-pictures.ts";
import type { StreamSettings } from "./stream-settings.ts";

/** Rejects with a CaptureError when there are no pictures any more, or with the signal's reason. */
export type Play = (input: {
  readonly settings: StreamSettings;
  readonly pictures: StreamPictures;
  readonly clock: Clock;
  /** The camera agreed to send: from now on pictures are expected. */
  readonly onPlaying: () => void;
  /** All pictures have come and no more are expected: silence is no failure from now on. */
  readonly onFinished: () => void;
  readonly signal: AbortSignal;
}) => Promise<never>;
