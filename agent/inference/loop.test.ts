/**
 * The loop with a source, a decoder and sessions that do as the test says, in virtual time.
 *
 * Goal: every released look ends in exactly one way (delivered, or missed with its reason), pictures
 * are shared, and nothing grows without bound whatever gets stuck.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Detections, detectionsOf } from "../../pipelines/domain/detections.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { tinyDetectorManifest } from "../../test-fixtures/tiny-detector.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import { fakeSessions } from "./fake-sessions.ts";
import { InferenceLoop, type InferenceLoopOptions, type MissedLook } from "./loop.ts";
import type {
  CropRequest,
  LoopModel,
  Picture,
  PictureNotice,
  PlacedCrop,
  ViewJob,
} from "./ports.ts";

const model: LoopModel = {
  manifest: tinyDetectorManifest(),
  graph: new Uint8Array(1),
  inputName: "pixels",
  modelTag: "tiny@0123456789ab",
  inputWidth: 4,
  inputHeight: 2,
  fit: "stretch",
  fill: 7,
  channels: "bgr",
};

const job = (camera: string, changes: Partial<ViewJob> = {}): ViewJob => ({
  cameraId: cameraId(camera),
  viewId: viewId("kerb"),
  stream: "main",
  crop: wholePicture,
  everyMs: 2_000,
  model,
  ...changes,
});

const startWallMs = Date.UTC(2026, 0, 5);

/** Cameras whose newest picture is the last one that was offered; faults by what tests set. */
class FakeCameras {
  readonly newest = new Map<string, Picture>();
  readonly decoded: { readonly picture: Picture; readonly crops: readonly CropRequest[] }[] = [];
  fetchCount = 0;
  fetch: (picture: Picture | undefined) => Promise<Picture | undefined> = (picture) =>
    Promise.resolve(picture);
  decode: (crops: readonly PlacedCrop[]) => Promise<readonly PlacedCrop[]> = (crops) =>
    Promise.resolve(crops);

  readonly pictures = {
    newestPicture: (camera: string): Promise<Picture | undefined> => {
      this.fetchCount += 1;
      return this.fetch(this.newest.get(camera));
    },
  };

  readonly decoder = {
    decode: (picture: Picture, crops: readonly CropRequest[]): Promise<readonly PlacedCrop[]> => {
      this.decoded.push({ picture, crops });
      return this.decode(
        crops.map(({ crop, width, height }) => ({
          contentX: 0,
          contentY: 0,
          contentWidth: width,
          contentHeight: height,
          pictureWidth: 1920,
          pictureHeight: 1080,
          crop,
        })),
      );
    },
  };
}

async function loopOf(
  views: readonly ViewJob[],
  options: Partial<InferenceLoopOptions<Picture>> & { readonly answersAtOnce?: boolean } = {},
) {
  const { answersAtOnce = true, ...loopOptions } = options;
  const clock = new SimulatedClock({ wallMs: startWallMs });
  const cameras = new FakeCameras();
  const { started, startSession } = fakeSessions({ answersAtOnce });
  const looks: Look[] = [];
  const missed: MissedLook[] = [];
  const loop = new InferenceLoop<Picture>({
    views,
    pictures: cameras.pictures,
    decoder: cameras.decoder,
    clock,
    workerCount: 1,
    batchMax: 1,
    batchWaitMs: 0,
    startSession,
    ...loopOptions,
  });
  await loop.start({ onLook: (look) => looks.push(look), onMissed: (miss) => missed.push(miss) });
  let pictureNumber = 0;
  /** A camera's picture arrives, captured now; everything that can happen now happens. */
  const picture = async (camera: string, changes: Partial<PictureNotice> = {}): Promise<void> => {
    pictureNumber += 1;
    const notice: PictureNotice = {
      cameraId: cameraId(camera),
      stream: "main",
      pictureNumber,
      capturedAtMs: clock.wallMs(),
      arrivedAtMonoMs: clock.monoMs(),
      keyframeDistanceMs: 1_000,
      ...changes,
    };
    cameras.newest.set(camera, { ...notice, capturedUncertaintyMs: 5 });
    loop.offer(notice);
    await clock.advance(0);
  };
  const session = (index: number) => {
    const found = started[index];
    if (found === undefined) throw new Error(`session ${index} was not started`);
    return found;
  };
  return { clock, cameras, loop, looks, missed, picture, session, started };
}

