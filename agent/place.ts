/**
 * Where an event is, as long as the camera is not calibrated: the camera's own position (or the
 * device's) with its reach as error, or null with the reason. Never a guess.
 */
import type { CameraConfig, DeviceConfig } from "../config/agent-config.ts";
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
        }
      : {
          point: { type: "Point", coordinates: [position.longitude, position.latitude] },
          errorMetres: camera.reachMetres,
          source: position.source,
        }),
    gcj02: null,
    ...(grid === undefined
      ? { grid: null, gridReason: "neither the camera nor the device names a grid" }
      : { grid }),
    division: device.division,
    ...(device.place === undefined ? {} : { address: device.place }),
  };
}
