import { describe, expect, test } from "vitest";
import { shapeOf } from "./index.ts";
import { binRow, labelOf, type ThingLook } from "./thing-look.ts";

const seed = 1;
const person = { kind: "person", seed, pose: { name: "standing" } } as const;

const rows: readonly { readonly look: ThingLook; readonly want: string | null }[] = [
  { look: { kind: "car", seed, lights: false }, want: "car" },
  { look: { kind: "van", seed, lights: false }, want: "car" },
  { look: { kind: "bus", seed, lights: false }, want: "bus" },
  { look: { kind: "truck", seed, lights: false }, want: "truck" },
  { look: { kind: "bicycle", seed, lights: false }, want: "two-wheeler" },
  { look: { kind: "e-bike", seed, lights: false }, want: "two-wheeler" },
  { look: { kind: "cargo-tricycle", seed, lights: false }, want: "two-wheeler" },
  { look: person, want: "person" },
  { look: { kind: "bin", style: "litter", state: "empty", seed }, want: "bin" },
  { look: { kind: "bin", style: "container", state: "full", seed }, want: "bin" },
  { look: { kind: "bin", style: "litter", state: "overflowing", seed }, want: "overflowing-bin" },
  { look: { kind: "garbage", style: "bags", seed }, want: "garbage" },
  {
    look: { kind: "stall", style: "handcart", hasVendor: true, lights: false, seed },
    want: "stall",
  },
  { look: { kind: "umbrella", seed }, want: "umbrella" },
  { look: { kind: "table", seed }, want: "table" },
  { look: { kind: "crate", seed }, want: "goods" },
  {
    look: { kind: "signboard", style: "shop", widthM: 3, heightM: 1, lights: false, seed },
    want: "signboard",
  },
  { look: { kind: "banner", widthM: 4, heightM: 0.7, phase: 0, seed }, want: "signboard" },
  { look: { kind: "pavement-board", lights: false, seed }, want: "signboard" },
  { look: { kind: "tree", seed }, want: null },
  { look: { kind: "planter", seed }, want: null },
  { look: { kind: "bench", seed }, want: null },
  { look: { kind: "traffic-sign", seed }, want: null },
  { look: { kind: "parcel-cart", seed }, want: null },
  { look: { kind: "cleaning-cart", seed }, want: null },
  { look: { kind: "leaf-heap", seed }, want: null },
  { look: { kind: "bus-stop", seed }, want: null },
  { look: { kind: "lamp-post", lights: false, seed }, want: null },
];

describe("labelOf", () => {
  for (const { look, want } of rows) {
    test(`${JSON.stringify(look)} is ${want ?? "background"}`, () => {
      expect(labelOf(look)).toBe(want);
      expect(shapeOf(look).parts.length).toBeGreaterThan(0);
    });
  }
});

test("a row of bins has four colours in four places", () => {
  const row = binRow(1, ["empty", "full", "overflowing", "empty"]);
  expect(row.map(({ look }) => look.state)).toEqual(["empty", "full", "overflowing", "empty"]);
  expect(new Set(row.map(({ look }) => ("colour" in look ? look.colour : ""))).size).toBe(4);
  expect(row.map(({ xM }) => Math.round(xM * 100))).toEqual([-102, -34, 34, 102]);
});
