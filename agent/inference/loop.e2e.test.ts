/**
 * The whole way from a camera's bytes to detections: system ffmpeg makes a keyframe of a photo, the
 * real decoder host decodes it, a real session thread looks at it.
 *
 * The golden numbers were made with another resizer and without H.264 in between: boxes must lie on
 * them, scores near them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { detectionBox, detectionLabel } from "../../pipelines/domain/detections.ts";
import { boxOverlap, type NormBox, wholePicture } from "../../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { runTool } from "../../test-fixtures/run-tool.ts";
import { hasShared, sharedFolder } from "../../test-fixtures/shared.ts";
import { DecoderHost } from "../capture/decoder/decoder-host.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { systemClock } from "../runtime/clock.ts";
import { InferenceLoop, type MissedLook } from "./loop.ts";
import { readManifest, shippedModelsFolder } from "./model-manifest.ts";
import { loadModel } from "./model-store.ts";
import { addWeights } from "./model-weights.ts";

const shared = sharedFolder() ?? "";
const photo = join(shared, "footage/photos/carpark-people.jpg");
const [width, height] = [1326, 825];

let dataFolder = "";
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "kerbside-loop-"));
});
afterAll(() => rm(dataFolder, { recursive: true, force: true }));

const golden = {
  "yolox-nano": {
    file: "yolox-nano-416.onnx",
    things: [
      { label: "car", score: 0.863, box: [195.5, 419.9, 569.4, 579.5] },
      { label: "car", score: 0.82, box: [551.3, 451.5, 765.3, 678.0] },
      { label: "person", score: 0.805, box: [679.6, 259.4, 714.8, 362.0] },
      { label: "person", score: 0.799, box: [779.2, 558.0, 828.2, 707.2] },
      { label: "person", score: 0.798, box: [722.9, 564.6, 775.3, 709.9] },
    ],
  },
  "deimv2-atto": {
    file: "deimv2-atto-320.onnx",
    things: [
      { label: "car", score: 0.786, box: [552.1, 456.0, 759.8, 674.9] },
      { label: "car", score: 0.772, box: [775.1, 202.0, 1007.6, 290.3] },
      { label: "car", score: 0.771, box: [199.3, 449.4, 568.3, 577.7] },
    ],
  },
} as const;

test.skipIf(!hasShared).for(Object.entries(golden))(
  "%s finds in a decoded keyframe what it finds in the photo",
  async ([name, { file, things }]) => {
    const folders = { modelsFolder: shippedModelsFolder, dataFolder };
    await addWeights(await readManifest(name), join(shared, "models", file), folders);
    const model = await loadModel(name, folders);
    const decoder = new DecoderHost();
    decoder.start();
    const picture = await keyframe();
    const loop = new InferenceLoop<EncodedPicture>({
      views: [
        {
          cameraId: picture.cameraId,
          viewId: viewId("all"),
          stream: "main",
          crop: wholePicture,
          everyMs: 2_000,
          model,
        },
      ],
      pictures: { newestPicture: () => Promise.resolve(picture) },
      decoder,
      clock: systemClock,
      workerCount: 1,
      batchMax: 1,
      batchWaitMs: 0,
    });
    const look = await new Promise<Look>((resolve, reject) => {
      const onMissed = ({ reason, detail }: MissedLook) => {
        if (reason !== "late") reject(new Error(`${reason}: ${detail}`));
      };
      loop.start({ onLook: resolve, onMissed }).then(() => {
        loop.offer({ ...picture, arrivedAtMonoMs: systemClock.monoMs(), keyframeDistanceMs: 0 });
      }, reject);
    });
    loop.stop();
    await decoder.stop();

    expect(look).toMatchObject({
      cameraId: "photo",
      viewId: "all",
      model: model.modelTag,
      pictureWidth: width,
      pictureHeight: height,
      crop: wholePicture,
    });
    for (const thing of things) {
      const best = bestMatch(look, normalised(thing.box));
      expect(best.label).toBe(thing.label);
      expect(best.overlap).toBeGreaterThan(0.9);
      expect(Math.abs(best.score - thing.score)).toBeLessThan(0.08);
    }
  },
);

function bestMatch({ detections }: Look, box: NormBox) {
  return Array.from({ length: detections.count }, (_, index) => ({
    label: detectionLabel(detections, index),
    score: detections.scores[index] ?? 0,
    overlap: boxOverlap(detectionBox(detections, index), box),
  })).reduce((best, next) => (next.overlap > best.overlap ? next : best));
}

function normalised([xMin, yMin, xMax, yMax]: readonly [number, number, number, number]): NormBox {
  return { xMin: xMin / width, yMin: yMin / height, xMax: xMax / width, yMax: yMax / height };
}

/** Nearly without loss, so that what is compared is decoding and scaling. 4:2:0 needs even sizes. */
async function keyframe(): Promise<EncodedPicture> {
  const encode = ["-pix_fmt", "yuv444p", "-frames:v", "1", "-c:v", "libx264", "-crf", "12"];
  const unit = await runTool("ffmpeg", ["-v", "error", "-i", photo, ...encode, "-f", "h264", "-"]);
  return {
    cameraId: cameraId("photo"),
    stream: "main",
    codec: "h264",
    parameterSets: new Uint8Array(0),
    units: [unit],
    pictureNumber: 1,
    capturedAtMs: Date.now(),
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  };
}
