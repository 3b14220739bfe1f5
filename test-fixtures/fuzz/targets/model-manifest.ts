/**
 * A model's manifest, and the decoder that is made from it.
 *
 * Holds for every input: faults are issues, never errors; what is taken makes a decoder that takes
 * an answer of the shape it asks for, within its memory.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { detectionDecoder } from "../../../models/decode/detection-decoder.ts";
import { manifestSchema, modelTag, withVariants } from "../../../models/manifest.ts";
import { wholePicture } from "../../../pipelines/domain/geometry.ts";
import { tinyDetectorManifest } from "../../tiny-detector.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileJson, type Json } from "../hostile-values.ts";

const models = join(import.meta.dirname, "../../../models");
const texts = [
  JSON.stringify(tinyDetectorManifest()),
  ...["street-nano", "yolox-nano", "deimv2-atto"].map((name) =>
    readFileSync(join(models, name, "manifest.json"), "utf8"),
  ),
];

export const modelManifest: FuzzTarget = {
  name: "model-manifest",
  corpus: () => texts.map((text) => Buffer.from(text)),
  tokens: ['"strides":[1,1]', '"classCount":10000', '"width":4096', '"__proto__":', "1e999", "{}"],
  arbitrary: hostileJson(texts.map((text) => JSON.parse(text) as Json)), // Ours.
  run: (bytes) => {
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(bytes).toString("utf8"));
    } catch {
      return;
    }
    const parsed = manifestSchema.safeParse(value);
    if (!parsed.success) return;
    for (const each of withVariants(parsed.data)) modelTag(each);
    const decoder = detectionDecoder(parsed.data);
    const placement = { contentX: 0, contentY: 0, contentWidth: 32, contentHeight: 32 };
    try {
      decoder.decode({}, 0, { ...placement, crop: wholePicture });
    } catch (error) {
      if (!(error instanceof TypeError && error.message.startsWith("no output "))) throw error;
    }
  },
  isExpected: () => false,
  memoryBoundBytes: 48 * 1_024 * 1_024,
  testInputs: 200,
};
