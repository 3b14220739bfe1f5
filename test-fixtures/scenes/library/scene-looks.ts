/**
 * A scene as the looks that a perfect detector would have had: every visible thing, nothing else.
 *
 * What is mostly covered or too small is not seen, as by a real detector. Looks fall on whole
 * periods; none falls into an outage.
 */
import { detectionsOf } from "../../../pipelines/domain/detections.ts";
import { cameraId, viewId } from "../../../pipelines/domain/ids.ts";
import type { Look } from "../../../pipelines/domain/look.ts";
import { sceneTruth } from "../render.ts";
import type { TruthThing } from "../truth.ts";
import type { LibraryScene } from "./library-scene.ts";

const coveredShareMax = 0.7;
const sidePxMin = 8;

export function* looksOf(entry: LibraryScene): Generator<Look | "restart"> {
  const { scene, everyMs, outages = [], restartsAtMs = [] } = entry;
  const { width, height } = scene.picture;
  const startMs = Date.parse(entry.startsAt);
  const restarts = [...restartsAtMs];
  for (let atMs = 0; atMs < scene.durationMs; atMs += everyMs) {
    while (restarts[0] !== undefined && restarts[0] <= atMs) {
      restarts.shift();
      yield "restart";
    }
    if (outages.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs)) continue;
    const seen = sceneTruth(scene, atMs).flatMap((thing) => seenBox(thing, width, height) ?? []);
    yield {
      cameraId: cameraId(scene.name),
      viewId: viewId("all"),
      crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
      capturedAtMs: startMs + atMs,
      capturedUncertaintyMs: 20,
      detections: detectionsOf(seen),
      model: "truth",
      pictureWidth: width,
      pictureHeight: height,
    };
  }
}

function seenBox({ label, visibleBox, coveredShare }: TruthThing, width: number, height: number) {
  if (visibleBox === undefined || coveredShare > coveredShareMax) return undefined;
  const wide = (visibleBox.xMax - visibleBox.xMin) * width;
  const high = (visibleBox.yMax - visibleBox.yMin) * height;
  if (wide < sidePxMin || high < sidePxMin) return undefined;
  return { label, score: 0.9, box: visibleBox };
}
