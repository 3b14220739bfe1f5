/**
 * What is drawn on a camera's picture, as it is written, moved by as much as the picture moved: zones
 * (also those in shares of a view) and masks. Everything else of them stays as it is.
 */
import type { Move } from "../../calibration/moved/measure-move.ts";
import { movedPolygon } from "../../calibration/moved/reregister.ts";
import { isObject, type JsonObject, type JsonValue } from "../../config/edit/json-value.ts";

type Crop = readonly [left: number, top: number, right: number, bottom: number];
type Corner = [number, number];

export interface MovedDrawings {
  readonly zones?: readonly JsonObject[];
  readonly masks?: readonly Corner[][];
  // As an edit of the camera.
  readonly [key: string]: JsonValue;
}

const whole: Crop = [0, 0, 1, 1];

export function movedDrawings(camera: JsonObject, move: Move, aspect: number): MovedDrawings {
  const moved = (polygon: JsonValue | undefined, crop: Crop) =>
    within(crop, movedPolygon(outOf(crop, corners(polygon)), move, aspect));
  const zones = listIn(camera["zones"]).filter(isObject);
  const masks = listIn(camera["masks"]);
  return {
    ...(zones.length === 0
      ? {}
      : {
          zones: zones.map((zone) => ({
            ...zone,
            polygon: moved(zone["polygon"], cropOf(camera, zone["within"])),
          })),
        }),
    ...(masks.length === 0 ? {} : { masks: masks.map((mask) => moved(mask, whole)) }),
  };
}

function cropOf(camera: JsonObject, view: JsonValue | undefined): Crop {
  const found = listIn(camera["views"]).find((one) => isObject(one) && one["id"] === view);
  const crop = isObject(found) ? found["crop"] : undefined;
  const [left, top, right, bottom] = listIn(crop).map(Number);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    return whole;
  }
  return [left, top, right, bottom];
}

function outOf([left, top, right, bottom]: Crop, polygon: readonly Corner[]): Corner[] {
  return polygon.map(([x, y]) => [left + x * (right - left), top + y * (bottom - top)]);
}

/** To a thousandth, as well as a move is measured. */
function within([left, top, right, bottom]: Crop, polygon: readonly Corner[]): Corner[] {
  const share = (value: number, from: number, to: number) =>
    Math.round(Math.max(0, Math.min(1, (value - from) / (to - from))) * 1e3) / 1e3;
  return polygon.map(([x, y]) => [share(x, left, right), share(y, top, bottom)]);
}

function corners(polygon: JsonValue | undefined): Corner[] {
  return listIn(polygon).map((corner) => {
    const [x = 0, y = 0] = listIn(corner).map(Number);
    return [x, y];
  });
}

function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : []; // isArray loses readonly
}