describe("a picture that is due", () => {
  test("becomes a look at its view", async () => {
    const crop = { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 };
    const { cameras, loop, looks, missed, picture } = await loopOf([job("east", { crop })]);
    await picture("east");
    expect(cameras.decoded[0]?.crops).toMatchObject([
      { crop, width: 4, height: 2, fit: "stretch", fill: 7, channels: "bgr" },
    ]);
    expect(looks).toEqual([
      {
        cameraId: "east",
        viewId: "kerb",
        crop,
        capturedAtMs: startWallMs,
        capturedUncertaintyMs: 5,
        detections: expect.objectContaining({ count: 0 }) as Detections,
        model: model.modelTag,
        pictureWidth: 1920,
        pictureHeight: 1080,
      },
    ]);
    expect(missed).toEqual([]);
    expect(loop.stats()).toMatchObject({ metCount: 1, inWorkCount: 0, waitingCount: 0 });
  });

  test("is not decoded when nobody looks at it", async () => {
    const { clock, cameras, picture } = await loopOf([job("east")]);
    await picture("west");
    await picture("east");
    await clock.advance(1_000);
    await picture("east");
    await picture("east", { stream: "sub" });
    expect(cameras.decoded).toHaveLength(1);
  });

  test("is fetched and decoded once for all views that are due", async () => {
    const views = ["kerb", "gate", "bin"].map((id) => job("east", { viewId: viewId(id) }));
    const slow = job("east", { viewId: viewId("sign"), everyMs: 60_000 });
    const { clock, cameras, loop, looks, picture } = await loopOf([...views, slow]);
    await picture("east");
    await clock.advance(2_000);
    await picture("east");
    expect(cameras.fetchCount).toBe(2);
    expect(cameras.decoded.map(({ crops }) => crops.length)).toEqual([4, 3]);
    expect(looks).toHaveLength(7);
    expect(loop.stats()).toMatchObject({ pictureCount: 2, batchCount: 7 });
  });

  test("of the views' own stream alone", async () => {
    const { cameras, picture } = await loopOf([job("east", { stream: "sub" })]);
    await picture("east");
    expect(cameras.decoded).toHaveLength(0);
    await picture("east", { stream: "sub" });
    expect(cameras.decoded).toHaveLength(1);
  });

  test("is the newest when it is its turn", async () => {
    const { clock, cameras, picture } = await loopOf([job("east"), job("west")], {
      decodingMax: 1,
    });
    let release: () => void = () => undefined;
    cameras.decode = (crops) =>
      new Promise((resolve) => {
        release = () => resolve(crops);
      });
    await picture("east");
    await picture("west", { pictureNumber: 10 });
    await picture("west", { pictureNumber: 11, keyframeDistanceMs: 40 });
    release();
    await clock.advance(0);
    expect(cameras.decoded.map(({ picture }) => picture.pictureNumber)).toEqual([1, 11]);
  });
});

