/**
 * A session's thread: `session.run` blocks it, and nothing else lives here.
 *
 * Takes a batch out of shared memory, runs it, decodes the result into detections and hands those
 * over. A batch of one is read where it lies; the pictures of a larger one are put side by side
 * first. The memory for that and the outputs are allocated once for each batch size.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { withAppearances } from "../../models/decode/box-appearance.ts";
import { type DetectionDecoder, detectionDecoder } from "../../models/decode/detection-decoder.ts";
import { type Manifest, withThresholds } from "../../models/manifest.ts";
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { SessionSettings } from "./run-settings.ts";
import type { AskedPlacement, FromSession, SessionModel, ToSession } from "./session-messages.ts";
import { sessionOptions } from "./session-options.ts";
import { ThreadState } from "./thread-state.ts";

interface Loaded {
  readonly session: InferenceSession;
  readonly manifest: Manifest;
  /** By the thresholds that views have in place of the model's own; "": none. */
  readonly decoders: Map<string, DetectionDecoder>;
  readonly inputName: string;
  readonly width: number;
  readonly height: number;
  readonly channels: "rgb" | "bgr";
  /** Some versions of Node do not let the runtime read it. */
  takesSharedMemory: boolean;
  /** By batch size. */
  readonly inputs: Map<number, Uint8Array>;
  readonly outputs: Map<number, InferenceSession.OnnxValueMapType>;
}

const loadedModels = new Map<string, Loaded>();
const agent = portOf(parentPort);
const state = new ThreadState(workerData as SharedArrayBuffer); // What startSessionThread gives.
/** One thing at a time, in the order of arrival. */
let work = Promise.resolve();

agent.on("message", (message: ToSession) => {
  work = work.then(() => handle(message));
});

async function handle(message: ToSession): Promise<void> {
  switch (message.type) {
    case "load":
      say(await load(message.model, message.settings));
      break;
    case "run":
      await answer(message);
      break;
  }
}

async function load(model: SessionModel, settings: SessionSettings): Promise<FromSession> {
  const { modelTag, manifest, graph, inputName } = model;
  try {
    const loaded: Loaded = {
      session: await inRuntime(() => InferenceSession.create(graph, sessionOptions(settings))),
      manifest,
      decoders: new Map([["", detectionDecoder(manifest)]]),
      inputName,
      width: manifest.input.width,
      height: manifest.input.height,
      channels: manifest.input.channels,
      takesSharedMemory: true,
      inputs: new Map(),
      outputs: new Map(),
    };
    await warmUp(loaded);
    loadedModels.set(modelTag, loaded);
    return { type: "loaded", modelTag };
  } catch (error) {
    return { type: "load-failed", modelTag, text: messageOf(error) };
  }
}

/** The first run is slow; and it tells whether the runtime reads shared memory here. */
async function warmUp(loaded: Loaded): Promise<void> {
  const picture = new Uint8Array(new SharedArrayBuffer(3 * loaded.width * loaded.height));
  try {
    await runBatch(loaded, [picture]);
  } catch {
    loaded.takesSharedMemory = false;
    await runBatch(loaded, [picture]);
  }
}

async function answer(message: ToSession & { readonly type: "run" }): Promise<void> {
  const { id, modelTag, inputs, placements } = message;
  try {
    const loaded = loadedModels.get(modelTag);
    if (loaded === undefined) throw new RangeError(`model ${modelTag} was not loaded`);
    const startedAtMs = performance.now();
    const outputs = await runBatch(loaded, inputs);
    const runMs = performance.now() - startedAtMs;
    const detections = placements.map((placement, index) => {
      const found = decoderFor(loaded, placement).decode(outputs, index, placement);
      const { width, height, channels } = loaded;
      const bytes = inputs[index];
      if (bytes === undefined) return found;
      return withAppearances(found, { bytes, width, height, channels }, placement);
    });
    say({ type: "done", id, detections, runMs }, detections.flatMap(buffersOf));
  } catch (error) {
    say({ type: "failed", id, text: messageOf(error) });
  }
}

/** Views are few, and so are their thresholds: one decoder for each, kept. */
function decoderFor(
  { manifest, decoders }: Loaded,
  { thresholds }: AskedPlacement,
): DetectionDecoder {
  const key = thresholds === undefined ? "" : JSON.stringify(thresholds);
  const known = decoders.get(key);
  if (known !== undefined) return known;
  const decoder = detectionDecoder(withThresholds(manifest, thresholds ?? {}));
  decoders.set(key, decoder);
  return decoder;
}

async function runBatch(
  loaded: Loaded,
  pictures: readonly Uint8Array[],
): Promise<InferenceSession.OnnxValueMapType> {
  const { session, inputName, width, height, outputs } = loaded;
  const size = pictures.length;
  const input = new Tensor("uint8", inputOf(loaded, pictures), [size, 3, height, width]);
  const feeds = { [inputName]: input };
  const known = outputs.get(size);
  if (known === undefined) {
    const first = await inRuntime(() => session.run(feeds));
    outputs.set(size, first);
    return first;
  }
  // Fills the arrays of `known`; what it returns are other tensors over the same values.
  await inRuntime(() => session.run(feeds, known));
  return known;
}

function inputOf(
  { width, height, inputs, takesSharedMemory }: Loaded,
  pictures: readonly Uint8Array[],
): Uint8Array {
  const [only] = pictures;
  if (only !== undefined && pictures.length === 1 && takesSharedMemory) return only;
  const pictureBytes = 3 * width * height;
  const input = inputs.get(pictures.length) ?? new Uint8Array(pictures.length * pictureBytes);
  inputs.set(pictures.length, input);
  for (const [index, picture] of pictures.entries()) input.set(picture, index * pictureBytes);
  return input;
}

/** The thread ends here when the agent has given it up. */
async function inRuntime<Value>(call: () => Promise<Value>): Promise<Value> {
  if (!state.enter()) process.exit(0);
  try {
    return await call();
  } finally {
    if (!state.leave()) process.exit(0);
  }
}

/** Fields share no memory with the decoder's scratch: they may go. */
function buffersOf({ boxes, scores, labelIndices, appearances }: Detections): ArrayBuffer[] {
  return [boxes, scores, labelIndices, appearances]
    .map((part) => part?.buffer)
    .filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
}

function say(message: FromSession, transfer: ArrayBuffer[] = []): void {
  agent.postMessage(message, transfer);
}

function portOf(port: MessagePort | null): MessagePort {
  if (port === null) throw new Error("a session's thread is started by the session pool alone");
  return port;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
