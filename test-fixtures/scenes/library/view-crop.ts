/**
 * The part of the picture that a scene's view is cut to, when the scene does not say: its zones with
 * what stands in them and some room around, as an engineer draws it. A detector sees few pixels; a
 * view of the whole picture spends them on sky and on other people's pavements.
 */
import { cameraOf, projected } from "../raster/camera.ts";
import type { LibraryScene } from "./library-scene.ts";

/** Left, top, right, bottom. */
type ViewCrop = readonly [number, number, number, number];

const whole: ViewCrop = [0, 0, 1, 1];
/** Of what stands on a zone's ground: a lorry or an umbrella reaches higher, and into the margin. */
const standingM = 2;
const margin = 0.05;
/** Narrower views lose what a thing stands beside. */
const sideMin = 0.45;

export function viewCrop({ scene, zones, crop }: LibraryScene): ViewCrop {
  if (crop !== undefined) return crop;
  if (zones.length === 0) return whole;
  const { width, height } = scene.picture;
  const camera = cameraOf(scene.camera, width, height);
  const corners = zones.flatMap(({ ground, heights }) =>
    ground.flatMap(([x, y], index) =>
      heights === undefined ? [at(x, y, 0), at(x, y, standingM)] : [at(x, y, heights[index] ?? 0)],
    ),
  );
  const [xMin, xMax] = side(corners.map(([column]) => column / width));
  const [yMin, yMax] = side(corners.map(([, row]) => row / height));
  return [xMin, yMin, xMax, yMax];

  function at(x: number, y: number, z: number) {
    return projected(camera, x, y, z);
  }
}

/** With its margin, wide enough, within the picture; to whole hundredths. */
function side(shares: readonly number[]): readonly [number, number] {
  const from = Math.max(0, Math.min(...shares) - margin);
  const to = Math.min(1, Math.max(...shares) + margin);
  const lacking = Math.max(0, sideMin - (to - from));
  const start = Math.max(0, Math.min(from - lacking / 2, 1 - sideMin));
  const end = Math.min(1, Math.max(to + lacking / 2, start + sideMin));
  return [Math.floor(start * 100) / 100, Math.ceil(end * 100) / 100];
}
