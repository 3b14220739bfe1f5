/**
 * Takes a still: decodes the whole picture, masks it, and only then encodes anything.
 *
 * From the main stream always. A view that looks at a substream gets the main stream's newest
 * decodable picture, and the distance in time is said. Pixels are put together by libvips on its
 * own thread: the main thread handles whole planes alone.
 */
import { type NormBox, type NormPolygon, wholePicture } from "../../pipelines/domain/geometry.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { DecodedCrop, Decoder } from "../capture/decoder/decoder.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import type { LookedPictures } from "./looked-pictures.ts";
import { blacken, blur, type PlanarPicture } from "./pixel-mask.ts";
import type { PrivacyRegion } from "./privacy-regions.ts";
import type { StillTaker, TakenStill } from "./taken-still.ts";

export interface StillParts {
  readonly decoder: Decoder;
  readonly pictures: Pick<LookedPictures, "newestMain">;
  /** Parts of a camera's picture that nobody may see. */
  readonly polygonsOf: (cameraId: CameraId) => readonly NormPolygon[];
  /** Everything in the picture that nobody may recognise; rejects when it cannot be found. */
  readonly regionsOf: (
    picture: PlanarPicture,
    look: Look,
    own: NormBox | null,
  ) => Promise<FoundRegions>;
  /** What is masked depends on the thing: its own plate is shown. Absent: it is. */
  readonly isOwnShown?: () => boolean;
}

export interface FoundRegions {
  readonly regions: readonly PrivacyRegion[];
  /** Where a plate is was estimated from its vehicle. */
  readonly plateEstimate: boolean;
}

const sidePxMax = 4_096;
/** Around the thing, as a share of its size. */
const closeUpMargin = 0.35;
const closeUpPxMin = 240;
const closeUpRatio = 16 / 9;

export function makeStillTaker(parts: StillParts): StillTaker {
  /** Several violations of one look are decided together: its picture is masked once. */
  let last: { readonly key: string; readonly masked: WeakRef<Promise<Masked>> } | undefined;
  const maskedOf = async (look: Look, looked: EncodedPicture, box: NormBox | null) => {
    const { cameraId, stream, pictureNumber } = looked;
    const thing = box === null ? "" : [box.xMin, box.yMin, box.xMax, box.yMax].join();
    const key = `${cameraId} ${stream} ${pictureNumber} ${parts.isOwnShown?.() !== false ? thing : ""}`;
    const known = last?.key === key ? last.masked.deref() : undefined;
    if (known !== undefined) return await known;
    const masked = maskWhole(parts, look, looked, box);
    const own = { key, masked: new WeakRef(masked) };
    last = own;
    try {
      return await masked;
    } catch (error) {
      // The next one tries again.
      if (last === own) last = undefined;
      throw error;
    }
  };
  return async ({ look, picture: looked, box, withCloseUp, quality }) => {
    const { picture, pixels, protection } = await maskedOf(look, looked, box);
    const { width, height } = pixels.raw;
    const thing = box === null ? undefined : thingIn(box, pixels.raw);
    const isExact = picture === looked;
    const part = withCloseUp && box !== null ? closeUpOf(box, pixels.raw) : undefined;
    // libvips does each on a thread of its own.
    const [jpeg, measured, closeUp] = await Promise.all([
      encode(pixels, { quality }),
      thing === undefined ? undefined : measure(pixels, thing),
      part === undefined ? undefined : encode(pixels, { quality, part }),
    ]);
    return {
      jpeg,
      width,
      height,
      // As looks and events have it.
      capturedAtMs: Math.round(picture.capturedAtMs),
      uncertaintyMs: picture.capturedUncertaintyMs,
      frame: isExact ? "exact" : "keyframe",
      distanceMs: isExact ? 0 : Math.round(Math.abs(picture.capturedAtMs - looked.capturedAtMs)),
      protection,
      ...(measured === undefined ? {} : { measured }),
      ...(part === undefined || closeUp === undefined
        ? {}
        : { closeUp: { jpeg: closeUp, width: part.width, height: part.height } }),
    };
  };
}

interface Masked extends Pick<TakenStill, "protection"> {
  readonly picture: EncodedPicture;
  readonly pixels: Pixels;
}

async function maskWhole(
  parts: StillParts,
  look: Look,
  looked: EncodedPicture,
  box: NormBox | null,
): Promise<Masked> {
  const picture = await mainPicture(parts, looked);
  const decoded = await decodeWhole(parts.decoder, picture, look, looked);
  const planar = { planes: decoded.planes, ...sizeOf(decoded) };
  const polygons = parts.polygonsOf(look.cameraId);
  const { regions, plateEstimate } = await parts.regionsOf(planar, look, box);
  for (const region of regions) blur(planar, region);
  for (const polygon of polygons) blacken(planar, polygon, wholePicture);
  const countOf = (what: PrivacyRegion["what"]) =>
    regions.filter((one) => one.what === what).length;
  const masked = {
    heads: countOf("head"),
    plates: countOf("plate"),
    polygons: polygons.length,
    plateEstimate,
  };
  return { picture, pixels: await pixelsOf(planar), protection: { masked } };
}

