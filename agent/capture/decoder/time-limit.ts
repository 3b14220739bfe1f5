/** How much longer a picture may take than a small one that stands alone: both decoders wait alike. */

const bytesPerExtraMs = 2048;
/** Pictures of 1080p before the wanted one take 8 ms each here, of 4K 35 ms; boxes have slower cores. */
const extraMsPerUnit = 100;

export function extraMs(units: readonly Uint8Array[]): number {
  const bytes = units.reduce((sum, unit) => sum + unit.byteLength, 0);
  return Math.ceil(bytes / bytesPerExtraMs) + (units.length - 1) * extraMsPerUnit;
}
