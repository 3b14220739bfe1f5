/**
 * The opponent's analysis: one session, one picture at a time, in a thread of its own so that the
 * pipes are drained meanwhile. Input and outputs are allocated once.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { detectionDecoder } from "../../../models/decode/detection-decoder.ts";
import { sessionOptions } from "../../inference/session-options.ts";
import type { DetectorJob, FromDetector } from "./messages.ts";
import { layPlanes } from "./model-input.ts";

const { model, session: kind, place } = workerData as DetectorJob; // What the peer's process gives.
const { graph, inputName, manifest } = model;
const { width, height, channels, fill } = manifest.input;

async function main(port: MessagePort): Promise<void> {
  const options = kind === "runtime-defaults" ? {} : sessionOptions();
  const session = await InferenceSession.create(graph, options);
  const input = new Uint8Array(3 * width * height).fill(fill);
  const feeds = { [inputName]: new Tensor("uint8", input, [1, 3, height, width]) };
  const outputs = await session.run(feeds);
  const decoder = detectionDecoder(manifest);
  const placement = { ...place, crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 } };
  port.on("message", (planes: Uint8Array) => {
    layPlanes(planes, place, input, { width, height, channels });
    void session.run(feeds, outputs).then(() => {
      say({ type: "found", count: decoder.decode(outputs, 0, placement).scores.length });
    });
  });
  say({ type: "ready" });

  function say(message: FromDetector): void {
    port.postMessage(message);
  }
}

if (parentPort === null) throw new Error("detector-worker.ts runs as a worker thread only");
await main(parentPort);
