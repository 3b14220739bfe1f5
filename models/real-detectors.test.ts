/**
 * The real detectors against numbers that were measured with another toolchain.
 *
 * Goal: preparation changes no number, batches of any size say what single pictures say, and
 * decoding finds the boxes that are published for three photos. Method: onnxruntime on the
 * prepared graphs, pictures fed as bytes. Skipped where the shared folder is missing.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type Detections, detectionBox, detectionLabel } from "../pipelines/domain/detections.ts";
import { type PlacedPhoto, photoAsInput } from "../test-fixtures/photo-as-input.ts";
import { sharedFolder } from "../test-fixtures/shared.ts";
import { detectionDecoder } from "./decode/detection-decoder.ts";
import { goldenDifferences, syntheticPicture } from "./golden.ts";
import { prepareGraph } from "./graph/prepare-graph.ts";
import { type Manifest, manifestSchema, preparedInputName } from "./manifest.ts";

const shared = sharedFolder();
const modelNames = ["yolox-nano", "deimv2-atto", "deimv2-femto"] as const;

function manifestOf(name: string): Manifest {
  const text = readFileSync(join(import.meta.dirname, name, "manifest.json"), "utf8");
  return manifestSchema.parse(JSON.parse(text));
}

async function sessionOf(manifest: Manifest): Promise<ort.InferenceSession> {
  const published = readFileSync(join(shared ?? "", "models", manifest.file.name));
  return ort.InferenceSession.create(prepareGraph(published, manifest), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
}

function tensorOf(pictures: readonly Uint8Array[], { input }: Manifest): ort.Tensor {
  const bytes = new Uint8Array(pictures.length * 3 * input.width * input.height);
  for (const [index, picture] of pictures.entries()) bytes.set(picture, index * picture.length);
  return new ort.Tensor("uint8", bytes, [pictures.length, 3, input.height, input.width]);
}

const photo = (name: string, manifest: Manifest): Promise<PlacedPhoto> =>
  photoAsInput(join(shared ?? "", "footage/photos", name), manifest.input);

/** A picture that differs from its neighbours in a batch, with exact bytes. */
const shifted = (picture: Uint8Array, by: number): Uint8Array =>
  picture.map((byte, index) => (byte * (by + 1) + index * by) % 256);

describe.skipIf(shared === undefined).each(modelNames)("%s", { timeout: 60_000 }, (name) => {
  const manifest = manifestOf(name);

  test("the prepared graph says the golden numbers to bytes", async () => {
    const session = await sessionOf(manifest);
    expect(session.inputNames).toEqual([preparedInputName]);
    const pixels = tensorOf([syntheticPicture(manifest.input)], manifest);
    expect(goldenDifferences(manifest, await session.run({ pixels }))).toEqual([]);
    await session.release();
  });

  test("a batch of 1, 2, 4 or 8 says what single pictures say", async () => {
    const session = await sessionOf(manifest);
    const synthetic = syntheticPicture(manifest.input);
    const { planes } = await photo("carpark-people.jpg", manifest);
    const pictures = [planes, ...[0, 1, 2, 3, 4, 5, 6].map((by) => shifted(synthetic, by))];
    const singles = [];
    for (const picture of pictures) {
      singles.push(await session.run({ pixels: tensorOf([picture], manifest) }));
    }
    for (const size of [2, 4, 8]) {
      const batch = await session.run({ pixels: tensorOf(pictures.slice(0, size), manifest) });
      for (const output of session.outputNames) {
        const single = singles.slice(0, size).flatMap((run) => numbers(run[output]));
        const together = numbers(batch[output]);
        expect(together.length).toBe(single.length);
        expect(largestDifference(together, single)).toBeLessThan(1e-4);
      }
    }
    await session.release();
  });

  test.each(photoRows.filter((row) => row.model === name))(
    "$photo shows the published boxes",
    async ({ photo: photoName, threshold, expected, count }) => {
      const session = await sessionOf(manifest);
      const { planes, placement, width, height } = await photo(photoName, manifest);
      const outputs = await session.run({ pixels: tensorOf([planes], manifest) });
      const decoder = detectionDecoder(withThreshold(manifest, threshold));
      const found = listed(decoder.decode(outputs, 0, placement), width, height);
      for (const [label, score, box] of expected) {
        const want = asScaled(box, manifest, placement, width, height);
        const near = found.filter(
          (one) => one.label === label && largestDifference(one.box, want) < 0.5,
        );
        expect(near, `${label} ${want.join()} among ${JSON.stringify(found)}`).toHaveLength(1);
        expect(near[0]?.score).toBeCloseTo(score, 2);
      }
      expect(found.length).toBe(count);
      await session.release();
    },
  );
});

type Expected = readonly [string, number, readonly [number, number, number, number]];

interface PhotoRow {
  readonly model: (typeof modelNames)[number];
  readonly photo: string;
  readonly threshold: number;
  readonly expected: readonly Expected[];
  /**
   * Detections of our labels in all. Published are 25, 16, 2 (YOLOX), 12, 18, 2 and 22, 19, 1: with
   * classes that we drop, and with a car and a truck on one vehicle counted twice.
   */
  readonly count: number;
}

