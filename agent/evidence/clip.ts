/**
 * Makes the clip of a moment: some seconds of the main stream around it, masked, as a film.
 *
 * The ring holds less than a clip is long, so the span is taken in pieces until its end has come.
 * The picture of the moment itself is always among those shown. Nothing leaves the decoder host
 * unmasked; where the regions cannot be found there is no clip. Bounded: a few clips at a time.
 */
import { isDeepStrictEqual } from "node:util";
import type { NormPolygon } from "../../pipelines/domain/geometry.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { ClipEncoder, ClipUnit, MaskRegion } from "../capture/decoder/clip.ts";
import type { EncodedSpan, SpanPicture, SpanSource } from "../capture/encoded-picture.ts";
import { AgentError } from "../runtime/agent-error.ts";
import type { Clock } from "../runtime/clock.ts";
import type { EvidenceFile } from "./evidence-file.ts";

export interface ClipMoment {
  readonly cameraId: CameraId;
  readonly fromMs: number;
  readonly toMs: number;
  /** The picture captured then is shown, whatever is left out. */
  readonly aroundMs: number;
  /**
   * What nobody may recognise in the picture of that time; rejects when it is not known. The span
   * is the same for all pictures of a clip: whatever it takes to find them may be done once.
   */
  readonly regionsAt: (
    atMs: number,
    span: EncodedSpan,
  ) => readonly ClipRegion[] | Promise<readonly ClipRegion[]>;
  /** Parts of the camera's picture that nobody may see. */
  readonly polygons: readonly NormPolygon[];
  readonly fileBytesMax: number;
  readonly name: string;
}

export interface ClipRegion extends MaskRegion {
  readonly what: "head" | "plate";
}

export interface ClipMakerOptions {
  readonly pictures: SpanSource;
  readonly encoder: ClipEncoder;
  readonly clock: Clock;
  /** At a time; one more is refused. */
  readonly clipsMax?: number;
}

/** So often a piece is taken: well within what the smallest usual ring holds. */
const pieceMs = 2_000;
/** A picture is in the ring this long after it was captured, on the worst of usual links. */
const arrivalMs = 500;
/** Of the camera's pictures, those are shown that are at least so far apart: 12 or so a second. */
const shownEveryMs = 60;
const roundingMs = 1;
const widthMax = 1_280;
const heightMax = 720;

export class ClipMaker {
  readonly #options: Required<ClipMakerOptions>;
  readonly #stopping = new AbortController();
  #makingCount = 0;

  constructor(options: ClipMakerOptions) {
    this.#options = { clipsMax: 8, ...options };
  }

  async make(moment: ClipMoment): Promise<EvidenceFile> {
    if (this.#makingCount >= this.#options.clipsMax) {
      throw failed(moment.cameraId, `${this.#makingCount} clips are being made already`);
    }
    this.#makingCount += 1;
    try {
      return await this.#make(moment);
    } finally {
      this.#makingCount -= 1;
    }
  }

  /** Those that wait for pictures end; the encoder is its owner's. */
  stop(): void {
    this.#stopping.abort(new Error("the clip is not wanted any more"));
  }

