/**
 * Sends files of evidence over one connection, behind the events they belong to.
 *
 * Events go first: evidence gives way while one waits for its answer, and keeps little under way.
 * It takes a share of the link (`bytesPerSecondMax`). A file goes on where the other side has it,
 * part by part. Refusals hold it, never an event; a file that is gone or changed is told, never sent.
 */
import type { Clock } from "../runtime/clock.ts";
import type { BrokerConnection } from "./broker-connection.ts";
import type { EvidenceQueue, EvidenceUpload } from "./evidence-queue.ts";
import { partBytes, partCountOf } from "./evidence-topic.ts";
import { FileSending, type FileSendingEnd } from "./file-sending.ts";
import type { EvidenceWord } from "./messages.ts";
import { FileDamage, type PartFile } from "./part-file.ts";
import { evidenceShareOf, PartWindow } from "./part-window.ts";
import type { DeviceAddress } from "./topics.ts";

/** What the composition root brings; the rest is the connection's. */
export interface EvidenceSending {
  readonly queue: EvidenceQueue;
  /** Rejects with `FileDamage` when it is not what the manifest says. */
  readonly open: (upload: EvidenceUpload) => Promise<PartFile>;
  readonly bytesPerSecondMax: number;
  /** Once until it flows again. */
  readonly onHeld: (detail: string) => void;
  readonly onFlowing: () => void;
  /** It will not reach the hub; why. */
  readonly onLost: (upload: EvidenceUpload, why: string) => void;
  readonly onSent: (upload: EvidenceUpload) => void;
}

export interface EvidenceSenderOptions extends EvidenceSending {
  readonly connection: Pick<BrokerConnection, "publish" | "receiveMaximum">;
  readonly address: DeviceAddress;
  readonly clock: Clock;
  /** Files are done on the hub's word, not on the broker's. */
  readonly waitsForHub: boolean;
  /** An event waits for its answer, or nobody takes events. */
  readonly mustGiveWay: () => boolean;
}

/** Files whose parts are all there, and of which the hub has not said so. */
const awaitingMax = 128;
const hubSilentMs = 60_000;
const idleMs = 10_000;
const giveWayMs = 20;
/** Of a second: what may go at once. */
const burstMs = 250;
const heldDelayMsMin = 1_000;
const heldDelayMsMax = 300_000;

interface Awaiting {
  readonly upload: EvidenceUpload;
  readonly untilMonoMs: number;
}

export class EvidenceSender {
  readonly #options: EvidenceSenderOptions;
  readonly #window: PartWindow;
  readonly #awaiting = new Map<number, Awaiting>();
  /** Handed over in full once, and the hub was silent: its last part alone asks again. */
  readonly #askAgain = new Set<number>();
  #nextPartMonoMs = 0;
  #heldCount = 0;
  #wake: () => void = () => {};
  /** Woken since the queue was asked: what it said may be old. */
  #isWoken = false;
  #isLost = false;
  #answeredCount = 0;

  constructor(options: EvidenceSenderOptions) {
    this.#options = options;
    this.#window = new PartWindow({ share: evidenceShareOf(options.connection.receiveMaximum) });
  }

  /** Parts that the broker took on this connection. */
  get answeredCount(): number {
    return this.#answeredCount;
  }

  /** There may be something new to send. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** The hub's word on files; those it does not know of here are ignored. */
  async acknowledged(words: readonly EvidenceWord[]): Promise<void> {
    for (const word of words) await this.#heard(word);
    this.wake();
  }

  /** Until the signal aborts; rejects when the connection fails. */
  async run(signal: AbortSignal): Promise<void> {
    const { connection, onHeld } = this.#options;
    if (evidenceShareOf(connection.receiveMaximum) === 0) {
      onHeld(
        `the broker takes ${connection.receiveMaximum} message at a time: no room for pictures`,
      );
      return;
    }
    const onAbort = () => this.wake();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      while (!signal.aborted) await this.#turn(signal);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    try {
      this.#isWoken = false;
      const upload = await this.#next();
      if (upload === undefined) await this.#idle();
      else await this.#send(upload, signal);
    } catch (error) {
      if (signal.aborted || this.#isLost) throw error;
      // The disk or the store, not the link: events may fare better.
      await this.#hold(error instanceof Error ? error.message : String(error), signal);
    }
  }

