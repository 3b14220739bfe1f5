/**
 * The renderer keeps its promises: the same bytes, exact boxes, exact shares of what is covered.
 *
 * Small pictures of a plain street; boxes are compared with a projection that is computed here.
 */
import { describe, expect, test } from "vitest";
import { type SceneDescription, sceneOf } from "./description.ts";
import { type Picture, renderOnce, renderPicture } from "./render.ts";
import { cachedShape } from "./shape-cache.ts";

const small = { width: 256, height: 144 };
const bin = { kind: "bin", style: "container", state: "empty", seed: 3 } as const;
const truck = { kind: "truck", lights: false, seed: 1 } as const;

function sceneWith(more: Partial<SceneDescription>): ReturnType<typeof sceneOf> {
  return sceneOf({
    name: "test",
    picture: small,
    street: { far: "wall", near: "wall" },
    camera: { xM: 0, yM: -2, heightM: 4, headingDeg: 0, pitchDeg: 15, fieldOfViewDeg: 60 },
    weather: { noise: 0.3 },
    ...more,
  });
}

test("the same scene and time give the same bytes, in any order of calls", () => {
  const description = { traffic: { vehiclesPerMinute: 20, personsPerMinute: 20 } };
  const one = sceneWith(description);
  const first = renderPicture(one, 40_000);
  renderPicture(one, 90_000);
  const again = renderPicture(one, 40_000);
  const other = renderOnce(sceneWith(description), 40_000);
  expect(Buffer.from(again.rgb).equals(Buffer.from(first.rgb))).toBe(true);
  expect(Buffer.from(other.rgb).equals(Buffer.from(first.rgb))).toBe(true);
  expect(other.truth).toEqual(first.truth);
});

test("another seed, another noise", () => {
  const first = renderOnce(sceneWith({ seed: 1 }), 0);
  const second = renderOnce(sceneWith({ seed: 2 }), 0);
  expect(Buffer.from(first.rgb).equals(Buffer.from(second.rgb))).toBe(false);
});

describe("boxes", () => {
  const rows = [
    { name: "straight ahead", heading: 0, pitch: 15, place: [0, 6] },
    { name: "to the right, turned", heading: 30, pitch: 10, place: [7, 5] },
    { name: "far away", heading: -40, pitch: 12, place: [-18, 9] },
  ] as const;
  for (const { name, heading, pitch, place } of rows) {
    test(`a thing ${name} is where an independent projection puts it`, () => {
      const scene = sceneWith({
        camera: { ...sceneWith({}).camera, headingDeg: heading, pitchDeg: pitch },
        things: [{ id: "bin", look: bin, place: [...place], headingDeg: 25 }],
      });
      const found = thing(renderOnce(scene, 0), "bin");
      const want = projectedBox(place, 25, heading, pitch);
      // Half a pixel to either side: samples are counted, corners are not.
      const [toleranceX, toleranceY] = [0.75 / small.width, 0.75 / small.height];
      expect(Math.abs(found.box.xMin - want.xMin)).toBeLessThan(toleranceX);
      expect(Math.abs(found.box.xMax - want.xMax)).toBeLessThan(toleranceX);
      expect(Math.abs(found.box.yMin - want.yMin)).toBeLessThan(toleranceY);
      expect(Math.abs(found.box.yMax - want.yMax)).toBeLessThan(toleranceY);
      expect(found.coveredShare).toBe(0);
      expect(found.insideShare).toBeCloseTo(1, 5);
    });
  }
});

test("what stands before a thing covers it; its full box stays", () => {
  const behind = { id: "bin", look: bin, place: [0, 8] as [number, number] };
  const free = thing(renderOnce(sceneWith({ things: [behind] }), 0), "bin");
  const lorry = { id: "truck", look: truck, place: [0.2, 4] as [number, number], headingDeg: 90 };
  const both = renderOnce(sceneWith({ things: [behind, lorry] }), 0);
  const covered = thing(both, "bin");
  expect(covered.coveredShare).toBeGreaterThan(0.9);
  expect(covered.box).toEqual(free.box);
  // A lamp post of the street stands before it.
  expect(thing(both, "truck").coveredShare).toBeLessThan(0.15);
});

test("half a thing covered is about half", () => {
  const behind = { id: "bin", look: bin, place: [0, 8] as [number, number] };
  const free = thing(renderOnce(sceneWith({ things: [behind] }), 0), "bin");
  // The lorry's rear ends at the middle of the bin, seen from the camera.
  const lorry = { id: "truck", look: truck, place: [2.8, 4] as [number, number], headingDeg: 90 };
  const covered = thing(renderOnce(sceneWith({ things: [behind, lorry] }), 0), "bin");
  expect(covered.coveredShare).toBeGreaterThan(0.2);
  expect(covered.coveredShare).toBeLessThan(0.8);
  const visible = covered.visibleBox;
  expect((visible?.xMax ?? 1) - (visible?.xMin ?? 0)).toBeLessThan(free.box.xMax - free.box.xMin);
});

