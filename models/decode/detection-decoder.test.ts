/**
 * Decoding against heads that were written by hand: boxes go in encoded, and must come out.
 *
 * Encoding here is the published formula turned round, written apart from the decoder's own.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Detections,
  detectionBox,
  detectionLabel,
} from "../../pipelines/domain/detections.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { tinyDetectorManifest } from "../../test-fixtures/tiny-detector.ts";
import type { Manifest } from "../manifest.ts";
import { detectionDecoder } from "./detection-decoder.ts";
import type { ModelOutputs } from "./model-output.ts";

const size = 64;
const strides = [8, 16, 32];
const classCount = 5;
const rowSize = 5 + classCount;
const rowCount = strides.reduce((sum, stride) => sum + (size / stride) ** 2, 0);
const whole = {
  contentX: 0,
  contentY: 0,
  contentWidth: size,
  contentHeight: size,
  crop: wholePicture,
};

const manifest: Manifest = {
  ...tinyDetectorManifest(),
  decoder: { kind: "yolox-grid", output: "output", strides, classCount },
  // Classes 1 and 4 are dropped.
  classes: { "0": "person", "2": "car", "3": "truck" },
  thresholds: { person: 0.25, car: 0.25, truck: 0.25 },
  groups: [["car", "truck"]],
  nms: { scope: "group", iou: 1 },
};

interface Cell {
  readonly row: number;
  /** Of the cell, 0..1. */
  readonly offset: readonly [number, number];
  /** Of the box, in input pixels. */
  readonly width: number;
  readonly height: number;
  readonly objectness: number;
  readonly classScores: readonly number[];
}

const plain: Cell = {
  row: 0,
  offset: [0.5, 0.5],
  width: 8,
  height: 8,
  objectness: 1,
  classScores: [0, 0, 0, 0, 0],
};

/** The same, with every label of a cell. */
function allLabels(nms: Manifest["nms"]): Manifest {
  return {
    ...manifest,
    decoder: { kind: "yolox-grid", output: "output", strides, classCount, labelsPerCell: "all" },
    nms,
  };
}

const anyScore = fc.integer({ min: 0, max: 64 }).map((value) => value / 64);
const anyCell: fc.Arbitrary<Cell> = fc.record({
  row: fc.nat({ max: rowCount - 1 }),
  offset: fc.tuple(anyScore, anyScore),
  width: fc.integer({ min: 1, max: 60 }),
  height: fc.integer({ min: 1, max: 60 }),
  objectness: anyScore,
  classScores: fc.array(anyScore, { minLength: classCount, maxLength: classCount }),
});
const anyCells = fc.uniqueArray(anyCell, { maxLength: 12, selector: ({ row }) => row });

/** Stride, column and line of a row. */
function cellAt(row: number): { stride: number; column: number; line: number } {
  let first = 0;
  for (const stride of strides) {
    const columns = size / stride;
    const index = row - first;
    if (index < columns * columns) {
      return { stride, column: index % columns, line: Math.floor(index / columns) };
    }
    first += columns * columns;
  }
  throw new RangeError(`no row ${row}`);
}

function encode(cells: readonly Cell[]): Float32Array {
  const values = new Float32Array(rowCount * rowSize);
  for (const { row, offset, width, height, objectness, classScores } of cells) {
    const { stride } = cellAt(row);
    const logSize = [Math.log(width / stride), Math.log(height / stride)];
    values.set([...offset, ...logSize, objectness, ...classScores], row * rowSize);
  }
  return values;
}

const gridOutputs = (...pictures: readonly (readonly Cell[])[]): ModelOutputs => ({
  output: {
    dims: [pictures.length, rowCount, rowSize],
    data: Float32Array.from(pictures.flatMap((cells) => [...encode(cells)])),
  },
});

interface Seen {
  readonly label: string;
  readonly score: number;
  readonly box: readonly number[];
}

function listed(detections: Detections): Seen[] {
  return Array.from({ length: detections.count }, (_, index) => {
    const { xMin, yMin, xMax, yMax } = detectionBox(detections, index);
    return {
      label: detectionLabel(detections, index),
      score: detections.scores[index] ?? 0,
      box: [xMin, yMin, xMax, yMax],
    };
  });
}

