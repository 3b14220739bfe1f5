/**
 * Looks at recorded footage: each picture that is due, decoded and detected, in order.
 *
 * A few pictures are under way at once, so that decoder and detector both have work; looks come
 * out in the order of the footage all the same. A file that loops is detected once: what was seen
 * in a picture is remembered for the rounds after it.
 */
import type { Look } from "../../pipelines/domain/look.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { type DuePicture, duePictures, type PlayOptions } from "./due-pictures.ts";
import type { ReplayDetector, SeenView } from "./replay-detector.ts";

export interface FootageLook {
  readonly look: Look;
  readonly picture: EncodedPicture;
}

export interface FootageOptions extends PlayOptions {
  readonly detector: Pick<ReplayDetector, "see">;
  /** What was seen in a picture, for rounds after the first and for another configuration. */
  readonly memory?: SeenMemory;
  /** A picture that did not decode. */
  readonly onFailed: () => void;
}

export type SeenMemory = Map<string, Promise<readonly SeenView[] | undefined>>;

const underWayMax = 4;
/** About a day of a look every 2 s. */
const rememberedMax = 50_000;

export async function* footageLooks(options: FootageOptions): AsyncGenerator<FootageLook> {
  const underWay: Promise<readonly FootageLook[]>[] = [];
  for await (const due of duePictures(options)) {
    const looks = looksAt(due, options);
    // A reader that ends early leaves some on the way, and nobody waits for them.
    looks.catch(() => undefined);
    underWay.push(looks);
    if (underWay.length >= underWayMax) yield* await taken(underWay);
  }
  while (underWay.length > 0) yield* await taken(underWay);
}

async function looksAt(
  { picture, jobs, fileNumber }: DuePicture,
  { detector, memory, onFailed }: FootageOptions,
): Promise<readonly FootageLook[]> {
  const key = `${fileNumber} ${jobs.map(({ crop, model, thresholds }) => JSON.stringify([model.modelTag, crop, thresholds])).join()}`;
  const answer = memory?.get(key) ?? detector.see(picture, jobs);
  if (memory !== undefined && memory.size < rememberedMax) memory.set(key, answer);
  const seen = await answer;
  if (seen === undefined) {
    onFailed();
    return [];
  }
  return jobs.flatMap(({ cameraId, viewId, model }, index) => {
    const view = seen[index];
    if (view === undefined) return [];
    const { capturedAtMs, capturedUncertaintyMs } = picture;
    const moment = { cameraId, viewId, capturedAtMs, capturedUncertaintyMs };
    return [{ look: { ...moment, ...view, model: model.modelTag }, picture }];
  });
}

async function taken<Value>(queue: Promise<Value>[]): Promise<Value> {
  const first = queue.shift();
  if (first === undefined) throw new RangeError("nothing is on its way");
  return await first;
}
