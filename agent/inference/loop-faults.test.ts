/**
 * The loop when something fails: every released look ends in exactly one way (delivered, or missed
 * with its reason), and nothing grows without bound whatever gets stuck.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { type FakeCameras, job, loopOf, startWallMs } from "../../test-fixtures/fake-loop.ts";
import type { MissedLook } from "./loop-events.ts";

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
