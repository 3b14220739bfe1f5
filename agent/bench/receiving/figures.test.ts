import { expect, test } from "vitest";
import { captureFigures } from "./figures.ts";

const turn = (cpuPercent: number) => ({
  cpuPercent,
  serverCpuPercent: 4,
  baseBytes: 100e6,
  bytes: 120e6,
  packetsPerSecond: 700,
  bitsPerSecond: 8e6,
  lostPackets: 1,
});

test("figures are of one camera; ratios are those of turns side by side", () => {
  const ours = [10, 20, 60].map(turn);
  const figures = captureFigures({ cameras: 2, ours, floor: [10, 10, 20], ffmpeg: [30, 80, 90] });
  expect(figures).toMatchObject({
    cpuPercentPerCamera: 10,
    floorCpuPercentPerCamera: 5,
    overheadRatio: 2,
    megabytesPerCamera: 10,
    baseMegabytes: 100,
    packetsPerSecond: 700,
    megabitsPerSecond: 8,
    lostPackets: 3,
    ffmpegCpuPercentPerCamera: 40,
    ffmpegRatio: 3,
    cameraServerCpuPercentPerCamera: 2,
    cpuPercentPerCameraTurns: [5, 10, 30],
  });
  expect(figures.spread["overheadRatio"]).toMatchObject({ min: 1, max: 3 });
});

test("without ffmpeg there is nothing to say of it", () => {
  const figures = captureFigures({ cameras: 1, ours: [turn(1)], floor: [1], ffmpeg: [] });
  expect([figures.ffmpegRatio, figures.ffmpegCpuPercentPerCamera]).toEqual([null, null]);
  expect(Object.keys(figures.spread)).not.toContain("ffmpegRatio");
});

test("a turn without ffmpeg counts for the rest", () => {
  const ours = [10, 20, 60].map(turn);
  const ffmpeg = [undefined, 40, undefined];
  const figures = captureFigures({ cameras: 1, ours, floor: [10, 10, 20], ffmpeg });
  expect([figures.cpuPercentPerCamera, figures.ffmpegRatio]).toEqual([20, 2]);
  expect(figures.ffmpegCpuPercentPerCameraTurns).toEqual([40]);
});

test("no turn, no figures", () => {
  const none = { cameras: 1, ours: [], floor: [], ffmpeg: [] };
  expect(() => captureFigures(none)).toThrow(/one turn at least/);
});
