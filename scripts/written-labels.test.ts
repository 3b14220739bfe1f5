/** Rows of things in a small picture: which are labelled, which are doubtful, which are neither. */
import { expect, test } from "vitest";
import type { Picture } from "../test-fixtures/scenes/render.ts";
import type { TruthThing } from "../test-fixtures/scenes/truth.ts";
import { writtenLabels } from "./written-labels.ts";

const [width, height] = [100, 100];
const box = { xMin: 0.2, yMin: 0.2, xMax: 0.5, yMax: 0.6 };
const bin: TruthThing = {
  id: "bin",
  label: "bin",
  box,
  visibleBox: box,
  coveredShare: 0,
  insideShare: 1,
};

const rows: readonly {
  readonly name: string;
  readonly change: Partial<TruthThing>;
  readonly isDark?: boolean;
  readonly want: "labelled" | "doubtful" | "neither";
}[] = [
  { name: "stands free", change: {}, want: "labelled" },
  { name: "is half covered", change: { coveredShare: 0.5 }, want: "labelled" },
  { name: "is mostly covered", change: { coveredShare: 0.7 }, want: "doubtful" },
  { name: "shows a corner", change: { coveredShare: 0.95 }, want: "neither" },
  { name: "is hidden", change: { visibleBox: undefined, coveredShare: 1 }, want: "neither" },
  { name: "is cut off by the border", change: { insideShare: 0.2 }, want: "doubtful" },
  {
    name: "is seven pixels wide",
    change: { visibleBox: { ...box, xMax: 0.27 } },
    want: "doubtful",
  },
  { name: "is three pixels wide", change: { visibleBox: { ...box, xMax: 0.23 } }, want: "neither" },
  { name: "cannot be told from the dark", change: {}, isDark: true, want: "doubtful" },
];

for (const { name, change, isDark, want } of rows) {
  test(`what ${name} is ${want}`, () => {
    const { labels, ignored } = writtenLabels(pictureOf({ ...bin, ...change }, isDark === true));
    const said = labels !== "" ? "labelled" : ignored !== "" ? "doubtful" : "neither";
    expect(said).toBe(want);
  });
}

test("a line is the label's number, the middle and the size of what is seen", () => {
  const line = "6 0.350000 0.400000 0.300000 0.400000\n";
  expect(writtenLabels(pictureOf(bin, false))).toEqual({ labels: line, ignored: "" });
});

/** A bright thing on black ground, or noise alone. */
function pictureOf(thing: TruthThing, isDark: boolean): Picture {
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isOn = x >= 20 && x < 40 && y >= 20 && y < 60;
    rgb.fill(isDark ? 8 + (pixel % 3) : isOn ? 200 : 0, pixel * 3, pixel * 3 + 3);
  }
  return { width, height, rgb, truth: [thing] };
}
