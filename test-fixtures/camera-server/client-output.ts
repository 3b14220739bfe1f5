/**
 * Everything that goes out to one client: replies and pictures, in order, with the faults that
 * hold, swallow or slow them.
 *
 * The kernel usually takes a picture at once; then its buffer serves the next picture, whichever
 * client that is for. What it does not take at once stays with the socket.
 */
import type { Socket } from "node:net";
import type { FaultBoard } from "./fault.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { TimerQueue } from "./timer-queue.ts";

/** What may wait in a socket before pictures are left out, as a camera's small memory does. */
const waitingBytesMax = 4 * 1_024 * 1_024;
const heldMax = 20_000;

export class ClientOutput {
  readonly #socket: Socket;
  readonly #faults: FaultBoard;
  readonly #timers: TimerQueue;
  readonly #random: SeededRandom;
  readonly #held: (() => void)[] = [];
  /** Replies that are being sent byte by byte. */
  #slow: Buffer = Buffer.alloc(0);

  constructor(options: {
    readonly socket: Socket;
    readonly faults: FaultBoard;
    readonly timers: TimerQueue;
    readonly random: SeededRandom;
  }) {
    this.#socket = options.socket;
    this.#faults = options.faults;
    this.#timers = options.timers;
    this.#random = options.random;
  }

  /** Runs `send` now, later or never, as the faults want it; false: what it is never goes out. */
  submit(what: "reply" | "media", send: () => void): boolean {
    if (this.#faults.get("freeze") !== undefined) return false;
    const stall = this.#faults.get("stall");
    if (stall !== undefined) {
      const isKept = what === "reply" || stall.afterwards !== "skip";
      if (!isKept || this.#held.length >= heldMax) return false;
      this.#held.push(send);
    } else if (what === "reply" || this.#slow.length === 0) {
      send();
    }
    return true;
  }

  /** A stall may be over. */
  faultsChanged(): void {
    if (this.#faults.get("stall") !== undefined) return;
    for (const send of this.#held.splice(0)) send();
  }

  get isFull(): boolean {
    return this.#socket.writableLength > waitingBytesMax;
  }

  get socket(): Socket {
    return this.#socket;
  }

  reset(): void {
    // Node cannot reset a connection under TLS.
    if ("encrypted" in this.#socket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  writeReply(reply: Buffer): void {
    const slow = this.#faults.get("slow-replies");
    if (this.#faults.get("garbage")?.where === "reply") {
      this.#socket.write(this.#random.bytes(500));
    } else if (this.#faults.get("endless-header") !== undefined) {
      const statusLine = reply.subarray(0, reply.indexOf("\r\n") + 2);
      this.#socket.write(statusLine);
      this.writeEndlessly(Buffer.from("X-Filler: and so on and so on and so on\r\n".repeat(1_000)));
    } else if (slow !== undefined) {
      const isRunning = this.#slow.length > 0;
      this.#slow = Buffer.concat([this.#slow, reply]);
      if (!isRunning) this.#writeNextByte(slow.byteEveryMs);
    } else {
      this.#socket.write(reply);
    }
  }

  /** Until the client closes; no faster than it reads. */
  writeEndlessly(chunk: Buffer): void {
    if (this.#socket.destroyed) return;
    if (this.#socket.writableLength < waitingBytesMax) this.#socket.write(chunk);
    this.#timers.after(10, () => this.writeEndlessly(chunk));
  }

  #writeNextByte(everyMs: number): void {
    if (this.#slow.length === 0 || this.#socket.destroyed) return;
    this.#socket.write(this.#slow.subarray(0, 1));
    this.#slow = this.#slow.subarray(1);
    this.#timers.after(everyMs, () => this.#writeNextByte(everyMs));
  }
}

let spare = Buffer.allocUnsafeSlow(512 * 1_024);

/** A buffer to fill and hand to `writeBorrowed` before anything else is borrowed. */
export function borrowBuffer(socket: Socket, bytes: number): Buffer {
  // A socket that has to wait, or to encrypt, keeps what it is given.
  if (socket.writableLength > 0 || "encrypted" in socket) return Buffer.allocUnsafe(bytes);
  if (bytes > spare.length) spare = Buffer.allocUnsafeSlow(bytes);
  return spare.subarray(0, bytes);
}

export function writeBorrowed(socket: Socket, bytes: Buffer): void {
  socket.write(bytes);
  if (socket.writableLength > 0 && bytes.buffer === spare.buffer)
    spare = Buffer.allocUnsafeSlow(spare.length);
}
