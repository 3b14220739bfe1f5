/**
 * Runs a model over pictures through the agent's own session thread, decoders and NMS.
 *
 * One session, as in the agent; the next picture is read while the last one is looked at. Pictures
 * come back in their order.
 */
import { type Manifest, withLowestScore } from "../../../models/manifest.ts";
import type { Detections } from "../../../pipelines/domain/detections.ts";
import type { PreparedModel } from "../../inference/model-store.ts";
import { SessionPool } from "../../inference/sessions.ts";
import { type ReadInput, readPicture } from "./picture-input.ts";

/** Precision is measured down to boxes that no rule would ever use. */
export const lowestScore = 0.01;

/** Read ahead of the session: enough that it never waits, little enough to hold in memory. */
const aheadMax = 3;

export class PictureRunner {
  readonly #model: PreparedModel;
  readonly #manifest: Manifest;
  readonly #pool = new SessionPool({ workerCount: 1 });

  /** With `lowestScore` every box from it up is reported, whatever the manifest's thresholds are. */
  constructor(model: PreparedModel, lowestScore?: number) {
    const { manifest } = model;
    this.#model = model;
    this.#manifest = lowestScore === undefined ? manifest : withLowestScore(manifest, lowestScore);
  }

  async start(): Promise<void> {
    await this.#pool.load([{ ...this.#model, manifest: this.#manifest }]);
  }

  /** Pictures that wait, or the paths of their files. */
  async *detect(pictures: Iterable<ReadInput | string>): AsyncGenerator<Detections> {
    const running: Promise<Detections>[] = [];
    for (const picture of pictures) {
      const one = this.#detectOne(picture);
      // A reader that ends early leaves some on the way, and nobody waits for them.
      one.catch(() => undefined);
      running.push(one);
      if (running.length > aheadMax) yield await taken(running);
    }
    while (running.length > 0) yield await taken(running);
  }

  async stop(): Promise<void> {
    await this.#pool.stop();
  }

  async #detectOne(picture: ReadInput | string): Promise<Detections> {
    const { input } = this.#manifest;
    const { planes, placement } = await (typeof picture === "string"
      ? readPicture(picture, input)
      : picture(input));
    const { detections } = await this.#pool.run({
      modelTag: this.#model.modelTag,
      inputs: [planes],
      placements: [placement],
    });
    const [found] = detections;
    if (found === undefined) throw new RangeError("the session answered nothing");
    return found;
  }
}

async function taken<Value>(queue: Promise<Value>[]): Promise<Value> {
  const first = queue.shift();
  if (first === undefined) throw new RangeError("nothing is on its way");
  return await first;
}
