/**
 * Takes what a host says as it comes; planes lie in the exchange.
 *
 * Knows what was asked, in order: a reply to something else, with more or fewer crops, or with a
 * crop that cannot be, is a ProtocolError; after the first one nothing is read any more. Nothing is
 * ever allocated by what a host says.
 */
import { type ClipFacts, clipFactsBytes, readClipFacts } from "./clip-protocol.ts";
import {
  type CropPlace,
  type EncodedRequest,
  helloBytes,
  limits,
  ProtocolError,
  type ReplyHead,
  readPlaces,
  readReplyHead,
  replyDetailBytes,
  replyHeadBytes,
} from "./protocol.ts";

export interface HostReply {
  readonly head: ReplyHead;
  readonly places: readonly CropPlace[];
  /** Of a clip that was made; its bytes lie in the slot. */
  readonly clip?: ClipFacts;
  /** Why it failed; empty when it did not. */
  readonly text: string;
}

interface Expected {
  readonly id: number;
  readonly cropCount: number;
  readonly clip: EncodedRequest["clip"];
}

export class ReplyReader {
  readonly #onHello: () => void;
  readonly #onReply: (reply: HostReply) => void;
  readonly #expected: Expected[] = [];
  readonly #head = Buffer.alloc(replyHeadBytes);
  readonly #detail = Buffer.alloc(limits.cropCountMax * 32 + limits.errorTextBytesMax);
  readonly #hello = Buffer.alloc(helloBytes.length);
  /** What is being filled, how far, and what happens when it is full. */
  #target: Uint8Array = this.#hello;
  #filled = 0;
  #isNonsense = false;
  #next: () => void = () => this.#helloRead();

  constructor({
    onHello,
    onReply,
  }: {
    readonly onHello: () => void;
    readonly onReply: (reply: HostReply) => void;
  }) {
    this.#onHello = onHello;
    this.#onReply = onReply;
  }

  expect(id: number, cropCount: number, clip?: EncodedRequest["clip"]): void {
    this.#expected.push({ id, cropCount, clip });
  }

  push(chunk: Buffer): void {
    // A host that is being killed may go on talking: what it says then belongs to no request.
    if (this.#isNonsense) return;
    try {
      this.#take(chunk);
    } catch (error) {
      this.#isNonsense = true;
      throw error;
    }
  }

  #take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const bytes = Math.min(this.#target.length - this.#filled, chunk.length - at);
      this.#target.set(chunk.subarray(at, at + bytes), this.#filled);
      this.#filled += bytes;
      at += bytes;
      if (this.#filled === this.#target.length) this.#next();
    }
  }

  #read(target: Uint8Array, next: () => void): void {
    this.#target = target;
    this.#filled = 0;
    this.#next = next;
    if (target.length === 0) next();
  }

  #helloRead(): void {
    if (!this.#hello.equals(helloBytes)) throw new ProtocolError("it did not say hello");
    this.#awaitHead();
    this.#onHello();
  }

  #awaitHead(): void {
    this.#read(this.#head, () => this.#headRead());
  }

  #headRead(): void {
    const head = readReplyHead(this.#head);
    const asked = this.#expected.shift();
    if (asked?.id !== head.id) {
      throw new ProtocolError(`it answered ${head.id}, asked was ${asked?.id ?? "nothing"}`);
    }
    const cropCount = head.failure === undefined ? asked.cropCount : 0;
    if (head.cropCount !== cropCount) {
      throw new ProtocolError(`it sent ${head.cropCount} crops of ${cropCount}`);
    }
    const clip = head.failure === undefined ? asked.clip : undefined;
    const factsBytes = clip === undefined ? 0 : clipFactsBytes;
    const detail = this.#detail.subarray(0, factsBytes + replyDetailBytes(head));
    this.#read(detail, () => this.#detailRead(head, clip, detail));
  }

  #detailRead(head: ReplyHead, clip: EncodedRequest["clip"], detail: Buffer): void {
    const facts = clip === undefined ? undefined : readClipFacts(detail, clip);
    const places = readPlaces(head, detail);
    for (const place of places) checkPlace(place, head);
    const text = detail.toString("utf8", detail.length - head.textBytes);
    this.#awaitHead();
    this.#onReply({ head, places, text, ...(facts === undefined ? {} : { clip: facts }) });
  }
}

function checkPlace(place: CropPlace, { pictureWidth, pictureHeight }: ReplyHead): void {
  const { cropX, cropY, cropWidth, cropHeight } = place;
  const isCut = cropWidth > 0 && cropHeight > 0;
  if (isCut && cropX + cropWidth <= pictureWidth && cropY + cropHeight <= pictureHeight) return;
  const crop = `${cropWidth}×${cropHeight} at ${cropX}, ${cropY}`;
  throw new ProtocolError(`it cut ${crop} out of a picture of ${pictureWidth}×${pictureHeight}`);
}
