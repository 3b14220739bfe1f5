/**
 * Goal: whatever a detector's file does, it does in a process of its own, and the agent's goes on.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OnnxModel } from "../../models/graph/onnx-proto.ts";
import {
  endlessDetector,
  hoardingDetector,
  shortDetector,
  unknownDetector,
} from "../../test-fixtures/hostile-detectors.ts";
import {
  tinyDetectorBytes,
  tinyDetectorManifest,
  tinyDetectorModel,
} from "../../test-fixtures/tiny-detector.ts";
import { modelOf } from "./model-store.ts";
import { tryModel } from "./model-trial.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-trial-"));
});
afterEach(() => rm(folder, { recursive: true }));

const prepared = (model: OnnxModel) => {
  const bytes = tinyDetectorBytes(model);
  return modelOf(tinyDetectorManifest(bytes), bytes);
};

test("a good one is tried once, and that is remembered", async () => {
  const model = prepared(tinyDetectorModel());
  await tryModel(model, { folder });
  const names = await readdir(folder);
  expect(names).toEqual([expect.stringMatching(/^tried-[0-9a-f]{32}$/)]);
  // Would not end in time if it were tried again.
  await tryModel(model, { folder, msMax: 1 });
});

test.each([
  { name: "that never ends", model: endlessDetector, says: /did not end within 3 s$/ },
  {
    name: "that fills the memory",
    model: () => hoardingDetector(1_600_000_000),
    says: /took more than 500000000 bytes of memory$/,
  },
  { name: "that no runtime knows", model: unknownDetector, says: /failed: .*NoSuchOperator/ },
  { name: "that answers in another shape", model: shortDetector, says: /output is \[1, 3, 7\]/ },
])("a detector $name is refused with what it did", async ({ model, says }) => {
  const trial = tryModel(prepared(model()), { folder, msMax: 3_000, memoryBytesMax: 500_000_000 });
  await expect(trial).rejects.toMatchObject({
    code: "MODEL_GRAPH_UNSUPPORTED",
    message: expect.stringMatching(says),
  });
  expect(await readdir(folder)).toEqual([]);
});
