/**
 * What becomes of pictures when everything works: which are looked at, together, how often.
 */
import { describe, expect, test } from "vitest";
import { type Detections, detectionBox, detectionsOf } from "../../pipelines/domain/detections.ts";
import { type NormBox, wholePicture } from "../../pipelines/domain/geometry.ts";
import { viewId } from "../../pipelines/domain/ids.ts";
import { job, loopOf, model, startWallMs } from "../../test-fixtures/fake-loop.ts";
import type { LoopModel } from "./ports.ts";

/** A quarter of the picture beside the others: no two can be looked at as one. */
const column = (index: number): NormBox => ({
  xMin: index / 4,
  yMin: 0,
  xMax: (index + 1) / 4,
  yMax: 1,
});

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
    const views = ["kerb", "gate", "bin"].map((id, index) =>
      job("east", { viewId: viewId(id), crop: column(index) }),
    );
    const slow = job("east", { viewId: viewId("sign"), everyMs: 60_000, crop: column(3) });
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

describe("one analysis", () => {
  const gate = { viewId: viewId("gate") };
  const upper = { xMin: 0, yMin: 0, xMax: 1, yMax: 0.6 };
  const lower = { xMin: 0, yMin: 0.4, xMax: 1, yMax: 1 };
  /** As wide as the crops, so that both are limited by their width. */
  const wide: LoopModel = { ...model, fit: "letterbox-top-left", inputWidth: 16, inputHeight: 16 };

  test("serves views that look at the same with the same detector", async () => {
    const thresholds = { car: 0.4, person: 0.3 };
    const { cameras, loop, looks, picture } = await loopOf([
      job("east", { thresholds }),
      job("east", { ...gate, thresholds: { person: 0.3, car: 0.4 } }),
    ]);
    await picture("east");
    expect(cameras.decoded.map(({ crops }) => crops.length)).toEqual([1]);
    expect(looks.map((look) => look.viewId)).toEqual(["kerb", "gate"]);
    expect(looks[1]).toEqual({ ...looks[0], viewId: "gate" });
    expect(loop.stats()).toMatchObject({
      metCount: 2,
      analysisCount: 1,
      sharedCount: 1,
      inWorkCount: 0,
    });
  });

  const rows = [
    { name: "another crop", changes: { crop: column(1) } },
    { name: "another model", changes: { model: { ...model, modelTag: "other@0" } } },
    { name: "other thresholds", changes: { thresholds: { car: 0.2 } } },
    { name: "another stream", changes: { stream: "sub" } },
  ] as const;
  test.for(rows)("does not serve a view with $name", async ({ changes }) => {
    const { loop, looks, picture } = await loopOf([
      job("east", { crop: column(0) }),
      job("east", { ...gate, crop: column(0), ...changes }),
    ]);
    await picture("east");
    await picture("east", { stream: "sub" });
    expect(looks).toHaveLength(2);
    expect(loop.stats()).toMatchObject({ analysisCount: 2, sharedCount: 0 });
  });

  test("of two crops begins once the size of the pictures is known, and is cut for each", async () => {
    const { clock, cameras, loop, looks, picture, session } = await loopOf(
      [
        job("east", { model: wide, crop: upper }),
        job("east", { ...gate, model: wide, crop: lower }),
      ],
      { answersAtOnce: false, workerCount: 1 },
    );
    cameras.decode = (crops) =>
      Promise.resolve(crops.map((placed) => ({ ...placed, contentHeight: 9 })));
    await picture("east");
    session(0).answer();
    session(0).answer();
    await clock.advance(2_000);
    await picture("east");
    const asked = cameras.decoded.map(({ crops }) => crops.map(({ crop }) => crop));
    expect(asked).toEqual([[upper, lower], [wholePicture]]);
    session(0).answer(
      detectionsOf([
        { label: "car", score: 0.9, box: { xMin: 0.1, yMin: 0.1, xMax: 0.2, yMax: 0.3 } },
        { label: "bus", score: 0.8, box: { xMin: 0.1, yMin: 0.3, xMax: 0.2, yMax: 0.65 } },
      ]),
    );
    await clock.advance(0);
    const [up, low] = looks.slice(2);
    expect(up?.crop).toEqual({ xMin: 0, yMin: 0, xMax: 1, yMax: 648 / 1080 });
    expect(low?.crop).toEqual({ xMin: 0, yMin: 432 / 1080, xMax: 1, yMax: 1 });
    expect([up, low].map((look) => look?.detections.count)).toEqual([2, 1]);
    expect(low && detectionBox(low.detections, 0).yMin).toBeCloseTo(0.4);
    expect(loop.stats()).toMatchObject({ analysisCount: 3, sharedCount: 1, inWorkCount: 0 });
  });

  test("goes on for those that are left when a view of it goes", async () => {
    const { clock, loop, looks, missed, picture, session } = await loopOf(
      [job("east"), job("east", gate)],
      { answersAtOnce: false },
    );
    await picture("east");
    await loop.update([job("east", gate)]);
    session(0).answer();
    await clock.advance(0);
    expect(looks.map((look) => look.viewId)).toEqual(["gate"]);
    expect([missed.length, loop.stats().inWorkCount]).toEqual([0, 0]);
  });

  test("that is lost is missed by each of its views", async () => {
    const { cameras, loop, missed, picture } = await loopOf([job("east"), job("east", gate)]);
    cameras.decode = () => Promise.reject(new Error("the host died"));
    await picture("east");
    expect(missed.map((miss) => [miss.viewId, miss.reason])).toEqual([
      ["kerb", "decode-failed"],
      ["gate", "decode-failed"],
    ]);
    expect(loop.stats()).toMatchObject({ sharedCount: 0, inWorkCount: 0 });
  });

  test("needs one slot, however many views it serves", async () => {
    const views = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((id) =>
      job("east", { viewId: viewId(id) }),
    );
    const { loop, looks, picture } = await loopOf(views, { decodingMax: 1 });
    await picture("east");
    expect(looks).toHaveLength(9);
    expect(loop.stats()).toMatchObject({ pictureCount: 1, analysisCount: 1, sharedCount: 8 });
  });
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
