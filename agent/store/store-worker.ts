/**
 * The store's thread: takes requests in the order they came, groups writes, answers.
 *
 * While one transaction waits for the disk, requests pile up in the port; they then share the
 * next one. A request is answered only after its transaction is on disk, and a read runs only
 * between transactions, so nobody ever acts on what a power cut could still take back.
 */
import { join } from "node:path";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { suspect } from "./heal.ts";
import { type OpenFolder, openFolder } from "./open-folder.ts";
import type { WorkerAnswer, WorkerData, WorkerReady, WorkerRequest, Writes } from "./protocol.ts";
import { isDamage, portableError } from "./store-errors.ts";
import { storeFile } from "./store-files.ts";

type WriteRequest = Extract<WorkerRequest, { readonly name: keyof Writes }>;

const writeNames: ReadonlySet<string> = new Set<keyof Writes>([
  "commit",
  "appendEvent",
  "outboxAttempted",
  "outboxDone",
  "outboxParked",
  "maintain",
]);
/** Looks wait for the rest: they would split up the groups. Among equals the order stays. */
const turn = ({ name }: WorkerRequest): number =>
  name === "close" ? 2 : Number(name === "logLooks");
const isWrite = (request: WorkerRequest): request is WriteRequest => writeNames.has(request.name);

function main(): void {
  const port = parentPort;
  if (port === null) throw new Error("store-worker.ts runs as a worker thread only");
  const { folder, limits, nowMs } = workerData as WorkerData;
  const storePath = join(folder, storeFile);
  let open: OpenFolder;
  try {
    open = openFolder(folder, limits, nowMs);
  } catch (error) {
    port.postMessage({ ready: false, error: portableError(error, folder) } satisfies WorkerReady);
    port.close();
    return;
  }
  port.postMessage({ ready: true, healed: open.healed } satisfies WorkerReady);

  port.on("message", (first: WorkerRequest) => {
    const arrived = [first];
    for (;;) {
      const next = receiveMessageOnPort(port);
      if (next === undefined) break;
      arrived.push(next.message);
    }
    const waiting = arrived.toSorted((a, b) => turn(a) - turn(b));
    for (let index = 0; index < waiting.length; ) {
      const group = writesFrom(waiting, index, limits.groupRequestsMax);
      const answers = group.length > 0 ? runGroup(open, group) : [runOne(open, waiting[index])];
      for (const answer of answers) port.postMessage(answer);
      index += answers.length;
    }
    if (waiting.some((request) => request.name === "close")) port.close();
  });

  function writesFrom(waiting: readonly WorkerRequest[], from: number, countMax: number) {
    const group: WriteRequest[] = [];
    for (const request of waiting.slice(from, from + countMax)) {
      if (!isWrite(request)) break;
      group.push(request);
    }
    return group;
  }

  /** One that fails undoes the whole group; then each tries alone and gets its own answer. */
  function runGroup({ store }: OpenFolder, group: readonly WriteRequest[]): WorkerAnswer[] {
    const startMs = performance.now();
    let values: unknown[];
    try {
      values = store.group(() => group.map(({ name, args }) => store.write(name, args)));
    } catch (error) {
      if (group.length > 1) return group.flatMap((request) => runGroup(open, [request]));
      return group.map(({ id }) => failed(id, error));
    }
    const committedMs = performance.now() - startMs;
    return group.map((request, index) => {
      const { id } = request;
      const error = request.name === "maintain" ? tidy(open, request.args.nowMs) : undefined;
      return error === undefined ? { id, value: values[index], committedMs } : failed(id, error);
    });
  }

  /** What cannot run inside the transaction; the next round makes up for one that fails. */
  function tidy({ store, detections }: OpenFolder, nowMs: number): unknown {
    let failure: unknown;
    for (const part of [() => store.shrink(), () => detections.forgetOld(nowMs)]) {
      try {
        part();
      } catch (error) {
        if (portableError(error, folder).kind === "bug") throw error;
        failure ??= error;
      }
    }
    return failure;
  }

  function runOne({ store, detections }: OpenFolder, request?: WorkerRequest): WorkerAnswer {
    if (request === undefined) throw new Error("no request to run");
    const { id } = request;
    try {
      switch (request.name) {
        case "logLooks":
          detections.add(request.args);
          return { id, value: undefined };
        case "close":
          closeAll(open);
          return { id, value: undefined };
        case "suspect":
          suspect(storePath, request.args.reason);
          return { id, value: undefined };
        case "loadCameraStates":
          return { id, value: store.reads.loadCameraStates(request.args) };
        case "outboxAfter":
          return { id, value: store.reads.outboxAfter(request.args) };
        case "outboxStats":
          return { id, value: store.reads.outboxStats(request.args) };
        case "violations":
          return { id, value: store.reads.violations(request.args) };
        case "verdicts":
          return { id, value: store.reads.verdicts(request.args) };
        case "events":
          return { id, value: store.reads.events(request.args) };
        default:
          throw new Error(`${request.name} is a write and belongs into a group`);
      }
    } catch (error) {
      // A fault of the log of looks is not one of the store's.
      if (request.name === "logLooks") return { id, error: portableError(error, folder) };
      return failed(id, error);
    }
  }

  function failed(id: number, error: unknown): WorkerAnswer {
    const answer = { id, error: portableError(error, folder) };
    if (!isDamage(error)) return answer;
    try {
      suspect(storePath, answer.error.message);
    } catch {
      // The check behind the next start finds it too.
    }
    return { ...answer, isDamage: true };
  }
}

/** Each, whatever the others say; the lock comes last. */
function closeAll({ store, detections, lock }: OpenFolder): void {
  try {
    detections.close();
  } finally {
    try {
      store.close();
    } finally {
      lock.release();
    }
  }
}

main();
