/** Streets by chance: drawn as descriptions alone, without a picture. */
import { expect, test } from "vitest";
import type { Scene } from "./description.ts";
import { randomScene } from "./random-scene.ts";

const scenes = Array.from({ length: 300 }, (_, index) => randomScene(5, index));

test("the same seed and number are the same scene, others are others", () => {
  expect(randomScene(5, 7)).toEqual(scenes[7]);
  expect(randomScene(5, 8)).not.toEqual(scenes[7]);
  expect(randomScene(6, 7)).not.toEqual(scenes[7]);
});

test("each has things, and no two of them have one name", () => {
  for (const { things } of scenes) {
    expect(things.length).toBeGreaterThan(0);
    expect(new Set(things.map(({ id }) => id)).size).toBe(things.length);
  }
});

test("every state of a bin, every stall, day, night, fog, rain and infrared come up", () => {
  const looks = scenes.flatMap(({ things }) => things.map(({ look }) => look));
  const states = looks.flatMap((look) => (look.kind === "bin" ? [look.state] : []));
  const stalls = looks.flatMap((look) => (look.kind === "stall" ? [look.style] : []));
  expect(new Set(states).size).toBe(3);
  expect(new Set(stalls).size).toBe(7);
  const often: readonly ((scene: Scene) => boolean)[] = [
    ({ light }) => light.hour > 8 && light.hour < 16,
    ({ light }) => light.hour > 19 || light.hour < 4,
    ({ weather }) => weather.fog > 0,
    ({ weather }) => weather.rain > 0,
    ({ weather }) => weather.infrared,
    ({ weather }) => weather.compression > 0.2,
  ];
  for (const has of often) expect(scenes.filter(has).length).toBeGreaterThan(10);
});
