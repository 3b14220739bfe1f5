/** The configuration of a scene's camera, as an engineer would have drawn it in its picture. */
import { stringify } from "yaml";
import { cameraOf, projected } from "../raster/camera.ts";
import type { LibraryScene, SceneZone } from "./library-scene.ts";

/** One camera, named like the scene, with one view of the whole picture. */
export function configurationOf(entry: LibraryScene, model = "street-nano"): string {
  const { scene, zones, everyMs } = entry;
  const location = [116.647, 23.67];
  return stringify({
    version: 1,
    device: { id: "scenes", division: "445102", location, timezone: "Asia/Shanghai" },
    cameras: [
      {
        id: scene.name,
        url: "rtsp://192.0.2.11/main",
        location,
        views: [{ id: "all", crop: [0, 0, 1, 1], every: `${everyMs / 1_000}s`, model }],
        zones: zones.map((zone) => ({
          id: zone.id,
          ...(zone.tags === undefined ? {} : { tags: zone.tags }),
          polygon: polygonOf(entry, zone),
          rules: zone.rules,
        })),
      },
    ],
  });
}

/** Corners 0..1 of the picture; a zone must lie before the camera. */
function polygonOf({ scene }: LibraryScene, { id, ground, heights }: SceneZone): number[][] {
  const camera = cameraOf(scene.camera, scene.picture.width, scene.picture.height);
  return ground.map(([x, y], index) => {
    const [column, row, depth] = projected(camera, x, y, heights?.[index] ?? 0);
    if (depth < 0.5) throw new Error(`zone ${id} of ${scene.name} reaches behind the camera`);
    return [share(column / camera.width), share(row / camera.height)];
  });
}

function share(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 10_000) / 10_000;
}
