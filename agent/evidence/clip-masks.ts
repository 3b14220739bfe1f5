/**
 * Finds what nobody may recognise in a clip: some of its pictures are looked at in full, and what
 * was found in them is carried over to those in between.
 *
 * Keyframes decode alone and are taken where they are close enough; else pictures between them, and
 * the last one always. Done once a span; when one picture cannot be looked at, there is no clip.
 */
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import type { Decoder } from "../capture/decoder/decoder.ts";
import type { EncodedPicture, EncodedSpan, SpanPicture } from "../capture/encoded-picture.ts";
import type { ClipRegion } from "./clip.ts";
import { type MaskedPicture, MaskFilm } from "./mask-film.ts";
import type { MaskPass } from "./mask-pass.ts";

export interface ClipMasksOptions {
  readonly decoder: Decoder;
  readonly pass: Pick<MaskPass, "regions">;
  /** Asked before each picture: events go first. */
  readonly whenFree?: () => Promise<void>;
}

/** Within what can be carried over. */
const everyMs = 1_500;
/** As much as the decoder hands out. */
const sidePxMax = 4_096;

interface Film {
  readonly film: MaskFilm;
  readonly width: number;
  readonly height: number;
}

export class ClipMasks {
  readonly #options: ClipMasksOptions;
  readonly #films = new WeakMap<EncodedSpan, Promise<Film>>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: ClipMasksOptions) {
    this.#options = options;
  }

  async regionsAt(atMs: number, span: EncodedSpan): Promise<readonly ClipRegion[]> {
    const known = this.#films.get(span);
    const made = known ?? this.#inTurn(span);
    if (known === undefined) this.#films.set(span, made);
    const { film, width, height } = await made;
    return film.regionsAt(atMs).map(({ what, xMin, yMin, xMax, yMax, blockPx }) => ({
      what,
      xMin: xMin / width,
      yMin: yMin / height,
      xMax: xMax / width,
      yMax: yMax / height,
      block: Math.min(1, blockPx / width),
    }));
  }

  /** One clip at a time: what waits behind it waits for one picture. */
  #inTurn(span: EncodedSpan): Promise<Film> {
    const film = this.#work.then(() => this.#look(span));
    this.#work = film.catch(() => undefined);
    return film;
  }

  async #look(span: EncodedSpan): Promise<Film> {
    const found: MaskedPicture[] = [];
    let size = { width: 0, height: 0 };
    for (const index of lookedAt(span.pictures)) {
      await this.#options.whenFree?.();
      const picture = pictureAt(span, index);
      if (size.width === 0) size = await this.#sizeOf(picture);
      const input = { crop: wholePicture, ...size, fit: "stretch", fill: 0 } as const;
      const request = { ...input, channels: "rgb" } as const;
      const [crop] = await this.#options.decoder.decode(picture, [request]);
      if (crop === undefined) throw new RangeError("the decoder answered without a picture");
      const { regions } = await this.#options.pass.regions({ planes: crop.planes, ...size });
      found.push({ atMs: picture.capturedAtMs, ...size, regions });
    }
    return { film: new MaskFilm(found), ...size };
  }

  async #sizeOf(picture: EncodedPicture) {
    const small = { width: 16, height: 16, fit: "stretch", fill: 0, channels: "rgb" } as const;
    const [crop] = await this.#options.decoder.decode(picture, [{ crop: wholePicture, ...small }]);
    if (crop === undefined) throw new RangeError("the decoder answered without a picture");
    const { pictureWidth, pictureHeight } = crop;
    const scale = Math.min(1, sidePxMax / Math.max(pictureWidth, pictureHeight));
    return {
      width: Math.max(1, Math.round(pictureWidth * scale)),
      height: Math.max(1, Math.round(pictureHeight * scale)),
    };
  }
}

/** All keyframes that are needed, what lies too far from them, and the one that is shown last. */
function lookedAt(pictures: readonly SpanPicture[]): readonly number[] {
  const chosen: number[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const latest = pictures.reduce(
    (best, { capturedAtMs, isShown }, index) =>
      isShown && capturedAtMs > (pictures[best]?.capturedAtMs ?? 0) ? index : best,
    0,
  );
  for (const [index, { capturedAtMs, isKey }] of pictures.entries()) {
    const next = pictures.findIndex((later, at) => at > index && later.isKey);
    const isKeyNear =
      next !== -1 && (pictures[next]?.capturedAtMs ?? 0) - lastMs <= everyMs + everyMs / 2;
    const isDue = capturedAtMs - lastMs >= (isKey ? everyMs / 2 : everyMs) && (isKey || !isKeyNear);
    if (!isDue && index !== latest) continue;
    chosen.push(index);
    lastMs = Math.max(lastMs, capturedAtMs);
  }
  return chosen;
}

/** With all that it builds on. */
function pictureAt(span: EncodedSpan, index: number): EncodedPicture {
  const start = span.pictures.findLastIndex(({ isKey }, at) => isKey && at <= index);
  const wanted = span.pictures[index];
  if (wanted === undefined) throw new RangeError(`a span without picture ${index}`);
  const { cameraId, stream, codec, parameterSets } = span;
  return {
    cameraId,
    stream,
    codec,
    parameterSets,
    units: span.pictures.slice(Math.max(0, start), index + 1).map(({ unit }) => unit),
    pictureNumber: wanted.pictureNumber,
    capturedAtMs: wanted.capturedAtMs,
    capturedUncertaintyMs: wanted.capturedUncertaintyMs,
    clockSource: "arrival",
  };
}
