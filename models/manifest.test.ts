import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tinyDetectorManifest } from "../test-fixtures/tiny-detector.ts";
import { manifestSchema, modelTag, variantName, variantOf } from "./manifest.ts";

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(join(import.meta.dirname, name)).includes("manifest.json"));

test("the public detectors have manifests", () => {
  expect(folders).toEqual(expect.arrayContaining(["yolox-nano", "deimv2-atto", "deimv2-femto"]));
});

test.each(folders)("%s has a manifest that holds, under its own name", (name) => {
  const text = readFileSync(join(import.meta.dirname, name, "manifest.json"), "utf8");
  expect(manifestSchema.parse(JSON.parse(text)).name).toBe(name);
});

test("a model's tag is its name and the head of its hash", () => {
  const manifest = tinyDetectorManifest();
  expect(modelTag(manifest)).toBe(`tiny@${manifest.file.sha256.slice(0, 12)}`);
});

const tiny = tinyDetectorManifest();
const int8 = {
  name: "int8",
  file: { name: "tiny-int8.onnx", bytes: 9, sha256: "ab".repeat(32) },
  golden: [{ output: "output", first: [1] }],
};

test("a variant is the same detector with other weights, and its tag says so", () => {
  const manifest = manifestSchema.parse({ ...tiny, variants: [int8] });
  const variant = variantOf(manifest, "int8");
  if (variant === undefined) throw new Error("there is no variant");
  expect(variant).toEqual({ ...tiny, variant: "int8", file: int8.file, golden: int8.golden });
  expect(variantName(variant)).toBe("tiny:int8");
  expect(modelTag(variant)).toBe("tiny:int8@abababababab");
  expect(variantOf(manifest, "int4")).toBeUndefined();
});

test("a detector may take bytes as they are", () => {
  const input = { ...tiny.input, name: "pixels", type: "uint8" };
  expect(manifestSchema.safeParse({ ...tiny, input }).error).toBeUndefined();
});

const rows: readonly { name: string; change: object; message: RegExp }[] = [
  { name: "an unknown key", change: { sha: "1" }, message: /Unrecognized key.*sha/ },
  {
    name: "more cells than any picture has",
    change: { decoder: { ...tiny.decoder, strides: [1, 1, 1, 1, 1, 1, 1, 1, 1] } },
    message: /Too big.*<=8/,
  },
  {
    name: "a grid that fills the memory",
    change: {
      input: { ...tiny.input, width: 4096, height: 4096 },
      decoder: { ...tiny.decoder, strides: [1] },
    },
    message: /16777216 cells of 2 classes, at most 400000 cells and 50000000 values are read/,
  },
  {
    name: "classes that fill the memory",
    change: {
      input: { ...tiny.input, width: 2048, height: 2048 },
      decoder: { ...tiny.decoder, strides: [8], classCount: 10_000 },
    },
    message: /65536 cells of 10000 classes/,
  },
  {
    name: "weights of many gigabytes",
    change: { file: { ...tiny.file, bytes: 2 ** 40 } },
    message: /2147483647/,
  },
  { name: "a name with capitals", change: { name: "Tiny" }, message: /lower-case words/ },
  {
    name: "a short hash",
    change: { file: { ...tiny.file, sha256: "12" } },
    message: /64 lower-case/,
  },
  {
    name: "a path as file name",
    change: { file: { ...tiny.file, name: "../x.onnx" } },
    message: /plain name/,
  },
  {
    name: "a label that we do not have",
    change: { classes: { "0": "dog" } },
    message: /Invalid option/,
  },
  {
    name: "a label without threshold",
    change: { thresholds: { car: 0.5 } },
    message: /person has none/,
  },
  {
    name: "a class beyond the model's",
    change: { classes: { "2": "car" } },
    message: /has 2 classes/,
  },
  {
    name: "a label in two groups",
    change: {
      groups: [
        ["car", "bus"],
        ["bus", "truck"],
      ],
    },
    message: /two groups/,
  },
  {
    name: "a stride that does not divide the input",
    change: { decoder: { ...tiny.decoder, strides: [24] } },
    message: /24 does not divide 64 × 64/,
  },
  {
    name: "a deviation of zero",
    change: { input: { ...tiny.input, std: [1, 0, 1] } },
    message: /above 0/,
  },
  {
    name: "bytes that shall be divided",
    change: { input: { ...tiny.input, name: "pixels", type: "uint8", divideBy: 255 } },
    message: /bytes go in as they are/,
  },
  {
    name: "bytes under another name",
    change: { input: { ...tiny.input, type: "uint8" } },
    message: /bytes go in as they are: pixels/,
  },
  {
    name: "a variant named like the model",
    change: { variants: [{ ...int8, name: "tiny" }] },
    message: /tiny is there twice/,
  },
  {
    name: "a variant in the same file",
    change: { variants: [{ ...int8, file: tiny.file }] },
    message: /tiny.onnx is there twice/,
  },
  { name: "an unknown decoder", change: { decoder: { kind: "ssd" } }, message: /Invalid/ },
];
describe("is refused:", () => {
  test.each(rows)("$name", ({ change, message }) => {
    const result = manifestSchema.safeParse({ ...tiny, ...change });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toMatch(message);
  });
});
