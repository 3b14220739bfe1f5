/**
 * What travels between the agent and the decoder host: one request, one reply, in order.
 *
 * Requests and planes lie in the exchange (`exchange.ts`), one slot a picture in flight: the pipe
 * into the host carries the slot's number (one byte), the pipe out of it heads, places and errors.
 * Clips go the same way with a head of their own (`clip-protocol.ts`).
 * Little-endian, a fixed head first, every length bounded on both sides: neither a camera's bytes
 * nor a host gone mad can make the other side allocate without limit. Runs inside the host, which
 * may read no file outside this folder: it imports types alone.
 */
import type { Codec } from "../encoded-picture.ts";
import type { CropRequest } from "./decoder.ts";

export const limits = {
  /** The longest group that capture hands out. */
  unitCountMax: 900,
  requestBytesMax: 48 * 1024 * 1024,
  parameterSetBytesMax: 64 * 1024,
  cropCountMax: 16,
  sidePxMax: 4096,
  /** 8192 × 4320 and a little more. */
  picturePixelsMax: 36_000_000,
  errorTextBytesMax: 600,
} as const;

/** First bytes that a host sends, before it reads anything: which dialect it speaks. */
export const helloBytes: Uint8Array = new TextEncoder().encode("KDH3");

/** The first slot of the exchange has this file descriptor in the host, the next ones follow. */
export const exchangeFileFirst = 3;

export const requestHeadBytes = 24;
export const replyHeadBytes = 40;
const requestCropBytes = 44;
const replyCropBytes = 32;

export const codecs = ["h264", "h265", "mjpeg"] as const satisfies readonly Codec[];
const fits = ["letterbox-top-left", "letterbox-centre", "stretch"] as const;
const channelOrders = ["rgb", "bgr"] as const;

/** Why a picture could not be decoded: said by a host that is well. */
export const decodeFailures = ["damaged", "no-picture", "unsupported", "too-large"] as const;
export type DecodeFailure = (typeof decodeFailures)[number];

export interface DecodeRequest {
  readonly id: number;
  readonly codec: Codec;
  readonly parameterSets: Uint8Array;
  readonly units: readonly Uint8Array[];
  readonly crops: readonly CropRequest[];
}

export interface RequestHead {
  readonly id: number;
  readonly codec: Codec;
  readonly parameterSetBytes: number;
  readonly unitCount: number;
  readonly cropCount: number;
  /** What follows the head. */
  readonly bodyBytes: number;
}

/** Where a crop was cut and where it lies in the input, in pixels. */
export interface CropPlace {
  readonly cropX: number;
  readonly cropY: number;
  readonly cropWidth: number;
  readonly cropHeight: number;
  readonly contentX: number;
  readonly contentY: number;
  readonly contentWidth: number;
  readonly contentHeight: number;
}

export interface ReplyHead {
  readonly id: number;
  readonly failure: DecodeFailure | undefined;
  readonly cropCount: number;
  readonly textBytes: number;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  readonly decodeMicros: number;
  readonly scaleMicros: number;
  readonly residentKilobytes: number;
}

export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

export function planesBytes(crop: CropRequest): number {
  return 3 * crop.width * crop.height;
}

/** A request as it goes into its slot: a head and the camera's bytes as they are. */
export interface EncodedRequest {
  readonly id: number;
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  /** Of a clip: what its answer is checked against. */
  readonly clip?: { readonly unitCount: number; readonly fileBytesMax: number };
}

export function encodeRequest(request: DecodeRequest): EncodedRequest {
  const prefix = requestPrefix(request);
  const parts = [prefix, request.parameterSets, ...request.units].filter(
    (part) => part.byteLength > 0,
  );
  return { id: request.id, parts, bytes: parts.reduce((sum, part) => sum + part.byteLength, 0) };
}

