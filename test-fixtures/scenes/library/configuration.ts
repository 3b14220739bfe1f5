/** The configuration of a scene's camera, as an engineer would have drawn it in its picture. */
import { stringify } from "yaml";
import { cameraOf, projected } from "../raster/camera.ts";
import { thresholdsFor } from "./drawn-thresholds.ts";
import type { LibraryScene, ScenePermit, SceneZone } from "./library-scene.ts";
import { signAppearance } from "./sign-appearance.ts";
import { viewCrop } from "./view-crop.ts";

/** One camera, named like the scene, with one view. */
export function configurationOf(entry: LibraryScene, model = "street-nano"): string {
  const { scene, zones, everyMs, permits } = entry;
  const location = [116.647, 23.67];
  return stringify({
    version: 1,
    device: { id: "scenes", division: "445102", location, timezone: "Asia/Shanghai" },
    ...(permits === undefined ? {} : { permits: permitFile(entry) }),
    cameras: [
      {
        id: scene.name,
        url: "rtsp://192.0.2.11/main",
        location,
        views: [
          {
            id: "all",
            crop: [...viewCrop(entry)],
            every: `${everyMs / 1_000}s`,
            model,
            ...thresholdsFor(model, zones),
          },
        ],
        zones: zones.map((zone) => ({
          id: zone.id,
          ...(zone.tags === undefined ? {} : { tags: zone.tags }),
          polygon: polygonOf(entry, zone.id, zone),
          rules: zone.rules,
        })),
      },
    ],
  });
}

/** What lies beside the configuration: its permit list, by the name that it has there. */
export function filesBeside(entry: LibraryScene): ReadonlyMap<string, string> {
  const { permits, scene } = entry;
  if (permits === undefined) return new Map();
  const list = { version: scene.name, permits: permits.map((permit) => rowOf(entry, permit)) };
  return new Map([[permitFile(entry), stringify(list)]]);
}

function permitFile({ scene }: LibraryScene): string {
  return `${scene.name}.permits.yaml`;
}

function rowOf(entry: LibraryScene, { place, looksLike, ...written }: ScenePermit) {
  return {
    ...written,
    camera: entry.scene.name,
    ...("zone" in place ? place : { polygon: polygonOf(entry, written.number, place) }),
    ...(looksLike === undefined ? {} : { appearance: signAppearance(entry.scene, looksLike) }),
  };
}

/** Corners 0..1 of the picture; a zone must lie before the camera. */
function polygonOf(
  { scene }: LibraryScene,
  name: string,
  { ground, heights }: Pick<SceneZone, "ground" | "heights">,
): number[][] {
  const camera = cameraOf(scene.camera, scene.picture.width, scene.picture.height);
  return ground.map(([x, y], index) => {
    const [column, row, depth] = projected(camera, x, y, heights?.[index] ?? 0);
    if (depth < 0.5) throw new Error(`${name} of ${scene.name} reaches behind the camera`);
    return [share(column / camera.width), share(row / camera.height)];
  });
}

function share(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 10_000) / 10_000;
}
