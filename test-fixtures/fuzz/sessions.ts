/**
 * Seeds of the wire: what servers sent once (`sessions/`, by `scripts/fuzz-sessions.ts`), whole or
 * in parts, and the replies of real cameras where the shared folder has them.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "../shared.ts";

export type SessionCodec = "h264" | "h265";

/** What a server sent on one connection: its answers and the first packets. */
export const sessionStarts = (): Buffer[] =>
  recordedSessions().map((session) => session.subarray(0, session.indexOf(firstPacket) + 1_200));

/** Everything that a server sent on one connection. */
function recordedSessions(codec?: SessionCodec): Buffer[] {
  const folder = join(import.meta.dirname, "sessions");
  return readdirSync(folder)
    .filter((name) => codec === undefined || name.includes(codec))
    .toSorted()
    .map((name) => readFileSync(join(folder, name)));
}

/**
 * The interleaved packets alone, with their heads of four bytes: a piece holds some whole pictures,
 * a keyframe among them. Also as a camera sends them that marks every packet as a picture's last.
 */
export function recordedPackets(codec: SessionCodec): Buffer[] {
  const pieces = recordedSessions(codec).flatMap((session) => piecesOf(session));
  return [...pieces, ...pieces.map((piece) => allMarked(piece))];
}

function piecesOf(session: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let [from, at] = [session.indexOf(firstPacket), session.indexOf(firstPacket)];
  while (at + 6 <= session.length) {
    const isEnd = ((session[at + 5] ?? 0) & markerBit) !== 0;
    at += 4 + session.readUInt16BE(at + 2);
    if (!isEnd || at - from < pieceBytesMin) continue;
    pieces.push(session.subarray(from, at));
    from = at;
  }
  return pieces;
}

function allMarked(piece: Buffer): Buffer {
  const marked = Buffer.from(piece);
  for (const { channel, bytes } of framesOf(marked)) {
    if (channel === 0) bytes[1] = (bytes[1] ?? 0) | markerBit;
  }
  return marked;
}

/** Bodies of DESCRIBE. */
export function recordedDescriptions(): Buffer[] {
  return recordedSessions().map((session) => {
    const start = session.indexOf("v=0");
    const end = session.indexOf("RTSP/1.0", start);
    return session.subarray(start, end === -1 ? session.length : end);
  });
}

/** Replies of real cameras, heads and bodies; none where the shared folder is missing. */
export function cameraReplies(): Buffer[] {
  const folder = join(sharedFolder() ?? "", "rtsp-replies");
  if (sharedFolder() === undefined || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .toSorted()
    .map((name) => readFileSync(join(folder, name)));
}

/** NAL units of single packets, each with its header. */
export function recordedUnits(codec: SessionCodec): Buffer[] {
  return recordedPackets(codec)
    .flatMap((packets) => framesOf(packets).filter(({ channel }) => channel === 0))
    .map(({ bytes }) => Buffer.from(bytes.subarray(12)));
}

/** Cut like an honest reader does; what lies between packets is skipped. */
export function framesOf(
  bytes: Uint8Array,
): { readonly channel: number; readonly bytes: Uint8Array }[] {
  const frames: { channel: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0x24) {
      at += 1;
      continue;
    }
    const end = at + 4 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    frames.push({ channel: bytes[at + 1] ?? 0, bytes: bytes.subarray(at + 4, end) });
    at = end;
  }
  return frames;
}

const pieceBytesMin = 2_500;
const markerBit = 0x80;
const firstPacket = Buffer.from([0x24, 0x00]);
