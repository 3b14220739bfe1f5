/**
 * Pictures in, detections out, by the agent's own decoder host and session thread.
 *
 * One host, one session, one crop a batch, always: the same picture gives the same detections to
 * the bit, whatever else runs. A picture that does not decode is a look that did not happen.
 */
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { DecoderHost } from "../capture/decoder/decoder-host.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import type { ViewJob } from "../inference/ports.ts";
import { SessionPool } from "../inference/sessions.ts";
import { AgentError } from "../runtime/agent-error.ts";

/** What a view's detector saw in a picture. */
export interface SeenView {
  readonly detections: Detections;
  /** As it was cut. */
  readonly crop: NormBox;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
}

/** Pixels of a whole picture, three bytes each, row by row. */
export interface WholePicture {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Nothing is ever late here: on a machine that is busy with something else a picture takes long, and
 * one that is given up would make another output of the same input.
 */
const patienceMs = 60_000;

const pictureWidthMin = 960;
const pictureWidthMax = 1_280;

export class ReplayDetector {
  readonly #host = new DecoderHost({ pictureMsMax: patienceMs, startMsMax: patienceMs });
  readonly #pool = new SessionPool({ workerCount: 1, runMsMax: patienceMs });

  async start(jobs: readonly ViewJob[]): Promise<void> {
    this.#host.start();
    const models = new Map(jobs.map(({ model }) => [model.modelTag, model]));
    await this.#pool.load([...models.values()]);
  }

  /** One answer a view, in their order; undefined when the picture does not decode. */
  async see(
    picture: EncodedPicture,
    jobs: readonly ViewJob[],
  ): Promise<readonly SeenView[] | undefined> {
    const crops = await this.#crops(picture, jobs);
    if (crops === undefined) return undefined;
    return await Promise.all(
      crops.map(async ({ job, input, placed }) => {
        const { contentX, contentY, contentWidth, contentHeight, crop } = placed;
        const { thresholds } = job;
        const placement = { contentX, contentY, contentWidth, contentHeight, crop };
        const { detections } = await this.#pool.run({
          modelTag: job.model.modelTag,
          inputs: [input],
          placements: [thresholds === undefined ? placement : { ...placement, thresholds }],
        });
        const [found] = detections;
        if (found === undefined) throw new RangeError("the session answered nothing");
        const { pictureWidth, pictureHeight } = placed;
        return { detections: found, crop, pictureWidth, pictureHeight };
      }),
    );
  }

  /** The whole picture, neither too small nor too large for a person to look at. */
  async picture(
    picture: EncodedPicture,
    size: { readonly width: number; readonly height: number },
  ): Promise<WholePicture | undefined> {
    const width = Math.max(pictureWidthMin, Math.min(pictureWidthMax, size.width));
    const height = Math.round((size.height * width) / size.width);
    const whole = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };
    const request = { crop: whole, width, height, fit: "stretch", fill: 0 } as const;
    const [placed] =
      (await this.#decode(picture, [{ ...request, channels: "rgb" as const }])) ?? [];
    if (placed === undefined) return undefined;
    return { rgb: interleaved(placed.planes, width * height), width, height };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#host.stop(), this.#pool.stop()]);
  }

  async #crops(picture: EncodedPicture, jobs: readonly ViewJob[]) {
    const wanted = jobs.map((job) => {
      const { inputWidth, inputHeight, fit, fill, channels } = job.model;
      const into = new Uint8Array(new SharedArrayBuffer(3 * inputWidth * inputHeight));
      const crop = { crop: job.crop, width: inputWidth, height: inputHeight, fit, fill, channels };
      return { job, crop: { ...crop, into } };
    });
    const answer = await this.#decode(
      picture,
      wanted.map(({ crop }) => crop),
    );
    return answer?.flatMap((placed, index) => {
      const asked = wanted[index];
      return asked === undefined ? [] : [{ job: asked.job, input: asked.crop.into, placed }];
    });
  }

  async #decode(picture: EncodedPicture, crops: Parameters<DecoderHost["decode"]>[1]) {
    try {
      return await this.#host.decode(picture, crops);
    } catch (error) {
      if (error instanceof AgentError && error.code === "DECODER_FAILED") return undefined;
      throw error;
    }
  }
}

function interleaved(planes: Uint8Array, pixelCount: number): Uint8Array {
  const rgb = new Uint8Array(3 * pixelCount);
  for (let channel = 0; channel < 3; channel++) {
    const plane = channel * pixelCount;
    for (let pixel = 0; pixel < pixelCount; pixel++) {
      rgb[pixel * 3 + channel] = planes[plane + pixel] ?? 0;
    }
  }
  return rgb;
}
