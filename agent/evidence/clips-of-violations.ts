/**
 * Clips around warnings and reports: made some seconds after the moment, kept until a later revision
 * of the violation takes them along. No event ever waits for one.
 */
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { Log } from "../runtime/log.ts";
import type { CollectedChange } from "./collected-change.ts";
import type { EvidenceFile } from "./evidence-file.ts";
import type { PendingFiles } from "./pending-files.ts";

export interface ClipRequest {
  readonly cameraId: CameraId;
  readonly fromMs: number;
  readonly toMs: number;
  /** The moment that it documents. */
  readonly aroundMs: number;
  readonly name: string;
}

/** Masked, encoded, within its bytes; rejects when it cannot be had. Called at the moment itself. */
export type ClipMaking = (request: ClipRequest) => Promise<EvidenceFile>;

const aroundMs = 5_000;
const inWorkMax = 8;

export interface ClipParts {
  /** Undefined: no clips. */
  readonly makeClip: ClipMaking | undefined;
  readonly pending: PendingFiles;
  readonly log: Log;
}

export class ClipsOfViolations {
  readonly #parts: ClipParts;
  readonly #wanted = new Set<string>();
  /** By camera and moment: several violations of one look share a clip. */
  readonly #inWork = new Map<string, Promise<EvidenceFile>>();
  #isStopping = false;
  #isFailing = false;

  constructor(parts: ClipParts) {
    this.#parts = parts;
  }

  expect({ violationId, cameraId, stage, atMs }: CollectedChange): void {
    const { makeClip } = this.#parts;
    if (makeClip === undefined || (stage !== "warned" && stage !== "reported")) return;
    if (this.#isStopping) return;
    const name = `clip-${stage}.mp4`;
    const moment = `${cameraId} ${atMs}`;
    const known = this.#inWork.get(moment);
    if (known === undefined && this.#inWork.size >= inWorkMax) return;
    const span = { fromMs: atMs - aroundMs, toMs: atMs + aroundMs, aroundMs: atMs };
    const making = known ?? makeClip({ cameraId, ...span, name });
    this.#inWork.set(moment, making);
    this.#wanted.add(violationId);
    making
      .then(async (file) => {
        if (this.#isStopping || !this.#wanted.has(violationId)) return;
        await this.#parts.pending.put(violationId, { ...file, name });
        this.#isFailing = false;
      })
      .catch((error: unknown) => {
        if (!this.#isFailing) this.#parts.log.warn({ err: error }, "clips cannot be made");
        this.#isFailing = true;
      })
      .finally(() => {
        this.#inWork.delete(moment);
      });
  }

  forget(violation: string): void {
    this.#wanted.delete(violation);
  }

  stop(): void {
    this.#isStopping = true;
  }
}