test("what has gone is in no picture and no truth", () => {
  const scene = sceneWith({
    things: [{ id: "bin", look: bin, place: [0, 6], fromMs: 1_000, untilMs: 2_000 }],
  });
  const seen = [0, 1_000, 1_999, 2_000].map((atMs) => renderPicture(scene, atMs));
  expect(seen.map(({ truth }) => truth.some(({ id }) => id === "bin"))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("a bin that fills changes its label", () => {
  const full = { ...bin, state: "overflowing" } as const;
  const scene = sceneWith({
    things: [{ id: "bin", look: bin, place: [0, 6], becomes: [{ atMs: 5_000, look: full }] }],
  });
  expect(thing(renderPicture(scene, 4_999), "bin").label).toBe("bin");
  expect(thing(renderPicture(scene, 5_000), "bin").label).toBe("overflowing-bin");
});

test("night is darker than day, and its lamps are bright", () => {
  const day = renderOnce(sceneWith({ light: { hour: 11 } }), 0);
  const night = renderOnce(sceneWith({ light: { hour: 22 }, street: { far: "shops" } }), 0);
  expect(mean(night)).toBeLessThan(mean(day) * 0.75);
  expect(night.rgb.some((value) => value > 200)).toBe(true);
});

test("fog hides what is far, rain and shake change the picture, not what is there", () => {
  const plain = renderOnce(sceneWith({}), 0);
  const foggy = renderOnce(sceneWith({ weather: { noise: 0, fog: 1 } }), 0);
  const rainy = renderOnce(sceneWith({ weather: { noise: 0, rain: 1 } }), 0);
  expect(spread(foggy)).toBeLessThan(spread(plain) * 0.7);
  expect(Buffer.from(rainy.rgb).equals(Buffer.from(plain.rgb))).toBe(false);
  expect(rainy.truth.map(({ id }) => id)).toEqual(plain.truth.map(({ id }) => id));
});

test("an infrared camera is grey under its own lamp at night, and coloured by day", () => {
  const at = (hour: number, infrared: boolean): Picture =>
    renderOnce(sceneWith({ light: { hour, moves: false }, weather: { infrared } }), 0);
  const isGrey = ({ rgb }: Picture): boolean =>
    rgb.every((value, index) => value === rgb[index - (index % 3)]);
  expect([isGrey(at(22, true)), isGrey(at(22, false)), isGrey(at(12, true))]).toEqual([
    true,
    false,
    false,
  ]);
  expect(mean(at(22, true))).toBeGreaterThan(mean(at(22, false)));
});

function thing(picture: Picture, id: string): Picture["truth"][number] {
  const found = picture.truth.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`${id} is not in the picture`);
  return found;
}

/** By rotation matrices written out once more, of every corner of the thing. */
function projectedBox(
  [placeX, placeY]: readonly [number, number],
  turnDeg: number,
  headingDeg: number,
  pitchDeg: number,
): { readonly xMin: number; readonly yMin: number; readonly xMax: number; readonly yMax: number } {
  const turn = (-turnDeg * Math.PI) / 180;
  const yaw = (headingDeg * Math.PI) / 180;
  const pitch = (pitchDeg * Math.PI) / 180;
  const focal = 0.5 / Math.tan(Math.PI / 6);
  const xs: number[] = [];
  const ys: number[] = [];
  for (const { positions, triangles } of cachedShape(bin).parts) {
    for (const corner of triangles) {
      const [lx = 0, ly = 0, lz = 0] = positions.subarray(corner * 3, corner * 3 + 3);
      const x = placeX + lx * Math.cos(turn) - ly * Math.sin(turn);
      const y = placeY + lx * Math.sin(turn) + ly * Math.cos(turn) + 2;
      const across = x * Math.cos(yaw) - y * Math.sin(yaw);
      const ahead = x * Math.sin(yaw) + y * Math.cos(yaw);
      const up = lz - 4;
      const depth = ahead * Math.cos(pitch) - up * Math.sin(pitch);
      const rise = ahead * Math.sin(pitch) + up * Math.cos(pitch);
      xs.push(0.5 + (focal * across) / depth);
      ys.push(0.5 - ((focal * rise) / depth) * (small.width / small.height));
    }
  }
  return {
    xMin: Math.min(...xs),
    xMax: Math.max(...xs),
    yMin: Math.min(...ys),
    yMax: Math.max(...ys),
  };
}

function mean({ rgb }: Picture): number {
  return rgb.reduce((sum, value) => sum + value, 0) / rgb.length;
}

function spread(picture: Picture): number {
  const middle = mean(picture);
  const squares = picture.rgb.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / picture.rgb.length);
}
