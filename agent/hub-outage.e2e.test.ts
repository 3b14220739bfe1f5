/**
 * Goal: the hub is away while things happen, and hears of all of them afterwards: once, in order.
 * Method: the whole agent as a process; mosquitto, killed as by a power cut while violations are
 * made and their events are on the way, twice; then the agent is killed as well.
 */
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { startMosquitto } from "../test-fixtures/mosquitto.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const cameraCount = 8;

test("the broker dies while violations happen: every event comes once, in order", async () => {
  // Cars come and go all the time, each camera at a phase of its own.
  const clip = await loadClip(
    await cellClip({
      seconds: 10,
      cars: [
        { cell: 0, from: 0, until: 5 },
        { cell: 3, from: 4, until: 9 },
      ],
    }),
  );
  const ids = Array.from({ length: cameraCount }, (_, index) => `camera-${index + 1}`);
  const cameras = await startCameraServer({ streams: ids.map((id) => ({ path: `/${id}`, clip })) });
  undo.push(() => cameras.stop());
  const broker = await startMosquitto();
  undo.push(() => broker.stop());
  const hub = await HubProbe.start(broker.url);
  undo.push(() => hub.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  await junction.write({
    hubUrl: broker.url,
    cameras: ids.map((id) => ({
      id,
      url: cameras.url(`/${id}`),
      zones: [
        {
          id: "kerb",
          polygon: wholePicture,
          rules: [
            { kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s", clearAfter: "1s" },
          ],
        },
      ],
    })),
  });

  const first = junction.start();
  await hub.until(({ events }) => events.length >= 10);
  await broker.kill();
  await first.line(({ message }) => message.startsWith("hub: "), 5_000);
  await wait(8_000);
  await broker.restart();
  const countBack = hub.events.length;
  await hub.until(({ events }) => events.length >= countBack + 20, 30_000);

  // Once more, and the box loses power while the hub is away.
  await broker.kill();
  await wait(4_000);
  await first.stop("SIGKILL");
  const second = junction.start();
  await second.running();
  await wait(4_000);
  await broker.restart();
  const { lastSequence } = (await second.health()).outbox;
  await hub.until(({ events }) => Number(events.at(-1)?.sequence ?? 0) >= lastSequence, 30_000);
  await second.stop();

  const { events, summary } = hub;
  expect(summary).toMatchObject({ lostCount: 0, droppedCount: 0, rejectedCount: 0 });
  expect(summary.outOfOrderCount).toBe(0);
  expect(events.map(({ sequence }) => Number(sequence))).toEqual(
    events.map((_, index) => index + 1),
  );
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  // Of each violation the revisions from 1 on, without a gap, in the order of its stages.
  for (const violation of new Set(events.map(({ data }) => data.violation))) {
    const its = events.filter(({ data }) => data.violation === violation);
    expect(its.map(({ data }) => data.revision)).toEqual(its.map((_, index) => index + 1));
    const stages = its.map(({ data }) => data.stage).join(" ");
    // One that left while the box was off goes without having been reported.
    expect(stages).toMatch(/^warned( reported)?( cleared)?$/);
  }
  expect(first.lines.filter(({ level }) => level === "error")).toEqual([]);
});