describe("a look", () => {
  test("that ends after its deadline is delivered and counts as missed", async () => {
    const { clock, loop, looks, missed, picture, session } = await loopOf([job("east")], {
      answersAtOnce: false,
    });
    await picture("east");
    await clock.advance(1_001);
    session(0).answer(
      detectionsOf([{ label: "car", score: 0.9, box: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 } }]),
    );
    await clock.advance(0);
    expect(looks[0]?.detections.count).toBe(1);
    expect(missed).toMatchObject([{ cameraId: "east", viewId: "kerb", reason: "late" }]);
    expect(loop.stats()).toMatchObject({
      metCount: 0,
      missedCounts: { late: 1 },
      latencyMs: { max: 1_001 },
      views: [{ metCount: 0, missedCount: 1, lastLatencyMs: 1_001 }],
    });
  });

  const losses: {
    readonly reason: MissedLook["reason"];
    readonly breakIt: (cameras: FakeCameras) => void;
    readonly detail: string;
  }[] = [
    {
      reason: "decode-failed",
      breakIt: (cameras) => {
        cameras.decode = () => Promise.reject(new Error("the host died"));
      },
      detail: "the host died",
    },
    {
      reason: "fetch-failed",
      breakIt: (cameras) => {
        cameras.fetch = () => Promise.reject(new Error("the thread died"));
      },
      detail: "the thread died",
    },
    {
      reason: "fetch-failed",
      breakIt: (cameras) => {
        cameras.fetch = () => new Promise(() => undefined);
      },
      detail: "no answer within 5000 ms",
    },
    {
      reason: "no-picture",
      breakIt: (cameras) => {
        cameras.fetch = () => Promise.resolve(undefined);
      },
      detail: "the stream has none",
    },
  ];
  test.for(losses)(
    "is missed, never empty: $reason, $detail",
    async ({ reason, breakIt, detail }) => {
      const { clock, cameras, loop, looks, missed, picture } = await loopOf([job("east")]);
      const { fetch, decode } = cameras;
      breakIt(cameras);
      await picture("east");
      await clock.advance(5_000);
      expect(looks).toEqual([]);
      expect(missed).toEqual([{ cameraId: "east", viewId: "kerb", reason, detail }]);
      expect(loop.stats().inWorkCount).toBe(0);
      // The very next picture is looked at: the view has waited long enough.
      Object.assign(cameras, { fetch, decode });
      await picture("east");
      expect(looks).toHaveLength(1);
    },
  );

  test("is missed when its batch was lost twice, and the next one is seen", async () => {
    const { clock, looks, missed, picture, session } = await loopOf([job("east")], {
      answersAtOnce: false,
    });
    await picture("east");
    session(0).die("out of memory");
    await clock.advance(100);
    session(1).die("out of memory again");
    await clock.advance(200);
    expect(missed).toMatchObject([{ reason: "inference-failed" }]);
    await picture("east");
    session(2).answer();
    await clock.advance(0);
    expect(looks).toHaveLength(1);
  });

  test("is not made twice of one picture", async () => {
    const { clock, cameras, missed, looks, picture, loop } = await loopOf([job("east")]);
    await picture("east", { pictureNumber: 5 });
    await clock.advance(2_000);
    const old = cameras.newest.get("east");
    cameras.fetch = () => Promise.resolve(old);
    await picture("east", { pictureNumber: 6 });
    expect(looks).toHaveLength(1);
    expect(missed).toMatchObject([{ reason: "no-picture" }]);
    expect(loop.stats().inWorkCount).toBe(0);
  });

  test("has a later time than the one before, and more doubt, when a camera's clock is set back", async () => {
    const { clock, looks, picture } = await loopOf([job("east")]);
    await picture("east");
    await clock.advance(2_000);
    await picture("east", { capturedAtMs: startWallMs - 60_000 });
    expect(looks.map(({ capturedAtMs }) => capturedAtMs - startWallMs)).toEqual([0, 1]);
    expect(looks[1]?.capturedUncertaintyMs).toBe(60_006);
  });
});

describe("batches", () => {
  test("wait for company as long as they may, and leave when full", async () => {
    const views = ["a", "b", "c", "d", "e"].map((camera) => job(camera));
    const { clock, loop, looks, picture } = await loopOf(views, { batchMax: 3, batchWaitMs: 20 });
    await picture("a");
    await picture("b");
    await clock.advance(19);
    expect(looks).toHaveLength(0);
    await clock.advance(1);
    expect(looks).toHaveLength(2);
    for (const camera of ["c", "d", "e"]) await picture(camera);
    expect(looks).toHaveLength(5);
    expect(loop.stats().batchSizes).toEqual([0, 1, 1]);
  });

  test("of two models are not mixed", async () => {
    const other = { ...model, modelTag: "other@0", inputWidth: 8 };
    const { cameras, loop, looks, picture } = await loopOf(
      [job("a"), job("a", { viewId: viewId("gate"), model: other })],
      { batchMax: 4 },
    );
    await picture("a");
    expect(cameras.decoded[0]?.crops.map(({ into }) => into.byteLength)).toEqual([24, 48]);
    expect(looks.map((look) => look.model)).toEqual([model.modelTag, "other@0"]);
    expect(loop.stats().batchSizes).toEqual([2, 0, 0, 0]);
  });
});