  /** The first that waits and of which no word of the hub is awaited. */
  async #next(): Promise<EvidenceUpload | undefined> {
    this.#noteSilence();
    if (this.#awaiting.size >= awaitingMax) return undefined;
    const uploads = await this.#options.queue.evidenceToSend(this.#awaiting.size + 1);
    return uploads.find(({ fileId }) => !this.#awaiting.has(fileId));
  }

  async #send(upload: EvidenceUpload, signal: AbortSignal): Promise<void> {
    const { queue, waitsForHub, clock, onFlowing, onSent } = this.#options;
    const partCount = partCountOf(upload.bytes);
    if (upload.ackedBytes === upload.bytes && upload.bytes > 0 && !waitsForHub) {
      await queue.evidenceFilesDone([upload.fileId], clock.wallMs());
      return;
    }
    const end = await this.#sendParts(upload, partCount, signal);
    if (end === undefined || end.outcome === "stopped") return;
    if (end.outcome === "refused") {
      const code = `0x${end.reasonCode.toString(16)}`;
      const what = `${upload.violationId}/${upload.revision}/${upload.name} part ${end.part}`;
      await this.#hold(`${what}: reason code ${code}`, signal);
      return;
    }
    if (this.#heldCount > 0) onFlowing();
    this.#heldCount = 0;
    this.#askAgain.delete(upload.fileId);
    if (waitsForHub) {
      const whole = { ...upload, ackedBytes: upload.bytes };
      this.#awaiting.set(upload.fileId, {
        upload: whole,
        untilMonoMs: clock.monoMs() + hubSilentMs,
      });
      return;
    }
    await queue.evidenceFilesDone([upload.fileId], clock.wallMs());
    onSent(upload);
  }

  async #sendParts(
    upload: EvidenceUpload,
    partCount: number,
    signal: AbortSignal,
  ): Promise<FileSendingEnd | undefined> {
    const { open, queue, address, clock } = this.#options;
    const from = this.#askAgain.has(upload.fileId) ? (partCount - 1) * partBytes : 0;
    let file: PartFile | undefined;
    try {
      file = await open(upload);
      return await new FileSending({
        upload: { ...upload, ackedBytes: Math.max(from, upload.ackedBytes) },
        address,
        file,
        connection: { publish: (...message) => this.#publish(...message) },
        queue,
        clock,
        window: this.#window,
        mayGo: (bytes, until) => this.#mayGo(bytes, until),
        onAnswered: () => {
          this.#answeredCount += 1;
        },
      }).run(signal);
    } catch (error) {
      if (!(error instanceof FileDamage)) throw error;
      await this.#damaged(upload, error.message);
      return undefined;
    } finally {
      await file?.close();
    }
  }

  async #publish(...message: Parameters<BrokerConnection["publish"]>): Promise<number> {
    try {
      return await this.#options.connection.publish(...message);
    } catch (error) {
      this.#isLost = true;
      throw error;
    }
  }

  async #damaged(upload: EvidenceUpload, why: string): Promise<void> {
    const { queue, clock, onLost } = this.#options;
    await queue.dropEvidence(upload.manifestNumber, "damaged", clock.wallMs());
    onLost(upload, why);
  }

  async #heard({ violation, revision, file, outcome, fromPart, reason }: EvidenceWord) {
    const { queue, clock, onLost, onSent } = this.#options;
    const found = [...this.#awaiting.values()].find(
      ({ upload }) =>
        upload.violationId === violation && upload.revision === revision && upload.name === file,
    );
    if (found === undefined) return;
    const { upload } = found;
    this.#awaiting.delete(upload.fileId);
    if (outcome === "again") {
      const ackedBytes = Math.min(upload.bytes, ((fromPart ?? 1) - 1) * partBytes);
      await queue.evidencePartDone(upload.fileId, ackedBytes);
      return;
    }
    await queue.evidenceFilesDone([upload.fileId], clock.wallMs());
    if (outcome === "rejected")
      onLost(upload, `the hub refuses it: ${reason ?? "no reason given"}`);
    else onSent(upload);
  }

  #noteSilence(): void {
    const nowMonoMs = this.#options.clock.monoMs();
    for (const [fileId, { untilMonoMs }] of this.#awaiting) {
      if (untilMonoMs > nowMonoMs) continue;
      this.#awaiting.delete(fileId);
      this.#askAgain.add(fileId);
    }
  }

  /** Room in the share of the link, and no event in front of it. */
  async #mayGo(bytes: number, signal: AbortSignal): Promise<void> {
    const { clock, bytesPerSecondMax, mustGiveWay } = this.#options;
    while (!signal.aborted && mustGiveWay()) await clock.sleep(giveWayMs, signal).catch(() => {});
    const nowMonoMs = clock.monoMs();
    const waitMs = this.#nextPartMonoMs - nowMonoMs;
    const fromMonoMs = Math.max(this.#nextPartMonoMs, nowMonoMs - burstMs);
    this.#nextPartMonoMs = fromMonoMs + (1_000 * bytes) / bytesPerSecondMax;
    if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => {});
  }

  async #hold(detail: string, signal: AbortSignal): Promise<void> {
    const { clock, onHeld } = this.#options;
    const delayMs = Math.min(heldDelayMsMax, heldDelayMsMin * 2 ** Math.min(this.#heldCount, 10));
    if (this.#heldCount === 0) onHeld(detail);
    this.#heldCount += 1;
    await clock.sleep(delayMs, signal).catch(() => {});
  }

  async #idle(): Promise<void> {
    if (this.#isWoken) return;
    let cancel: () => void = () => {};
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancel = this.#options.clock.after(idleMs, resolve);
    });
    cancel();
  }
}
