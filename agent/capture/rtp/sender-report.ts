/**
 * Finds the sender report in an RTCP packet: the camera's wall clock at an RTP time.
 *
 * Compound packets are walked with every length checked; anything odd ends the walk quietly,
 * since a stream without reports is a normal stream.
 */
import { uint32 } from "./rtp-packet.ts";

export interface SenderReport {
  readonly ssrc: number;
  /** The camera's wall clock, Unix milliseconds (with fraction). */
  readonly cameraWallMs: number;
  readonly rtpTime: number;
}

const senderReportType = 200;
const byeType = 203;
const secondsFrom1900To1970 = 2_208_988_800;

export function findSenderReport(
  bytes: Uint8Array,
  start: number,
  end: number,
): SenderReport | undefined {
  for (let at = start; at + 8 <= end; ) {
    if ((bytes[at] ?? 0) >> 6 !== 2) return undefined;
    const packetEnd = at + 4 + 4 * (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (packetEnd > end) return undefined;
    if (bytes[at + 1] === senderReportType && packetEnd - at >= 28) {
      const seconds = uint32(bytes, at + 8);
      const fraction = uint32(bytes, at + 12);
      // Without a clock a camera sends zero; that maps nothing.
      if (seconds === 0 && fraction === 0) return undefined;
      return {
        ssrc: uint32(bytes, at + 4),
        cameraWallMs: (seconds - secondsFrom1900To1970) * 1_000 + (fraction * 1_000) / 2 ** 32,
        rtpTime: uint32(bytes, at + 16),
      };
    }
    at = packetEnd;
  }
  return undefined;
}

/** The camera says that the stream ends. */
export function hasBye(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 4 <= end; ) {
    if ((bytes[at] ?? 0) >> 6 !== 2) return false;
    if (bytes[at + 1] === byeType) return true;
    at += 4 + 4 * (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return false;
}
