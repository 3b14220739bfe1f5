/**
 * Where an event is, as long as the camera is not calibrated: the camera's own position (or the
 * device's) with its reach as error, or null with the reason. Never a guess.
 */
import { wgs84ToGcj02 } from "../calibration/gcj02.ts";
import type { CameraConfig, DeviceConfig, Position } from "../config/agent-config.ts";
import type { Place } from "../pipelines/domain/event.ts";

/** How far from the box one of its cameras may see, where nobody said. */
const deviceReachMetres = 100;

/** `camera` is undefined when it is no longer configured: then the device's position serves. */
export function placeOf(device: DeviceConfig, camera: CameraConfig | undefined): Place {
  const grid = camera?.grid ?? device.grid;
  const position = camera?.position ?? devicePosition(device);
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
          errorMetres: camera?.reachMetres ?? deviceReachMetres,
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

function devicePosition({ position }: DeviceConfig): CameraConfig["position"] {
  return position === undefined ? undefined : { ...position, source: "device" };
}

/** To seven decimals, as GeoJSON has them: a centimetre. */
function displayTwin({ longitude, latitude }: Position): [number, number] {
  const [east, north] = wgs84ToGcj02([longitude, latitude]);
  return [Number(east.toFixed(7)), Number(north.toFixed(7))];
}
