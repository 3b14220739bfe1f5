/**
 * The mask pass with a detector that sees what the test says: what is masked, and that it fails
 * closed whatever goes wrong.
 */
import { expect, test } from "vitest";
import { detectionsOf, noDetections } from "../../pipelines/domain/detections.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { model } from "../../test-fixtures/fake-loop.ts";
import type { SessionBatch, SessionResult } from "../inference/sessions.ts";
import { lookAtTile } from "../look-at-tile.ts";
import { SimulatedClock, systemClock } from "../runtime/clock.ts";
import { MaskPass, type MaskPassOptions } from "./mask-pass.ts";
import { maskTiles } from "./mask-tiles.ts";
import { blur } from "./pixel-mask.ts";

const width = 640;
const height = 480;
const picture = { planes: new Uint8Array(3 * width * height).fill(90), width, height };

const seen = (label: Label, ...[xMin, yMin, xMax, yMax]: [number, number, number, number]) => ({
  label,
  score: 0.9,
  box: { xMin, yMin, xMax, yMax },
});
const person = seen("person", 0.4, 0.2, 0.5, 0.8);
const car = seen("car", 0.1, 0.5, 0.4, 0.9);

type Analyse = (batch: SessionBatch, signal?: AbortSignal) => Promise<SessionResult>;
type More = Partial<MaskPassOptions> & { readonly analyse?: Analyse };

function passOf(found: readonly ReturnType<typeof seen>[], { analyse, ...more }: More = {}) {
  const asked: SessionBatch[] = [];
  const sees: Analyse = (batch) => {
    asked.push(batch);
    return Promise.resolve({ detections: [detectionsOf(found)], runMs: 1 });
  };
  const pass = new MaskPass({
    lookAt: lookAtTile(model, analyse ?? sees),
    clock: systemClock,
    threshold: 0.3,
    isOwnPlateMasked: true,
    ...more,
  });
  return { pass, asked };
}

test("the whole and each tile are looked at, from low scores on, for people and vehicles alone", async () => {
  const { pass, asked } = passOf([]);
  expect(await pass.regions(picture)).toEqual({ regions: [], plateEstimate: false });
  expect(asked).toHaveLength(maskTiles(picture).length);
  for (const { placements } of asked) {
    expect(placements[0]?.thresholds).toMatchObject({ person: 0.3, car: 0.5, stall: 1 });
  }
});

test("a head that every tile saw is one region of whole blocks, and holds the head", async () => {
  const { pass } = passOf([person]);
  const { regions } = await pass.regions(picture);
  expect(regions).toHaveLength(1);
  const [head] = regions;
  expect(head).toMatchObject({ what: "head" });
  expect(head?.xMin).toBeLessThan(0.4 * width);
  expect(head?.xMax).toBeGreaterThan(0.5 * width);
  expect(head?.blockPx).toBeGreaterThanOrEqual(8);
  expect(((head?.xMax ?? 0) - (head?.xMin ?? 0)) % (head?.blockPx ?? 1)).toBe(0);
});

const large = [
  { name: "one that is likely is masked", score: 0.55, side: 0.5, count: 1 },
  { name: "one that is unlikely would hide the street", score: 0.45, side: 0.5, count: 0 },
  { name: "a small one is masked all the same", score: 0.45, side: 0.3, count: 1 },
];
for (const { name, score, side, count } of large) {
  test(`of a person as large as a part of the picture: ${name}`, async () => {
    const box = { xMin: 0.2, yMin: 0.2, xMax: 0.2 + side, yMax: 0.2 + side };
    const analyse: Analyse = ({ placements: [placement] }) => {
      const isWhole = placement?.crop.xMax === 1 && placement.crop.xMin === 0;
      const found = isWhole ? detectionsOf([{ label: "person", score, box }]) : noDetections;
      return Promise.resolve({ detections: [found], runMs: 1 });
    };
    const { regions } = await passOf([], { analyse }).pass.regions(picture);
    expect(regions).toHaveLength(count);
  });
}