/** The parameter sets and then the units follow it. */
function requestPrefix(request: DecodeRequest): Buffer {
  const { parameterSets, units, crops } = request;
  const prefixBytes = requestHeadBytes + crops.length * requestCropBytes + units.length * 4;
  const unitBytes = units.reduce((sum, unit) => sum + unit.byteLength, 0);
  const bodyBytes = prefixBytes - requestHeadBytes + parameterSets.byteLength + unitBytes;
  const prefix = Buffer.alloc(prefixBytes);
  [
    bodyBytes,
    request.id,
    codecs.indexOf(request.codec),
    parameterSets.byteLength,
    units.length,
    crops.length,
  ].forEach((value, index) => {
    prefix.writeUInt32LE(value, index * 4);
  });
  let at = requestHeadBytes;
  for (const crop of crops) {
    writeCrop(prefix, at, crop);
    at += requestCropBytes;
  }
  for (const unit of units) at = prefix.writeUInt32LE(unit.byteLength, at);
  readRequestHead(prefix); // What we send passes what the host will check.
  return prefix;
}

export function readRequestHead(head: Buffer): RequestHead {
  const bodyBytes = bounded(head, 0, limits.requestBytesMax, "request bytes");
  return {
    bodyBytes,
    id: head.readUInt32LE(4),
    codec: named(codecs, head.readUInt32LE(8), "codec"),
    parameterSetBytes: bounded(head, 12, limits.parameterSetBytesMax, "parameter set bytes"),
    unitCount: bounded(head, 16, limits.unitCountMax, "units"),
    cropCount: bounded(head, 20, limits.cropCountMax, "crops"),
  };
}

/** Views into `body`, which must stay as it is while the request is in use. */
export function readRequestBody(head: RequestHead, body: Buffer): DecodeRequest {
  const prefixBytes = head.cropCount * requestCropBytes + head.unitCount * 4;
  if (body.length !== head.bodyBytes || body.length < prefixBytes + head.parameterSetBytes) {
    throw new ProtocolError(`a request of ${body.length} bytes does not hold what its head says`);
  }
  const crops: CropRequest[] = [];
  let at = 0;
  for (let index = 0; index < head.cropCount; index++) {
    crops.push(readCrop(body, at));
    at += requestCropBytes;
  }
  let from = prefixBytes;
  const take = (bytes: number): Buffer => {
    if (from + bytes > body.length) throw new ProtocolError("a unit is longer than its request");
    from += bytes;
    return body.subarray(from - bytes, from);
  };
  const parameterSets = take(head.parameterSetBytes);
  const units: Buffer[] = [];
  for (let index = 0; index < head.unitCount; index++) {
    units.push(take(body.readUInt32LE(at)));
    at += 4;
  }
  return { id: head.id, codec: head.codec, parameterSets, units, crops };
}

/** Head and places; the planes of the crops lie in the request's slot, in order. */
export function successPrefix(reply: ReplyHead, places: readonly CropPlace[]): Buffer {
  const prefix = Buffer.alloc(replyHeadBytes + places.length * replyCropBytes);
  writeReplyHead(prefix, reply);
  let at = replyHeadBytes;
  for (const place of places) {
    for (const value of placeValues(place)) at = prefix.writeUInt32LE(value, at);
  }
  return prefix;
}

export function failureReply(reply: ReplyHead, text: string): Buffer {
  const bytes = Buffer.from(text, "utf8").subarray(0, limits.errorTextBytesMax);
  const whole = Buffer.alloc(replyHeadBytes + bytes.length);
  writeReplyHead(whole, { ...reply, cropCount: 0, textBytes: bytes.length });
  bytes.copy(whole, replyHeadBytes);
  return whole;
}

export function readReplyHead(head: Buffer): ReplyHead {
  const status = head.readUInt32LE(4);
  return {
    id: head.readUInt32LE(0),
    failure: status === 0 ? undefined : named(decodeFailures, status - 1, "failure"),
    cropCount: bounded(head, 8, limits.cropCountMax, "crops"),
    textBytes: bounded(head, 12, limits.errorTextBytesMax, "text bytes"),
    pictureWidth: head.readUInt32LE(16),
    pictureHeight: head.readUInt32LE(20),
    decodeMicros: head.readUInt32LE(24),
    scaleMicros: head.readUInt32LE(28),
    residentKilobytes: head.readUInt32LE(32),
  };
}

