/**
 * Goal: a camera that was moved is found, and nothing else is taken for it.
 * Method: drawn streets of lines and boxes, shifted, turned, covered, dimmed; real streets are in
 * `npm run proof:moved`.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawsOf } from "../../pipelines/domain/draws.ts";
import { EdgeMemory } from "./edge-memory.ts";
import {
  directions,
  pictureCells,
  pictureHeight,
  pictureWidth,
  planeWords,
} from "./edge-picture.ts";
import { isMisplaced, isSeeing } from "./sight.ts";
import { type SavedSight, SightWatch } from "./sight-watch.ts";

const aspect = 16 / 9;
const periodMs = 10_000;

interface Shot {
  readonly dx?: number;
  readonly dy?: number;
  readonly turn?: number;
  readonly growth?: number;
  readonly gain?: number;
  readonly noise?: number;
  readonly seed?: number;
  /** Something before the lens, from the left: a share of the width. */
  readonly covered?: number;
  readonly soft?: number;
}

const canvas = { width: 420, height: 280 } as const;

/** A made-up street: boxes of all sizes, the same for the same seed, seen from where one likes. */
function street(seed: number) {
  const draw = drawsOf(seed);
  const painted = new Uint8Array(canvas.width * canvas.height).fill(120);
  for (let box = 0; box < 200; box += 1) {
    const [left, top] = [Math.floor(draw() * canvas.width), Math.floor(draw() * canvas.height)];
    const right = Math.min(canvas.width, left + 4 + Math.floor(draw() * 40));
    const bottom = Math.min(canvas.height, top + 4 + Math.floor(draw() * 24));
    const grey = 30 + draw() * 190;
    for (let y = top; y < bottom; y += 1) {
      painted.fill(grey, y * canvas.width + left, y * canvas.width + right);
    }
  }
  return (shot: Shot): Uint8Array => {
    const {
      dx = 0,
      dy = 0,
      turn = 0,
      growth = 0,
      gain = 1,
      noise = 3,
      covered = 0,
      soft = 0,
    } = shot;
    const noiseDraw = drawsOf(shot.seed ?? 1);
    const sharp = new Float64Array(pictureCells);
    for (let cell = 0; cell < pictureCells; cell += 1) {
      const x = (cell % pictureWidth) - pictureWidth / 2 - dx;
      const y = Math.floor(cell / pictureWidth) - pictureHeight / 2 - dy;
      const u = canvas.width / 2 + (x + turn * y) / (1 + growth);
      const v = canvas.height / 2 + (y - turn * x) / (1 + growth);
      sharp[cell] = cell % pictureWidth < covered * pictureWidth ? 90 : between(painted, u, v);
    }
    const shown = soft === 0 ? sharp : blurred(sharp, soft);
    return Uint8Array.from(shown, (grey) =>
      Math.max(0, Math.min(255, grey * gain + (noiseDraw() - 0.5) * 2 * noise)),
    );
  };
}

function between(painted: Uint8Array, u: number, v: number): number {
  const at = Math.floor(v) * canvas.width + Math.floor(u);
  const [right, down] = [u - Math.floor(u), v - Math.floor(v)];
  const upper = (painted[at] ?? 0) * (1 - right) + (painted[at + 1] ?? 0) * right;
  const lower =
    (painted[at + canvas.width] ?? 0) * (1 - right) + (painted[at + canvas.width + 1] ?? 0) * right;
  return upper * (1 - down) + lower * down;
}

function blurred(grey: Float64Array, radius: number): Float64Array {
  let from = grey;
  for (const step of [1, pictureWidth]) {
    const to = new Float64Array(grey.length);
    for (let cell = 0; cell < grey.length; cell += 1) {
      let [sum, count] = [0, 0];
      for (let off = -radius; off <= radius; off += 1) {
        const value = from[cell + off * step];
        if (value !== undefined) [sum, count] = [sum + value, count + 1];
      }
      to[cell] = sum / count;
    }
    from = to;
  }
  return from;
}

