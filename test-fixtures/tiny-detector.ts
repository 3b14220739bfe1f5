/**
 * A whole detector of some 700 bytes: for tests of everything around a model, without weights from
 * elsewhere.
 *
 * It looks at a picture of 64 × 64 in four cells of 32 × 32 and answers as YOLOX does: objectness
 * is the mean of the first plane (0..1), "person" and "car" the means of the second and third.
 * Every box is the inner half of its cell. It is exported for one picture at a time, as YOLOX-nano
 * is, so it must be prepared before it takes batches.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { syntheticPicture } from "../models/golden.ts";
import { float32Tensor, int64Tensor } from "../models/graph/constants.ts";
import {
  encodeOnnx,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxValue,
} from "../models/graph/onnx-proto.ts";
import { type Manifest, manifestSchema } from "../models/manifest.ts";

export const tinyInputSize = 64;
const cellSize = 32;
/** Centre, size, objectness, two classes. */
const rowSize = 7;

/** As it would be published: float32, one picture. */
export function tinyDetectorModel(): OnnxModel {
  const size = tinyInputSize;
  const byte = 1 / 255;
  const weights = Array.from({ length: rowSize * 3 }, () => 0);
  for (const [plane, row] of [4, 5, 6].entries()) weights[row * 3 + plane] = byte;
  const halfOfCell = Math.log(0.5);
  const pool = [cellSize, cellSize];
  return {
    opsetImport: [{ domain: "", version: 13 }],
    graph: {
      node: [
        {
          opType: "AveragePool",
          input: ["images"],
          output: ["cells"],
          attribute: [ints("kernel_shape", pool), ints("strides", pool)],
        },
        { opType: "Conv", input: ["cells", "weights", "bias"], output: ["rows"] },
        { opType: "Reshape", input: ["rows", "shape"], output: ["flat"] },
        {
          opType: "Transpose",
          input: ["flat"],
          output: ["output"],
          attribute: [ints("perm", [0, 2, 1])],
        },
      ],
      initializer: [
        float32Tensor("weights", [rowSize, 3, 1, 1], weights),
        float32Tensor("bias", [rowSize], [0.5, 0.5, halfOfCell, halfOfCell, 0, 0, 0]),
        int64Tensor("shape", [3], [1n, BigInt(rowSize), -1n]),
      ],
      input: [float32Value("images", [1, 3, size, size])],
      output: [float32Value("output", [1, 4, rowSize])],
      valueInfo: [],
    },
  };
}

/** ONNX wants a version of its format, which our preparation never touches: field 1 is added. */
const irVersion = Uint8Array.of(1 << 3, 8);

export function tinyDetectorBytes(model: OnnxModel = tinyDetectorModel()): Uint8Array {
  return Buffer.concat([irVersion, encodeOnnx(model)]);
}

export function tinyDetectorManifest(
  weights: Uint8Array = tinyDetectorBytes(),
  changes: Partial<Manifest> = {},
): Manifest {
  return manifestSchema.parse({
    schema: 1,
    name: "tiny",
    version: "1.0.0",
    summary: "Finds bright cells.",
    source: {
      text: "made by the tests",
      repository: "https://example.org/tiny",
      commit: "0000000",
      path: "tiny.onnx",
    },
    licence: "Apache-2.0",
    file: {
      name: "tiny.onnx",
      bytes: weights.byteLength,
      sha256: createHash("sha256").update(weights).digest("hex"),
    },
    input: {
      name: "images",
      width: tinyInputSize,
      height: tinyInputSize,
      layout: "nchw",
      type: "float32",
      channels: "rgb",
      divideBy: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      fit: "letterbox-top-left",
      fill: 0,
    },
    decoder: { kind: "yolox-grid", output: "output", strides: [cellSize], classCount: 2 },
    classes: { "0": "person", "1": "car" },
    thresholds: { person: 0.5, car: 0.5 },
    groups: [],
    nms: { scope: "group", iou: 0.5 },
    golden: [goldenRow()],
    ...changes,
  });
}

/** What the detector must say to the made-up picture, by plain arithmetic. */
function goldenRow(): Manifest["golden"][number] {
  const picture = syntheticPicture({ width: tinyInputSize, height: tinyInputSize });
  const planeSize = tinyInputSize * tinyInputSize;
  const sums = Array.from({ length: 4 * 3 }, () => 0);
  for (const [index, byte] of picture.entries()) {
    const plane = Math.floor(index / planeSize);
    sums[cellOf(index) * 3 + plane] = (sums[cellOf(index) * 3 + plane] ?? 0) + byte;
  }
  const box = [0.5, 0.5, Math.log(0.5), Math.log(0.5)];
  const rows = [0, 3, 6, 9].flatMap((at) => [
    ...box,
    ...sums.slice(at, at + 3).map((sum) => sum / (cellSize * cellSize) / 255),
  ]);
  const sum = rows.reduce((total, value) => total + value, 0);
  return { output: "output", sum, first: rows.slice(0, rowSize) };
}

/** Which cell a byte of the planes belongs to: left to right, top to bottom. */
function cellOf(index: number): number {
  const x = index % tinyInputSize;
  const y = Math.floor(index / tinyInputSize) % tinyInputSize;
  return Math.floor(y / cellSize) * 2 + Math.floor(x / cellSize);
}

/** Writes the model's folder, with or without its weights beside the manifest. */
export async function writeTinyDetector(
  modelsFolder: string,
  {
    withWeights,
    changes = {},
  }: { readonly withWeights: boolean; readonly changes?: Partial<Manifest> },
): Promise<Manifest> {
  const weights = tinyDetectorBytes();
  const manifest = tinyDetectorManifest(weights, changes);
  const folder = join(modelsFolder, manifest.name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  if (withWeights) await writeFile(join(folder, manifest.file.name), weights);
  return manifest;
}

/** The same with a variant in a file of its own: the same network with a word more in its file. */
export async function writeTinyDetectorWithVariant(
  modelsFolder: string,
  {
    golden = goldenRow(),
    loses,
  }: {
    readonly golden?: Manifest["golden"][number];
    readonly loses?: Readonly<Record<string, number>>;
  } = {},
): Promise<Manifest> {
  // Field 6 of a model is its text.
  const text = Buffer.from("int8");
  const bytes = Buffer.concat([tinyDetectorBytes(), Buffer.of((6 << 3) | 2, text.length), text]);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { name: "tiny-int8.onnx", bytes: bytes.byteLength, sha256 };
  const variants = [{ name: "int8", file, golden: [golden], ...(loses && { loses }) }];
  const manifest = await writeTinyDetector(modelsFolder, {
    withWeights: true,
    changes: { variants },
  });
  await writeFile(join(modelsFolder, manifest.name, file.name), bytes);
  return manifest;
}

/** A picture whose cells (left to right, top to bottom) have these three plane values. */
export function tinyPicture(cells: readonly (readonly [number, number, number])[]): Uint8Array {
  const planeSize = tinyInputSize * tinyInputSize;
  return Uint8Array.from({ length: 3 * planeSize }, (_, index) => {
    return cells[cellOf(index)]?.[Math.floor(index / planeSize)] ?? 0;
  });
}

function ints(name: string, values: readonly number[]): OnnxAttribute {
  return { name, type: 7, ints: values };
}

function float32Value(name: string, dims: readonly number[]): OnnxValue {
  const dim = dims.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: 1, shape: { dim } } } };
}
