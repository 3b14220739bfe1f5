/**
 * Where an event is, as long as the camera is not calibrated: the camera's own position (or the
 * device's) with its reach as error, or null with the reason. Never a guess.
 */
import { wgs84ToGcj02 } from "../calibration/gcj02.ts";
import type { CameraConfig, DeviceConfig, Position } from "../config/agent-config.ts";
import type { Place } from "../pipelines/domain/event.ts";

export function placeOf(device: DeviceConfig, camera: CameraConfig): Place {
  const grid = camera.grid ?? device.grid;
  const { position } = camera;
  return {
    ...(position === undefined
      ? {
          point: null,
          pointReason: "neither the camera nor the device has a location",
          errorMetres: null,
          source: "none" as const,
          gcj02: null,
        }
      : {
          point: { type: "Point", coordinates: [position.longitude, position.latitude] },
          errorMetres: camera.reachMetres,
          source: position.source,
          gcj02: displayTwin(position),
        }),
    ...(grid === undefined
      ? { grid: null, gridReason: "neither the camera nor the device names a grid" }
      : { grid }),
    division: device.division,
    ...(device.place === undefined ? {} : { address: device.place }),
  };
}

/** To seven decimals, as GeoJSON has them: a centimetre. */
function displayTwin({ longitude, latitude }: Position): [number, number] {
  const [east, north] = wgs84ToGcj02([longitude, latitude]);
  return [Number(east.toFixed(7)), Number(north.toFixed(7))];
}