const photoRows: readonly PhotoRow[] = [
  {
    model: "yolox-nano",
    photo: "carpark-people.jpg",
    threshold: 0.25,
    expected: [
      ["car", 0.863, [195.5, 419.9, 569.4, 579.5]],
      ["car", 0.82, [551.3, 451.5, 765.3, 678.0]],
      ["person", 0.805, [679.6, 259.4, 714.8, 362.0]],
      ["person", 0.799, [779.2, 558.0, 828.2, 707.2]],
      ["person", 0.798, [722.9, 564.6, 775.3, 709.9]],
    ],
    count: 23,
  },
  {
    model: "yolox-nano",
    photo: "junction-queue.jpg",
    threshold: 0.25,
    expected: [["car", 0.832, [1644.1, 739.0, 1920.0, 985.4]]],
    count: 14,
  },
  {
    model: "yolox-nano",
    photo: "kerb-pickup.jpg",
    threshold: 0.25,
    expected: [["truck", 0.903, [84.3, 273.8, 1712.4, 852.8]]],
    count: 1,
  },
  {
    model: "deimv2-atto",
    photo: "carpark-people.jpg",
    threshold: 0.4,
    expected: [
      ["car", 0.786, [552.1, 456.0, 759.8, 674.9]],
      ["car", 0.784, [-1.7, 525.8, 94.9, 719.5]],
      ["car", 0.772, [775.1, 202.0, 1007.6, 290.3]],
      ["car", 0.771, [199.3, 449.4, 568.3, 577.7]],
      ["car", 0.76, [449.7, 158.2, 643.8, 225.6]],
    ],
    count: 12,
  },
  {
    model: "deimv2-atto",
    photo: "junction-queue.jpg",
    threshold: 0.4,
    expected: [["car", 0.875, [1644.9, 745.7, 1920.2, 996.2]]],
    count: 17,
  },
  {
    model: "deimv2-atto",
    photo: "kerb-pickup.jpg",
    threshold: 0.4,
    expected: [["truck", 0.815, [85.9, 269.9, 1721.0, 848.1]]],
    count: 1,
  },
  {
    model: "deimv2-femto",
    photo: "carpark-people.jpg",
    threshold: 0.4,
    expected: [
      ["car", 0.863, [772.2, 209.5, 993.6, 292.1]],
      ["car", 0.833, [203.8, 458.9, 574.2, 578.4]],
      ["car", 0.811, [550.7, 452.4, 766.7, 680.7]],
      ["car", 0.796, [0.8, 522.0, 109.0, 716.3]],
      ["person", 0.746, [888.7, 538.1, 940.0, 683.5]],
    ],
    count: 21,
  },
  {
    model: "deimv2-femto",
    photo: "junction-queue.jpg",
    threshold: 0.4,
    expected: [["car", 0.874, [1057.1, 675.6, 1350.0, 909.3]]],
    count: 19,
  },
  {
    model: "deimv2-femto",
    photo: "kerb-pickup.jpg",
    threshold: 0.4,
    expected: [["truck", 0.83, [113.7, 274.7, 1723.7, 847.1]]],
    count: 1,
  },
];

/**
 * Published letterbox boxes were divided by the ratio of the sides; ours by what the photo was
 * really scaled to, which is rounded to whole pixels. Published boxes may leave the photo.
 */
function asScaled(
  box: readonly number[],
  { input }: Manifest,
  { contentWidth, contentHeight }: PlacedPhoto["placement"],
  width: number,
  height: number,
): number[] {
  const ratio = Math.min(input.width / width, input.height / height);
  const isStretched = input.fit === "stretch";
  return box.map((value, side) => {
    const [size, content] = side % 2 === 0 ? [width, contentWidth] : [height, contentHeight];
    const scaled = isStretched ? value : value * ratio * (size / content);
    return Math.max(0, Math.min(size, scaled));
  });
}

function withThreshold(manifest: Manifest, threshold: number): Manifest {
  const entries = Object.keys(manifest.thresholds).map((label) => [label, threshold]);
  return { ...manifest, thresholds: Object.fromEntries(entries) };
}

function listed(detections: Detections, width: number, height: number) {
  return Array.from({ length: detections.count }, (_, index) => {
    const { xMin, yMin, xMax, yMax } = detectionBox(detections, index);
    return {
      label: detectionLabel(detections, index),
      score: detections.scores[index] ?? 0,
      box: [xMin * width, yMin * height, xMax * width, yMax * height],
    };
  });
}

function numbers(tensor: ort.Tensor | undefined): number[] {
  const data = tensor?.data;
  if (data instanceof Float32Array) return Array.from(data);
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  throw new TypeError(`unexpected output of type ${tensor?.type}`);
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((max, value, index) => Math.max(max, Math.abs(value - (b[index] ?? 0))), 0);
}