class Camera {
  readonly watch: SightWatch;
  readonly #street: (shot: Shot) => Uint8Array;
  #atMs = 1_000_000;
  #count = 0;

  constructor(seed: number, saved?: SavedSight, reference?: Uint8Array) {
    this.#street = street(seed);
    this.watch = new SightWatch({ aspect, saved, reference });
  }

  /** Something that is no street of its own. */
  showPicture(grey: Uint8Array): string {
    this.#count += 1;
    this.#atMs += periodMs;
    this.watch.add(grey, this.#atMs);
    return this.watch.sight.state;
  }

  show(shot: Shot, count: number): string {
    for (let index = 0; index < count; index += 1) {
      this.#count += 1;
      this.#atMs += periodMs;
      this.watch.add(this.#street({ seed: this.#count, ...shot }), this.#atMs);
    }
    return this.watch.sight.state;
  }

  wait(ms: number): void {
    this.#atMs += ms;
  }
}

const settled = 8;

const rows: { name: string; shot: Shot; count: number; want: string }[] = [
  { name: "nothing happens", shot: {}, count: 15, want: "in-place" },
  { name: "2 % to the right", shot: { dx: 3.84 }, count: 3, want: "moved" },
  { name: "2 % up", shot: { dy: -3.84 }, count: 3, want: "moved" },
  { name: "far to the left", shot: { dx: -24, dy: 6 }, count: 3, want: "moved" },
  { name: "turned by two degrees", shot: { turn: 0.035 }, count: 3, want: "moved" },
  { name: "larger by four hundredths", shot: { growth: 0.04 }, count: 3, want: "moved" },
  { name: "less than a hundredth", shot: { dx: 1 }, count: 15, want: "in-place" },
  { name: "half the light", shot: { gain: 0.5 }, count: 15, want: "in-place" },
  { name: "a seventh of the light", shot: { gain: 0.15 }, count: 15, want: "in-place" },
  { name: "noise as by night", shot: { gain: 0.5, noise: 14 }, count: 15, want: "in-place" },
  { name: "half of it covered", shot: { covered: 0.5 }, count: 15, want: "in-place" },
  { name: "all of it covered", shot: { covered: 1 }, count: 3, want: "blocked" },
  { name: "no light at all", shot: { gain: 0.02, noise: 1 }, count: 7, want: "dark" },
  { name: "no light for a moment", shot: { gain: 0.02, noise: 1 }, count: 4, want: "in-place" },
  { name: "out of focus", shot: { soft: 2 }, count: 7, want: "defocused" },
  { name: "the same picture for five minutes", shot: { seed: 1 }, count: 30, want: "in-place" },
  {
    name: "the same picture for a quarter of an hour",
    shot: { seed: 1 },
    count: 90,
    want: "frozen",
  },
];
for (const { name, shot, count, want } of rows) {
  test(`${name}: ${want}`, () => {
    const camera = new Camera(4);
    expect(camera.show({}, settled)).toBe("in-place");
    expect(camera.show(shot, count)).toBe(want);
    // Whatever it was, put back it is in place again.
    expect(camera.show({}, 3)).toBe("in-place");
  });
}

test("another street is another scene, and the first one is recognised again", () => {
  const camera = new Camera(4);
  camera.show({}, settled);
  const other = new Camera(9, camera.watch.saved());
  expect(other.show({}, 3)).toBe("scene-replaced");
  expect(isMisplaced(other.watch.sight)).toBe(true);
  const back = new Camera(4, other.watch.saved());
  expect(back.watch.sight.state).toBe("scene-replaced");
  expect(back.show({}, 2)).toBe("in-place");
});

test("what was measured says how far", () => {
  const camera = new Camera(4);
  camera.show({}, settled);
  camera.show({ dx: 6, dy: -3, turn: 0.02 }, 4);
  expect(camera.watch.sight.move).toEqual({
    dx: expect.closeTo(6, 0),
    dy: expect.closeTo(-3, 0),
    turn: expect.closeTo(0.02, 2),
    growth: expect.closeTo(0, 1),
  });
});

test("a picture that is elsewhere for a moment is no move", () => {
  const camera = new Camera(4);
  camera.show({}, settled);
  for (let gust = 0; gust < 10; gust += 1) {
    expect(camera.show({ dx: 6 }, 1)).toBe("in-place");
    expect(camera.show({}, 1)).toBe("in-place");
  }
});

test("pictures with hours between them are no row", () => {
  const camera = new Camera(4);
  camera.show({}, settled);
  camera.show({ dx: 8 }, 1);
  camera.wait(3_600_000);
  expect(camera.show({ dx: 8 }, 1)).toBe("in-place");
  expect(camera.show({ dx: 8 }, 1)).toBe("moved");
});

test("a mount that sinks slowly is found although its pictures follow each other", () => {
  const camera = new Camera(4);
  camera.show({}, settled);
  let state = "in-place";
  for (let step = 0; step < 200 && state === "in-place"; step += 1) {
    state = camera.show({ dy: step * 0.03 }, 1);
  }
  expect(state).toBe("moved");
});

test("a start in the dark waits for the light", () => {
  const camera = new Camera(4);
  expect(camera.show({ gain: 0.02, noise: 1 }, 3)).toBe("learning");
  expect(camera.show({ gain: 0.02, noise: 1 }, 10)).toBe("dark");
  expect(camera.show({}, settled)).toBe("in-place");
});

/** The left part of one picture, the rest of another. */
function beside(left: Uint8Array, right: Uint8Array, share: number): Uint8Array {
  return left.map((grey, cell) =>
    cell % pictureWidth < share * pictureWidth ? grey : (right[cell] ?? 0),
  );
}

test("lanes that look alike are no proof of the old place", () => {
  const [here, elsewhere] = [street(4), street(9)];
  // A third of what it shows looks as if it were the old place, and hardly.
  const alike = (seed: number) =>
    beside(here({ dx: 2.2, seed }), elsewhere({ seed: seed + 1 }), 0.34);
  const camera = new Camera(4);
  camera.show({}, settled);
  const away = new Camera(9, camera.watch.saved());
  expect(away.show({}, 1)).toBe("in-place");
  expect(away.showPicture(alike(50))).toBe("in-place");
  expect(away.show({}, 1)).toBe("in-place");
  expect(away.showPicture(alike(60))).toBe("in-place");
  expect(away.show({}, 1)).toBe("scene-replaced");
});

test("lanes that look alike are no move either", () => {
  const [here, elsewhere] = [street(4), street(9)];
  const camera = new Camera(4);
  camera.show({}, settled);
  for (let seed = 50; seed < 70; seed += 1) {
    const grey = beside(here({ dx: 2.2, seed }), elsewhere({ seed: seed + 1 }), 0.34);
    expect(camera.showPicture(grey)).toBe("in-place");
  }
});

test("with other light, what is left where it was gives it a quarter of an hour", () => {
  const [here, elsewhere] = [street(4), street(9)];
  const dimmed = (seed: number) =>
    beside(here({ gain: 0.5, seed }), elsewhere({ gain: 0.5, seed: seed + 1 }), 0.18);
  const camera = new Camera(4);
  camera.show({}, settled);
  for (let index = 0; index < 85; index += 1) {
    expect(camera.showPicture(dimmed(100 + index))).toBe("in-place");
  }
  for (let index = 0; index < 10; index += 1) camera.showPicture(dimmed(300 + index));
  expect(camera.watch.sight.state).toBe("scene-replaced");
});

test("with other light and nothing where it was, it is another scene at once", () => {
  const camera = new Camera(4);
  camera.show({}, settled);
  const blank = street(4)({ covered: 1 });
  // Stripes that lie nowhere as the street's edges do.
  const stripes = (seed: number) =>
    street(4)({ covered: 1, seed }).map((grey, cell) =>
      Math.floor((cell % pictureWidth) / 7) % 2 === 0 ? grey - 80 : (blank[cell] ?? 0),
    );
  for (let index = 0; index < 2; index += 1) camera.showPicture(stripes(400 + index));
  expect(camera.showPicture(stripes(410))).toBe("scene-replaced");
});

test("a reference is learnt behind dense traffic, from what agrees", () => {
  const here = street(4);
  const camera = new Camera(4);
  for (let index = 0; index < 14; index += 1) {
    const seed = 500 + index;
    // Two of three pictures show little of the street.
    const isHidden = index % 3 !== 0;
    camera.showPicture(
      isHidden ? beside(here({ seed }), street(seed)({ seed }), 0.2) : here({ seed }),
    );
  }
  expect(camera.watch.sight.state).toBe("in-place");
  expect(camera.show({ dx: 6 }, 3)).toBe("moved");
});

test("a camera that is turned while it learns begins anew", () => {
  const camera = new Camera(4);
  expect(camera.show({}, 3)).toBe("learning");
  expect(camera.show({ dx: 20 }, 10)).toBe("in-place");
  expect(camera.show({}, 3)).toBe("moved");
});

test("with a reference it is in place from the second picture on", () => {
  const camera = new Camera(4, undefined, street(4)({ seed: 900, noise: 1 }));
  expect(camera.show({}, 1)).toBe("learning");
  expect(camera.show({}, 1)).toBe("in-place");
});

const before: { name: string; shot: Shot; seed: number; want: string }[] = [
  { name: "2 % to the right", shot: { dx: 3.84 }, seed: 4, want: "moved" },
  { name: "far up", shot: { dy: -14 }, seed: 4, want: "moved" },
  { name: "turned by two degrees", shot: { turn: 0.035 }, seed: 4, want: "moved" },
  { name: "turned away", shot: {}, seed: 9, want: "scene-replaced" },
];
for (const { name, shot, seed, want } of before) {
  test(`before the first start, ${name}: ${want}, and found again when put back`, () => {
    const camera = new Camera(seed, undefined, street(4)({ seed: 900 }));
    expect(camera.show(shot, 3)).toBe(want);
    expect(new Camera(4, camera.watch.saved()).show({}, 2)).toBe("in-place");
  });
}

test("a first start in other light than the reference's says nothing until it finds it", () => {
  const camera = new Camera(9, undefined, street(4)({ seed: 900 }));
  expect(camera.show({ gain: 0.4 }, 30)).toBe("learning");
  // A restart knows as much.
  const again = new Camera(9, camera.watch.saved());
  expect(again.show({ gain: 0.4 }, 30)).toBe("learning");
  const byDay = new Camera(9, again.watch.saved());
  expect(byDay.show({}, 3)).toBe("scene-replaced");
});

test("a first start in other light than the reference's is judged after a night", () => {
  const camera = new Camera(9, undefined, street(4)({ seed: 900 }));
  expect(camera.show({ gain: 0.4 }, 30)).toBe("learning");
  camera.wait(16 * 3_600_000);
  expect(camera.show({ gain: 0.4 }, 3)).toBe("scene-replaced");
});

test("a reference of a black picture is none", () => {
  const camera = new Camera(4, undefined, new Uint8Array(pictureCells));
  expect(camera.show({}, settled)).toBe("in-place");
});

test("only what sees its zones is judged", () => {
  const seen = (state: Parameters<typeof isSeeing>[0]["state"]) =>
    isSeeing({ state, sinceMs: 0, move: undefined });
  expect([seen("learning"), seen("in-place"), seen("moved"), seen("dark")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("a memory keeps what is there most of the time, in any order", () => {
  const planes = (bits: number) => new Uint32Array(directions * planeWords).fill(bits);
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 10, maxLength: 30 }), (seen) => {
      const memory = new EdgeMemory();
      let level = 0;
      for (const isSeen of seen) {
        memory.add(planes(isSeen ? 0b1010 : 0));
        level = Math.max(0, Math.min(7, level + (isSeen ? 1 : -1)));
      }
      expect(memory.planes[7]).toBe(level >= 4 ? 0b1010 : 0);
    }),
    { numRuns: 40 },
  );
});
