/**
 * The process of a trial: loads one graph, runs one picture and two, reads the answers, says so.
 *
 * Whatever the graph does happens here. The system is asked to end this process first when memory
 * runs out.
 */
import { writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { detectionDecoder } from "../../../models/decode/detection-decoder.ts";
import { syntheticPicture } from "../../../models/golden.ts";
import { wholePicture } from "../../../pipelines/domain/geometry.ts";
import { plainSession, sessionOptions } from "../session-options.ts";
import type { TrialAnswer, TrialHead } from "./trial-messages.ts";

const lineFeed = 0x0a;
const faultCharsMax = 1_000;

function say(answer: TrialAnswer): void {
  writeFileSync(1, JSON.stringify(answer));
}

async function tryGraph({ manifest, inputName }: TrialHead, graph: Uint8Array): Promise<void> {
  const session = await InferenceSession.create(graph, sessionOptions(plainSession));
  const { width, height } = manifest.input;
  const picture = syntheticPicture({ width, height });
  const decoder = detectionDecoder(manifest);
  const content = { contentX: 0, contentY: 0, contentWidth: width, contentHeight: height };
  for (const count of [1, 2]) {
    const pixels = new Uint8Array(count * picture.length);
    for (let at = 0; at < pixels.length; at += picture.length) pixels.set(picture, at);
    const input = new Tensor("uint8", pixels, [count, 3, height, width]);
    const outputs = await session.run({ [inputName]: input });
    decoder.decode(outputs, count - 1, { ...content, crop: wholePicture });
  }
}

try {
  writeFileSync("/proc/self/oom_score_adj", "1000");
} catch {
  // Not on every system; the parent watches the memory, too.
}
try {
  const input = await buffer(process.stdin);
  const end = input.indexOf(lineFeed);
  const head = JSON.parse(input.subarray(0, end).toString("utf8")) as TrialHead; // model-trial.ts wrote it.
  await tryGraph(head, Uint8Array.from(input.subarray(end + 1)));
  say({ fault: null });
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  say({ fault: text.slice(0, faultCharsMax) });
}
