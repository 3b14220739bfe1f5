/**
 * Cuts and scales a decoded picture to planar 8-bit bytes: runs inside the decoder host alone.
 *
 * One filter graph (cut, scale, convert) for each kind of picture and crop, least recently used
 * out; cutting moves pointers and copies nothing. Colour matrix, range and bit depth come from the
 * picture, so 10-bit, 4:2:2 and full-range pictures come out like any other.
 */
import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AV_PIX_FMT_NONE,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_RANGE_UNSPECIFIED,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
} from "node-av/constants";
import { avGetPixFmtName, Filter, type FilterContext, FilterGraph, Frame } from "node-av/lib";
import { placeCrop } from "./crop-place.ts";
import type { CropRequest } from "./decoder.ts";
import { DecodeError } from "./picture-decoder.ts";
import type { CropPlace } from "./protocol.ts";
import { isHighDefinition, planeOrder, scalingAlgorithm } from "./scaling.ts";

interface Graph {
  readonly graph: FilterGraph;
  readonly source: FilterContext;
  readonly sink: FilterContext;
}

export class CropScaler {
  readonly #graphsMax: number;
  /** Insertion order is order of use. */
  readonly #graphs = new Map<string, Graph>();
  readonly #scaled = new Frame();

  constructor({ graphsMax }: { readonly graphsMax: number }) {
    this.#graphsMax = graphsMax;
    this.#scaled.alloc();
  }

  /** Writes 3 × height × width bytes to `target`. */
  scale(picture: Frame, request: CropRequest, target: Buffer): CropPlace {
    nameColours(picture);
    const place = placeCrop(request, picture.width, picture.height, pixelAspect(picture));
    const { source, sink } = this.#graph(picture, place);
    check(source.buffersrcAddFrameSync(picture, AV_BUFFERSRC_FLAG_KEEP_REF), "hand over");
    check(sink.buffersinkGetFrameSync(this.#scaled), "scale");
    copyPlanes(this.#scaled, request, place, target);
    this.#scaled.unref();
    return place;
  }

  #graph(picture: Frame, place: CropPlace): Graph {
    const { width, height, format, colorSpace, colorRange } = picture;
    const cut = [place.cropX, place.cropY, place.cropWidth, place.cropHeight];
    const key = [width, height, format, colorSpace, colorRange]
      .concat(cut, place.contentWidth, place.contentHeight)
      .join(" ");
    const known = this.#graphs.get(key);
    if (known !== undefined) {
      this.#graphs.delete(key);
      this.#graphs.set(key, known);
      return known;
    }
    const graph = build(picture, place);
    this.#graphs.set(key, graph);
    const [oldest] = this.#graphs;
    if (this.#graphs.size > this.#graphsMax && oldest !== undefined) {
      oldest[1].graph.free();
      this.#graphs.delete(oldest[0]);
    }
    return graph;
  }
}

function build(picture: Frame, place: CropPlace): Graph {
  if (picture.format === AV_PIX_FMT_NONE) throw new DecodeError("unsupported", "no pixel format");
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  const { cropX, cropY, cropWidth, cropHeight, contentWidth, contentHeight } = place;
  const algorithm = scalingAlgorithm(place);
  const source = filter(
    graph,
    "buffer",
    `video_size=${picture.width}x${picture.height}:pix_fmt=${picture.format}:time_base=1/25` +
      `:colorspace=${picture.colorSpace}:range=${picture.colorRange}`,
  );
  const chain = [
    filter(graph, "crop", `w=${cropWidth}:h=${cropHeight}:x=${cropX}:y=${cropY}`),
    filter(graph, "scale", `w=${contentWidth}:h=${contentHeight}:flags=${algorithm}`),
    filter(graph, "format", "pix_fmts=gbrp"),
  ];
  const sink = filter(graph, "buffersink", null);
  let before = source;
  for (const next of [...chain, sink]) {
    check(before.link(0, next, 0), "link filters");
    before = next;
  }
  check(graph.configSync(), "set up scaling");
  return { graph, source, sink };
}

export function filter(graph: FilterGraph, name: string, settings: string | null): FilterContext {
  const kind = Filter.getByName(name);
  const made = kind === null ? null : graph.createFilter(kind, name, settings);
  if (made === null) {
    throw new DecodeError("unsupported", `filter ${name} does not take ${settings ?? "nothing"}`);
  }
  return made;
}

/** Pictures often do not say what their colours mean: scaling must not guess differently. */
export function nameColours(picture: Frame): void {
  const format = avGetPixFmtName(picture.format as never) ?? "";
  const isRgb = format.startsWith("gbr") || format.startsWith("rgb") || format.startsWith("bgr");
  if (picture.colorSpace === AVCOL_SPC_UNSPECIFIED) {
    const guess = isHighDefinition(picture.height) ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    picture.colorSpace = isRgb ? AVCOL_SPC_RGB : guess;
  }
  if (picture.colorRange === AVCOL_RANGE_UNSPECIFIED) {
    picture.colorRange = isRgb || format.startsWith("yuvj") ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  }
}

export function pixelAspect(picture: Frame): number {
  const { num, den } = picture.sampleAspectRatio;
  const ratio = num / den;
  return ratio >= 0.25 && ratio <= 4 ? ratio : 1;
}

function copyPlanes(
  scaled: Frame,
  { width, height, fill, channels }: CropRequest,
  { contentX, contentY, contentWidth, contentHeight }: CropPlace,
  target: Buffer,
): void {
  const planes = scaled.data;
  const lineBytes = scaled.linesize;
  if (planes === null) throw new DecodeError("unsupported", "the scaled picture has no bytes");
  if (contentWidth < width || contentHeight < height) target.fill(fill);
  planeOrder[channels].forEach((plane, channel) => {
    const source = planes[plane];
    const step = lineBytes[plane];
    if (source === undefined || step === undefined) throw new RangeError(`no plane ${plane}`);
    let to = (channel * height + contentY) * width + contentX;
    if (step === width && contentWidth === width) {
      source.copy(target, to, 0, contentHeight * step);
      return;
    }
    for (let from = 0; from < contentHeight * step; from += step) {
      source.copy(target, to, from, from + contentWidth);
      to += width;
    }
  });
}

export function check(code: number, what: string): void {
  if (code < 0) throw new DecodeError("unsupported", `could not ${what}: error ${code}`);
}