/** Bytes of places and text behind the head. */
export function replyDetailBytes(head: ReplyHead): number {
  return head.cropCount * replyCropBytes + head.textBytes;
}

export function readPlaces(head: ReplyHead, detail: Buffer): CropPlace[] {
  return Array.from({ length: head.cropCount }, (_, index) => {
    const at = index * replyCropBytes;
    return {
      cropX: detail.readUInt32LE(at),
      cropY: detail.readUInt32LE(at + 4),
      cropWidth: detail.readUInt32LE(at + 8),
      cropHeight: detail.readUInt32LE(at + 12),
      contentX: detail.readUInt32LE(at + 16),
      contentY: detail.readUInt32LE(at + 20),
      contentWidth: detail.readUInt32LE(at + 24),
      contentHeight: detail.readUInt32LE(at + 28),
    };
  });
}

function writeReplyHead(target: Buffer, reply: ReplyHead): void {
  const status = reply.failure === undefined ? 0 : decodeFailures.indexOf(reply.failure) + 1;
  [
    reply.id,
    status,
    reply.cropCount,
    reply.textBytes,
    reply.pictureWidth,
    reply.pictureHeight,
    reply.decodeMicros,
    reply.scaleMicros,
    reply.residentKilobytes,
  ].forEach((value, index) => {
    target.writeUInt32LE(value >>> 0, index * 4);
  });
}

function placeValues(place: CropPlace): readonly number[] {
  const { cropX, cropY, cropWidth, cropHeight } = place;
  const { contentX, contentY, contentWidth, contentHeight } = place;
  const cut = [cropX, cropY, cropWidth, cropHeight];
  return cut.concat(contentX, contentY, contentWidth, contentHeight);
}

function writeCrop(target: Buffer, start: number, request: CropRequest): void {
  const { xMin, yMin, xMax, yMax } = request.crop;
  let at = start;
  for (const value of [xMin, yMin, xMax, yMax]) at = target.writeDoubleLE(value, at);
  at = target.writeUInt32LE(request.width, at);
  at = target.writeUInt32LE(request.height, at);
  at = target.writeUInt8(fits.indexOf(request.fit), at);
  at = target.writeUInt8(channelOrders.indexOf(request.channels), at);
  target.writeUInt8(request.fill, at);
  readCrop(target, start); // What we send passes what the host will check.
}

function readCrop(source: Buffer, at: number): CropRequest {
  const [xMin = 0, yMin = 0, xMax = 0, yMax = 0] = [0, 8, 16, 24].map((offset) =>
    source.readDoubleLE(at + offset),
  );
  if (!(xMin >= 0 && yMin >= 0 && xMax <= 1 && yMax <= 1 && xMin < xMax && yMin < yMax)) {
    throw new ProtocolError(
      `a crop must lie in the picture, got ${[xMin, yMin, xMax, yMax].join(" ")}`,
    );
  }
  const width = bounded(source, at + 32, limits.sidePxMax, "crop width");
  const height = bounded(source, at + 36, limits.sidePxMax, "crop height");
  if (width < 1 || height < 1) throw new ProtocolError(`a crop of ${width}×${height} is empty`);
  return {
    crop: { xMin, yMin, xMax, yMax },
    width,
    height,
    fit: named(fits, source.readUInt8(at + 40), "fit"),
    channels: named(channelOrders, source.readUInt8(at + 41), "channel order"),
    fill: source.readUInt8(at + 42),
  };
}

export function bounded(source: Buffer, at: number, max: number, what: string): number {
  const value = source.readUInt32LE(at);
  if (value > max) throw new ProtocolError(`${value} ${what}, at most ${max}`);
  return value;
}

export function named<Name>(names: readonly Name[], index: number, what: string): Name {
  const name = names[index];
  if (name === undefined) throw new ProtocolError(`unknown ${what} ${index}`);
  return name;
}
