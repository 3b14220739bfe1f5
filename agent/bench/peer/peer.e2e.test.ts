/**
 * The opponent on real cameras: it looks as often as it was asked to and finds what is there, its
 * ffmpegs are counted, and nothing of it is left behind.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCameraServerProcess } from "../../../test-fixtures/camera-server/camera-server-process.ts";
import { processTree } from "../../../test-fixtures/process-tree.ts";
import { writeTinyDetector } from "../../../test-fixtures/tiny-detector.ts";
import { loadModel, type PreparedModel } from "../../inference/model-store.ts";
import { startPeer } from "./start-peer.ts";

const picture = { width: 320, height: 240 };
let root = "";
let model: PreparedModel;
let server: Awaited<ReturnType<typeof startCameraServerProcess>>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kerbside-peer-"));
  const thresholds = { person: 0.01, car: 0.01 };
  await writeTinyDetector(root, { withWeights: true, changes: { thresholds } });
  model = await loadModel("tiny", { modelsFolder: root, dataFolder: join(root, "data") });
  server = await startCameraServerProcess({
    streams: [{ path: "/camera-{n}", clip: { made: { gopSeconds: 1 } }, count: 2 }],
  });
});
afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true, force: true });
});

const ffmpegs = () =>
  processTree(process.pid).filter(
    ({ commandLine }) => commandLine.startsWith("ffmpeg") && commandLine.includes("pipe:1"),
  );

const kinds = ["full-decode", "keyframes-only"] as const;
test.each(kinds)("%s: two cameras are looked at, one picture at a time", async (kind) => {
  const urls = [server.url("/camera-1"), server.url("/camera-2")];
  const peer = await startPeer({ urls, everyMs: 1_000, model, kind, picture });
  try {
    expect(ffmpegs().length).toBe(2);
    const before = await peer.reading();
    await wait(2_000);
    const after = await peer.reading();
    expect(peer.kind).toBe(kind);
    expect(peer.session).toContain("defaults");
    expect(after.looks - before.looks).toBeGreaterThanOrEqual(2);
    expect(after.looks - before.looks).toBeLessThanOrEqual(6);
    expect(after.detections).toBeGreaterThan(0);
    expect(after.cpuMs).toBeGreaterThanOrEqual(before.cpuMs);
    expect(after.megabytes).toBeGreaterThan(50);
  } finally {
    await peer.stop();
  }
  expect(ffmpegs()).toEqual([]);
});

test("a camera that is not there is told, and nothing is left behind", async () => {
  const urls = [server.url("/camera-1"), server.url("/nowhere")];
  await expect(startPeer({ urls, everyMs: 1_000, model, picture })).rejects.toThrow(
    /cannot be measured: ffmpeg of camera 2 ended with 1/,
  );
  expect(ffmpegs()).toEqual([]);
});

test("its end while it is measured is told", async () => {
  const peer = await startPeer({
    urls: [server.url("/camera-1")],
    everyMs: 1_000,
    model,
    picture,
    session: "one-thread",
  });
  try {
    for (const { pid } of ffmpegs()) process.kill(pid, "SIGKILL");
    await wait(300);
    await expect(peer.reading()).rejects.toThrow(/ffmpeg of camera 1 ended with SIGKILL/);
  } finally {
    await peer.stop();
  }
});
