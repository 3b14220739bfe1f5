/**
 * Goal: a box whose clock is behind what it was reports what no hour decides, marked, at times that
 * do not go back; holds what a window decides; says so; and reports that too when the clock is right.
 * Method: the agent as a process on a data folder whose last right time is a day ahead of the
 * machine's clock, as after a battery that lost a day.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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

test("the clock lost a day: what no hour decides is reported, what a window decides waits", async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }] }));
  const cameras = await startCameraServer({
    streams: [
      { path: "/always", clip },
      { path: "/hours", clip },
    ],
  });
  undo.push(() => cameras.stop());
  const broker = await startEmbeddedBroker();
  undo.push(() => broker.stop());
  const hub = await HubProbe.start(broker.url);
  undo.push(() => hub.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  // One that is never open: the hour decides all the same.
  const window = { daily: "00:00-01:00", from: "2020-01-01", to: "2020-01-01" };
  const rule = { kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s" };
  const zoneOf = (more: object) => [
    { id: "kerb", polygon: wholePicture, rules: [{ ...rule, ...more }] },
  ];
  await junction.write({
    hubUrl: broker.url,
    cameras: [
      { id: "always", url: cameras.url("/always"), zones: zoneOf({}) },
      { id: "hours", url: cameras.url("/hours"), zones: zoneOf({ allowed: [window] }) },
    ],
  });
  const rightMs = Date.now() + 86_400_000;
  const clockFile = join(junction.dataFolder, "clock.json");
  const kept = { schema: 1, rightAt: new Date(rightMs).toISOString(), setBoot: null };
  await writeFile(clockFile, JSON.stringify(kept));
  const eventsOf = (camera: string) => hub.events.filter(({ data }) => data.camera === camera);

  const agent = junction.start();
  await hub.until(() => eventsOf("always").length === 2);
  for (const { data, time } of eventsOf("always")) {
    expect(data.clockSynced).toBe(false);
    for (const at of [time, data.firstSeenAt]) expect(Date.parse(at)).toBeGreaterThan(rightMs - 1);
  }
  await agent.until(
    async () => (await agent.health()).cameras.every(({ looksMet }) => looksMet > 12),
    "looks enough for a report",
  );
  expect(eventsOf("hours")).toEqual([]);
  const { clock, problems, status } = await agent.health();
  expect([clock.isWrong, status]).toEqual([true, "failing"]);
  expect(problems.map(({ code }) => code)).toContain("clock-wrong");
  const told = agent.lines.filter(({ message }) => message.startsWith("the clock is wrong"));
  expect(told.map(({ level }) => level)).toEqual(["error"]);
  expect(await agent.stop()).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(clockFile, "utf8"))).toEqual(kept);

  // A person says that it is right now.
  await rm(clockFile);
  const again = junction.start();
  await hub.until(() => eventsOf("hours").length === 2);
  expect((await again.health()).clock.isWrong).toBe(false);
  expect(eventsOf("always").map(({ data }) => data.stage)).toEqual(["warned", "reported"]);
  expect(await again.stop()).toMatchObject({ code: 0 });
});
