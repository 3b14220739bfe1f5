import fc from "fast-check";
import { expect, test } from "vitest";
import { detectionsOf } from "../pipelines/domain/detections.ts";
import { labels } from "../pipelines/domain/label.ts";
import { lookAt } from "../pipelines/testing/street.ts";
import { LookLog, packDetections, unpackDetections } from "./look-log.ts";
import { SimulatedClock } from "./runtime/clock.ts";
import { MemoryStore } from "./store/memory-store.ts";

const share = fc.float({ min: 0, max: 1, noNaN: true });
const detection = fc.record({
  label: fc.constantFrom(...labels),
  score: share,
  box: fc.record({ xMin: share, yMin: share, xMax: share, yMax: share }),
});

test("what boxes look like comes back beside them", () => {
  const box = { xMin: 0.1, yMin: 0.1, xMax: 0.2, yMax: 0.2 };
  const plain = detectionsOf([{ label: "signboard", score: 0.5, box }]);
  const detections = { ...plain, appearances: Uint8Array.from({ length: 48 }, (_, i) => i) };
  expect(unpackDetections(packDetections(detections), detections.appearances)).toEqual(detections);
});

test("what was packed comes back as it was", () => {
  fc.assert(
    fc.property(fc.array(detection), (list) => {
      const detections = detectionsOf(list);
      expect(unpackDetections(packDetections(detections))).toEqual(detections);
    }),
  );
});

function setUp(store = new MemoryStore()) {
  const clock = new SimulatedClock();
  const warnings: string[] = [];
  const silent = () => {};
  const warn = (_: object, message: string) => void warnings.push(message);
  const log = { debug: silent, info: silent, warn, error: silent };
  return { clock, store, warnings, looks: new LookLog({ store, clock, log }) };
}

test("looks are written together, once a second", async () => {
  const { clock, store, looks } = setUp();
  looks.add(lookAt(0, []));
  looks.add(lookAt(2, []));
  await clock.advance(999);
  expect(store.looks.length).toBe(0);
  await clock.advance(1);
  expect(store.looks.length).toBe(2);
});

test("a store that fails costs those looks, is said once, and holds nothing up", async () => {
  class Failing extends MemoryStore {
    override logLooks(): Promise<void> {
      return Promise.reject(new Error("disk full"));
    }
  }
  const { clock, warnings, looks } = setUp(new Failing());
  for (let second = 0; second < 5; second++) {
    looks.add(lookAt(second, []));
    await clock.advance(1_000);
  }
  expect(warnings).toEqual(["looks cannot be logged"]);
  expect(looks.droppedCount).toBe(5);
});

test("what waits is bounded", () => {
  const { looks } = setUp();
  for (let index = 0; index < 5_000; index++) looks.add(lookAt(index, []));
  expect(looks.droppedCount).toBe(5_000 - 4_096);
});
