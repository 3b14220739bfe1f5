/**
 * A scene as the looks that a perfect detector would have had: every visible thing, nothing else.
 *
 * What is mostly covered or too small is not seen, as by a real detector, nor what lies outside the
 * view. Looks fall on whole periods; none falls into an outage.
 */
import { detectionsOf } from "../../../pipelines/domain/detections.ts";
import { cameraId, viewId } from "../../../pipelines/domain/ids.ts";
import type { Look } from "../../../pipelines/domain/look.ts";
import { sceneTruth } from "../render.ts";
import type { TruthBox, TruthThing } from "../truth.ts";
import type { LibraryScene } from "./library-scene.ts";
import { withSignAppearances } from "./sign-appearance.ts";
import { viewCrop } from "./view-crop.ts";

const coveredShareMax = 0.7;
/** Of what is seen of a thing in the picture. */
const inCropShareMin = 0.3;
const sidePxMin = 8;

export function* looksOf(entry: LibraryScene): Generator<Look | "restart"> {
  const { scene, everyMs, outages = [], restartsAtMs = [] } = entry;
  const { width, height } = scene.picture;
  const startMs = Date.parse(entry.startsAt);
  const restarts = [...restartsAtMs];
  const [xMin, yMin, xMax, yMax] = viewCrop(entry);
  const crop = { xMin, yMin, xMax, yMax };
  const asksForSigns = entry.permits?.some(({ looksLike }) => looksLike !== undefined) ?? false;
  for (let atMs = 0; atMs < scene.durationMs; atMs += everyMs) {
    while (restarts[0] !== undefined && restarts[0] <= atMs) {
      restarts.shift();
      yield "restart";
    }
    if (outages.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs)) continue;
    const things = sceneTruth(scene, atMs);
    const seen = detectionsOf(things.flatMap((thing) => seenBox(thing, crop, width, height) ?? []));
    yield {
      cameraId: cameraId(scene.name),
      viewId: viewId("all"),
      crop,
      capturedAtMs: startMs + atMs,
      capturedUncertaintyMs: 20,
      detections: asksForSigns ? withSignAppearances(scene, atMs, seen) : seen,
      model: "truth",
      pictureWidth: width,
      pictureHeight: height,
    };
  }
}

function seenBox(
  { label, visibleBox, coveredShare }: TruthThing,
  crop: TruthBox,
  width: number,
  height: number,
) {
  if (visibleBox === undefined || coveredShare > coveredShareMax) return undefined;
  const box = {
    xMin: Math.max(crop.xMin, visibleBox.xMin),
    yMin: Math.max(crop.yMin, visibleBox.yMin),
    xMax: Math.min(crop.xMax, visibleBox.xMax),
    yMax: Math.min(crop.yMax, visibleBox.yMax),
  };
  const wide = (box.xMax - box.xMin) * width;
  const high = (box.yMax - box.yMin) * height;
  if (wide < sidePxMin || high < sidePxMin) return undefined;
  if (wide * high < inCropShareMin * areaOf(visibleBox) * width * height) return undefined;
  return { label, score: 0.9, box };
}

function areaOf({ xMin, yMin, xMax, yMax }: TruthBox): number {
  return (xMax - xMin) * (yMax - yMin);
}
