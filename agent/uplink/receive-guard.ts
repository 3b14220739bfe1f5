/**
 * Bounds what a broker may send: the size of a packet, and how many nobody asked for.
 *
 * The MQTT library keeps a packet until it is whole, and a packet may announce 256 MB; it answers
 * whatever comes, as fast as it comes. Whoever breaks a bound here loses the connection, nothing
 * else. Each piece counts with at least what holding it costs, so a drip of single bytes is no way
 * around the bound.
 */

/** Told to an MQTT 5 broker, which then drops what is larger. The largest command is 256 KiB. */
export const packetBytesMaxV5 = 1_024 * 1_024;
/** Of MQTT 3.1.1, where a broker cannot be told: one command too large must not end reporting. */
export const packetBytesMaxV311 = 8 * 1_024 * 1_024;

/** What keeping one piece of a packet costs, however short it is. */
const pieceBytesMin = 512;
/** Behind the end of one packet, the pieces that the socket hands over together. */
const slackBytes = 128 * 1_024;
/** Answers to nothing, repeated greetings, pings: a broker that works sends none. */
const strayPacketsPerSecond = 10;
const strayPacketsBurst = 200;

export class ReceiveGuard {
  readonly #pendingBytesMax: number;
  #pendingBytes = 0;
  #strayRoom = strayPacketsBurst;
  #strayAtMonoMs = 0;

  constructor({ packetBytesMax }: { readonly packetBytesMax: number }) {
    this.#pendingBytesMax = packetBytesMax + slackBytes;
  }

  /** A piece has come; false: the packet it belongs to is too large. */
  takePiece(bytes: number): boolean {
    this.#pendingBytes += Math.max(bytes, pieceBytesMin);
    return this.#pendingBytes <= this.#pendingBytesMax;
  }

  /** A packet is whole. */
  packetEnds(): void {
    this.#pendingBytes = 0;
  }

  /** It was one that nobody asked for; false: there are too many. */
  takeStray(nowMonoMs: number): boolean {
    const gained = (Math.max(0, nowMonoMs - this.#strayAtMonoMs) / 1_000) * strayPacketsPerSecond;
    this.#strayRoom = Math.min(strayPacketsBurst, this.#strayRoom + gained);
    this.#strayAtMonoMs = nowMonoMs;
    if (this.#strayRoom < 1) return false;
    this.#strayRoom -= 1;
    return true;
  }
}
