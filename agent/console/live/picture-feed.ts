/**
 * Pictures that a browser can play, one after the other, for one viewer: straight out of the ring
 * where they are H.264, through a transcoding that all viewers of the camera share where not.
 */
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { LivePictures } from "../console-ports.ts";
import { type AvcSets, avcSets } from "./avc.ts";
import {
  aheadMsMax,
  firstBackMs,
  type PictureFeed,
  type PlayablePicture,
} from "./playable-picture.ts";
import type { Transcodings } from "./transcodings.ts";

export class RingFeed implements PictureFeed {
  readonly #live: LivePictures;
  readonly #camera: CameraId;
  readonly #clock: Clock;
  readonly #transcodings: Transcodings;
  #last: number | undefined;
  #tries = 0;
  #sets = "";
  #transcoded: PictureFeed | undefined;

  constructor(options: {
    readonly live: LivePictures;
    readonly camera: CameraId;
    readonly clock: Clock;
    readonly transcodings: Transcodings;
  }) {
    this.#live = options.live;
    this.#camera = options.camera;
    this.#clock = options.clock;
    this.#transcodings = options.transcodings;
  }

  async next(): Promise<readonly PlayablePicture[]> {
    if (this.#transcoded !== undefined) return await this.#transcoded.next();
    const nowMs = this.#clock.wallMs();
    const isFirst = this.#last === undefined;
    const backMs = firstBackMs[Math.min(Math.floor(this.#tries / 5), firstBackMs.length - 1)] ?? 0;
    this.#tries += 1;
    const span = await this.#live.pictures(
      this.#camera,
      isFirst ? nowMs - backMs : 0,
      nowMs + aheadMsMax,
      isFirst ? {} : { afterPicture: this.#last },
    );
    if (span === undefined) return [];
    if (span.codec !== "h264") {
      this.#transcoded = this.#transcodings.join(this.#camera);
      return [];
    }
    const { pictures } = span;
    const begin = isFirst ? pictures.findIndex(({ isKey }) => isKey) : 0;
    if (begin === -1 || pictures.length === 0) return [];
    this.#last = pictures.at(-1)?.pictureNumber;
    return pictures.slice(begin).map(({ unit, capturedAtMs, isKey }, index) => ({
      unit,
      capturedAtMs,
      isKey,
      // Sets that change stand in front of the picture's own bytes.
      ...(isKey ? this.#newSets(index === 0 ? [span.parameterSets, unit] : [unit]) : {}),
    }));
  }

  stop(): void {
    this.#transcoded?.stop();
  }

  #newSets(parts: readonly Uint8Array[]): { readonly sets?: AvcSets } {
    for (const part of parts.toReversed()) {
      const sets = avcSets(part);
      if (sets === undefined) continue;
      const key = [...sets.sps, ...sets.pps].map((one) => Buffer.from(one).toString("hex")).join();
      if (key === this.#sets) return {};
      this.#sets = key;
      return { sets };
    }
    return {};
  }
}
