/**
 * Loading from real folders: a small detector of our own, with and without its weights.
 *
 * Goal: nothing but the weights that the manifest means is ever loaded, and the cache of prepared
 * graphs can be damaged, outdated or impossible without anybody noticing.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import {
  tinyDetectorBytes,
  tinyDetectorManifest,
  tinyDetectorModel,
  writeTinyDetector,
} from "../../test-fixtures/tiny-detector.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { knownModels, readManifest } from "./model-manifest.ts";
import { loadModel } from "./model-store.ts";
import { addWeights } from "./model-weights.ts";

let root: string;
let folders: { modelsFolder: string; dataFolder: string };
const cached = () => join(folders.dataFolder, "models/tiny");

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kerbside-models-"));
  folders = { modelsFolder: join(root, "models"), dataFolder: join(root, "data") };
});
afterEach(() => rm(root, { recursive: true }));

async function failureOf(promise: Promise<unknown>): Promise<AgentError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AgentError))
    throw new Error(`expected an AgentError, got ${String(error)}`);
  return error;
}

describe("a model with its weights", () => {
  test("is loaded with what the inference loop needs", async () => {
    const manifest = await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const model = await loadModel("tiny", folders);
    expect(model).toMatchObject({
      manifest,
      inputName: "pixels",
      modelTag: `tiny@${manifest.file.sha256.slice(0, 12)}`,
      inputWidth: 64,
      inputHeight: 64,
      fit: "letterbox-top-left",
      fill: 0,
      channels: "rgb",
    });
    const row = [0.5, 0.5, 0, 0, 1, 0, 0.75];
    const output = {
      dims: [1, 4, 7],
      data: Float32Array.from({ length: 28 }, (_, at) => row[at] ?? 0),
    };
    const content = { contentX: 0, contentY: 0, contentWidth: 64, contentHeight: 64 };
    const detections = model.decode({ output }, 0, { ...content, crop: wholePicture });
    expect(detections.count).toBe(1);
    expect(Array.from(detections.boxes)).toEqual([0, 0, 0.5, 0.5]);
  });

  test("finds weights that were added by hand", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: false });
    const file = join(root, "download.onnx");
    await writeFile(file, tinyDetectorBytes());
    const path = await addWeights(await readManifest("tiny", folders.modelsFolder), file, folders);
    expect(path).toBe(join(folders.dataFolder, "models/tiny/tiny.onnx"));
    expect((await loadModel("tiny", folders)).graph.byteLength).toBeGreaterThan(0);
  });
});

describe("the prepared graph", () => {
  test("is taken from the data folder the second time", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const first = await loadModel("tiny", folders);
    const [name = ""] = await readdir(cached());
    expect(await readFile(join(cached(), name))).toEqual(Buffer.from(first.graph));
    const second = await loadModel("tiny", folders);
    expect(Buffer.from(second.graph)).toEqual(Buffer.from(first.graph));
    expect(await readdir(cached())).toEqual([name]);
  });

  test.each([
    { name: "damaged", damage: (bytes: Buffer) => bytes.fill(7, 100, 110) },
    { name: "cut off", damage: (bytes: Buffer) => bytes.subarray(0, 50) },
    { name: "empty", damage: () => Buffer.alloc(0) },
  ])("is made again when the file is $name", async ({ damage }) => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const good = await loadModel("tiny", folders);
    const [name = ""] = await readdir(cached());
    const path = join(cached(), name);
    await writeFile(path, damage(await readFile(path)));
    const again = await loadModel("tiny", folders);
    expect(Buffer.from(again.graph)).toEqual(Buffer.from(good.graph));
    expect(await readFile(path)).toEqual(Buffer.from(good.graph));
  });

  test("is made again when the manifest wants another one, and the old one goes", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const first = await loadModel("tiny", folders);
    const before = await readdir(cached());
    const input = { ...first.manifest.input, divideBy: 255 };
    await writeTinyDetector(folders.modelsFolder, { withWeights: true, changes: { input } });
    const second = await loadModel("tiny", folders);
    expect(Buffer.from(second.graph)).not.toEqual(Buffer.from(first.graph));
    const after = await readdir(cached());
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
  });

  test("is prepared at each start where nothing can be written", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    await writeFile(folders.dataFolder, "a file where the folder should be");
    expect((await loadModel("tiny", folders)).graph.byteLength).toBeGreaterThan(0);
  });
});

describe("is refused:", () => {
  test("a model without weights, with the command that adds them", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: false });
    const { code, message } = await failureOf(loadModel("tiny", folders));
    expect(code).toBe("MODEL_WEIGHTS_MISSING");
    expect(message).toContain("kerbside models add tiny --file FILE");
  });

  test("weights with another hash, beside the manifest", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const other = tinyDetectorModel();
    other.graph.output = [];
    await writeFile(join(folders.modelsFolder, "tiny/tiny.onnx"), tinyDetectorBytes(other));
    const { code, message } = await failureOf(loadModel("tiny", folders));
    expect(code).toBe("MODEL_CHECKSUM_MISMATCH");
    expect(message).toContain(tinyDetectorManifest().file.sha256);
  });

  test("one flipped bit in weights that were added", async () => {
    const manifest = await writeTinyDetector(folders.modelsFolder, { withWeights: false });
    const bytes = Buffer.from(tinyDetectorBytes());
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const file = join(root, "download.onnx");
    await writeFile(file, bytes);
    expect((await failureOf(addWeights(manifest, file, folders))).code).toBe(
      "MODEL_CHECKSUM_MISMATCH",
    );
    await expect(readdir(folders.dataFolder)).rejects.toThrow("ENOENT");
  });

  test("a file to add that is not there, or a folder", async () => {
    const manifest = await writeTinyDetector(folders.modelsFolder, { withWeights: false });
    for (const file of [join(root, "nowhere.onnx"), root]) {
      expect((await failureOf(addWeights(manifest, file, folders))).code).toBe("USAGE");
    }
  });

  test("a model that nobody knows, with the names of those that are known", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const { code, remedy } = await failureOf(loadModel("../tiny", folders));
    expect(code).toBe("MODEL_UNKNOWN");
    expect(remedy).toContain("tiny");
  });

  test("a graph that cannot be prepared, with what was found", async () => {
    const model = tinyDetectorModel();
    model.graph.node = model.graph.node.map((node, at) =>
      at === 0 ? { ...node, opType: "Einsum" } : node,
    );
    const weights = tinyDetectorBytes(model);
    const changes = { file: tinyDetectorManifest(weights).file };
    await writeTinyDetector(folders.modelsFolder, { withWeights: false, changes });
    await writeFile(join(folders.modelsFolder, "tiny/tiny.onnx"), weights);
    const { code, message } = await failureOf(loadModel("tiny", folders));
    expect(code).toBe("MODEL_GRAPH_UNSUPPORTED");
    expect(message).toContain('Einsum "cells"');
  });

  const manifests = [
    { name: "a manifest that is not JSON", text: "{", message: /JSON/ },
    {
      name: "a manifest of another model",
      text: JSON.stringify({ ...tinyDetectorManifest(), name: "other" }),
      message: /folder is called tiny/,
    },
    {
      name: "a manifest with several faults, all at once",
      text: JSON.stringify({ ...tinyDetectorManifest(), schema: 2, colour: "red" }),
      message: /schema: .*colour/,
    },
  ];
  test.each(manifests)("$name", async ({ text, message }) => {
    await mkdir(join(folders.modelsFolder, "tiny"), { recursive: true });
    await writeFile(join(folders.modelsFolder, "tiny/manifest.json"), text);
    const failure = await failureOf(loadModel("tiny", folders));
    expect(failure.code).toBe("MODEL_MANIFEST_INVALID");
    expect(failure.message).toMatch(message);
  });
});

test("folders without a manifest are no models", async () => {
  await writeTinyDetector(folders.modelsFolder, { withWeights: true });
  await mkdir(join(folders.modelsFolder, "graph"));
  expect(await knownModels(folders.modelsFolder)).toEqual(["tiny"]);
  expect(await knownModels(join(root, "nowhere"))).toEqual([]);
});
