/**
 * Brings a span's pictures to the clip's size and pixels: runs inside the decoder host alone.
 *
 * The first picture says the size, in its camera's shape; where a camera changes its resolution on
 * the way, later ones are brought to that. What comes out may be written to.
 */
import { AV_BUFFERSRC_FLAG_KEEP_REF } from "node-av/constants";
import { type FilterContext, FilterGraph, Frame } from "node-av/lib";
import type { ClipRequest } from "./clip.ts";
import { check, filter, nameColours, pixelAspect } from "./crop-scaler.ts";

interface Graph {
  readonly key: string;
  readonly graph: FilterGraph;
  readonly source: FilterContext;
  readonly sink: FilterContext;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export class ClipScaler {
  readonly #widthMax: number;
  readonly #heightMax: number;
  readonly #scaled = new Frame();
  #size: Size | undefined;
  #graph: Graph | undefined;

  constructor({ widthMax, heightMax }: Pick<ClipRequest, "widthMax" | "heightMax">) {
    this.#widthMax = widthMax;
    this.#heightMax = heightMax;
    this.#scaled.alloc();
  }

  /** Valid until the next call. */
  scale(picture: Frame): Frame {
    nameColours(picture);
    this.#size ??= this.#sizeOf(picture);
    const { source, sink } = this.#graphOf(picture, this.#size);
    this.#scaled.unref();
    check(source.buffersrcAddFrameSync(picture, AV_BUFFERSRC_FLAG_KEEP_REF), "hand over");
    check(sink.buffersinkGetFrameSync(this.#scaled), "scale");
    // A picture that had the right size already is still the decoder's own.
    check(this.#scaled.makeWritable(), "copy");
    return this.#scaled;
  }

  free(): void {
    this.#graph?.graph.free();
    this.#graph = undefined;
    this.#scaled.free();
  }

  #sizeOf(picture: Frame): Size {
    const shown = { width: picture.width * pixelAspect(picture), height: picture.height };
    const isUpright = shown.height > shown.width;
    const longMax = Math.max(this.#widthMax, this.#heightMax);
    const shortMax = Math.min(this.#widthMax, this.#heightMax);
    const scale = Math.min(
      1,
      (isUpright ? shortMax : longMax) / shown.width,
      (isUpright ? longMax : shortMax) / shown.height,
    );
    const even = (side: number) => Math.max(16, Math.round((side * scale) / 2) * 2);
    return { width: even(shown.width), height: even(shown.height) };
  }

  #graphOf(picture: Frame, size: Size): Graph {
    const { width, height, format, colorSpace, colorRange } = picture;
    const key = [width, height, format, colorSpace, colorRange].join(" ");
    if (this.#graph?.key === key) return this.#graph;
    this.#graph?.graph.free();
    this.#graph = build(key, picture, size);
    return this.#graph;
  }
}

function build(key: string, picture: Frame, size: Size): Graph {
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  const { width, height, format, colorSpace, colorRange } = picture;
  const source = filter(
    graph,
    "buffer",
    `video_size=${width}x${height}:pix_fmt=${format}:time_base=1/25` +
      `:colorspace=${colorSpace}:range=${colorRange}`,
  );
  const algorithm = Math.min(width / size.width, height / size.height) >= 2 ? "area" : "bilinear";
  const colours = "out_color_matrix=bt709:out_range=tv";
  const chain = [
    filter(graph, "scale", `w=${size.width}:h=${size.height}:flags=${algorithm}:${colours}`),
    filter(graph, "format", "pix_fmts=yuv420p"),
  ];
  const sink = filter(graph, "buffersink", null);
  let before = source;
  for (const next of [...chain, sink]) {
    check(before.link(0, next, 0), "link filters");
    before = next;
  }
  check(graph.configSync(), "set up scaling");
  return { key, graph, source, sink };
}
