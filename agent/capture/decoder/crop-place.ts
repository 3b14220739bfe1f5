/**
 * Where a crop is cut from a picture and where it comes to lie in a model's input.
 *
 * Cuts fall on even pixels, because chroma planes have half the resolution; what was really cut is
 * reported, so nobody downstream has to guess. Sizes are rounded down as YOLOX does.
 */
import type { CropRequest } from "./decoder.ts";
import type { CropPlace } from "./protocol.ts";

/** `pixelAspect` is the width of a pixel by its height: substreams are often not square. */
export function placeCrop(
  request: CropRequest,
  pictureWidth: number,
  pictureHeight: number,
  pixelAspect = 1,
): CropPlace {
  const [cropX, cropWidth] = evenSpan(request.crop.xMin, request.crop.xMax, pictureWidth);
  const [cropY, cropHeight] = evenSpan(request.crop.yMin, request.crop.yMax, pictureHeight);
  const { width, height } = contentSize(request, cropWidth * pixelAspect, cropHeight);
  const isCentred = request.fit === "letterbox-centre";
  return {
    cropX,
    cropY,
    cropWidth,
    cropHeight,
    contentX: isCentred ? Math.floor((request.width - width) / 2) : 0,
    contentY: isCentred ? Math.floor((request.height - height) / 2) : 0,
    contentWidth: width,
    contentHeight: height,
  };
}

function contentSize(
  { width, height, fit }: CropRequest,
  cropWidth: number,
  cropHeight: number,
): { readonly width: number; readonly height: number } {
  if (fit === "stretch") return { width, height };
  // Products of whole numbers first: a ratio would round 416 down to 415.
  return width * cropHeight <= height * cropWidth
    ? { width, height: Math.max(1, Math.floor((cropHeight * width) / cropWidth)) }
    : { width: Math.max(1, Math.floor((cropWidth * height) / cropHeight)), height };
}

/** First pixel and length; at least two pixels, the far edge may be odd where the picture is. */
function evenSpan(from: number, to: number, size: number): readonly [number, number] {
  const start = Math.min(nearestEven(from * size), Math.max(0, size - 2) & ~1);
  const end = to >= 1 ? size : Math.min(size, nearestEven(to * size));
  return [start, Math.min(size - start, Math.max(2, end - start))];
}

function nearestEven(value: number): number {
  return Math.round(value / 2) * 2;
}
