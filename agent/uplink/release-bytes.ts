/**
 * Gives the memory of sent bytes back now, not when the collector comes by.
 *
 * Bytes lie outside the collector's heap, and it looks for them when 64 MB have gathered: a backlog
 * of small messages would hold that much for nothing.
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  // A view on a part belongs to a pool that others use.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
