/**
 * Goal: a street at rest costs neither decoding nor a run, with what is real: packets of an encoder
 * over RTSP, the receiving thread, the decoder host, a session.
 *
 * A still picture with a keyframe every 0.4 s, looked at as often: what takes a minute on a street
 * takes ten seconds here.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import { startCameraServer } from "../../test-fixtures/camera-server/camera-server.ts";
import { loadClip } from "../../test-fixtures/clips/load-clip.ts";
import { settingsOf } from "../../test-fixtures/receiving/test-capture.ts";
import { runTool } from "../../test-fixtures/run-tool.ts";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import { Capture } from "../capture/capture.ts";
import { DecoderHost } from "../capture/decoder/decoder-host.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { systemClock } from "../runtime/clock.ts";
import { InferenceLoop } from "./loop.ts";
import { loadModel } from "./model-store.ts";

const everyMs = 400;
const reuseMs = 4_000;

test("a street at rest is neither decoded nor analysed but within the bound", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-saved-"));
  const path = join(folder, "still.mp4");
  const still = "testsrc2=size=640x360:rate=25,trim=end_frame=1,loop=loop=-1:size=1,setpts=N/25/TB";
  const group = "keyint=10:min-keyint=10:scenecut=0:open-gop=0";
  const encoder = ["-c:v", "libx264", "-preset", "superfast", "-crf", "26", "-bf", "0"];
  await runTool(
    "ffmpeg",
    ["-v", "error", "-f", "lavfi", "-i", still, "-t", "4", ...encoder, "-x264-params", group, path],
    { timeoutMs: 60_000 },
  );
  const server = await startCameraServer({
    streams: [{ path: "/s0", clip: await loadClip(path) }],
  });
  const folders = { modelsFolder: folder, dataFolder: folder };
  await writeTinyDetector(folder, { withWeights: true });
  const camera = cameraId("east");
  const capture = new Capture({
    streams: [settingsOf({ camera: "east", url: server.url("/s0"), everyMs })],
    clock: systemClock,
  });
  const decoder = new DecoderHost();
  const view = {
    cameraId: camera,
    viewId: viewId("all"),
    stream: "main",
    crop: wholePicture,
  } as const;
  const loop = new InferenceLoop<EncodedPicture>({
    views: [{ ...view, everyMs, reuseMs, model: await loadModel("tiny", folders) }],
    pictures: capture,
    decoder,
    clock: systemClock,
    workerCount: 1,
    batchMax: 1,
    batchWaitMs: 0,
  });
  const looks: Look[] = [];
  try {
    decoder.start();
    await loop.start({ onLook: (look) => looks.push(look), mayReuse: () => true });
    capture.start({
      onPicture: (notice) => loop.offer(notice),
      onState: () => undefined,
      onWorkerCrash: (error) => {
        throw error;
      },
    });
    await vi.waitFor(() => expect(loop.stats().savedCounts.packets).toBeGreaterThan(12), {
      timeout: 60_000,
      interval: 200,
    });
  } finally {
    await loop.stop();
    await capture.stop();
    await decoder.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const { savedCounts, pictureCount, batchCount, packetsWrongCount } = loop.stats();
  expect(savedCounts.picture).toBeGreaterThan(0);
  expect(packetsWrongCount).toBe(0);
  expect(pictureCount + savedCounts.packets).toBeGreaterThanOrEqual(looks.length);
  expect(batchCount + savedCounts.packets + savedCounts.picture).toBeGreaterThanOrEqual(
    looks.length,
  );
  let analysedAtMs = Number.NEGATIVE_INFINITY;
  for (const { isReused, capturedAtMs } of looks) {
    if (isReused !== true) analysedAtMs = capturedAtMs;
    // A picture may be that much older than its arrival.
    expect(capturedAtMs - analysedAtMs).toBeLessThanOrEqual(reuseMs + everyMs);
  }
}, 90_000);
