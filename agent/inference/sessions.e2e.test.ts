/**
 * Real threads with a real runtime and a detector of a few hundred bytes: what comes out is right
 * in every batch size, and threads that hang or are given nonsense do not take the pool with them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { detectionLabel } from "../../pipelines/domain/detections.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import {
  tinyInputSize,
  tinyPicture,
  writeTinyDetector,
} from "../../test-fixtures/tiny-detector.ts";
import { loadModel, type PreparedModel } from "./model-store.ts";
import { type SessionEvents, type SessionLink, startSessionThread } from "./session-link.ts";
import { SessionPool, type SessionPoolOptions } from "./sessions.ts";

const placement = {
  contentX: 0,
  contentY: 0,
  contentWidth: tinyInputSize,
  contentHeight: tinyInputSize,
  crop: wholePicture,
};
const dark = [0, 0, 0] as const;
const person = [255, 255, 0] as const;
const car = [255, 0, 255] as const;

let root = "";
let model: PreparedModel;
let pool: SessionPool | undefined;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kerbside-sessions-"));
  const folders = { modelsFolder: join(root, "models"), dataFolder: join(root, "data") };
  await writeTinyDetector(folders.modelsFolder, { withWeights: true });
  model = await loadModel("tiny", folders);
});
afterEach(() => pool?.stop());
afterAll(() => rm(root, { recursive: true, force: true }));

async function started(options: Partial<SessionPoolOptions> = {}): Promise<SessionPool> {
  pool = new SessionPool({ workerCount: 1, ...options });
  await pool.load([model]);
  return pool;
}

/** Labels found in each picture; each cell of a picture holds one thing or nothing. */
async function labelsIn(sessions: SessionPool, ...pictures: readonly Uint8Array[]) {
  const inputs = pictures.map((bytes) => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    shared.set(bytes);
    return shared;
  });
  const { modelTag } = model;
  const placements = inputs.map(() => placement);
  const { detections } = await sessions.run({ modelTag, inputs, placements });
  return detections.map((found) =>
    Array.from({ length: found.count }, (_, index) => detectionLabel(found, index)).toSorted(),
  );
}

test("two views of one model believe from scores of their own on, in one batch", async () => {
  const sessions = await started();
  const faint = tinyPicture([[255, 0, 100], dark, dark, dark]); // A car of 0.39; the model asks for 0.5.
  const input = new Uint8Array(new SharedArrayBuffer(faint.byteLength));
  input.set(faint);
  const { detections } = await sessions.run({
    modelTag: model.modelTag,
    inputs: [input, input, input],
    placements: [placement, { ...placement, thresholds: { car: 0.3 } }, placement],
  });
  expect(detections.map(({ count }) => count)).toEqual([0, 1, 0]);
});

test("each picture of a batch has its own detections, in every batch size, again and again", async () => {
  const sessions = await started();
  const one = tinyPicture([person, dark, dark, car]);
  const two = tinyPicture([dark, car, dark, dark]);
  const none = tinyPicture([dark, dark, dark, dark]);
  for (let round = 0; round < 3; round++) {
    expect(await labelsIn(sessions, one)).toEqual([["car", "person"]]);
    expect(await labelsIn(sessions, two, none, one)).toEqual([["car"], [], ["car", "person"]]);
    expect(await labelsIn(sessions, none)).toEqual([[]]);
    expect(await labelsIn(sessions, none, two)).toEqual([[], ["car"]]);
  }
});

test("a batch that the runtime refuses is lost after the second try, the next one runs", async () => {
  const lost: string[] = [];
  const sessions = await started({ onLost: (why) => lost.push(why) });
  const tooLarge = new Uint8Array(3 * tinyInputSize * tinyInputSize + 1);
  await expect(labelsIn(sessions, tooLarge)).rejects.toMatchObject({ code: "INFERENCE_FAILED" });
  expect(lost).toHaveLength(2);
  expect(await labelsIn(sessions, tinyPicture([car, dark, dark, dark]))).toEqual([["car"]]);
});

test("a thread that hangs is ended, and its batch runs on the next one", async () => {
  let startCount = 0;
  const hanging = (events: SessionEvents): SessionLink => {
    const source = `
      const { parentPort } = require("node:worker_threads");
      parentPort.on("message", ({ type, model }) => {
        if (type === "load") parentPort.postMessage({ type: "loaded", modelTag: model.modelTag });
        else for (;;);
      });`;
    const worker = new Worker(source, { eval: true });
    worker.on("message", (message) => events.onMessage(message));
    const end = async (): Promise<void> => {
      await worker.terminate();
    };
    return { send: (message) => worker.postMessage(message), end };
  };
  const sessions = await started({
    runMsMax: 300,
    startSession: (events) => (startCount++ === 0 ? hanging(events) : startSessionThread(events)),
  });
  expect(await labelsIn(sessions, tinyPicture([car, dark, dark, dark]))).toEqual([["car"]]);
  expect([sessions.lostCount, sessions.repeatedCount]).toEqual([1, 1]);
});

test("a graph that is none does not load", async () => {
  pool = new SessionPool({ workerCount: 1 });
  const broken = { ...model, graph: Uint8Array.of(1, 2, 3) };
  await expect(pool.load([broken])).rejects.toMatchObject({ code: "MODEL_GRAPH_UNSUPPORTED" });
});