async function mainPicture({ pictures }: StillParts, looked: EncodedPicture) {
  if (looked.stream === "main") return looked;
  const main = await pictures.newestMain(looked.cameraId);
  if (main === undefined)
    throw new RangeError(`no picture of the main stream of ${looked.cameraId}`);
  return main;
}

async function decodeWhole(
  decoder: Decoder,
  picture: EncodedPicture,
  { pictureWidth, pictureHeight }: Look,
  looked: EncodedPicture,
): Promise<DecodedCrop> {
  if (picture === looked) return await decodeAt(decoder, picture, pictureWidth, pictureHeight);
  const small = await decodeAt(decoder, picture, 16, 16);
  return await decodeAt(decoder, picture, small.pictureWidth, small.pictureHeight);
}

async function decodeAt(
  decoder: Decoder,
  picture: EncodedPicture,
  pictureWidth: number,
  pictureHeight: number,
): Promise<DecodedCrop> {
  const scale = Math.min(1, sidePxMax / Math.max(pictureWidth, pictureHeight));
  const width = Math.max(1, Math.round(pictureWidth * scale));
  const height = Math.max(1, Math.round(pictureHeight * scale));
  const request = {
    crop: wholePicture,
    width,
    height,
    fit: "stretch",
    fill: 0,
    channels: "rgb",
  } as const;
  const [crop] = await decoder.decode(picture, [request]);
  if (crop?.planes.byteLength !== 3 * width * height) {
    throw new RangeError(`the decoder gave no picture of ${width} × ${height}`);
  }
  return crop;
}

function sizeOf({ contentWidth, contentHeight }: DecodedCrop) {
  return { width: Math.round(contentWidth), height: Math.round(contentHeight) };
}

type Size = Pick<PlanarPicture, "width" | "height">;

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The box itself, in whole pixels of the picture. */
function thingIn(box: NormBox, { width, height }: Size): Part {
  return partOf(
    box,
    { width, height },
    (box.xMax - box.xMin) * width,
    (box.yMax - box.yMin) * height,
  );
}

/** The box with what is around it, in the shape of a picture. */
function closeUpOf(box: NormBox, { width, height }: Size): Part {
  const wanted = (size: number) => Math.max(closeUpPxMin, size * (1 + 2 * closeUpMargin));
  const partHeight = Math.max(
    wanted((box.yMax - box.yMin) * height),
    wanted((box.xMax - box.xMin) * width) / closeUpRatio,
  );
  return partOf(box, { width, height }, partHeight * closeUpRatio, partHeight);
}

/** Around the middle of the box, within the picture. */
function partOf(
  box: NormBox,
  { width, height }: Size,
  partWidth: number,
  partHeight: number,
): Part {
  const span = (middle: number, wanted: number, size: number) => {
    const length = Math.max(1, Math.floor(Math.min(size, wanted)));
    const from = Math.min(Math.max(0, Math.floor(middle - length / 2)), size - length);
    return [from, length] as const;
  };
  const [left, cutWidth] = span(((box.xMin + box.xMax) / 2) * width, partWidth, width);
  const [top, cutHeight] = span(((box.yMin + box.yMax) / 2) * height, partHeight, height);
  return { left, top, width: cutWidth, height: cutHeight };
}

interface Pixels {
  readonly rgb: Uint8Array;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 3 };
}

/** `part`: absent: all of it. */
async function encode(
  { rgb, raw }: Pixels,
  { quality, part }: { readonly quality: number; readonly part?: Part },
): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const pixels = sharp(rgb, { raw });
  return await (part === undefined ? pixels : pixels.extract(part)).jpeg({ quality }).toBuffer();
}

async function measure({ rgb, raw }: Pixels, part: Part) {
  const { default: sharp } = await import("sharp");
  // Statistics are taken of what goes in: the part has to be a picture of its own.
  const cut = await sharp(rgb, { raw }).extract(part).raw().toBuffer();
  const { width, height } = part;
  const { channels, sharpness } = await sharp(cut, { raw: { width, height, channels: 3 } }).stats();
  const means = channels.map(({ mean }) => mean);
  return {
    sharpness,
    luma: means.reduce((sum, mean) => sum + mean, 0) / Math.max(1, means.length),
    thingPx: Math.min(width, height),
  };
}

/** Three planes that lie behind each other as pixels; libvips does it on a thread of its own. */
async function pixelsOf({ planes, width, height }: PlanarPicture): Promise<Pixels> {
  // Loaded with the first picture: an agent that keeps none does without it.
  const { default: sharp } = await import("sharp");
  const area = width * height;
  const plane = (index: number) => planes.subarray(index * area, (index + 1) * area);
  const one = { width, height, channels: 1 } as const;
  const rgb = await sharp(plane(0), { raw: one })
    .toColourspace("srgb")
    .joinChannel([Buffer.from(plane(1)), Buffer.from(plane(2))], { raw: one })
    .raw()
    .toBuffer();
  return { rgb, raw: { width, height, channels: 3 } };
}
