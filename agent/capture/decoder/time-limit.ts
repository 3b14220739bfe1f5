/**
 * How much longer a picture may take than a small one that stands alone, before its decoder counts
 * as hanging: both decoders wait alike.
 */

const bytesPerExtraMs = 2048;
/** A picture on the way to the wanted one takes 3 ms at 1080p here; 4K and slow boxes take more. */
const extraMsPerUnit = 100;

export function extraMs(units: readonly Uint8Array[]): number {
  const bytes = units.reduce((sum, unit) => sum + unit.byteLength, 0);
  return Math.ceil(bytes / bytesPerExtraMs) + (units.length - 1) * extraMsPerUnit;
}
