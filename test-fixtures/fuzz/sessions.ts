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

/** The interleaved packets alone, with their heads of four bytes: several pieces a session. */
export function recordedPackets(codec: SessionCodec): Buffer[] {
  return recordedSessions(codec).flatMap((session) => {
    const pieces: Buffer[] = [];
    let [from, at] = [session.indexOf(firstPacket), session.indexOf(firstPacket)];
    while (at + 4 <= session.length) {
      at += 4 + session.readUInt16BE(at + 2);
      if (at - from < pieceBytesMin) continue;
      pieces.push(session.subarray(from, at));
      from = at;
    }
    return pieces.slice(0, 6);
  });
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

const pieceBytesMin = 1_500;
const firstPacket = Buffer.from([0x24, 0x00]);
