import { expect, test } from "vitest";
import { countDelta } from "../pipelines/counts.ts";
import { zoneId } from "../pipelines/domain/ids.ts";
import { HourlyCounts } from "./hourly-counts.ts";
import { countsSchema } from "./uplink/messages.ts";

const hourMs = 3_600_000;
const eight = Date.UTC(2026, 2, 1, 0); // 08:00 in Shanghai.
const delta = (atMs: number, stage: "warned" | "allowed") =>
  countDelta(atMs, zoneId("bus-stop"), "illegal-parking", stage);

test("an hour is told when it has ended, with a moment for late looks", () => {
  const counts = new HourlyCounts();
  counts.add("east", [delta(eight, "warned"), delta(eight + 10, "warned")]);
  expect(counts.ready(eight + hourMs)).toEqual([]);
  expect(counts.ready(eight + hourMs + 120_000)).toEqual([eight]);
  const message = counts.message(eight, "/kerbside/445102/box", "Asia/Shanghai");
  expect(countsSchema.parse(message)).toEqual(message);
  expect(message.hourStartAt).toBe("2026-03-01T08:00:00.000+08:00");
  expect(message.rows).toMatchObject([
    { camera: "east", zone: "bus-stop", warned: 2, reported: 0 },
  ]);
  counts.told(eight);
  expect(counts.ready(eight + 5 * hourMs)).toEqual([]);
});

test("the hour that runs is told at a stop", () => {
  const counts = new HourlyCounts();
  counts.add("east", [delta(eight, "allowed")]);
  expect(counts.ready(eight + 5, { withRunningHour: true })).toEqual([eight]);
});

test("a hub that is away for months costs bounded memory: the oldest hours go", () => {
  const counts = new HourlyCounts();
  for (let hour = 0; hour < 1_000; hour++)
    counts.add("east", [delta(eight + hour * hourMs, "warned")]);
  const ready = counts.ready(eight + 2_000 * hourMs);
  expect(ready.length).toBe(31 * 24);
  expect(ready.at(-1)).toBe(eight + 999 * hourMs);
});
