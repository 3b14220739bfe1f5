/**
 * Goal: a box that loses power and comes back goes on with what stood there, and says how long
 * nobody looked; the hub gets every event once and in order.
 * Method: the agent as a process over real RTSP, SQLite and MQTT; `kill -9`; a small detector.
 */
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { startEmbeddedBroker } from "./hub/embedded-broker.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** Presence is saved this often: what came after it is lost with the power. */
const saveEveryMs = 5_000;
const awayMs = 8_000;

const rule = {
  kind: "illegal-parking",
  warnAfter: "2s",
  reportAfter: "12s",
  clearAfter: "3s",
} as const;

test("a parked vehicle's dwell goes on over a kill -9, with the gap as unobserved time", async () => {
  const stays = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  // Leaves while the agent is away.
  const leaves = await loadClip(
    await cellClip({ seconds: 60, cars: [{ cell: 3, from: 0, until: 11 }] }),
  );
  const cameras = await startCameraServer({
    streams: [
      { path: "/stays", clip: stays },
      { path: "/leaves", clip: leaves, loop: false, begin: "first-play" },
    ],
  });
  undo.push(() => cameras.stop());
  const broker = await startEmbeddedBroker();
  undo.push(() => broker.stop());
  const hub = await HubProbe.start(broker.url);
  undo.push(() => hub.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  await junction.write({
    hubUrl: broker.url,
    cameras: ["stays", "leaves"].map((id) => ({
      id,
      url: cameras.url(`/${id}`),
      zones: [{ id: "kerb", polygon: wholePicture, rules: [rule] }],
    })),
  });

  const first = junction.start();
  await hub.until(({ events }) => events.length >= 2);
  // Past the first save behind the warning: there is dwell to go on with.
  await wait(saveEveryMs + 500);
  const killedAtMs = Date.now();
  expect(await first.stop("SIGKILL")).toMatchObject({ code: null, signal: "SIGKILL" });
  await wait(awayMs);

  const second = junction.start();
  await second.running();
  const runningAtMs = Date.now();
  await hub.until(({ summary }) => summary.violations.every(({ stages }) => stages.length >= 2));
  const { events, summary } = hub;

  const of = (camera: string) => events.filter(({ data }) => data.camera === camera);
  const [stayed, left] = [of("stays"), of("leaves")];
  expect(stayed.map(({ data }) => `${data.revision} ${data.stage}`)).toEqual([
    "1 warned",
    "2 reported",
  ]);
  expect(left.map(({ data }) => `${data.revision} ${data.stage}`)).toEqual([
    "1 warned",
    "2 cleared",
  ]);
  for (const its of [stayed, left]) {
    expect(new Set(its.map(({ data }) => data.violation)).size).toBe(1);
  }

  const reported = stayed[1]?.data;
  if (!reported?.reportedAt) throw new Error("it was reported");
  // Nobody saw it from the last save before the end to the first look after the start.
  const goneMs = runningAtMs - killedAtMs;
  expect(reported.unobservedMs).toBeGreaterThanOrEqual(awayMs);
  expect(reported.unobservedMs).toBeLessThan(goneMs + saveEveryMs + 3_000);
  expect(reported.observedMs).toBeGreaterThanOrEqual(12_000);
  expect(reported.observedMs).toBeLessThan(12_000 + 1_500);
  const standsMs = Date.parse(reported.reportedAt) - Date.parse(reported.firstSeenAt);
  expect(Math.abs(reported.observedMs + reported.unobservedMs - standsMs)).toBeLessThan(1_500);
  expect(reported.reason.en).toMatch(/not observed/);

  // Absence counts from the first look that saw it, so the time away clears nothing.
  const cleared = left[1]?.data;
  expect(Date.parse(cleared?.clearedAt ?? "")).toBeGreaterThan(runningAtMs);
  expect(Date.parse(cleared?.lastSeenAt ?? "")).toBeLessThan(killedAtMs + 1_000);

  expect(events.map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3, 4]);
  expect(summary).toMatchObject({ lostCount: 0, outOfOrderCount: 0, rejectedCount: 0 });
  expect(summary.violationCount).toBe(2);
  expect(await second.stop()).toMatchObject({ code: 0 });
});
