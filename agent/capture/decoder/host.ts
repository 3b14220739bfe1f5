/**
 * The decoder host: the child process in which cameras' bytes meet native code.
 *
 * Reads from standard input in which slot of the exchange a request lies, puts the planes in its
 * place and writes the reply to standard output, one at a time, until its input ends. It may crash
 * or hang: that is what it is for. It runs without environment, network use or files beyond its own
 * code; nothing here may import from outside this folder except types and node-av.
 */
import { readSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { AV_LOG_QUIET } from "node-av/constants";
import { Log } from "node-av/lib";
import { ClipMaking } from "./clip-making.ts";
import { clipFacts, clipHeadBytes, clipMark, readClipBody, readClipHead } from "./clip-protocol.ts";
import { CropScaler } from "./crop-scaler.ts";
import { DecodeError, PictureDecoder } from "./picture-decoder.ts";
import {
  type DecodeRequest,
  exchangeFileFirst,
  failureReply,
  helloBytes,
  planesBytes,
  type ReplyHead,
  readRequestBody,
  readRequestHead,
  requestHeadBytes,
  successPrefix,
} from "./protocol.ts";

const contextsMax = 16;
const graphsMax = 128;

Log.setLevel(AV_LOG_QUIET);
const decoder = new PictureDecoder({ contextsMax });
const scaler = new CropScaler({ graphsMax });

const slot = Buffer.alloc(1);
const requestHead = Buffer.alloc(requestHeadBytes);
const clipHead = Buffer.alloc(clipHeadBytes);
/** Grow to the largest request and reply so far, both bounded by the protocol. */
let requestBody = Buffer.alloc(1024 * 1024);
let planes = Buffer.alloc(3 * 640 * 640);
const pause = new Int32Array(new SharedArrayBuffer(4));

// A signal to the whole group (Ctrl-C, systemd) is the agent's business: it closes our input.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

writeWhole(helloBytes);
while (isSlotRead()) {
  const word = slot.readUInt8();
  const file = exchangeFileFirst + (word & ~clipMark);
  if ((word & clipMark) === 0) answerPicture(file);
  else answerClip(file);
  await setImmediate(); // Native buffers are given back between turns of the event loop.
}
process.exit(0); // A muxer's callbacks would keep it.

function answerPicture(file: number): void {
  take(file, requestHead, 0);
  const head = readRequestHead(requestHead);
  answer(readRequestBody(head, takeBody(file, requestHeadBytes, head.bodyBytes)), file);
}

function answerClip(file: number): void {
  take(file, clipHead, 0);
  const head = readClipHead(clipHead);
  const request = readClipBody(head, takeBody(file, clipHeadBytes, head.bodyBytes));
  const startedAtMs = performance.now();
  try {
    const clip = new ClipMaking(request).make();
    const { bytes } = clip;
    if (writeSync(file, bytes, 0, bytes.length, 0) !== bytes.length) {
      throw new Error("no memory for a clip");
    }
    const decodeMicros = Math.round((performance.now() - startedAtMs) * 1000);
    const prefix = successPrefix(
      {
        ...emptyReply(head.id),
        pictureWidth: clip.width,
        pictureHeight: clip.height,
        decodeMicros,
      },
      [],
    );
    writeWhole(Buffer.concat([prefix, clipFacts({ ...clip, fileBytes: bytes.length })]));
  } catch (error) {
    writeWhole(failure(head.id, error));
  }
}

function takeBody(file: number, position: number, bytes: number): Buffer {
  if (requestBody.length < bytes) requestBody = Buffer.alloc(bytes);
  const body = requestBody.subarray(0, bytes);
  take(file, body, position);
  return body;
}

function emptyReply(id: number): ReplyHead {
  return {
    id,
    failure: undefined,
    cropCount: 0,
    textBytes: 0,
    pictureWidth: 0,
    pictureHeight: 0,
    decodeMicros: 0,
    scaleMicros: 0,
    residentKilobytes: Math.round(process.memoryUsage.rss() / 1024),
  };
}

function failure(id: number, error: unknown): Buffer {
  if (!(error instanceof DecodeError)) throw error;
  return failureReply({ ...emptyReply(id), failure: error.failure }, error.message);
}

function answer(request: DecodeRequest, file: number): void {
  const startedAtMs = performance.now();
  const reply = { ...emptyReply(request.id), cropCount: request.crops.length };
  try {
    const picture = decoder.decode(request);
    const decodedAtMs = performance.now();
    const bytes = request.crops.reduce((sum, crop) => sum + planesBytes(crop), 0);
    if (planes.length < bytes) planes = Buffer.alloc(bytes);
    let at = 0;
    const places = request.crops.map((crop) => {
      at += planesBytes(crop);
      return scaler.scale(picture, crop, planes.subarray(at - planesBytes(crop), at));
    });
    const prefix = successPrefix(
      {
        ...reply,
        pictureWidth: picture.width,
        pictureHeight: picture.height,
        decodeMicros: Math.round((decodedAtMs - startedAtMs) * 1000),
        scaleMicros: Math.round((performance.now() - decodedAtMs) * 1000),
      },
      places,
    );
    if (writeSync(file, planes, 0, bytes, 0) !== bytes) throw new Error("no memory for planes");
    writeWhole(prefix);
  } catch (error) {
    writeWhole(failure(request.id, error));
  }
}

/** False at the end of input: the agent is gone or wants us gone. */
function isSlotRead(): boolean {
  return patiently(() => readSync(0, slot, 0, 1, null)) === 1;
}

function take(file: number, target: Buffer, position: number): void {
  const count = readSync(file, target, 0, target.length, position);
  if (count !== target.length) throw new Error(`the exchange holds ${count} of ${target.length}`);
}

function writeWhole(source: Uint8Array): void {
  let written = 0;
  while (written < source.length) {
    written += patiently(() => writeSync(1, source, written, source.length - written));
  }
}

/** Our ends of the pipes block; where a system hands out ones that do not, wait and ask again. */
function patiently(attempt: () => number): number {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE" || code === "ECONNRESET") process.exit(0);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}
