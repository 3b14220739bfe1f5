import { expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { SetAside } from "./set-aside.ts";

const camera = cameraId("east");
const rule = { deathsMax: 2, windowMs: 1_000, durationMs: 300 };

test("the second death within the window sets a camera aside, for a while", () => {
  const setAside = new SetAside(rule);
  expect(setAside.hostDied(camera, 0)).toBe(0);
  expect(setAside.hostDied(camera, 900)).toBe(300);
  expect(setAside.cameras(1_000)).toEqual([camera]);
  expect(setAside.remainingMs(camera, 1_000)).toBe(200);
  expect(setAside.remainingMs(camera, 1_200)).toBe(0);
  expect(setAside.cameras(1_200)).toEqual([]);
});

test("once it is back, one more death within the window is enough", () => {
  const setAside = new SetAside(rule);
  setAside.hostDied(camera, 0);
  setAside.hostDied(camera, 900);
  expect(setAside.hostDied(camera, 1_800)).toBe(300);
});

test("deaths far apart, or of different cameras, set nobody aside", () => {
  const setAside = new SetAside(rule);
  expect(setAside.hostDied(camera, 0)).toBe(0);
  expect(setAside.hostDied(cameraId("west"), 10)).toBe(0);
  expect(setAside.hostDied(camera, 1_000)).toBe(0);
});
