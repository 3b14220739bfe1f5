/** `kerbside bench capture`, one short turn on two small cameras: every figure is there. */
import { expect, test } from "vitest";
import { benchCaptureCommand } from "../../cli/bench-capture.ts";
import { testIo } from "../../cli/testing.ts";
import { benchCapture } from "./bench-capture.ts";

const clip = { width: 320, height: 240, fps: 15, seconds: 4, gopSeconds: 1, bitrateKbit: 300 };

test("our receiving is compared with bare sockets and with ffmpeg", async () => {
  const told: string[] = [];
  const result = await benchCapture({
    cameras: 2,
    seconds: 1,
    turns: 1,
    clip,
    signal: new AbortController().signal,
    onProgress: (text) => told.push(text),
  });
  expect(result).toMatchObject({ cameras: 2, seconds: 1, turns: 1, lostPackets: 0 });
  expect(result.stream).toContain("320×240, 15 pictures/s");
  for (const figure of [
    result.cpuPercentPerCamera,
    result.floorCpuPercentPerCamera,
    result.overheadRatio,
    result.packetsPerSecond,
    result.megabitsPerSecond,
    result.baseMegabytes,
  ]) {
    expect(figure).toBeGreaterThan(0);
  }
  expect(result.spread["overheadRatio"]?.median).toBe(result.overheadRatio);
  expect(result.cpuPercentPerCameraTurns).toEqual([result.cpuPercentPerCamera]);
  // A second of two small cameras may be less than a tick of ffmpeg's account.
  expect(result.ffmpegCpuPercentPerCamera ?? 0).toBeGreaterThanOrEqual(0);
  expect(told).toContain("turn 1 of 1: floor");
});

const refusals = [
  { args: ["--cameras", "0"], message: /--cameras must be a whole number from 1 to 500/ },
  { args: ["--seconds", "soon"], message: /--seconds must be a whole number from 1 to 600/ },
  { args: ["--turns", "101"], message: /--turns must be a whole number from 1 to 100/ },
];
test.each(refusals)("refused: $args", async ({ args, message }) => {
  await expect(benchCaptureCommand.run(args, testIo())).rejects.toThrow(message);
});
