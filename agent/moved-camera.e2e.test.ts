/**
 * Goal: a camera that is turned is found, whether it was turned while the agent ran or before its first
 * start; its zones are not judged, what was told of it is withdrawn with that reason, hub and health say
 * so; put back, it goes on.
 * Method: the agent as a process over real RTSP and MQTT; two cameras, calibrated on what they show
 * in their place; their server comes back with other clips, as if somebody had turned them.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { calibrateFromPoints } from "../calibration/calibrate.ts";
import { withHash } from "../calibration/calibration.ts";
import { referencePicture } from "../calibration/reference-picture.ts";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { turnedClip } from "../test-fixtures/clips/turned-clip.ts";
import { streetCamera, streetPairs } from "../test-fixtures/geotag/a-street.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { greyOfClip } from "../test-fixtures/moved/grey-picture.ts";
import { startEmbeddedBroker } from "./hub/embedded-broker.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const rule = { kind: "illegal-parking", warnAfter: "1s", reportAfter: "10m" };
const zones = [{ id: "kerb", polygon: wholePicture, rules: [rule] }];
const [inPlace, turned] = [await turnedClip({ right: 0 }), await turnedClip({ right: 15 })];
const waitMs = 60_000;

/** As `kerbside calibrate --still` writes it. */
async function calibrationText(): Promise<string> {
  const made = calibrateFromPoints({
    picture: streetCamera.picture,
    pairs: streetPairs(),
    lens: { k: [0, 0], freeCount: 0 },
    isRobust: false,
    mapErrorMetres: 0.3,
  });
  const [grey] = await greyOfClip(inPlace, "null");
  if (!made.ok || grey === undefined) throw new Error("the camera cannot be calibrated");
  const { hash: _, ...rest } = made.calibration;
  return JSON.stringify(withHash({ ...rest, reference: referencePicture(grey) }));
}

async function serve(clips: { readonly east: string; readonly west: string }, port?: number) {
  const streams = Object.entries(clips).map(async ([id, file]) => ({
    path: `/${id}`,
    clip: await loadClip(file),
  }));
  const server = await startCameraServer({
    streams: await Promise.all(streams),
    ...(port === undefined ? {} : { port }),
  });
  undo.push(() => server.stop());
  return server;
}

test("a turned camera is suspended and told, before the first start too, and goes on when put back", async () => {
  // West was turned before anybody started the agent.
  const before = await serve({ east: inPlace, west: turned });
  const { port } = before;
  const broker = await startEmbeddedBroker();
  undo.push(() => broker.stop());
  const hub = await HubProbe.start(broker.url);
  undo.push(() => hub.stop());
  const junction = await Junction.make();
  undo.push(() => junction.remove());
  await writeFile(join(junction.folder, "place.json"), await calibrationText());
  await junction.write({
    hubUrl: broker.url,
    cameras: ["east", "west"].map((id) => ({
      id,
      url: before.url(`/${id}`),
      calibration: "place.json",
      zones,
    })),
    sections: { evidence: { pictures: false } },
  });
  const agent = junction.start();
  const of = (camera: string) => hub.events.filter(({ data }) => data.camera === camera);
  const toldOf = (camera: string) =>
    hub.cameraEvents.filter(({ data }) => data.camera === camera).map(({ data }) => data.state);
  const movedNow = async () =>
    (await agent.health()).problems
      .filter(({ code }) => code === "camera-moved")
      .map(({ detail }) => detail.split(":")[0]);

  await hub.until(() => toldOf("west").length === 1, waitMs);
  await hub.until(() => of("east").length === 1, waitMs);
  expect(toldOf("west")).toEqual(["moved"]);
  expect(toldOf("east")).toEqual([]);
  expect(await movedNow()).toEqual(["west"]);
  // What was told of it in its first seconds holds no more.
  expect(new Set(of("west").map(({ data }) => data.stage))).not.toContain("reported");
  const westEnds = of("west").filter(({ data }) => data.stage === "withdrawn");
  expect(westEnds.length * 2).toBe(of("west").length);

  await before.stop();
  const during = await serve({ east: turned, west: turned }, port);
  await hub.until(() => of("east").length === 2, waitMs);
  const [warned, withdrawn] = of("east").map(({ data }) => data);
  expect(warned).toMatchObject({ stage: "warned" });
  expect(withdrawn).toMatchObject({
    stage: "withdrawn",
    endReason: "camera-moved",
    violation: warned?.violation,
    place: { cameraPose: "moved" },
  });
  await hub.until(() => toldOf("east").length === 1, waitMs);
  const told = hub.cameraEvents.find(({ data }) => data.camera === "east");
  expect(told?.data).toMatchObject({ state: "moved", mayReregister: true });
  // Fifteen of 192 pixels.
  expect(told?.data.move?.right).toBeCloseTo(15 / 192, 1);
  expect(new Set(await movedNow())).toEqual(new Set(["east", "west"]));

  await during.stop();
  const countBefore = hub.events.length;
  await serve({ east: inPlace, west: inPlace }, port);
  const isSeeing = (camera: string) => toldOf(camera).at(-1) === "seeing";
  await hub.until(() => isSeeing("east") && isSeeing("west"), waitMs);
  await hub.until(() => hub.events.length >= countBefore + 2, waitMs);
  expect(hub.events.slice(countBefore).map(({ data }) => data.stage)).toEqual(["warned", "warned"]);
  expect(await movedNow()).toEqual([]);
  expect(hub.summary).toMatchObject({ lostCount: 0, rejectedCount: 0 });
  expect(await agent.stop()).toMatchObject({ code: 0 });
}, 180_000);
