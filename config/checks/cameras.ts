/** Checks cameras, views and zones against each other: ids, crops, models, streams. */
import { printDuration } from "../duration.ts";
import { suggestion } from "../nearest.ts";
import { crossingEdges, isOnOneLine } from "../polygon-shape.ts";
import type { CameraDocument } from "../schema/camera.ts";
import type { Path } from "../source-node.ts";
import { type CheckContext, isWhole, pixelHint } from "./check-context.ts";
import { checkZones } from "./zones.ts";

export function checkCameras(context: CheckContext): void {
  const { document } = context;
  checkDoubledIds(context, ["cameras"], "camera", document.cameras);
  for (const [index, camera] of document.cameras.entries()) {
    const path: Path = ["cameras", index];
    checkDoubledIds(context, [...path, "views"], "view", camera.views);
    checkDoubledIds(context, [...path, "zones"], "zone", camera.zones);
    const areCropsRight = checkViews(context, path, camera);
    checkZones(context, path, camera, areCropsRight);
    checkMasks(context, path, camera);
  }
}

/** A mask that covers less than was meant would show what nobody may see. */
function checkMasks({ report }: CheckContext, cameraPath: Path, { masks }: CameraDocument): void {
  for (const [index, mask] of masks.entries()) {
    const path = [...cameraPath, "masks", index];
    const outside = mask.find(([x, y]) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1));
    const polygon = mask.map(([x, y]) => ({ x, y }));
    if (outside !== undefined) {
      const hint = outside.some((value) => value > 2) ? pixelHint : "";
      const [x, y] = outside;
      report.error(
        path,
        `the mask's point [${x}, ${y}] lies outside the picture: both numbers are 0 to 1${hint}`,
      );
    } else if (isOnOneLine(polygon)) {
      report.error(path, "the mask's points lie on one line: it would hide nothing");
    } else if (crossingEdges(polygon) !== undefined) {
      report.error(path, "the mask's edges cross: list its corners in the order of the outline");
    }
  }
}

function checkDoubledIds(
  { report }: CheckContext,
  listPath: Path,
  noun: string,
  list: readonly { readonly id: string }[],
): void {
  const firstIndex = new Map<string, number>();
  for (const [index, { id }] of list.entries()) {
    const first = firstIndex.get(id);
    if (first === undefined) firstIndex.set(id, index);
    else {
      const where = report.lineOf([...listPath, first, "id"]);
      report.error(
        [...listPath, index, "id"],
        `the ${noun} id "${id}" is already used at ${where}`,
      );
    }
  }
}

/** False when a crop is wrong: then nobody knows what its view sees. */
function checkViews(context: CheckContext, cameraPath: Path, camera: CameraDocument): boolean {
  const { report } = context;
  let areCropsRight = true;
  for (const [index, view] of camera.views.entries()) {
    const path = [...cameraPath, "views", index];
    if (!checkCrop(context, [...path, "crop"], view.crop)) areCropsRight = false;
    checkModel(context, [...path, "model"], view.model);
    if (view.reuse > 0 && view.reuse <= view.every) {
      report.error(
        [...path, "reuse"],
        `no look comes within the ${printDuration(view.reuse)} that an analysis may be used again: the view looks every ${printDuration(view.every)}`,
      );
    }
    const hasSubstream =
      camera.substream !== undefined || !isWhole(context, [...cameraPath, "substream"]);
    if (view.stream === "sub" && !hasSubstream) {
      report.error(
        [...path, "stream"],
        `the view "${view.id}" looks at the substream, and the camera "${camera.id}" has no "substream"`,
      );
    }
  }
  return areCropsRight;
}

const cropSizeMin = 0.02;

function checkCrop(
  { report }: CheckContext,
  path: Path,
  crop: CameraDocument["views"][number]["crop"],
): boolean {
  const message = cropFault(crop);
  if (message === undefined) return true;
  report.error(path, `the crop [${crop.join(", ")}] ${message}`);
  return false;
}

function cropFault(crop: CameraDocument["views"][number]["crop"]): string | undefined {
  const [left, top, right, bottom] = crop;
  if (crop.some((value) => !(value >= 0 && value <= 1))) {
    const hint = crop.some((value) => value > 2) ? pixelHint : "";
    return `reaches out of the picture: all four are 0 to 1${hint}`;
  }
  if (right <= left || bottom <= top) {
    return "is turned round or empty: expected [left, top, right, bottom] with left < right and top < bottom";
  }
  if (right - left < cropSizeMin || bottom - top < cropSizeMin) {
    return `is too small: expected at least ${cropSizeMin} of the picture in width and height`;
  }
  return undefined;
}

function checkModel({ report, models }: CheckContext, path: Path, model: string): void {
  if (models.includes(model)) return;
  const known = models.length === 0 ? "none is known here" : `known here: ${models.join(", ")}`;
  report.error(path, `unknown model "${model}"${suggestion(model, models) || `, ${known}`}`);
}
