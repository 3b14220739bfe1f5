/**
 * Keeps one masked picture a violation: what the detector saw when it was warned or reported.
 *
 * The picture is the very one that was decided on. Work is bounded: a few wait, more are counted and
 * left out. When masking or decoding fails, nothing is written; no event ever waits for this.
 */

import { detectionBox, detectionLabel } from "../../pipelines/domain/detections.ts";
import type { NormBox, NormPolygon } from "../../pipelines/domain/geometry.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Decoder } from "../capture/decoder/decoder.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { LookedPictures } from "./looked-pictures.ts";
import { ownDetection } from "./own-detection.ts";
import type { Sample } from "./sample.ts";
import { type SampleLimits, tidySamples, writeSample } from "./sample-folder.ts";
import { maskedJpeg } from "./sample-picture.ts";

/** What is needed of a decided change. */
export interface DecidedChange {
  readonly violationId: string;
  readonly stage: string;
  readonly kind: string;
  readonly subKind: string;
  readonly cameraId: CameraId;
  readonly viewId: string;
  readonly zoneId: string;
  readonly atMs: number;
  /** 0..1 of the camera's picture. */
  readonly box: NormBox;
}

export interface SampleKeeperOptions {
  readonly folder: string;
  readonly limits: SampleLimits;
  readonly pictures: LookedPictures;
  readonly decoder: Decoder;
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: the thing was not in this picture, the picture is gone, or too much at once. */
  readonly onEnd: (end: "kept" | "left-out") => void;
  /** Parts of a camera's picture that nobody may see. */
  readonly masksOf: (cameraId: CameraId) => readonly NormPolygon[];
}

const waitingMax = 4;
const sidePxMax = 4096;
const tidyEveryMs = 3_600_000;

export class SampleKeeper {
  readonly #options: SampleKeeperOptions;
  readonly #looks = new Map<CameraId, Look>();
  #waitingCount = 0;
  #work: Promise<void> = Promise.resolve();
  #isFailing = false;
  #cancelTidying = () => {};

  constructor(options: SampleKeeperOptions) {
    this.#options = options;
  }

  /** The rules are about to see this look. */
  looked(look: Look): void {
    this.#looks.set(look.cameraId, look);
  }

  decided(change: DecidedChange): void {
    const { stage, cameraId, viewId, atMs } = change;
    if (stage !== "warned" && stage !== "reported") return;
    const look = this.#looks.get(cameraId);
    const isOfLook = look?.viewId === viewId && look.capturedAtMs === atMs;
    const picture = isOfLook ? this.#options.pictures.pictureOf(look) : undefined;
    const own = look === undefined ? undefined : ownDetection(look, change.box);
    const isTooMuch = this.#waitingCount >= waitingMax;
    if (look === undefined || picture === undefined || own === undefined || isTooMuch) {
      this.#options.onEnd("left-out");
      return;
    }
    this.#waitingCount += 1;
    this.#work = this.#work.then(async () => {
      await this.#keep(sampleOf(change, stage, look, own), look, picture);
      this.#waitingCount -= 1;
    });
  }

  /** What is too old goes also when nothing new comes. */
  start(): void {
    const { folder, limits, clock, log } = this.#options;
    this.#work = this.#work
      .then(() => tidySamples(folder, { limits, nowMs: clock.wallMs() }))
      .catch((error: unknown) => log.warn({ err: error }, "old pictures cannot be removed"));
    this.#cancelTidying = clock.after(tidyEveryMs, () => this.start());
  }

  async stop(): Promise<void> {
    this.#cancelTidying();
    await this.#work;
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#work;
  }

  async #keep(sample: Sample, look: Look, picture: EncodedPicture): Promise<void> {
    const { folder, limits, decoder, clock, log, masksOf } = this.#options;
    try {
      const size = sizeOf(look);
      const [crop] = await decoder.decode(picture, [
        { crop: look.crop, ...size, fit: "stretch", fill: 0, channels: "rgb" },
      ]);
      if (crop === undefined) throw new RangeError("the decoder answered without a picture");
      const { jpeg, masked } = await maskedJpeg(
        { planes: crop.planes, ...size },
        { detections: look.detections, crop: look.crop, polygons: masksOf(look.cameraId) },
      );
      await writeSample(folder, { ...sample, masked }, jpeg, { limits, nowMs: clock.wallMs() });
      this.#options.onEnd("kept");
      this.#isFailing = false;
    } catch (error) {
      this.#options.onEnd("left-out");
      if (!this.#isFailing) log.warn({ err: error }, "pictures of violations cannot be kept");
      this.#isFailing = true;
    }
  }
}

function sampleOf(change: DecidedChange, stage: Sample["stage"], look: Look, own: number): Sample {
  const { detections, crop } = look;
  return {
    schema: 1,
    violation: change.violationId,
    stage,
    kind: change.kind,
    subKind: change.subKind,
    camera: change.cameraId,
    view: change.viewId,
    zone: change.zoneId,
    capturedAt: rfc3339(look.capturedAtMs, "UTC"),
    model: look.model,
    crop: { xMin: crop.xMin, yMin: crop.yMin, xMax: crop.xMax, yMax: crop.yMax },
    own,
    found: Array.from({ length: detections.count }, (_, index) => ({
      label: detectionLabel(detections, index),
      score: detections.scores[index] ?? 0,
      box: withinCrop(detectionBox(detections, index), crop),
    })),
    masked: { heads: 0, plates: 0, polygons: 0 },
  };
}

/** From the camera's picture to the part that is kept. */
function withinCrop(box: NormBox, crop: NormBox): NormBox {
  const width = crop.xMax - crop.xMin;
  const height = crop.yMax - crop.yMin;
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  return {
    xMin: cut((box.xMin - crop.xMin) / width),
    yMin: cut((box.yMin - crop.yMin) / height),
    xMax: cut((box.xMax - crop.xMin) / width),
    yMax: cut((box.yMax - crop.yMin) / height),
  };
}

/** Every pixel of the view, as far as the decoder hands out that many. */
function sizeOf({ crop, pictureWidth, pictureHeight }: Look) {
  const width = (crop.xMax - crop.xMin) * pictureWidth;
  const height = (crop.yMax - crop.yMin) * pictureHeight;
  const scale = Math.min(1, sidePxMax / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
