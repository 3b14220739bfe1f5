/**
 * Looks side by side as the detection log keeps them: a row holds what the agent handed over
 * together (a second of all cameras), because a row of its own costs more than a look.
 *
 * A page is short in looks and in time, so that the log's bounds hold to a few seconds. It is the
 * heads of its looks, then their bytes: detections, and appearances where anybody asked. A head is
 * u32 milliseconds behind the page's first, f64 uncertainty, u32 source, u16 bytes of detections,
 * u16 of appearances; little-endian.
 */
import { Buffer } from "node:buffer";

export interface PageLook {
  readonly sourceId: number;
  readonly capturedAtMs: number;
  readonly capturedUncertaintyMs: number;
  readonly detections: Uint8Array;
  readonly appearances: Uint8Array | null;
}

export interface LookPage {
  readonly lookCount: number;
  /** The least and the greatest capture time in it. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly looks: Buffer;
}

export const pageLooksMax = 64;
const pageSpanMsMax = 5_000;
const headBytes = 20;
const partBytesMax = 0xffff;

/** In their order; a page ends where it would become too long. */
export function* pagesOf(looks: Iterable<PageLook>): Generator<LookPage> {
  let page: PageLook[] = [];
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const look of looks) {
    const from = Math.min(fromMs, look.capturedAtMs);
    const to = Math.max(toMs, look.capturedAtMs);
    const isFull = page.length >= pageLooksMax || to - from > pageSpanMsMax;
    if (isFull && page.length > 0) {
      yield packed(page, fromMs, toMs);
      page = [];
    }
    fromMs = page.length === 0 ? look.capturedAtMs : from;
    toMs = page.length === 0 ? look.capturedAtMs : to;
    page.push(look);
  }
  if (page.length > 0) yield packed(page, fromMs, toMs);
}

function packed(page: readonly PageLook[], fromMs: number, toMs: number): LookPage {
  const heads = Buffer.alloc(page.length * headBytes);
  const parts: Uint8Array[] = [heads];
  for (const [index, look] of page.entries()) {
    const { capturedAtMs, capturedUncertaintyMs, sourceId, detections, appearances } = look;
    const appearanceBytes = appearances?.length ?? 0;
    if (Math.max(detections.length, appearanceBytes) > partBytesMax) {
      throw new RangeError(`a look holds at most ${partBytesMax} bytes, got ${detections.length}`);
    }
    const at = index * headBytes;
    heads.writeUInt32LE(capturedAtMs - fromMs, at);
    heads.writeDoubleLE(capturedUncertaintyMs, at + 4);
    heads.writeUInt32LE(sourceId, at + 12);
    heads.writeUInt16LE(detections.length, at + 16);
    heads.writeUInt16LE(appearanceBytes, at + 18);
    parts.push(detections);
    if (appearances !== null) parts.push(appearances);
  }
  return { lookCount: page.length, fromMs, toMs, looks: Buffer.concat(parts) };
}

/**
 * What was read is a page: its heads are there, and its parts fill the rest to the byte. A disk
 * that flips bits leaves a row that the database gives back without a word.
 */
export function isSoundPage({ looks, fromMs, lookCount }: Omit<LookPage, "toMs">): boolean {
  // A column may have become of another type.
  const isCounted =
    Number.isSafeInteger(lookCount) && Number.isSafeInteger(fromMs) && Buffer.isBuffer(looks);
  const headsBytes = lookCount * headBytes;
  if (!isCounted || lookCount < 1 || headsBytes > looks.byteLength) return false;
  let partsEnd = headsBytes;
  for (let at = 0; at < headsBytes; at += headBytes) {
    partsEnd += looks.readUInt16LE(at + 16) + looks.readUInt16LE(at + 18);
  }
  return partsEnd === looks.byteLength;
}

/** Where a look's parts lie in its page; filled anew for each look, so that reading makes none. */
export interface LookHead {
  capturedAtMs: number;
  capturedUncertaintyMs: number;
  sourceId: number;
  detectionsFrom: number;
  detectionsBytes: number;
  appearancesFrom: number;
  appearancesBytes: number;
}

/** Goes from look to look of a page: `head` is the one that `next` said is there. */
export class PageCursor {
  readonly head: LookHead = {
    capturedAtMs: 0,
    capturedUncertaintyMs: 0,
    sourceId: 0,
    detectionsFrom: 0,
    detectionsBytes: 0,
    appearancesFrom: 0,
    appearancesBytes: 0,
  };
  readonly view: DataView;
  readonly #fromMs: number;
  readonly #lookCount: number;
  #index = 0;
  #partFrom: number;

  constructor({ looks, fromMs, lookCount }: Omit<LookPage, "toMs">) {
    this.view = new DataView(looks.buffer, looks.byteOffset, looks.byteLength);
    this.#fromMs = fromMs;
    this.#lookCount = lookCount;
    this.#partFrom = lookCount * headBytes;
  }

  next(): boolean {
    if (this.#index >= this.#lookCount) return false;
    const { head, view } = this;
    const at = this.#index * headBytes;
    head.capturedAtMs = this.#fromMs + view.getUint32(at, true);
    head.capturedUncertaintyMs = view.getFloat64(at + 4, true);
    head.sourceId = view.getUint32(at + 12, true);
    head.detectionsBytes = view.getUint16(at + 16, true);
    head.appearancesBytes = view.getUint16(at + 18, true);
    head.detectionsFrom = this.#partFrom;
    head.appearancesFrom = this.#partFrom + head.detectionsBytes;
    this.#partFrom = head.appearancesFrom + head.appearancesBytes;
    this.#index += 1;
    return true;
  }
}
