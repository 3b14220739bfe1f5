/**
 * Cuts the byte stream of an RTSP connection into packets (`$`, channel, length) and messages.
 *
 * The hot path: a packet that lies whole in the chunk is handed on as a range of that chunk,
 * without copy and without allocation; only one that is split over chunks goes through the
 * pending buffer. What a callback gets is valid during the callback alone.
 * Never holds more than one packet, or one message within its limits; junk between them is
 * skipped until there is too much of it. Throws only CaptureError.
 */
import { CaptureError, quote } from "../capture-error.ts";
import { bodyBytesMax, headerBytesMax, junkBytesMax } from "../limits.ts";
import { contentLengthOf, parseHead, type RtspHead, type RtspMessage } from "./message.ts";

export interface InterleavedSink {
  onPacket(channel: number, bytes: Uint8Array, start: number, end: number): void;
  onMessage(message: RtspMessage): void;
}

const dollar = 0x24;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const packetHeadBytes = 4;
const oddBytesMax = 480;
/** So many bytes tell a message from junk. */
const startBytes = 40;
const textBytesAtFirst = 1_024;
const textBytesKept = 8 * 1_024;
const packetBytesMax = packetHeadBytes + 0xffff;

type State = "boundary" | "packet" | "head" | "body" | "junk";

export class InterleavedReader {
  readonly #sink: InterleavedSink;
  #state: State = "boundary";
  /** A packet that has not come whole. Made once: its contents never outlive a packet. */
  readonly #pending = Buffer.allocUnsafeSlow(packetBytesMax);
  #pendingBytes = 0;
  /**
   * A message's head, then its body: grows to the longest that came, however small the pieces. Its
   * first bytes are what has come.
   */
  #text: Buffer = Buffer.allocUnsafeSlow(textBytesAtFirst);
  #textBytes = 0;
  #head: RtspHead | undefined;
  #bodyBytes = 0;
  /** While a description is awaited, what follows a short Content-Length still belongs to it. */
  #isDescriptionAwaited = false;
  #junkBytes = 0;
  #firstJunk: string | undefined;

  constructor(sink: InterleavedSink) {
    this.#sink = sink;
  }

  /** Descriptions come before any packet: there a wrong Content-Length can be mended. */
  set isDescriptionAwaited(isAwaited: boolean) {
    this.#isDescriptionAwaited = isAwaited;
  }

  /** True while a body has begun and not come whole. */
  get isBodyOpen(): boolean {
    return this.#state === "body";
  }

  /** Bytes of the message that is coming in. */
  get messageBytes(): number {
    return this.#textBytes;
  }

  /** The beginning of what came instead of a message; undefined when all was well. */
  get oddText(): string | undefined {
    if (this.#state === "head") {
      return this.#text.toString("latin1", 0, Math.min(this.#textBytes, oddBytesMax));
    }
    return this.#firstJunk;
  }

