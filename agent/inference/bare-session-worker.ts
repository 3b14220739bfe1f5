/**
 * A thread that runs one session as fast as it can, with nothing around it: the limit of a machine.
 *
 * Input and output are allocated once. It runs from "go" until the shared word says stop, and then
 * says how many pictures that were.
 */
import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { type BareJob, type FromBareSession, goesOn } from "./bare-session-messages.ts";
import { sessionOptions } from "./session-options.ts";

const { graph, inputName, width, height, batch, shared, picture, ...settings } =
  workerData as BareJob; // What BareSessions gives.
const word = new Int32Array(shared);

async function main(): Promise<void> {
  const session = await InferenceSession.create(graph, sessionOptions(settings));
  const pixels = new Uint8Array(batch * 3 * width * height);
  for (let at = 0; at < pixels.length; at += picture.length) pixels.set(picture, at);
  const feeds = { [inputName]: new Tensor("uint8", pixels, [batch, 3, height, width]) };
  // Allocates what every later run fills.
  const outputs = await session.run(feeds);
  await session.run(feeds, outputs);
  parentPort?.on("message", () => void run());
  say({ type: "ready" });

  async function run(): Promise<void> {
    let images = 0;
    do {
      await session.run(feeds, outputs);
      images += batch;
    } while (Atomics.load(word, 0) === goesOn);
    say({ type: "stopped", images });
  }
}

function say(message: FromBareSession): void {
  parentPort?.postMessage(message);
}

await main();
