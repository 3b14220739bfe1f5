/**
 * The pictures of a span of time, with everything that decoding them needs, out of the ring.
 *
 * Pictures before the span are in it where others build on them. What left the ring, or cannot be
 * decoded, is not in it; the rest is given in the order of decoding. Bounded: what goes over the
 * bound is cut off at the end.
 */
import type { Codec, SpanPicture } from "../encoded-picture.ts";
import { spanBytesMax, spanPicturesMax } from "../limits.ts";
import type { ParameterSets } from "../rtp/parameter-sets.ts";
import { assemble } from "./assemble.ts";
import type { PacketRing } from "./packet-ring.ts";
import type { PictureEntry, PictureLog } from "./picture-log.ts";

export interface SpanRequest {
  readonly fromMs: number;
  readonly toMs: number;
  /** Pictures up to this number are known already, and may be built on. */
  readonly afterPicture?: number | undefined;
}

interface Numbered extends PictureEntry {
  readonly number: number;
  readonly isShown: boolean;
}

export interface SpanParts {
  readonly parameterSets: Uint8Array;
  readonly pictures: readonly SpanPicture[];
}

export function spanOf(
  request: SpanRequest,
  {
    log,
    ring,
    sets,
    codec,
  }: {
    readonly log: PictureLog;
    readonly ring: PacketRing;
    readonly sets: ParameterSets;
    readonly codec: Codec;
  },
): SpanParts | undefined {
  let first: Uint8Array | undefined;
  const pictures: SpanPicture[] = [];
  for (const run of runsOf(within(needed(request, log, ring), ring))) {
    const own = sets.bytesOf(run[0]?.parameterSetVersion ?? -1);
    const assembled = own === undefined ? undefined : assemble(ring, codec, run, own);
    if (assembled === undefined) continue;
    for (const [index, entry] of run.entries()) {
      const unit = assembled.units[index];
      if (unit === undefined) throw new RangeError(`no unit ${index} in a run of ${run.length}`);
      // Sets that change on the way travel in front of the first picture that needs them.
      const isNewSets = index === 0 && first !== undefined;
      const { byteLength } = assembled.parameterSets;
      const bytes = isNewSets ? new Uint8Array(unit.buffer, 0, byteLength + unit.byteLength) : unit;
      const { number, capturedAtMs, capturedUncertaintyMs, isKey, isShown } = entry;
      const facts = { pictureNumber: number, capturedAtMs, capturedUncertaintyMs, isKey, isShown };
      pictures.push({ unit: bytes, ...facts });
    }
    first ??= assembled.parameterSets;
  }
  return first === undefined ? undefined : { parameterSets: first, pictures };
}

/** In order; each with all that it builds on, or not at all. */
function needed(request: SpanRequest, log: PictureLog, ring: PacketRing): Numbered[] {
  const { fromMs, toMs, afterPicture = -1 } = request;
  const firstNumber = Math.max(log.firstPicture, afterPicture + 1);
  const found: Numbered[] = [];
  let isUnbroken = true;
  /** Of the pictures that were found so far, where decoding has to begin. */
  let neededFrom = Number.POSITIVE_INFINITY;
  for (let number = log.nextPicture - 1; number >= firstNumber; number--) {
    const entry = log.at(number);
    isUnbroken = entry !== undefined && entry.firstPacket >= ring.firstPacket;
    if (entry === undefined || !isUnbroken) break;
    const { capturedAtMs, chainStart } = entry;
    const isShown = chainStart !== -1 && capturedAtMs >= fromMs && capturedAtMs <= toMs;
    if (isShown) neededFrom = Math.min(neededFrom, chainStart);
    if (isShown || number >= neededFrom) found.push({ ...entry, number, isShown });
  }
  found.reverse();
  // What came before is with whoever asks, when nothing lies in between.
  const isLinked = isUnbroken && firstNumber === afterPicture + 1 && afterPicture >= 0;
  const oldest = found[0]?.number ?? 0;
  const isWhole = ({ chainStart, number }: Numbered) =>
    chainStart === -1 ? number >= oldest : chainStart >= oldest || isLinked;
  return found.filter(isWhole);
}

function within(entries: readonly Numbered[], ring: PacketRing): readonly Numbered[] {
  let bytes = 0;
  const end = entries.findIndex(({ firstPacket, packetCount }) => {
    for (let packet = firstPacket; packet < firstPacket + packetCount; packet++) {
      bytes += ring.lengthOf(packet);
    }
    return bytes > spanBytesMax;
  });
  return entries.slice(0, Math.min(spanPicturesMax, end === -1 ? entries.length : end));
}

/** One behind the other with the same parameter sets. */
function runsOf(entries: readonly Numbered[]): Numbered[][] {
  const runs: Numbered[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.[0]?.parameterSetVersion === entry.parameterSetVersion) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}