/** What a cell says, by the published formula: every mapped class that passes, best first. */
function expected({ row, offset, width, height, objectness, classScores }: Cell): Seen[] {
  const mapped = [
    { label: "person", score: objectness * (classScores[0] ?? 0) },
    { label: "car", score: objectness * (classScores[2] ?? 0) },
    { label: "truck", score: objectness * (classScores[3] ?? 0) },
  ];
  const passing = mapped.filter(({ score }) => score >= 0.25);
  const { stride, column, line } = cellAt(row);
  const [x, y] = [(column + offset[0]) * stride, (line + offset[1]) * stride];
  const sides = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  const box = sides.map((value) => Math.max(0, Math.min(1, value / size)));
  return passing.toSorted((a, b) => b.score - a.score).map((one) => ({ ...one, box }));
}

/** `list` without the one that is `wanted`; float32 holds boxes to some 1e-5. */
function without(list: readonly Seen[], wanted: Seen): readonly Seen[] {
  const at = list.findIndex(
    ({ label, score, box }) =>
      label === wanted.label &&
      score === wanted.score &&
      box.every((side, index) => Math.abs(side - (wanted.box[index] ?? 0)) < 1e-4),
  );
  return at < 0 ? list : list.toSpliced(at, 1);
}

describe("a YOLOX grid", () => {
  const decoder = detectionDecoder(manifest);

  test("gives back the boxes that were put in", () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const found = listed(decoder.decode(gridOutputs(cells), 0, whole));
        const want = cells.flatMap((cell) => expected(cell).slice(0, 1));
        expect(found).toHaveLength(want.length);
        expect(want.reduce(without, found)).toEqual([]);
      }),
    );
  });

  test("gives back every label of a cell where the manifest wants all", () => {
    const every = detectionDecoder(allLabels({ scope: "label", iou: 1 }));
    fc.assert(
      fc.property(anyCells, (cells) => {
        const found = listed(every.decode(gridOutputs(cells), 0, whole));
        const want = cells.flatMap(expected);
        expect(found).toHaveLength(want.length);
        expect(want.reduce(without, found)).toEqual([]);
      }),
    );
  });

  test("says of each label at least as much with all as with the best", () => {
    const nms = { scope: "label", iou: 1 } as const;
    const [best, every] = [
      detectionDecoder({ ...manifest, nms }),
      detectionDecoder(allLabels(nms)),
    ];
    fc.assert(
      fc.property(anyCells, (cells) => {
        const outputs = gridOutputs(cells);
        const some = listed(best.decode(outputs, 0, whole));
        const all = listed(every.decode(outputs, 0, whole));
        for (const seen of some) expect(all).toContainEqual(seen);
      }),
    );
  });

  test("a group says one label a cell, whatever the manifest wants", () => {
    const cell: Cell = { ...plain, classScores: [0.5, 0, 0.75, 0.5, 0] };
    const every = detectionDecoder(allLabels({ scope: "group", iou: 0.45 }));
    const found = listed(every.decode(gridOutputs([cell]), 0, whole));
    expect(found.map(({ label }) => label)).toEqual(["car", "person"]);
  });

  test("more labels than cells: the best ones come out, and nothing throws", () => {
    const cells = Array.from({ length: rowCount }, (_, row) => ({
      ...plain,
      row,
      classScores: [0.5, 0, row % 2 === 0 ? 1 : 0.5, 0.5, 0],
    }));
    const every = detectionDecoder(allLabels({ scope: "label", iou: 1 }));
    const found = listed(every.decode(gridOutputs(cells), 0, whole));
    expect(found).toHaveLength(rowCount);
    expect(found.filter(({ score }) => score === 1)).toHaveLength(rowCount / 2);
  });

  const strange = [
    { name: "no number", values: { objectness: Number.NaN }, scores: [] },
    { name: "above 1", values: { objectness: 7 }, scores: [1] },
    { name: "without end", values: { objectness: Number.POSITIVE_INFINITY }, scores: [1] },
    { name: "of a box without a place", values: { width: Number.NaN }, scores: [] },
    { name: "of a box without an end", values: { width: 1e38 }, scores: [0.9] },
  ];
  test.each(strange)("a score that is no number, or above 1: $name", ({ values, scores }) => {
    const cell = { ...plain, classScores: [0.9, 0, 0, 0, 0], ...values };
    const found = listed(decoder.decode(gridOutputs([cell]), 0, whole));
    expect(found.map(({ score }) => score)).toEqual(
      scores.map((score) => expect.closeTo(score, 5)),
    );
    for (const { box } of found) {
      for (const side of box) expect(side >= 0 && side <= 1).toBe(true);
    }
  });

  test("an output that is called like a method of every object is missing, not found", () => {
    const named = { ...manifest.decoder, output: "constructor" } as Manifest["decoder"];
    const odd = detectionDecoder({ ...manifest, decoder: named });
    expect(() => odd.decode(gridOutputs([]), 0, whole)).toThrow(
      "no output constructor among output",
    );
  });

  test("is read for the picture of the batch that was asked for", () => {
    fc.assert(
      fc.property(anyCells, anyCells, (first, second) => {
        const outputs = gridOutputs(first, second);
        const one = listed(decoder.decode(outputs, 1, whole));
        expect(one).toEqual(listed(decoder.decode(gridOutputs(second), 0, whole)));
      }),
    );
  });

  test("a higher threshold never adds a detection", () => {
    const decoders = [0.1, 0.3, 0.5, 0.7].map((threshold) =>
      detectionDecoder({
        ...manifest,
        thresholds: { person: threshold, car: threshold, truck: threshold },
        nms: { scope: "group", iou: 0.45 },
      }),
    );
    fc.assert(
      fc.property(anyCells, (cells) => {
        const lists = decoders.map((one) => listed(one.decode(gridOutputs(cells), 0, whole)));
        for (const [index, list] of lists.slice(1).entries()) {
          const lower = (lists[index] ?? []).map((seen) => JSON.stringify(seen));
          for (const seen of list) expect(lower).toContain(JSON.stringify(seen));
        }
      }),
    );
  });

  const rows = [
    { name: "a class that is dropped", cell: { classScores: [0, 1, 0, 0, 1] }, want: [] },
    {
      name: "a mapped class behind a dropped one",
      cell: { classScores: [0.5, 1, 0, 0, 0] },
      want: ["person"],
    },
    {
      name: "the best of two classes",
      cell: { classScores: [0, 0, 0.5, 0.75, 0] },
      want: ["truck"],
    },
    {
      name: "a score that equals the threshold",
      cell: { classScores: [0.25, 0, 0, 0, 0] },
      want: ["person"],
    },
    {
      name: "objectness that is not a number",
      cell: { objectness: Number.NaN, classScores: [1, 1, 1, 1, 1] },
      want: [],
    },
    {
      name: "a class score that is not a number",
      cell: { classScores: [Number.NaN, 0, 0.5, 0, 0] },
      want: ["car"],
    },
    {
      name: "a size beyond every number",
      cell: { width: Number.POSITIVE_INFINITY, classScores: [1, 0, 0, 0, 0] },
      want: ["person"],
    },
    {
      name: "a place that is not a number",
      cell: { offset: [Number.NaN, 0] as const, classScores: [1, 0, 0, 0, 0] },
      want: [],
    },
  ];
  test.each(rows)("$name: $want", ({ cell, want }) => {
    const found = listed(decoder.decode(gridOutputs([{ ...plain, ...cell }]), 0, whole));
    expect(found.map(({ label }) => label)).toEqual(want);
  });

  const faults = [
    {
      name: "a missing output",
      outputs: { other: { dims: [1], data: new Float32Array(1) } },
      message: /no output output among other/,
    },
    {
      name: "another shape",
      outputs: { output: { dims: [1, 3, rowSize], data: new Float32Array(3 * rowSize) } },
      message: /is \[1, 3, 10\], expected \[above 0, 84, 10\]/,
    },
    {
      name: "another type",
      outputs: { output: { dims: [1, rowCount, rowSize], data: new Uint8Array(1) } },
      message: /not float32/,
    },
  ];
  test.each(faults)("$name is a bug and is said", ({ outputs, message }) => {
    expect(() => decoder.decode(outputs, 0, whole)).toThrow(message);
  });
});
