/** What the soak concludes from what it saw: handles by sort, the hub's account, the picture. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { processTree } from "../../test-fixtures/process-tree.ts";
import { holdingsOf, memoryOf, sortOf } from "./holdings.ts";
import { memoryFigures } from "./memory-figures.ts";
import { memorySvg } from "./memory-plot.ts";

const targets = [
  ["socket:[4711]", "socket"],
  ["pipe:[4711]", "pipe"],
  ["anon_inode:[eventpoll]", "eventpoll"],
  ["anon_inode:inotify", "inotify"],
  ["/data/kerbside.db", "file"],
  ["/data/kerbside.db-wal (deleted)", "removed-file"],
  ["/dev/null", "device"],
] as const;
test.each(targets)("a handle on %s is a %s", (target, sort) => {
  expect(sortOf(target)).toBe(sort);
});

test("a child counts with its process, threads and handles, until it has ended", async () => {
  const alone = holdingsOf(processTree(process.pid));
  const child = spawn("sleep", ["30"], { stdio: ["pipe", "ignore", "ignore"] });
  const together = holdingsOf(processTree(process.pid));
  expect(together.processes).toBe(alone.processes + 1);
  expect(together.threads).toBeGreaterThan(alone.threads);
  expect(together.handles).toBeGreaterThanOrEqual(alone.handles + 3);
  const { allBytes, ownBytes, childrenOwnBytes } = memoryOf(processTree(process.pid));
  expect(childrenOwnBytes).toBeGreaterThan(0);
  expect(ownBytes).toBeGreaterThan(childrenOwnBytes);
  expect(allBytes).toBeGreaterThan(ownBytes);
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  expect(holdingsOf(processTree(process.pid)).processes).toBe(alone.processes);
});

test("memory is judged from when it has settled, its own apart from what is shared", () => {
  const points = Array.from({ length: 90 }, (_, index) => ({
    atMs: index * 40_000,
    allBytes: index < 30 ? 100e6 : 400e6 - 1e6 * (index % 2),
    ownBytes: index < 30 ? 50e6 : 200e6 + 1e5 * index,
    childrenOwnBytes: 60e6,
  }));
  const { figures, plot } = memoryFigures(points, []);
  expect(figures.samples).toBe(60);
  expect(figures.own).toMatchObject({ first: 203, last: 208.9, perHour: 9, perHourSpread: 0 });
  expect(figures.all).toMatchObject({ min: 399, max: 400 });
  expect(Math.abs(figures.all.perHour)).toBeLessThan(figures.all.perHourSpread);
  expect(plot.megabytesMean).toBeCloseTo(205.95, 6);
});

test("the picture has three curves, the line from where memory settled, and the outages", () => {
  const points = Array.from({ length: 60 }, (_, index) => ({
    atMs: index * 60_000,
    allBytes: 300e6 + index * 1e5,
    ownBytes: 250e6 + index * 1e5,
    childrenOwnBytes: 60e6,
  }));
  const svg = memorySvg({
    title: "16 cameras",
    points,
    settledMs: 20 * 60_000,
    megabytesPerHour: 6,
    megabytesMean: 254,
    awaySpans: [
      { fromMs: 300_000, untilMs: 330_000 },
      { fromMs: 3_500_000, untilMs: Number.POSITIVE_INFINITY },
    ],
  });
  expect(svg.match(/fill="none" d="M/g)?.length).toBe(3);
  expect(svg.match(/stroke-dasharray/g)?.length).toBe(1);
  expect(svg.match(/fill="#eceff3"/g)?.length).toBe(3);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(() =>
    memorySvg({
      title: "",
      points: [],
      settledMs: 0,
      megabytesPerHour: 0,
      megabytesMean: 0,
      awaySpans: [],
    }),
  ).toThrow("nothing to draw");
});