test("when sessions are stuck, what is decoded stays within the slots", async () => {
  const cameraNames = Array.from({ length: 50 }, (_, index) => `camera-${index}`);
  const { clock, cameras, loop, picture } = await loopOf(
    cameraNames.map((name) => job(name)),
    { answersAtOnce: false, runMsMax: 3_600_000, workerCount: 2, batchMax: 2 },
  );
  for (let round = 0; round < 5; round++) {
    for (const name of cameraNames) await picture(name);
    await clock.advance(2_000);
  }
  const slotCount = 2 * 2 * 2 + 2 * 2;
  expect(cameras.decoded).toHaveLength(slotCount);
  expect(loop.stats()).toMatchObject({ inWorkCount: slotCount, waitingCount: 50 - slotCount });
});

describe("a change of views", () => {
  test("keeps what stays, drops what goes, begins what is new", async () => {
    const { clock, loop, looks, missed, picture, session } = await loopOf(
      [job("east"), job("west")],
      { answersAtOnce: false },
    );
    await picture("east");
    await loop.update([job("west"), job("north")]);
    session(0).answer();
    await clock.advance(0);
    expect([looks.length, missed.length, loop.stats().inWorkCount]).toEqual([0, 0, 0]);
    for (const camera of ["east", "west", "north"]) await picture(camera);
    session(0).answer();
    await clock.advance(0);
    session(0).answer();
    await clock.advance(0);
    expect(looks.map((look) => look.cameraId)).toEqual(["west", "north"]);
  });

  test("with a view named twice is refused and changes nothing", async () => {
    const { loop, looks, picture } = await loopOf([job("east")]);
    await expect(loop.update([job("west"), job("west")])).rejects.toThrow(RangeError);
    await picture("east");
    expect(looks).toHaveLength(1);
  });
});

test("nothing is delivered after the stop, and nothing is begun", async () => {
  const { clock, cameras, loop, looks, missed, picture } = await loopOf([job("a"), job("b")], {
    answersAtOnce: false,
  });
  await picture("a");
  const stopped = loop.stop();
  await clock.advance(10_000);
  await picture("b");
  expect([looks.length, missed.length, cameras.decoded.length]).toEqual([0, 0, 1]);
  await stopped;
});

test("every look that is begun ends once, whatever fails in whatever order", async () => {
  const step = fc.record({
    camera: fc.integer({ min: 0, max: 4 }),
    afterMs: fc.integer({ min: 0, max: 1_500 }),
    fault: fc.constantFrom("none", "none", "fetch", "none-there", "decode", "die"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const views = [0, 1, 2, 3, 4].map((index) => job(`${index}`));
      const { clock, cameras, loop, looks, missed, picture, started } = await loopOf(views);
      const { fetch, decode } = cameras;
      for (const { camera, afterMs, fault } of steps) {
        Object.assign(cameras, { fetch, decode });
        if (fault === "fetch") cameras.fetch = () => Promise.reject(new Error("gone"));
        if (fault === "none-there") cameras.fetch = () => Promise.resolve(undefined);
        if (fault === "decode") cameras.decode = () => Promise.reject(new Error("died"));
        if (fault === "die") started.at(-1)?.die("out of memory");
        await picture(`${camera}`);
        await clock.advance(afterMs);
      }
      await clock.advance(120_000);
      const { metCount, missedCounts, inWorkCount, waitingCount } = loop.stats();
      const missedCount = Object.values(missedCounts).reduce((sum, count) => sum + count, 0);
      expect([inWorkCount, waitingCount]).toEqual([0, 0]);
      expect(metCount + missedCounts.late).toBe(looks.length);
      expect(missedCount).toBe(missed.length);
      for (const camera of ["0", "1", "2", "3", "4"]) {
        const times = looks.filter((look) => look.cameraId === camera).map((l) => l.capturedAtMs);
        expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 60 },
  );
});