  async #make(moment: ClipMoment): Promise<EvidenceFile> {
    const { cameraId, aroundMs, polygons, fileBytesMax, name } = moment;
    const span = await this.#collect(moment);
    if (span === undefined) throw failed(cameraId, "no picture of that time can be decoded");
    const shown = shownPictures(span.pictures, aroundMs);
    const masked = { heads: 0, plates: 0 };
    const startMs = Math.min(...span.pictures.map(({ capturedAtMs }) => capturedAtMs));
    const units: ClipUnit[] = [];
    for (const picture of span.pictures) {
      const isShown = shown.has(picture.pictureNumber);
      const regions = isShown ? await moment.regionsAt(picture.capturedAtMs, span) : [];
      masked.heads = Math.max(masked.heads, countOf(regions, "head"));
      masked.plates = Math.max(masked.plates, countOf(regions, "plate"));
      units.push({ bytes: picture.unit, atMs: picture.capturedAtMs - startMs, isShown, regions });
    }
    const { codec, parameterSets } = span;
    const request = { codec, parameterSets, units, polygons, widthMax, heightMax, fileBytesMax };
    const clip = await this.#options.encoder.encode(cameraId, request);
    return {
      name,
      role: "clip",
      mediaType: "video/mp4",
      bytes: clip.bytes,
      width: clip.width,
      height: clip.height,
      capturedAtMs: timeOf(span, clip.firstUnit),
      capturedToMs: timeOf(span, clip.lastUnit),
      ...frameOf(span, shown, aroundMs),
      protection: {
        masked: { ...masked, polygons: polygons.length, plateEstimate: masked.plates > 0 },
      },
    };
  }

  /** Piece by piece while it comes. */
  async #collect({ cameraId, fromMs, toMs }: ClipMoment): Promise<EncodedSpan | undefined> {
    const { pictures, clock } = this.#options;
    const endMs = toMs + arrivalMs;
    let span: EncodedSpan | undefined;
    for (;;) {
      const nowMs = clock.wallMs();
      const afterPicture = span?.pictures.at(-1)?.pictureNumber;
      const piece = await pictures.pictures(cameraId, fromMs, toMs, { afterPicture });
      if (piece !== undefined) span = joined(span, piece);
      if (nowMs >= endMs) return span;
      await clock.sleep(Math.min(pieceMs, endMs - nowMs), this.#stopping.signal);
    }
  }
}

/** A camera that changes its codec on the way begins a film of its own: the first one is kept. */
function joined(span: EncodedSpan | undefined, piece: EncodedSpan): EncodedSpan {
  if (span === undefined) return piece;
  if (span.codec !== piece.codec) return span;
  const isSame = isDeepStrictEqual(span.parameterSets, piece.parameterSets);
  const [first, ...others] = piece.pictures;
  if (first === undefined) return span;
  const unit = isSame ? first.unit : Buffer.concat([piece.parameterSets, first.unit]);
  return { ...span, pictures: [...span.pictures, { ...first, unit }, ...others] };
}

/** Numbers of those that are shown: the one of the moment, and others at a distance from it. */
function shownPictures(pictures: readonly SpanPicture[], aroundMs: number): ReadonlySet<number> {
  const inOrder = pictures
    .filter(({ isShown }) => isShown)
    .toSorted((a, b) => a.capturedAtMs - b.capturedAtMs);
  const middle = nearest(inOrder, aroundMs);
  const shown = new Set<number>();
  const take = (some: readonly SpanPicture[]): void => {
    let lastMs: number | undefined;
    for (const { pictureNumber, capturedAtMs } of some) {
      if (lastMs !== undefined && Math.abs(capturedAtMs - lastMs) < shownEveryMs) continue;
      lastMs = capturedAtMs;
      shown.add(pictureNumber);
    }
  };
  take(inOrder.slice(middle));
  take(inOrder.slice(0, middle + 1).reverse());
  return shown;
}

/** Which of them was captured closest to a time. */
function nearest(pictures: readonly SpanPicture[], atMs: number): number {
  let best = 0;
  for (const [index, { capturedAtMs }] of pictures.entries()) {
    const distanceMs = Math.abs(capturedAtMs - atMs);
    if (distanceMs < Math.abs((pictures[best]?.capturedAtMs ?? 0) - atMs)) best = index;
  }
  return best;
}

/** Whether the picture of the moment is in it, and else how far the nearest one is. */
function frameOf({ pictures }: EncodedSpan, shown: ReadonlySet<number>, aroundMs: number) {
  const own = pictures.filter(({ pictureNumber }) => shown.has(pictureNumber));
  const at = own[nearest(own, aroundMs)]?.capturedAtMs ?? 0;
  const distanceMs = Math.abs(at - aroundMs);
  return distanceMs <= roundingMs
    ? ({ frame: "exact", distanceMs: 0 } as const)
    : ({ frame: "keyframe", distanceMs: Math.round(distanceMs) } as const);
}

function timeOf({ pictures }: EncodedSpan, index: number): number {
  return pictures[index]?.capturedAtMs ?? 0;
}

function countOf(regions: readonly ClipRegion[], what: ClipRegion["what"]): number {
  return regions.filter((region) => region.what === what).length;
}

function failed(cameraId: CameraId, detail: string): AgentError {
  return new AgentError(
    "DECODER_FAILED",
    `camera ${cameraId}: clip not made: ${detail}`,
    "The event goes without its clip and says so. Look whether the camera was connected then.",
  );
}
