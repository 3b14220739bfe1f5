/**
 * A clip's request and reply on their way between the agent and the decoder host.
 *
 * The same rules as for pictures (`protocol.ts`): little-endian, a fixed head, every length bounded
 * on both sides, nothing allocated by what the other side says. The pipe's byte marks a slot that
 * holds a clip's request; the file comes back in the same slot.
 */
import type { Codec } from "../encoded-picture.ts";
import type { ClipRequest, ClipUnit, MaskRegion } from "./clip.ts";
import { bounded, codecs, type EncodedRequest, limits, named, ProtocolError } from "./protocol.ts";

export const clipLimits = {
  /** All regions of all pictures. */
  regionCountMax: 65_536,
  polygonCountMax: 64,
  /** All corners of all polygons. */
  cornerCountMax: 4_096,
  widthMax: 1_280,
  heightMax: 1_280,
  fileBytesMax: 16 * 1024 * 1024,
  /** A film longer than this is none of a moment. */
  spanMsMax: 60_000,
} as const;

/** Set in the byte that says which slot, where it holds a clip's request. */
export const clipMark = 0x80;
export const clipHeadBytes = 44;
export const clipFactsBytes = 16;
const unitBytes = 16;
const regionBytes = 20;
const cornerBytes = 8;

export interface ClipHead {
  readonly bodyBytes: number;
  readonly id: number;
  readonly codec: Codec;
  readonly parameterSetBytes: number;
  readonly unitCount: number;
  readonly regionCount: number;
  readonly polygonCount: number;
  readonly cornerCount: number;
  readonly widthMax: number;
  readonly heightMax: number;
  readonly fileBytesMax: number;
}

/** Of a clip that was made; its bytes lie in the slot. */
export interface ClipFacts {
  readonly fileBytes: number;
  readonly pictureCount: number;
  readonly firstUnit: number;
  readonly lastUnit: number;
}

export function encodeClipRequest(id: number, request: ClipRequest): EncodedRequest {
  const { codec, parameterSets, units, polygons } = request;
  const regions = units.flatMap((unit) => unit.regions);
  const corners = polygons.flat();
  const tableBytes =
    units.length * unitBytes +
    regions.length * regionBytes +
    polygons.length * 4 +
    corners.length * cornerBytes;
  const unitsBytes = units.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const prefix = Buffer.alloc(clipHeadBytes + tableBytes);
  [
    tableBytes + parameterSets.byteLength + unitsBytes,
    id,
    codecs.indexOf(codec),
    parameterSets.byteLength,
    units.length,
    regions.length,
    polygons.length,
    corners.length,
    request.widthMax,
    request.heightMax,
    request.fileBytesMax,
  ].forEach((value, index) => {
    prefix.writeUInt32LE(value, index * 4);
  });
  let at = clipHeadBytes;
  for (const unit of units) {
    at = prefix.writeUInt32LE(unit.bytes.byteLength, at);
    at = prefix.writeUInt16LE(unit.regions.length, at);
    at = prefix.writeUInt16LE(unit.isShown ? 1 : 0, at);
    at = prefix.writeDoubleLE(unit.atMs, at);
  }
  for (const { xMin, yMin, xMax, yMax, block } of regions) {
    for (const value of [xMin, yMin, xMax, yMax, block]) at = prefix.writeFloatLE(value, at);
  }
  for (const polygon of polygons) at = prefix.writeUInt32LE(polygon.length, at);
  for (const { x, y } of corners) at = prefix.writeFloatLE(y, prefix.writeFloatLE(x, at));
  const parts = [prefix, parameterSets, ...units.map(({ bytes }) => bytes)].filter(
    (part) => part.byteLength > 0,
  );
  const bytes = prefix.byteLength + parameterSets.byteLength + unitsBytes;
  // What we send passes what the host will check.
  readTables(readClipHead(prefix), prefix.subarray(clipHeadBytes));
  const expected = { unitCount: units.length, fileBytesMax: request.fileBytesMax };
  return { id, parts, bytes, clip: expected };
}

export function readClipHead(head: Buffer): ClipHead {
  const { unitCountMax, requestBytesMax, parameterSetBytesMax } = limits;
  return {
    bodyBytes: bounded(head, 0, requestBytesMax, "request bytes"),
    id: head.readUInt32LE(4),
    codec: named(codecs, head.readUInt32LE(8), "codec"),
    parameterSetBytes: bounded(head, 12, parameterSetBytesMax, "parameter set bytes"),
    unitCount: bounded(head, 16, unitCountMax, "units"),
    regionCount: bounded(head, 20, clipLimits.regionCountMax, "regions"),
    polygonCount: bounded(head, 24, clipLimits.polygonCountMax, "polygons"),
    cornerCount: bounded(head, 28, clipLimits.cornerCountMax, "corners"),
    widthMax: bounded(head, 32, clipLimits.widthMax, "clip width"),
    heightMax: bounded(head, 36, clipLimits.heightMax, "clip height"),
    fileBytesMax: bounded(head, 40, clipLimits.fileBytesMax, "file bytes"),
  };
}

