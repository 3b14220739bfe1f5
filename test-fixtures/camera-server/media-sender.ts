/**
 * Sends one client its pictures and sender reports, with its own sequence numbers, timestamps and
 * source, and with the faults that change what is sent.
 */
import type { ClientOutput } from "./client-output.ts";
import { borrowBuffer, writeBorrowed } from "./client-output.ts";
import type { FaultBoard } from "./fault.ts";
import type { MediaClock } from "./media-clock.ts";
import {
  framingBytes,
  type PictureTemplate,
  packetEnd,
  patchPacket,
  rtpHeaderBytes,
} from "./picture-template.ts";
import type { PictureSink } from "./playout.ts";
import { goodbye, interleaved, senderReport } from "./rtcp.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { QueuedTimer, TimerQueue } from "./timer-queue.ts";

export interface SentCounts {
  bytes: number;
  packets: number;
  pictures: number;
  /** Left out because the client does not read. */
  picturesDropped: number;
  /** Left out by the fault `packet-loss`. */
  packetsLost: number;
}

export interface MediaSenderOptions {
  readonly output: ClientOutput;
  readonly faults: FaultBoard;
  readonly clock: MediaClock;
  readonly timers: TimerQueue;
  readonly random: SeededRandom;
  readonly counts: SentCounts;
  readonly channel: number;
  readonly sequenceStart: number;
  readonly timestampStart: number;
  readonly source: number;
  readonly waitsForKeyframe: boolean;
  readonly reports: { readonly firstAfterMs: number; readonly everyMs: number } | undefined;
  readonly saysGoodbye: boolean;
}

export class MediaSender implements PictureSink {
  readonly #options: MediaSenderOptions;
  /** Timestamp of the pictures' time 0. */
  readonly #timestampBase: number;
  #sequence: number;
  #needsKeyframe: boolean;
  #packetCount = 0;
  #payloadBytes = 0;
  #reportTimer: QueuedTimer | undefined;
  #resetTimer: QueuedTimer | undefined;
  #isStopped = false;

  constructor(options: MediaSenderOptions) {
    this.#options = options;
    this.#sequence = options.sequenceStart;
    this.#needsKeyframe = options.waitsForKeyframe;
    this.#timestampBase = options.timestampStart - ticks(options.clock.nowMs());
  }

  start(): void {
    const { reports } = this.#options;
    if (reports !== undefined) this.#reportAfter(reports.firstAfterMs, reports.everyMs);
    this.faultsChanged();
  }

  stop(): void {
    this.#isStopped = true;
    this.#reportTimer?.cancel();
    this.#resetTimer?.cancel();
  }

  /** Arms or disarms the reset of this connection. */
  faultsChanged(): void {
    const { faults, timers, output } = this.#options;
    const reset = faults.get("reset");
    this.#resetTimer?.cancel();
    if (reset === undefined || this.#isStopped) return;
    this.#resetTimer = timers.after(reset.everyMs, () => output.reset());
  }

  sendPicture(picture: PictureTemplate, captureMediaMs: number): void {
    const { output, faults } = this.#options;
    const isTaken = output.submit("media", () => this.#send(picture, captureMediaMs));
    // What a camera leaves out is missing for whoever counts its packets.
    if (isTaken || faults.get("stall") === undefined) return;
    this.#sequence = (this.#sequence + picture.offsets.length) & 0xffff;
  }

  endOfClip(): void {
    if (!this.#options.saysGoodbye) return;
    const { output, channel, source } = this.#options;
    output.submit("media", () => output.socket.end(interleaved(channel + 1, goodbye(source))));
  }

  #send(picture: PictureTemplate, captureMediaMs: number): void {
    const { output, counts, faults } = this.#options;
    if (this.#isStopped || output.socket.destroyed) return;
    if (this.#needsKeyframe && !picture.isKeyframe) return;
    this.#needsKeyframe = output.isFull;
    if (output.isFull) {
      counts.picturesDropped++;
      return;
    }
    const timestamp = (this.#timestampBase + ticks(captureMediaMs)) >>> 0;
    const bytes = this.#addressed(picture, timestamp);
    counts.pictures++;
    if (faults.isClear) writeBorrowed(output.socket, bytes);
    else this.#sendFaulty(picture, Buffer.from(bytes));
  }

  /** The picture's packets with this client's fields, in a borrowed buffer. */
  #addressed({ bytes, offsets }: PictureTemplate, timestamp: number): Buffer {
    const { channel, source, counts, output } = this.#options;
    const addressed = borrowBuffer(output.socket, bytes.length);
    bytes.copy(addressed);
    for (const at of offsets) {
      patchPacket(addressed, at, { channel, sequence: this.#sequence, timestamp, source });
      this.#sequence = (this.#sequence + 1) & 0xffff;
    }
    this.#packetCount += offsets.length;
    this.#payloadBytes += bytes.length - offsets.length * (framingBytes + rtpHeaderBytes);
    counts.packets += offsets.length;
    counts.bytes += bytes.length;
    return addressed;
  }

  #sendFaulty(picture: PictureTemplate, bytes: Buffer): void {
    const { faults, output, random, channel } = this.#options;
    const { socket } = output;
    if (faults.get("half-frame") !== undefined) {
      socket.end(bytes.subarray(0, Math.ceil(packetEnd(picture, 0) / 2)));
      this.stop();
      return;
    }
    if (faults.get("length-lie") !== undefined) {
      socket.write(Buffer.from([0x24, channel, 0xff, 0xff]));
    }
    const garbage = faults.get("garbage");
    if (garbage?.where === "stream") socket.write(random.bytes(random.below(300)));
    if (garbage?.where === "rtp") this.#fillWithGarbage(picture, bytes);
    const loss = faults.get("packet-loss");
    socket.write(loss === undefined ? bytes : this.#withLoss(picture, bytes, loss.ratio));
  }

  #fillWithGarbage(picture: PictureTemplate, bytes: Buffer): void {
    for (const [index, at] of picture.offsets.entries()) {
      const payloadAt = at + framingBytes + rtpHeaderBytes;
      const end = packetEnd(picture, index);
      bytes.set(this.#options.random.bytes(end - payloadAt), payloadAt);
    }
  }

  #withLoss(picture: PictureTemplate, bytes: Buffer, ratio: number): Buffer {
    const { random, counts } = this.#options;
    const kept: Buffer[] = [];
    for (const [index, at] of picture.offsets.entries()) {
      if (random.fraction() < ratio) counts.packetsLost++;
      else kept.push(bytes.subarray(at, packetEnd(picture, index)));
    }
    return Buffer.concat(kept);
  }

  #reportAfter(delayMs: number, everyMs: number): void {
    const { timers, output } = this.#options;
    const send = (): void => {
      output.submit("media", () => this.#sendReport());
      this.#reportAfter(everyMs, everyMs);
    };
    if (delayMs === 0) send();
    else this.#reportTimer = timers.after(delayMs, send);
  }

  #sendReport(): void {
    const { output, clock, faults, channel, source } = this.#options;
    if (this.#isStopped || output.socket.destroyed) return;
    const report = senderReport({
      source,
      atMs: clock.wallNowMs() + (faults.get("clock-jump")?.byMs ?? 0),
      timestamp: (this.#timestampBase + ticks(clock.nowMs())) >>> 0,
      packetCount: this.#packetCount,
      payloadBytes: this.#payloadBytes,
    });
    output.socket.write(interleaved(channel + 1, report));
  }
}

/** RTP video counts 90,000 a second. */
function ticks(mediaMs: number): number {
  return Math.round(mediaMs * 90);
}
