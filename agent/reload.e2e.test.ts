/**
 * Goal: SIGHUP changes zones and rules in place; a file that is wrong changes nothing.
 * Method: the agent as a process over real RTSP and MQTT, a car that stands, files that change.
 */
import { readFile, writeFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import { Junction, type JunctionZone, type Polygon } from "../test-fixtures/junction-file.ts";
import { startEmbeddedBroker } from "./hub/embedded-broker.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const leftHalf: Polygon = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
const rightHalf: Polygon = leftHalf.map(([x, y]) => [x + 0.5, y] as const);
const rules = [{ kind: "illegal-parking", warnAfter: "1s", reportAfter: "2s" }];
const left: JunctionZone = { id: "left", polygon: leftHalf, rules };
const right: JunctionZone = { id: "right", polygon: rightHalf, rules };

test("zones come and go without a restart; a wrong file is refused with its faults", async () => {
  // One car at the left, one at the right.
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0 }, { cell: 3 }] }));
  const cameras = await startCameraServer({
    streams: [
      { path: "/a", clip },
      { path: "/b", clip },
    ],
  });
  undo.push(() => cameras.stop());
  const broker = await startEmbeddedBroker();
  undo.push(() => broker.stop());
  const hub = await HubProbe.start(broker.url);
  undo.push(() => hub.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  const write = (zonesByCamera: Readonly<Record<string, readonly JunctionZone[]>>) =>
    junction.write({
      hubUrl: broker.url,
      cameras: Object.entries(zonesByCamera).map(([id, zones]) => ({
        id,
        url: cameras.url(`/${id}`),
        zones,
      })),
      // Clips bring a process of their own, when there is one to make.
      sections: { evidence: { pictures: false } },
    });
  const stagesIn = (zone: string) =>
    hub.events.filter(({ data }) => data.zone === zone).map(({ data }) => data.stage);

  await write({ a: [left] });
  const agent = junction.start();
  await hub.until(() => stagesIn("left").length === 2);
  const pids = agent.tree().map(({ pid }) => pid);

  await writeFile(junction.file, "version: 1\ncameras: [ { id: a, url: gopher://a, zones: 7 } ]\n");
  agent.signal("SIGHUP");
  const refusal = await agent.line(({ level }) => level === "error");
  expect(refusal.message).toMatch(/not used; the old one goes on/);
  const faults = JSON.stringify(refusal["err"]);
  expect(faults).toMatch(/device/);
  expect(faults).toMatch(/junction\.yaml:2:\d+ {2}cameras\[0\]\.zones/);
  const { looksMet } = (await agent.health()).cameras[0] ?? { looksMet: 0 };
  await agent.until(
    async () => ((await agent.health()).cameras[0]?.looksMet ?? 0) >= looksMet + 3,
    "looks under the old file",
  );
  expect(stagesIn("left"), "nothing was withdrawn").toEqual(["warned", "reported"]);

  // The zone moves from the left car to the right one, and a camera is added.
  await write({ a: [right], b: [{ ...left, id: "other" }] });
  agent.signal("SIGHUP");
  await agent.line(({ message }) => message === "the new configuration runs");
  await hub.until(() => stagesIn("right").length === 2 && stagesIn("other").length === 2);
  expect(stagesIn("left")).toEqual(["warned", "reported", "withdrawn"]);
  const withdrawn = hub.events.find(({ data }) => data.stage === "withdrawn");
  expect(withdrawn?.data).toMatchObject({ zone: "left", revision: 3, endReason: "rule-removed" });
  expect(withdrawn?.data.reason.en).toMatch(/no action needed/);

  // The camera goes again; what was open on it goes with it.
  await write({ a: [right] });
  agent.signal("SIGHUP");
  await hub.until(() => stagesIn("other").length === 3);
  expect(stagesIn("other")).toEqual(["warned", "reported", "withdrawn"]);
  expect(stagesIn("right")).toEqual(["warned", "reported"]);
  const metrics = async () => (await (await agent.ask("/metrics"))?.text()) ?? "";
  await agent.until(
    async () => !(await metrics()).includes('kerbside_camera_live{camera="b"'),
    "metrics without the camera that went",
  );
  expect(await metrics()).toContain('kerbside_camera_live{camera="a",stream="main"} 1');

  // What is read at the start alone is named, and changes nothing now.
  const text = await readFile(junction.file, "utf8");
  await writeFile(junction.file, text.replace(/\}\s*$/, ', "log": { "level": "debug" } }'));
  agent.signal("SIGHUP");
  const later = await agent.line(({ message }) => message.includes("at the next start"));
  expect(later).toMatchObject({ level: "warn", waiting: ["log"] });

  expect(
    agent.tree().map(({ pid }) => pid),
    "the same processes all the time",
  ).toEqual(pids);
  const connects = agent.lines.filter(({ camera }) => camera === "a");
  expect(connects.filter(({ message }) => message.startsWith("camera "))).toHaveLength(1);
  expect(hub.events.map(({ sequence }) => Number(sequence))).toEqual(
    hub.events.map((_, index) => index + 1),
  );
  expect(hub.summary).toMatchObject({ lostCount: 0, outOfOrderCount: 0, rejectedCount: 0 });
  expect(await agent.stop()).toMatchObject({ code: 0 });
});
