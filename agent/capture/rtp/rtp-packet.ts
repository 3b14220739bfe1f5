/**
 * The RTP header, read field by field: the hot path makes no object of it.
 *
 * `payloadStart` and `payloadEnd` give -1 for what is no RTP packet; nothing reads outside the
 * range that it was given.
 */
export const rtpHeadBytes = 12;

export const isMarked = (bytes: Uint8Array, at: number): boolean =>
  ((bytes[at + 1] ?? 0) & 0x80) !== 0;

export const payloadTypeOf = (bytes: Uint8Array, at: number): number => (bytes[at + 1] ?? 0) & 0x7f;

export const sequenceOf = (bytes: Uint8Array, at: number): number =>
  ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

export const timestampOf = (bytes: Uint8Array, at: number): number => uint32(bytes, at + 4);

export const ssrcOf = (bytes: Uint8Array, at: number): number => uint32(bytes, at + 8);

/** Where the payload begins, behind contributing sources and an extension. */
export function payloadStart(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] ?? 0;
  if (end - start < rtpHeadBytes || first >> 6 !== 2) return -1;
  let at = start + rtpHeadBytes + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (at + 4 > end) return -1;
    at += 4 + 4 * (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return at <= end ? at : -1;
}

/** Where the payload ends, before the padding. */
export function payloadEnd(bytes: Uint8Array, start: number, end: number): number {
  if (((bytes[start] ?? 0) & 0x20) === 0) return end;
  const padding = bytes[end - 1] ?? 0;
  return padding === 0 || padding > end - start - rtpHeadBytes ? -1 : end - padding;
}

export function uint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}
