/**
 * A PUBACK whose reason code is not in MQTT's table: brokers send 0x95 ("packet too large") so.
 *
 * The MQTT library calls such a packet malformed and keeps the code to itself. It is read from the
 * bytes, so that a row too large is parked and not tried for ever.
 */
const puback = 0x40;

/** Undefined: this error is another one. */
export function answerOutsideTheTable(
  error: Error,
  lastPiece: Buffer,
  messageId: number | undefined,
): number | undefined {
  if (messageId === undefined || error.message !== "Invalid puback reason code") return undefined;
  for (let at = lastPiece.indexOf(puback); at >= 0; at = lastPiece.indexOf(puback, at + 1)) {
    // Type, length (of one byte: it holds few properties), identifier, reason code.
    if (at + 5 > lastPiece.byteLength) return undefined;
    if (lastPiece.readUInt16BE(at + 2) === messageId) return lastPiece.readUInt8(at + 4);
  }
  return undefined;
}
