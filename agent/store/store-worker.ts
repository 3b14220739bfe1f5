/**
 * The store's thread: opens the folder, says how that went, and hands over what arrives.
 *
 * All that came while the last round was at the disk goes into the next one together.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type OpenFolder, openFolder } from "./open-folder.ts";
import type { WorkerAnswer, WorkerData, WorkerReady, WorkerRequest } from "./protocol.ts";
import { portableError } from "./store-errors.ts";
import { StoreRequests } from "./store-requests.ts";

function main(): void {
  const port = parentPort;
  if (port === null) throw new Error("store-worker.ts runs as a worker thread only");
  const { folder, limits, nowMs } = workerData as WorkerData;
  let open: OpenFolder;
  try {
    open = openFolder(folder, limits, nowMs);
  } catch (error) {
    port.postMessage({ ready: false, error: portableError(error, folder) } satisfies WorkerReady);
    port.close();
    return;
  }
  port.postMessage({ ready: true, healed: open.healed } satisfies WorkerReady);

  const requests = new StoreRequests(open, { folder, limits });
  port.on("message", (first: WorkerRequest) => {
    const arrived = [first];
    for (;;) {
      const next = receiveMessageOnPort(port);
      if (next === undefined) break;
      arrived.push(next.message);
    }
    requests.run(arrived, (answer) => port.postMessage(answer, payloadsOf(answer)));
    if (arrived.some(({ name }) => name === "close")) port.close();
  });
}

/** Events go over as they are: copies would lie beside this thread's heap until 64 MB have gathered. */
function payloadsOf(answer: WorkerAnswer): ArrayBuffer[] {
  if (!("value" in answer) || !Array.isArray(answer.value)) return [];
  return answer.value.flatMap((row: { readonly payload?: unknown } | number) => {
    if (typeof row !== "object" || !(row.payload instanceof Uint8Array)) return [];
    const { buffer, byteLength } = row.payload;
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
  });
}

main();
