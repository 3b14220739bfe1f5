/** What of the ring belongs to a picture, and how far back the ring reaches. */
import { groupBytesMax, groupPicturesMax } from "../limits.ts";
import type { PacketRing } from "./packet-ring.ts";
import type { PictureEntry, PictureLog } from "./picture-log.ts";

/** What to decode for a picture; undefined when its beginning has left the ring. */
export function groupOf(
  number: number,
  log: PictureLog,
  ring: PacketRing,
): PictureEntry[] | undefined {
  const wanted = log.at(number);
  if (wanted === undefined || wanted.chainStart === -1) return undefined;
  if (number - wanted.chainStart + 1 > groupPicturesMax) return undefined;
  const start = log.at(wanted.chainStart);
  if (start === undefined || start.firstPacket < ring.firstPacket) return undefined;
  const group: PictureEntry[] = [];
  for (let index = wanted.chainStart; index <= number; index++) {
    const entry = log.at(index);
    if (entry !== undefined) group.push(entry);
  }
  const last = wanted.firstPacket + wanted.packetCount - 1;
  const bytes = bytesBetween(ring, start.firstPacket, last);
  return bytes > groupBytesMax ? undefined : group;
}

function bytesBetween(ring: PacketRing, first: number, last: number): number {
  const from = ring.placeOf(first);
  const to = ring.placeOf(last) + ring.lengthOf(last);
  return to > from ? to - from : to - from + ring.capacityBytes;
}

/** When the oldest picture that is still there was captured. */
export function oldestCapturedAtMs(log: PictureLog, ring: PacketRing): number | undefined {
  let low = log.firstPicture;
  let high = log.nextPicture - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = log.at(middle);
    if (entry !== undefined && entry.firstPacket >= ring.firstPacket) high = middle;
    else low = middle + 1;
  }
  return log.at(low)?.capturedAtMs;
}
