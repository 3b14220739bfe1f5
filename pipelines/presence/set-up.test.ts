/**
 * What somebody set up is no traffic: a stall keeps its time through poor boxes of it, where a car
 * would be taken for the next one. Looks are two seconds apart.
 */
import { describe, expect, test } from "vitest";
import { drawsOf } from "../domain/draws.ts";
import type { NormBox } from "../domain/geometry.ts";
import type { Label } from "../domain/label.ts";
import { poorBox } from "../testing/poor-detector.ts";
import { carAt, lookAt } from "../testing/street.ts";
import { type Presence, stands } from "./presence.ts";
import { stepPresences } from "./step-presences.ts";

const place = carAt(0.4);
/** Half of the way to the next place: 0.45 of what both fill is in both. */
const farOff: NormBox = carAt(0.4455);
const across: NormBox = carAt(0.46);

/** The oldest presence after looks that saw these; null: nothing. */
function oldestAfter(label: Label, boxes: readonly (NormBox | null)[]): Presence | undefined {
  let presences: readonly Presence[] = [];
  for (const [index, box] of boxes.entries()) {
    const look = lookAt(index * 2, box === null ? [] : [{ box, label }]);
    const settings = {
      everyMs: 2_000,
      isTracked: () => true,
      scoreMin: 0.2,
      clearAfterMs: () => 60_000,
      isPinned: () => false,
    };
    ({ presences } = stepPresences(presences, look, settings));
  }
  return presences[0];
}

const rows: readonly {
  readonly name: string;
  readonly boxes: readonly (NormBox | null)[];
  readonly stallMs: number;
  readonly carMs: number;
}[] = [
  {
    name: "the second box far off: the same stall, another car",
    boxes: [place, farOff, place],
    stallMs: 4_000,
    carMs: 0,
  },
  {
    name: "three looks miss it after the first: bridged for a stall alone",
    boxes: [place, null, null, null, place],
    stallMs: 8_000,
    carMs: 0,
  },
  {
    name: "four do: that is too long for a stall, too",
    boxes: [place, null, null, null, null, place],
    stallMs: 0,
    carMs: 0,
  },
  {
    name: "a box across its place: a bad one of the stall, another car in a car's place",
    boxes: [place, place, place, place, place, across, place],
    stallMs: 12_000,
    carMs: 8_000,
  },
];

describe("time of a stall, and of a car in its stead", () => {
  for (const { name, boxes, stallMs, carMs } of rows) {
    test(name, () => {
      expect(oldestAfter("stall", boxes)?.observedMs).toBe(stallMs);
      expect(oldestAfter("car", boxes)?.observedMs).toBe(carMs);
    });
  }

  test("people walk by under umbrellas: an umbrella has no more patience than a car", () => {
    for (const { boxes, carMs } of rows) {
      expect(oldestAfter("umbrella", boxes)?.observedMs).toBe(carMs);
    }
  });
});

describe("whether it stands", () => {
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

  test("eight poor boxes say so of a stall, in 19 of 20 draws", () => {
    const standing = seeds.filter((seed) => {
      const random = drawsOf(seed);
      const boxes = Array.from({ length: 8 }, () => poorBox(place, 0.2, random));
      const stall = oldestAfter("stall", boxes);
      return stall !== undefined && stands(stall);
    });
    expect(standing.length).toBeGreaterThanOrEqual(19);
  });

  test("a cart that is pushed on slowly never stands for longer than its box overlaps", () => {
    const boxes = Array.from({ length: 60 }, (_, index) => carAt(0.1 + index * 0.004));
    for (let looks = 1; looks <= boxes.length; looks += 1) {
      const cart = oldestAfter("stall", boxes.slice(0, looks));
      if (cart === undefined || !stands(cart)) continue;
      expect(cart.observedMs, `${looks} looks`).toBeLessThanOrEqual(20_000);
    }
  });
});
