/**
 * One file on its way over one connection: parts handed over in order, from the first that the
 * other side does not have.
 *
 * What is acknowledged without a hole is saved while it goes; writes that would wait for each other
 * become one. A refusal stops it at the first part without an answer: the sender decides when on.
 */
import type { Clock } from "../runtime/clock.ts";
import type { BrokerConnection } from "./broker-connection.ts";
import type { EvidenceQueue, EvidenceUpload } from "./evidence-queue.ts";
import { type PartAddress, partBytes, partCountOf, partTopic } from "./evidence-topic.ts";
import type { PartFile } from "./part-file.ts";
import { partProperties } from "./part-properties.ts";
import type { PartWindow } from "./part-window.ts";

export interface FileSendingOptions {
  readonly upload: EvidenceUpload;
  readonly address: PartAddress["address"];
  readonly file: PartFile;
  readonly connection: Pick<BrokerConnection, "publish">;
  readonly queue: Pick<EvidenceQueue, "evidencePartDone">;
  readonly clock: Clock;
  readonly window: PartWindow;
  /** Resolves when so many bytes may go; a later part asks later. */
  readonly mayGo: (bytes: number, signal: AbortSignal) => Promise<void>;
  readonly onAnswered: () => void;
}

export type FileSendingEnd =
  | { readonly outcome: "whole" }
  | { readonly outcome: "stopped" }
  | { readonly outcome: "refused"; readonly part: number; readonly reasonCode: number };

/** The broker took it, or will. */
const isAccepted = (reasonCode: number): boolean => reasonCode < 0x80 && reasonCode !== 0x10;

export class FileSending {
  readonly #options: FileSendingOptions;
  readonly #partCount: number;
  /** All up to this one, without a hole. */
  #acked: number;
  readonly #ackedAhead = new Set<number>();
  #inFlightCount = 0;
  #refusal: { readonly part: number; readonly reasonCode: number } | undefined;
  #failure: Error | undefined;
  #wake: () => void = () => {};
  #saving: Promise<void> | undefined;
  #savedPart: number;

  constructor(options: FileSendingOptions) {
    const { bytes, ackedBytes } = options.upload;
    this.#options = options;
    this.#partCount = partCountOf(bytes);
    // The last part goes in any case: its answer is what ends the matter.
    this.#acked = Math.min(Math.floor(ackedBytes / partBytes), this.#partCount - 1);
    this.#savedPart = this.#acked;
  }

  /** Rejects when the connection, the file or the store fails. */
  async run(signal: AbortSignal): Promise<FileSendingEnd> {
    const { window, mayGo, upload } = this.#options;
    let next = this.#acked + 1;
    while (!signal.aborted && this.#failure === undefined && this.#refusal === undefined) {
      if (next > this.#partCount && this.#inFlightCount === 0) break;
      if (next > this.#partCount || this.#inFlightCount >= window.size) {
        await this.#somethingHappens(signal);
        continue;
      }
      await mayGo(Math.min(partBytes, upload.bytes - (next - 1) * partBytes), signal);
      if (signal.aborted || this.#failure !== undefined || this.#refusal !== undefined) break;
      await this.#handOver(next);
      next += 1;
    }
    // What is under way decides where the next attempt begins.
    while (!signal.aborted && this.#failure === undefined && this.#inFlightCount > 0) {
      await this.#somethingHappens(signal);
    }
    await this.#saving;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#refusal !== undefined) return { outcome: "refused", ...this.#refusal };
    return { outcome: signal.aborted ? "stopped" : "whole" };
  }

  async #handOver(part: number): Promise<void> {
    const { upload, address, file, connection, clock } = this.#options;
    const payload = await file.read(part);
    const of = { violation: upload.violationId, revision: upload.revision, file: upload.name };
    const topic = partTopic({ address, ...of, part, partCount: this.#partCount });
    const properties = partProperties(upload, payload);
    const sentMonoMs = clock.monoMs();
    this.#inFlightCount += 1;
    connection
      .publish(topic, payload, {
        contentType: upload.mediaType,
        userProperties: properties,
        isBinary: true,
      })
      .then((reasonCode) => this.#answered(part, reasonCode, clock.monoMs() - sentMonoMs))
      .catch((error: unknown) => {
        this.#failure ??= asError(error);
      })
      .finally(() => {
        this.#inFlightCount -= 1;
        this.#wake();
      });
  }

  #answered(part: number, reasonCode: number, elapsedMs: number): void {
    if (!isAccepted(reasonCode)) {
      this.#refusal ??= { part, reasonCode };
      return;
    }
    this.#options.window.answered(elapsedMs);
    this.#options.onAnswered();
    this.#ackedAhead.add(part);
    while (this.#ackedAhead.delete(this.#acked + 1)) this.#acked += 1;
    if (this.#acked > this.#savedPart) this.#saving ??= this.#save();
  }

  /** Never rejects: what the disk refuses ends this file's sending. */
  async #save(): Promise<void> {
    const { queue, upload } = this.#options;
    while (this.#savedPart < this.#acked && this.#failure === undefined) {
      const part = this.#acked;
      try {
        await queue.evidencePartDone(upload.fileId, Math.min(upload.bytes, part * partBytes));
        this.#savedPart = part;
      } catch (error) {
        this.#failure ??= asError(error);
      }
    }
    this.#saving = undefined;
    this.#wake();
  }

  async #somethingHappens(signal: AbortSignal): Promise<void> {
    const happened = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const onAbort = () => this.#wake();
    signal.addEventListener("abort", onAbort, { once: true });
    await happened;
    signal.removeEventListener("abort", onAbort);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
