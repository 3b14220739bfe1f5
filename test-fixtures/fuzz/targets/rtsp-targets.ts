/** RTSP: the byte stream of a connection, and what is read out of its replies. */
import { CaptureError, ReceivingBug } from "../../../agent/capture/capture-error.ts";
import { ParameterSets } from "../../../agent/capture/rtp/parameter-sets.ts";
import {
  credentialsOf,
  parseRtspAddress,
  publicAddress,
} from "../../../agent/capture/rtsp/address.ts";
import { Authorization } from "../../../agent/capture/rtsp/authorization.ts";
import { joinControlStrictly } from "../../../agent/capture/rtsp/control-address.ts";
import { type Presentation, parseDescription } from "../../../agent/capture/rtsp/describe.ts";
import { InterleavedReader } from "../../../agent/capture/rtsp/interleaved-reader.ts";
import type { RtspMessage } from "../../../agent/capture/rtsp/message.ts";
import { failureOfReply } from "../../../agent/capture/rtsp/reply-failure.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { cameraReplies, recordedDescriptions, sessionStarts } from "../sessions.ts";
import { description, rtspStream, rtspTokens } from "./rtsp-grammar.ts";

const megabyte = 1_024 * 1_024;

/** A failure that a person reads; a bug of ours that was wrapped is none. */
export const isCaptureError = (error: unknown): boolean =>
  error instanceof CaptureError && !(error instanceof ReceivingBug);

/** The first byte says how the rest is cut into chunks, and whether a description is awaited. */
export const rtspConnection: FuzzTarget = {
  name: "rtsp-connection",
  corpus: () =>
    [...sessionStarts(), ...cameraReplies()].flatMap((session) =>
      [0, 37, 253].map((first) => Buffer.concat([Buffer.of(first), session])),
    ),
  tokens: rtspTokens,
  arbitrary: rtspStream,
  run: (bytes) => {
    const first = bytes[0] ?? 0;
    const reader = new InterleavedReader({
      onPacket: (channel, chunk, start, end) => {
        if (!(channel >= 0 && channel < 256 && start <= end && end <= chunk.length)) {
          throw new Error(`a packet from ${start} to ${end} of ${chunk.length}`);
        }
      },
      onMessage: (message) => checkMessage(message),
    });
    reader.isDescriptionAwaited = (first & 1) === 1;
    const size = first === 0 ? bytes.length : 1 + first * 8;
    const chunk = Buffer.alloc(size);
    for (let at = 1; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      chunk.set(piece);
      reader.push(chunk, piece.length);
    }
    reader.endBody();
    if ((reader.oddText?.length ?? 0) > 1_000) throw new Error("a long odd text");
  },
  isExpected: isCaptureError,
  memoryBoundBytes: 16 * megabyte,
};

function checkMessage(message: RtspMessage): void {
  for (const { name, value } of message.headers) checkLine(name, value);
  if (message.kind === "request") checkLine(message.method, message.uri);
  else if ((failureOfReply(message)?.message.length ?? 0) > 300) throw new Error("a long failure");
}

/** What may go into a request of ours again. */
function checkLine(...texts: readonly (string | undefined)[]): void {
  for (const text of texts) {
    if (/[\r\n]/.test(text ?? "")) throw new Error(`a line end in ${JSON.stringify(text)}`);
  }
}

