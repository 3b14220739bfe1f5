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
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { detectionBox, detectionLabel } from "../../pipelines/domain/detections.ts";
import {
  boxOverlap,
  boxShareInside,
  type NormBox,
  wholePicture,
} from "../../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { madeClip } from "../../test-fixtures/clips/made-clip.ts";
import { runTool } from "../../test-fixtures/run-tool.ts";
import { hasShared, sharedFolder } from "../../test-fixtures/shared.ts";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import { DecoderHost } from "../capture/decoder/decoder-host.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { systemClock } from "../runtime/clock.ts";
import { InferenceLoop } from "./loop.ts";
import type { MissedLook } from "./loop-events.ts";
import { readManifest, shippedModelsFolder } from "./model-manifest.ts";
import { loadModel } from "./model-store.ts";
import { addWeights } from "./model-weights.ts";
import { SessionPool } from "./sessions.ts";

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
    await loop.stop();
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

test.skipIf(!hasShared)("strips that share an analysis are seen as they are alone", async () => {
  const folders = { modelsFolder: shippedModelsFolder, dataFolder };
  const { file, things } = golden["yolox-nano"];
  await addWeights(await readManifest("yolox-nano"), join(shared, "models", file), folders);
  const model = await loadModel("yolox-nano", folders);
  const decoder = new DecoderHost();
  decoder.start();
  const still = await keyframe();
  let picture = still;
  const strips = {
    upper: { xMin: 0, yMin: 0, xMax: 1, yMax: 0.6 },
    lower: { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 },
  };
  const loop = new InferenceLoop<EncodedPicture>({
    views: Object.entries(strips).map(([id, crop]) => ({
      cameraId: picture.cameraId,
      viewId: viewId(id),
      stream: "main",
      crop,
      everyMs: 2_000,
      model,
    })),
    pictures: { newestPicture: () => Promise.resolve(picture) },
    decoder,
    clock: systemClock,
    workerCount: 1,
    batchMax: 1,
    batchWaitMs: 0,
  });
  const looks: Look[] = [];
  await loop.start({ onLook: (look) => looks.push(look) });
  for (const pictureNumber of [1, 2]) {
    const capturedAtMs = still.capturedAtMs + 2_000 * pictureNumber;
    picture = { ...still, pictureNumber, capturedAtMs };
    loop.offer({ ...picture, arrivedAtMonoMs: systemClock.monoMs(), keyframeDistanceMs: 2_000 });
    for (let turn = 0; turn < 500 && looks.length < 2 * pictureNumber; turn++) await sleep(20);
  }
  const { analysisCount, sharedCount } = loop.stats();
  await loop.stop();
  await decoder.stop();
  expect({ analysisCount, sharedCount }).toEqual({ analysisCount: 3, sharedCount: 1 });
  for (const id of ["upper", "lower"]) {
    const [alone, shared] = looks.filter((look) => look.viewId === id);
    if (alone === undefined || shared === undefined) throw new Error(`${id} was not seen twice`);
    expect(shared.crop).toEqual(alone.crop);
    const inside = things
      .map(({ label, box }) => ({ label, box: normalised(box) }))
      .filter(({ box }) => boxShareInside(box, alone.crop) === 1);
    expect(inside.length).toBeGreaterThan(0);
    for (const { label, box } of inside) {
      for (const look of [alone, shared]) {
        expect(bestMatch(look, box).label).toBe(label);
        expect(bestMatch(look, box).overlap).toBeGreaterThan(0.8);
      }
    }
  }
});

test("a decoder that is killed costs looks, which are said to be missed, and the loop goes on", async () => {
  const folders = { modelsFolder: join(dataFolder, "tiny-models"), dataFolder };
  await writeTinyDetector(folders.modelsFolder, { withWeights: true });
  const model = await loadModel("tiny", folders);
  const clip = await madeClip({ width: 1280, height: 720, bitrateKbit: 3_000 });
  const [first] = clip.accessUnits;
  const startCode = Buffer.from([0, 0, 0, 1]);
  const annexB = (nals: readonly Uint8Array[]) =>
    Buffer.concat(nals.flatMap((nal) => [startCode, nal]));
  let pictureNumber = 0;
  const pictureOf = (camera: string): EncodedPicture => ({
    cameraId: cameraId(camera),
    stream: "main",
    codec: "h264",
    parameterSets: annexB(clip.parameterSets),
    units: [annexB(first?.nals ?? [])],
    pictureNumber,
    capturedAtMs: Date.now(),
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  });
  const cameras = Array.from({ length: 8 }, (_, index) => `camera-${index}`);
  const decoder = new DecoderHost();
  decoder.start();
  const loop = new InferenceLoop<EncodedPicture>({
    views: cameras.map((camera) => ({
      cameraId: cameraId(camera),
      viewId: viewId("all"),
      stream: "main",
      crop: wholePicture,
      everyMs: 100,
      model,
    })),
    pictures: { newestPicture: (camera) => Promise.resolve(pictureOf(camera)) },
    decoder,
    clock: systemClock,
    workerCount: 1,
    batchMax: 4,
    batchWaitMs: 0,
  });
  let lookCount = 0;
  const missed: MissedLook[] = [];
  await loop.start({
    onLook: () => (lookCount += 1),
    onMissed: (miss) => {
      if (miss.reason !== "late") missed.push(miss);
    },
  });
  const offerAll = (): void => {
    pictureNumber += 1;
    for (const camera of cameras) {
      const arrivedAtMonoMs = systemClock.monoMs();
      loop.offer({ ...pictureOf(camera), arrivedAtMonoMs, keyframeDistanceMs: 100 });
    }
  };
  for (let round = 0; round < 30; round++) {
    offerAll();
    await sleep(50);
    const [pid] = decoder.stats().pids;
    if (round === 10 && pid !== undefined) process.kill(pid, "SIGKILL");
  }
  for (let turn = 0; turn < 100 && loop.stats().inWorkCount > 0; turn++) await sleep(20);
  const { inWorkCount, metCount, missedCounts } = loop.stats();
  await loop.stop();
  await decoder.stop();
  expect(inWorkCount).toBe(0);
  expect(metCount + missedCounts.late).toBe(lookCount);
  expect(lookCount).toBeGreaterThan(8 * 10);
  expect(missed.length).toBeLessThanOrEqual(2);
  expect(missed.every(({ reason }) => reason === "decode-failed")).toBe(true);
  expect(decoder.stats().restartCount).toBe(1);
});

test.skipIf(!hasShared)(
  "sessions that are stopped in the middle of a run end without harm",
  async () => {
    const folders = { modelsFolder: shippedModelsFolder, dataFolder };
    const { file } = golden["yolox-nano"];
    await addWeights(await readManifest("yolox-nano"), join(shared, "models", file), folders);
    const model = await loadModel("yolox-nano", folders);
    for (let round = 0; round < 3; round++) {
      const pool = new SessionPool({ workerCount: 2 });
      await pool.load([model]);
      const input = new Uint8Array(3 * model.inputWidth * model.inputHeight);
      const placement = {
        contentX: 0,
        contentY: 0,
        contentWidth: 416,
        contentHeight: 416,
        crop: wholePicture,
      };
      const batch = { modelTag: model.modelTag, inputs: [input], placements: [placement] };
      const runs = Array.from({ length: 4 }, () => pool.run(batch));
      const outcomes = Promise.allSettled(runs);
      await sleep(5);
      await pool.stop();
      expect((await outcomes).some(({ status }) => status === "rejected")).toBe(true);
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
