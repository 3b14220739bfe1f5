/**
 * Goal: what a camera does wrong stays its own. Six cameras that fail, each in its way, beside six
 * good ones: the good ones miss no more than 0.1 % of their looks, each bad one is told once a
 * change of state, and the log stays short.
 * Method: the agent as a process over real RTSP for three quarters of a minute; a small detector; the counts are
 * those of the agent's own health page, the truth about connections is the camera server's.
 */
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import {
  type CameraServerProcess,
  startCameraServerProcess,
} from "../test-fixtures/camera-server/camera-server-process.ts";
import type { StreamDescription } from "../test-fixtures/camera-server/server-description.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { freePort } from "../test-fixtures/free-port.ts";
import { HubProbe } from "../test-fixtures/hub-probe.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import type { HealthMessage } from "./health/health-report.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "./hub/embedded-broker.ts";

const watchMs = 45_000;
const goodIds = ["good-1", "good-2", "good-3", "good-4", "good-5", "good-6"] as const;
const everyMs = 500;
const login = { user: "viewer", password: "right" };

/** What each says of itself when it fails. */
const failures = {
  refused: ["refused"],
  unauthorised: ["unauthorised"],
  "not-found": ["not-found"],
  // It answers nothing either, when it is tried again.
  frozen: ["frozen", "timeout"],
} as const;

let cameras: CameraServerProcess;
let broker: EmbeddedBroker;
let hub: HubProbe;
let junction: Junction;
let agent: AgentProcess;
let health: HealthMessage;

beforeAll(async () => {
  const clip = { file: await cellClip({ seconds: 4, cars: [{ cell: 0 }] }) };
  const bad: StreamDescription[] = [
    { path: "/unauthorised", clip, credentials: login },
    { path: "/frozen", clip, script: [{ atMs: 4_000, fault: { kind: "freeze" } }] },
    { path: "/resets", clip, faults: [{ kind: "reset", everyMs: 1_000 }] },
    { path: "/random", clip, faults: [{ kind: "garbage", where: "stream" }] },
  ];
  cameras = await startCameraServerProcess({
    streams: [...goodIds.map((id) => ({ path: `/${id}`, clip })), ...bad],
  });
  broker = await startEmbeddedBroker();
  hub = await HubProbe.start(broker.url);
  junction = await Junction.make();
  const urls = {
    ...Object.fromEntries(goodIds.map((id) => [id, cameras.url(`/${id}`)])),
    refused: `rtsp://127.0.0.1:${await freePort()}/nobody`,
    unauthorised: cameras.url("/unauthorised", { user: "viewer", password: "wrong" }),
    "not-found": cameras.url("/no-such-camera"),
    frozen: cameras.url("/frozen"),
    resets: cameras.url("/resets"),
    random: cameras.url("/random"),
  };
  await junction.write({
    hubUrl: broker.url,
    cameras: Object.entries(urls).map(([id, url]) => ({
      id,
      url,
      every: `${everyMs}ms`,
      zones: [
        {
          id: "kerb",
          polygon: wholePicture,
          rules: [{ kind: "illegal-parking", warnAfter: "2s", reportAfter: "5s" }],
        },
      ],
    })),
  });
  agent = junction.start();
  await agent.running();
  await wait(watchMs);
  health = await agent.health();
}, 120_000);

afterAll(async () => {
  await junction?.remove();
  await hub?.stop();
  await broker?.stop();
  await cameras?.stop();
});

const stateLines = (camera: string) =>
  agent.lines.filter((line) => line.camera === camera && line.message.startsWith("camera "));
const healthOf = (camera: string) => health.cameras.find((one) => one.camera === camera);

test("the good ones miss no more than 0.1 % of their looks", () => {
  const good = goodIds.map(healthOf);
  const met = good.reduce((sum, one) => sum + (one?.looksMet ?? 0), 0);
  const missed = good.reduce((sum, one) => sum + (one?.looksMissed ?? 0), 0);
  // Enough of them to say so: all that were due, less the time until each camera was live.
  expect(met).toBeGreaterThan((goodIds.length * (watchMs - 5_000)) / everyMs);
  expect(missed / (met + missed), `${missed} of ${met + missed}`).toBeLessThanOrEqual(0.001);
  expect(health.inference.sessionRestarts).toBe(0);
});

test("and are found out: one violation each, told once a stage", async () => {
  for (const id of goodIds) {
    const its = hub.events.filter(({ data }) => data.camera === id);
    expect(its.map(({ data }) => data.stage)).toEqual(["warned", "reported"]);
    expect(its.map(({ data }) => data.unobservedMs)).toEqual([0, 0]);
    expect(stateLines(id).map(({ message }) => message.slice(0, 11))).toEqual(["camera live"]);
  }
});

for (const [camera, want] of Object.entries(failures)) {
  test(`${camera}: named, and told once a change, however often it is tried`, () => {
    const failed = stateLines(camera).filter(({ level }) => level === "warn");
    expect(failed.map(({ failure }) => failure)).toEqual(want);
    expect(stateLines(camera).length).toBe(want.length + (camera === "frozen" ? 1 : 0));
    expect(healthOf(camera)).toMatchObject({ state: "failed", failure: want.at(-1) });
  });
}

test("one that resets every second is live once and lost once", async () => {
  const metrics = (await (await agent.ask("/metrics"))?.text()) ?? "";
  const reconnects = Number(/reconnects_total{[^}]*camera="resets"[^}]*} (\d+)/.exec(metrics)?.[1]);
  expect(reconnects, "it was tried again and again").toBeGreaterThanOrEqual(5);
  expect(stateLines("resets").map(({ failure }) => failure)).toEqual([undefined, "reset"]);
});

test("one that sends random bytes is told once a change, and stays alone", () => {
  const its = stateLines("random").map(({ failure }) => failure ?? "live");
  expect(its.length, its.join()).toBeGreaterThanOrEqual(1);
  expect(its.length, its.join()).toBeLessThanOrEqual(4);
  expect(its.filter((state) => state === "live").length, its.join()).toBeLessThanOrEqual(1);
  expect(agent.lines.filter(({ message }) => /decoder/.test(message))).toEqual([]);
});

test("no password and no stack is in the log", () => {
  expect(agent.log()).not.toMatch(/wrong|right|\n\s+at /);
  expect(agent.lines.filter(({ level }) => level === "error")).toEqual([]);
});
