/**
 * Goal: on a disk that is nearly full each part gives up what it can spare and nothing else: looks
 * the oldest, history what the hub has, the outbox updates and warnings, told as dropped.
 * Method: the real store on its thread.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Stage } from "../../pipelines/domain/kind.ts";
import { DetectionReader } from "./detection-reader.ts";
import { parsePayload } from "./event-text.ts";
import { east, revisionOf, t0 } from "./sample-rows.ts";
import { openStore, type SqliteStore } from "./sqlite-store.ts";

let folder = "";
let store: SqliteStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-spare-"));
  store = await openStore({ folder });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function write(violation: number, stages: readonly Stage[]): Promise<void> {
  for (const [index, stage] of stages.entries()) {
    const revisions = [revisionOf(`v${violation}`, index + 1, stage)];
    await store.commit({ cameraStates: [], revisions, nowMs: t0 });
  }
}

test("of what waits, updates and warnings go and are told; reports and ends stay", async () => {
  await write(1, ["warned", "warned", "reported", "reported", "cleared"]);
  await store.maintain(t0, "updates");
  const rows = await store.outboxAfter(0, 100);
  const told = rows.map(({ payload }) => {
    const { id, data } = parsePayload(payload) as { id: string; data: { count?: number } };
    return data.count === undefined ? id : `dropped ${data.count}`;
  });
  expect(told).toEqual(["dropped 2", "v1.3", "dropped 1", "v1.5"]);
  expect((await store.outboxStats()).droppedCounts).toMatchObject({ bytes: 3 });
});

test("of the history, events that the hub has go, and those that wait stay", async () => {
  await write(1, ["warned", "reported", "cleared"]);
  await store.outboxDone([1, 2, 3], t0);
  await write(2, ["warned", "reported"]);
  await store.maintain(t0, "history");
  const left = await store.events({ afterSequence: 0, countMax: 100 });
  expect(left.map(({ sequence }) => sequence)).toEqual([4, 5]);
  expect(await store.outboxAfter(0, 100)).toHaveLength(2);
});

test("of the detection log a tenth goes, the oldest first, and its file becomes smaller", async () => {
  const look = (second: number) => ({
    cameraId: east,
    viewId: "kerb",
    capturedAtMs: t0 + second * 1_000,
    capturedUncertaintyMs: 0,
    model: "tiny@0123456789ab",
    pictureWidth: 640,
    pictureHeight: 480,
    crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    detections: new Uint8Array(21 * 400).map((_, index) => (second * 31 + index * 7) % 251),
  });
  for (let second = 0; second < 400; second++) await store.logLooks([look(second)]);
  const file = join(folder, "detections.db");
  await store.maintain(t0, "looks");
  const before = statSync(file).size;
  const span = () => {
    const reader = new DetectionReader(folder);
    try {
      return reader.span();
    } finally {
      reader.close();
    }
  };
  expect(span()?.fromMs).toBe(t0 + 40_000);
  for (let round = 0; round < 5; round++) await store.maintain(t0, "looks");
  expect(span()?.fromMs).toBeGreaterThan(t0 + 150_000);
  expect(span()?.toMs).toBe(t0 + 399_000);
  expect(statSync(file).size).toBeLessThan(before * 0.75);
});

test("an empty store has nothing to spare, and goes on", async () => {
  for (const spare of ["looks", "history", "updates"] as const) await store.maintain(t0, spare);
  await write(1, ["warned"]);
  expect(await store.outboxAfter(0, 100)).toHaveLength(1);
});