  /** Takes the body that promised more as whole. */
  endBody(): void {
    if (this.#state === "body") this.#finishMessage();
  }

  push(chunk: Buffer, length: number = chunk.length): void {
    let at = 0;
    while (at < length) {
      switch (this.#state) {
        case "boundary":
          at = this.#atBoundary(chunk, at, length);
          break;
        case "packet":
          at = this.#continuePacket(chunk, at, length);
          break;
        case "head":
          at = this.#continueHead(chunk, at, length);
          break;
        case "body":
          at = this.#continueBody(chunk, at, length);
          break;
        case "junk":
          at = this.#skipJunk(chunk, at, length);
          break;
      }
    }
  }

  #atBoundary(chunk: Buffer, from: number, length: number): number {
    let at = from;
    while (at < length) {
      const first = chunk[at];
      if (first === dollar) {
        if (length - at < packetHeadBytes) break;
        const end = at + packetHeadBytes + (((chunk[at + 2] ?? 0) << 8) | (chunk[at + 3] ?? 0));
        if (end > length) break;
        this.#junkBytes = 0;
        this.#sink.onPacket(chunk[at + 1] ?? 0, chunk, at + packetHeadBytes, end);
        at = end;
      } else if (first === lineFeed || first === carriageReturn) {
        at += 1;
      } else {
        this.#state = isCapital(first) ? "head" : "junk";
        return at;
      }
    }
    if (at >= length) return length;
    chunk.copy(this.#pending, 0, at, length);
    this.#pendingBytes = length - at;
    this.#state = "packet";
    return length;
  }

  #continuePacket(chunk: Buffer, from: number, length: number): number {
    let at = from;
    const pending = this.#pending;
    while (this.#pendingBytes < packetHeadBytes && at < length) {
      pending[this.#pendingBytes++] = chunk[at++] ?? 0;
    }
    if (this.#pendingBytes < packetHeadBytes) return length;
    const size = packetHeadBytes + (((pending[2] ?? 0) << 8) | (pending[3] ?? 0));
    const take = Math.min(size - this.#pendingBytes, length - at);
    chunk.copy(pending, this.#pendingBytes, at, at + take);
    this.#pendingBytes += take;
    at += take;
    if (this.#pendingBytes === size) {
      this.#state = "boundary";
      this.#pendingBytes = 0;
      this.#junkBytes = 0;
      this.#sink.onPacket(pending[1] ?? 0, pending, packetHeadBytes, size);
    }
    return at;
  }

  #continueHead(chunk: Buffer, from: number, length: number): number {
    const before = this.#textBytes;
    const text = this.#append(chunk, from, length);
    if (before < startBytes && !looksLikeMessage(text)) {
      this.#resetText();
      this.#state = "junk";
      // What came in earlier chunks is gone as junk; this chunk is searched for the next start.
      this.#countJunk(before + 1, text);
      return before === 0 ? from + 1 : from;
    }
    const end = endOfHead(text, Math.max(0, before - 3));
    if (end === -1) {
      if (this.#textBytes > headerBytesMax) throw headTooLong(text);
      return length;
    }
    if (end > headerBytesMax) throw headTooLong(text);
    const head = parseHead(text.toString("latin1", 0, end).trimEnd());
    this.#resetText();
    this.#head = head;
    this.#bodyBytes = contentLengthOf(head);
    if (this.#bodyBytes > bodyBytesMax) {
      throw new CaptureError(
        "corrupt",
        `a body of ${this.#bodyBytes} bytes was announced, at most ${bodyBytesMax} are read`,
      );
    }
    this.#state = "body";
    const at = from + end - before;
    if (this.#bodyBytes > 0 || (this.#mayExtend() && this.#isTextAt(chunk, at, length))) {
      if (this.#bodyBytes === 0) this.#bodyBytes = length - at;
      return at;
    }
    this.#finishMessage();
    return at;
  }

  #continueBody(chunk: Buffer, from: number, length: number): number {
    const missing = this.#bodyBytes - this.#textBytes;
    let take = Math.min(missing, length - from);
    const isLast = take === missing;
    if (isLast && this.#mayExtend() && this.#isTextAt(chunk, from + take, length)) {
      take = length - from;
    }
    this.#append(chunk, from, from + take);
    if (this.#textBytes > bodyBytesMax) {
      throw new CaptureError("corrupt", `a body is longer than ${bodyBytesMax} bytes`);
    }
    if (isLast) this.#finishMessage();
    return from + take;
  }

  #mayExtend(): boolean {
    const head = this.#head;
    return this.#isDescriptionAwaited && head?.kind === "response" && head.status === 200;
  }

  /** Something that is neither the next message nor a packet follows in the same chunk. */
  #isTextAt(chunk: Buffer, at: number, length: number): boolean {
    const first = chunk[at];
    if (at >= length || first === dollar) return false;
    return !chunk.subarray(at, Math.min(length, at + 5)).equals(responseStart);
  }

  #finishMessage(): void {
    const head = this.#head;
    const body = Buffer.from(this.#text.subarray(0, this.#textBytes));
    this.#resetText();
    this.#head = undefined;
    this.#state = "boundary";
    this.#junkBytes = 0;
    this.#firstJunk = undefined;
    if (head !== undefined) this.#sink.onMessage({ ...head, body });
  }

  /** Looks for the next packet on a usual channel, or the next reply. */
  #skipJunk(chunk: Buffer, from: number, length: number): number {
    let at = from;
    while (at < length) {
      const byte = chunk[at];
      const isPacket = byte === dollar && (at + 1 >= length || (chunk[at + 1] ?? 255) < 32);
      const isReply =
        byte === responseStart[0] &&
        chunk
          .subarray(at, Math.min(length, at + 5))
          .equals(responseStart.subarray(0, Math.min(5, length - at)));
      if (isPacket || isReply) break;
      at += 1;
    }
    this.#countJunk(at - from, chunk.subarray(from, length));
    if (at < length) this.#state = "boundary";
    return at;
  }

  #countJunk(bytes: number, sample: Buffer): void {
    if (this.#junkBytes === 0) this.#firstJunk = sample.toString("latin1", 0, oddBytesMax);
    this.#junkBytes += bytes;
    if (this.#junkBytes <= junkBytesMax) return;
    const odd = quote(this.#firstJunk ?? "");
    throw new CaptureError(
      "corrupt",
      `neither packets nor replies in ${this.#junkBytes} bytes: ${odd}`,
    );
  }

  /** A copy: the chunk belongs to the socket and is overwritten by its next read. */
  #append(chunk: Buffer, from: number, to: number): Buffer {
    const needed = this.#textBytes + to - from;
    if (needed > this.#text.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.#text.copy(larger, 0, 0, this.#textBytes);
      this.#text = larger;
    }
    chunk.copy(this.#text, this.#textBytes, from, to);
    this.#textBytes = needed;
    return this.#text.subarray(0, needed);
  }

  #resetText(): void {
    this.#textBytes = 0;
    // A long one is rare, and streams are many.
    if (this.#text.length > textBytesKept) this.#text = Buffer.allocUnsafeSlow(textBytesAtFirst);
  }
}

const responseStart = Buffer.from("RTSP/");

const isCapital = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x41 && byte <= 0x5a;

/** A reply, or a request: a method in capitals and a blank. Anything else is junk. */
function looksLikeMessage(text: Buffer): boolean {
  return /^(?:R(?:T(?:S(?:P(?:\/|$)|$)|$)|$)|[A-Z][A-Z_]{0,31}(?: [\x20-\x7e]|\r?$| ?$))/.test(
    text.toString("latin1", 0, startBytes),
  );
}

/** Index behind the empty line that ends a head, -1 when it has not come. */
function endOfHead(text: Buffer, from: number): number {
  for (let at = text.indexOf(lineFeed, from); at !== -1; at = text.indexOf(lineFeed, at + 1)) {
    if (text[at + 1] === lineFeed) return at + 2;
    if (text[at + 1] === carriageReturn && text[at + 2] === lineFeed) return at + 3;
  }
  return -1;
}

const headTooLong = (text: Buffer): CaptureError =>
  new CaptureError(
    "corrupt",
    `a reply's headers are longer than ${headerBytesMax} bytes: ${quote(text.toString("latin1", 0, 200))}`,
  );
