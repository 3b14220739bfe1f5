/**
 * What the store's thread does with requests, without the thread: in order, writes in groups.
 *
 * While one transaction waits for the disk, requests pile up; they then share the next one. A
 * request is answered only after its transaction is on disk, and a read runs only between
 * transactions, so nobody ever acts on what a power cut could still take back.
 */
import { join } from "node:path";
import { suspect } from "./heal.ts";
import type { StoreLimits } from "./limits.ts";
import type { OpenFolder } from "./open-folder.ts";
import type { WorkerAnswer, WorkerRequest, Writes } from "./protocol.ts";
import { isDamage, portableError } from "./store-errors.ts";
import { storeFile } from "./store-files.ts";

type WriteRequest = Extract<WorkerRequest, { readonly name: keyof Writes }>;

const writeNames: ReadonlySet<string> = new Set<keyof Writes>([
  "commit",
  "appendEvent",
  "outboxAttempted",
  "outboxDone",
  "outboxParked",
  "release",
  "releaseHeld",
  "evidencePartDone",
  "evidenceFilesDone",
  "dropEvidence",
  "evidenceGone",
  "forgetManifests",
  "maintain",
]);
/** Looks wait for the rest: they would split up the groups. Among equals the order stays. */
const turn = ({ name }: WorkerRequest): number =>
  name === "close" ? 2 : Number(name === "logLooks");
const isWrite = (request: WorkerRequest): request is WriteRequest => writeNames.has(request.name);

export class StoreRequests {
  readonly #open: OpenFolder;
  readonly #folder: string;
  readonly #groupRequestsMax: number;

  constructor(
    open: OpenFolder,
    { folder, limits }: { readonly folder: string; readonly limits: StoreLimits },
  ) {
    this.#open = open;
    this.#folder = folder;
    this.#groupRequestsMax = limits.groupRequestsMax;
  }

  /** All that has arrived meanwhile; what is told goes out as soon as it is true. */
  run(arrived: readonly WorkerRequest[], tell: (answer: WorkerAnswer) => void): void {
    const waiting = arrived.toSorted((a, b) => turn(a) - turn(b));
    for (let index = 0; index < waiting.length; ) {
      const group = this.#writesFrom(waiting, index, this.#groupRequestsMax);
      const answers = group.length > 0 ? this.#runGroup(group) : [this.#runOne(waiting[index])];
      for (const answer of answers) tell(answer);
      index += answers.length;
    }
  }

  #writesFrom(waiting: readonly WorkerRequest[], from: number, countMax: number) {
    const group: WriteRequest[] = [];
    for (const request of waiting.slice(from, from + countMax)) {
      if (!isWrite(request)) break;
      group.push(request);
    }
    return group;
  }

  /** One that fails undoes the whole group; then each tries alone and gets its own answer. */
  #runGroup(group: readonly WriteRequest[]): WorkerAnswer[] {
    const { store } = this.#open;
    const startMs = performance.now();
    let values: unknown[];
    try {
      values = store.group(() => group.map(({ name, args }) => store.write(name, args)));
    } catch (error) {
      if (group.length > 1) return group.flatMap((request) => this.#runGroup([request]));
      return group.map(({ id }) => this.#failed(id, error));
    }
    const committedMs = performance.now() - startMs;
    return group.map((request, index) => {
      const { id } = request;
      const error = request.name === "maintain" ? this.#tidy(request.args) : undefined;
      return error === undefined
        ? { id, value: values[index], committedMs }
        : this.#failed(id, error);
    });
  }

  /** What cannot run inside the transaction; the next round makes up for one that fails. */
  #tidy({ nowMs, spare }: Writes["maintain"]["args"]): unknown {
    const { store, detections } = this.#open;
    let failure: unknown;
    const parts = [() => store.shrink(), () => detections.forgetOld(nowMs)];
    if (spare === "looks") parts.push(() => detections.spare());
    for (const part of parts) {
      try {
        part();
      } catch (error) {
        if (portableError(error, this.#folder).kind === "bug") throw error;
        failure ??= error;
      }
    }
    return failure;
  }

  #runOne(request?: WorkerRequest): WorkerAnswer {
    if (request === undefined) throw new Error("no request to run");
    const { id } = request;
    const { store, detections } = this.#open;
    try {
      switch (request.name) {
        case "logLooks":
          detections.add(request.args);
          return { id, value: undefined };
        case "close":
          closeAll(this.#open);
          return { id, value: undefined };
        case "suspect":
          suspect(join(this.#folder, storeFile), request.args.reason);
          return { id, value: undefined };
        default:
          if (isWrite(request)) throw new Error(`${request.name} belongs into a group`);
          return { id, value: store.read(request.name, request.args) };
      }
    } catch (error) {
      // A fault of the log of looks is not one of the store's.
      if (request.name === "logLooks") return { id, error: portableError(error, this.#folder) };
      return this.#failed(id, error);
    }
  }

  #failed(id: number, error: unknown): WorkerAnswer {
    const answer = { id, error: portableError(error, this.#folder) };
    if (!isDamage(error)) return answer;
    try {
      suspect(join(this.#folder, storeFile), error instanceof Error ? error.message : "");
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