const plates = [
  { name: "is masked, as an estimate", isOwnPlateMasked: true, own: car.box, count: 1 },
  { name: "is shown where the site says so", isOwnPlateMasked: false, own: car.box, count: 0 },
  {
    name: "of another vehicle is masked all the same",
    isOwnPlateMasked: false,
    own: { xMin: 0.6, yMin: 0.5, xMax: 0.9, yMax: 0.9 },
    count: 1,
  },
  { name: "is masked where nobody says whose it is", isOwnPlateMasked: false, own: null, count: 1 },
];
for (const { name, isOwnPlateMasked, own, count } of plates) {
  test(`a plate ${name}`, async () => {
    const { pass } = passOf([car], { isOwnPlateMasked });
    const { regions, plateEstimate } = await pass.regions(picture, own);
    expect(regions.filter(({ what }) => what === "plate")).toHaveLength(count);
    expect(plateEstimate).toBe(count > 0);
  });
}

const failures: readonly {
  readonly name: string;
  readonly answer: (index: number) => Promise<SessionResult>;
}[] = [
  { name: "every tile is lost", answer: () => Promise.reject(new Error("lost")) },
  {
    name: "the last tile is lost",
    answer: (index) =>
      index === 4
        ? Promise.reject(new Error("lost"))
        : Promise.resolve({ detections: [noDetections], runMs: 1 }),
  },
  { name: "an answer is empty", answer: () => Promise.resolve({ detections: [], runMs: 1 }) },
];
for (const { name, answer } of failures) {
  test(`there are no regions when ${name}`, async () => {
    let index = 0;
    const { pass } = passOf([], { analyse: () => answer(index++) });
    await expect(pass.regions(picture)).rejects.toMatchObject({ code: "MASKING_FAILED" });
    const { pass: next } = passOf([person]);
    expect((await next.regions(picture)).regions).toHaveLength(1);
  });
}

test("no answer in time is a failure, and what waits is taken back", async () => {
  const clock = new SimulatedClock();
  let signalled: AbortSignal | undefined;
  const analyse = (_: SessionBatch, signal?: AbortSignal) => {
    signalled = signal;
    return new Promise<SessionResult>(() => {});
  };
  const { pass } = passOf([], { clock, analyse });
  const ends = Promise.allSettled([pass.regions(picture)]);
  await clock.advance(0);
  await clock.advance(2_500);
  expect(await ends).toMatchObject([{ status: "rejected", reason: { code: "MASKING_FAILED" } }]);
  expect(signalled?.aborted ?? true).toBe(true);
});

test("planes of another size are refused", async () => {
  const { pass } = passOf([]);
  const wrong = { planes: new Uint8Array(10), width, height };
  await expect(pass.regions(wrong)).rejects.toMatchObject({ code: "MASKING_FAILED" });
});

test("nothing within a block of a masked head survives: pixels that change places change nothing", async () => {
  const { pass } = passOf([person]);
  const { regions } = await pass.regions(picture);
  const [head] = regions;
  if (head === undefined) throw new Error("the head is missing");
  const a = {
    planes: picture.planes.map((_, index) => (index * 2_654_435_761) >>> 24),
    width,
    height,
  };
  const b = { ...a, planes: a.planes.slice() };
  // Each block of `b` is that of `a` upside down.
  const { blockPx, xMin, yMin } = head;
  for (let y = 0; y < blockPx; y++) {
    for (let x = 0; x < head.xMax - xMin; x++) {
      const from = (yMin + y) * width + xMin + x;
      b.planes[(yMin + blockPx - 1 - y) * width + xMin + x] = a.planes[from] ?? 0;
    }
  }
  expect(b.planes).not.toEqual(a.planes);
  blur(a, head);
  blur(b, head);
  expect(b.planes).toEqual(a.planes);
});