/** Views into `body`, which must stay as it is while the request is in use. */
export function readClipBody(head: ClipHead, body: Buffer): ClipRequest {
  if (body.length !== head.bodyBytes) throw new ProtocolError("a clip's request is cut short");
  const { units: heads, polygons, tableBytes } = readTables(head, body);
  let from = tableBytes;
  const take = (bytes: number): Buffer => {
    if (from + bytes > body.length) throw new ProtocolError("a unit is longer than its request");
    from += bytes;
    return body.subarray(from - bytes, from);
  };
  const parameterSets = take(head.parameterSetBytes);
  const units = heads.map(({ size, ...unit }): ClipUnit => ({ ...unit, bytes: take(size) }));
  const { codec, widthMax, heightMax, fileBytesMax } = head;
  return { codec, parameterSets, units, polygons, widthMax, heightMax, fileBytesMax };
}

function readTables(head: ClipHead, body: Buffer) {
  const { unitCount, regionCount, polygonCount, cornerCount } = head;
  const regionsAt = unitCount * unitBytes;
  const countsAt = regionsAt + regionCount * regionBytes;
  const cornersAt = countsAt + polygonCount * 4;
  const tableBytes = cornersAt + cornerCount * cornerBytes;
  if (body.length < tableBytes) throw new ProtocolError("a clip's request lacks its tables");
  const { widthMax, heightMax, fileBytesMax } = head;
  if (widthMax < 16 || heightMax < 16 || fileBytesMax < 1) {
    throw new ProtocolError(`a clip of ${widthMax}×${heightMax} in ${fileBytesMax} bytes is none`);
  }
  let nextRegion = 0;
  const units = Array.from({ length: unitCount }, (_, index) => {
    const at = index * unitBytes;
    const ownCount = body.readUInt16LE(at + 4);
    if (nextRegion + ownCount > regionCount) throw new ProtocolError("regions are missing");
    const regions = Array.from({ length: ownCount }, (_none, own) =>
      readRegion(body, regionsAt + (nextRegion + own) * regionBytes),
    );
    nextRegion += ownCount;
    const atMs = body.readDoubleLE(at + 8);
    if (!Number.isFinite(atMs)) throw new ProtocolError(`a picture at ${atMs}`);
    return {
      size: body.readUInt32LE(at),
      isShown: body.readUInt16LE(at + 6) === 1,
      atMs,
      regions,
    };
  });
  if (nextRegion !== regionCount) throw new ProtocolError("regions belong to no picture");
  checkSpan(units);
  let nextCorner = 0;
  const polygons = Array.from({ length: polygonCount }, (_, index) => {
    const count = body.readUInt32LE(countsAt + index * 4);
    if (nextCorner + count > cornerCount) throw new ProtocolError("corners are missing");
    nextCorner += count;
    return Array.from({ length: count }, (_none, own) => {
      const at = cornersAt + (nextCorner - count + own) * cornerBytes;
      return { x: ratio(body.readFloatLE(at)), y: ratio(body.readFloatLE(at + 4)) };
    });
  });
  if (nextCorner !== cornerCount) throw new ProtocolError("corners belong to no polygon");
  return { units, polygons, tableBytes };
}

function checkSpan(units: readonly { readonly atMs: number; readonly isShown: boolean }[]): void {
  const times = units.filter(({ isShown }) => isShown).map(({ atMs }) => atMs);
  if (times.length === 0) throw new ProtocolError("no picture of the clip is shown");
  const spanMs = Math.max(...times) - Math.min(...times);
  if (spanMs > clipLimits.spanMsMax) throw new ProtocolError(`a clip of ${spanMs} ms is too long`);
}

function readRegion(body: Buffer, at: number): MaskRegion {
  const [xMin = 0, yMin = 0, xMax = 0, yMax = 0, block = 0] = [0, 4, 8, 12, 16].map((offset) =>
    ratio(body.readFloatLE(at + offset)),
  );
  if (xMin >= xMax || yMin >= yMax) throw new ProtocolError("a region is empty");
  return { xMin, yMin, xMax, yMax, block };
}

function ratio(value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new ProtocolError(`${value} lies outside of the picture`);
}

export function clipFacts(facts: ClipFacts): Buffer {
  const { fileBytes, pictureCount, firstUnit, lastUnit } = facts;
  const bytes = Buffer.alloc(clipFactsBytes);
  [fileBytes, pictureCount, firstUnit, lastUnit].forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return bytes;
}

/** Checked against what was asked. */
export function readClipFacts(
  detail: Buffer,
  { unitCount, fileBytesMax }: { readonly unitCount: number; readonly fileBytesMax: number },
): ClipFacts {
  const facts = {
    fileBytes: bounded(detail, 0, fileBytesMax, "file bytes"),
    pictureCount: bounded(detail, 4, unitCount, "pictures"),
    firstUnit: bounded(detail, 8, unitCount - 1, "first unit"),
    lastUnit: bounded(detail, 12, unitCount - 1, "last unit"),
  };
  if (facts.fileBytes === 0 || facts.pictureCount === 0) throw new ProtocolError("an empty clip");
  return facts;
}