export const rtspLogin: FuzzTarget = {
  name: "rtsp-login",
  corpus: () =>
    [
      'Digest realm="IP Camera(12345)", nonce="4e5a", stale="FALSE"',
      'Basic realm="cam"',
      'Digest realm="r", domain="::", qop="auth,auth-int", nonce="x", opaque="", algorithm=MD5-sess',
      'Basic realm="a", Digest realm="b", nonce="c", algorithm=SHA-256, stale=true',
      "Digest realm=r,nonce=n,qop=auth",
      `Digest ${"a".repeat(30_000)}!`,
      `Digest realm="r", nonce="n", ${"-".repeat(30_000)}`,
      `Digest ${"a ".repeat(15_000)}=`,
    ].map((text) => Buffer.from(text)),
  tokens: [...rtspTokens, "\\", '\\"', "=", ", ", "MD5", "SHA-512", "auth-int", "userhash=true"],
  run: (bytes) => {
    const text = Buffer.from(bytes).toString("latin1");
    const authorization = new Authorization({
      credentials: { user: 'u"\\ser', password: "secret-of-ours" },
      makeClientNonce: () => "0a4f113b",
    });
    authorization.accept([text, ...text.split("\n", 8)]);
    const header = authorization.headerFor("DESCRIBE", "rtsp://192.0.2.1/a");
    checkLine(header);
    if (header?.includes("secret-of-ours") === true) throw new Error("the password in the clear");
  },
  isExpected: () => false,
  inputBytesMax: 32 * 1_024,
  memoryBoundBytes: 16 * megabyte,
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Each format of a track is looked up in each of its lines. */
const manyFormats = Buffer.from(
  [
    `m=video 0 RTP/AVP ${numbers(30_000).join(" ")}`,
    ...numbers(1_990).map((number) => `a=rtpmap:${number} H26/${number}`),
  ].join("\r\n"),
);
const manyTracks = Buffer.from(
  numbers(3_000)
    .map((number) => `m=video ${number} RTP/AVP 96`)
    .join("\r\n"),
);

/** The first line is the base that the reply names. */
export const rtspDescription: FuzzTarget = {
  name: "rtsp-description",
  corpus: () => {
    const replies = cameraReplies().map((reply) =>
      reply.subarray(Math.max(0, reply.indexOf("v=0"))),
    );
    return [...recordedDescriptions(), ...replies, manyFormats, manyTracks].map((body) =>
      Buffer.concat([Buffer.from("rtsp://192.0.2.1/a/\n"), body]),
    );
  },
  tokens: rtspTokens,
  arbitrary: description,
  run: (bytes) => {
    const all = Buffer.from(bytes);
    const lineEnd = all.indexOf(0x0a);
    const base = all.toString("latin1", 0, Math.max(0, lineEnd)).replaceAll("\r", "");
    const presentation = parseDescription(
      {
        kind: "response",
        status: 200,
        statusLine: "RTSP/1.0 200 OK",
        headers: [{ name: "content-base", value: base.trim() }],
        body: all.subarray(lineEnd + 1),
      },
      "rtsp://192.0.2.1/b",
    );
    checkPresentation(presentation);
  },
  isExpected: isCaptureError,
  inputBytesMax: 256 * 1_024,
  memoryBoundBytes: 64 * megabyte,
};

function checkPresentation({ track, aggregateUri, baseUri }: Presentation): void {
  checkLine(track.controlUri, aggregateUri, joinControlStrictly(baseUri, track.control));
  if (!(track.payloadType >= 0 && track.payloadType < 128)) throw new Error("payload type");
  if (!(track.clockRate >= 1_000)) throw new Error("clock rate");
  const sets = new ParameterSets(track.codec);
  for (const set of track.parameterSets) sets.offer(set);
  sets.bytesOf(sets.version());
}

/** Where a redirect sends us, and what people write into a configuration. */
export const rtspAddress: FuzzTarget = {
  name: "rtsp-address",
  corpus: () =>
    [
      "rtsp://cam:pa/ss@192.0.2.1:554/main?channel=1&subtype=0",
      "rtsps://[2001:db8::1%25eth0]:322/a#b",
      "rtsp://u:p@host/path",
      "http://u:p@host/",
    ].map((text) => Buffer.from(text)),
  tokens: ["rtsp://", "rtsps://", "@", ":", "/", "?", "#", "[", "]", "%40", "%", "\u0000"],
  run: (bytes) => {
    const text = Buffer.from(bytes).toString("latin1");
    publicAddress(text);
    credentialsOf(text);
    const { port, uri } = parseRtspAddress(text);
    if (!(port >= 1 && port <= 65_535)) throw new Error(`port ${port}`);
    checkLine(uri);
  },
  isExpected: isCaptureError,
  inputBytesMax: 32 * 1_024,
  memoryBoundBytes: 16 * megabyte,
};
