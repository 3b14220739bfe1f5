/**
 * Where an event is: the point of the ground that the thing stands on, where the camera is
 * calibrated and the point can be trusted; else the camera's own position (or the device's) with
 * its reach as error and the reason, or null with the reason. Never a guess.
 */
import type { Calibration } from "../calibration/calibration.ts";
import { groundContact } from "../calibration/contact.ts";
import { wgs84ToGcj02 } from "../calibration/gcj02.ts";
import { type Geotag, type GroundContact, geotag } from "../calibration/geotag.ts";
import type { Move } from "../calibration/moved/measure-move.ts";
import { shiftAt, wayErrorPx } from "../calibration/moved/shift-at.ts";
import type { CameraConfig, DeviceConfig, Position } from "../config/agent-config.ts";
import type { Place } from "../pipelines/domain/event.ts";
import { wholePicture } from "../pipelines/domain/geometry.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";

/** How far from the box one of its cameras may see, where nobody said. */
const deviceReachMetres = 100;

/** What of a change says where it is. */
export type PlacedChange = Pick<ViolationChange, "box" | "kind" | "viewId" | "clockUncertaintyMs">;

/** Whether a camera hangs where it was when its zones were drawn and it was calibrated. */
export interface CameraPose {
  readonly word: NonNullable<Place["cameraPose"]>;
  /** Where it has moved and that can be measured. */
  readonly move: Move | undefined;
}

/** While clocks differ: what stands is moved by a hand, not driven. */
const metresPerSecond = 0.1;

/**
 * `camera` is undefined when it is no longer configured: then the device's position serves. `pose`:
 * absent where nobody watches.
 */
export function placeOf(
  device: DeviceConfig,
  camera: CameraConfig | undefined,
  change?: PlacedChange,
  pose?: CameraPose,
): Place {
  const { calibration } = camera ?? {};
  const posed = pose === undefined ? {} : { cameraPose: pose.word };
  const place = { ...positionPlace(device, camera), ...posed };
  if (calibration === undefined || change === undefined) return place;
  const tag = tagOf(calibration, change, camera, pose);
  const named = { ...place, calibration: calibration.hash };
  if (!tag.isTrusted) {
    const reason = `its place is not told by the calibration: ${tag.reason}`;
    return { ...named, pointReason: place.pointReason ?? reason };
  }
  const [longitude, latitude] = tag.location;
  const { semiMajorMetres, semiMinorMetres, azimuthDegrees } = tag.ellipse;
  const { pointReason: _, ...rest } = named;
  return {
    ...rest,
    point: { type: "Point", coordinates: [degrees(longitude), degrees(latitude)] },
    errorMetres: centimetres(semiMajorMetres),
    errorEllipse: {
      semiMajorMetres: centimetres(semiMajorMetres),
      semiMinorMetres: centimetres(semiMinorMetres),
      azimuthDegrees: Math.round(azimuthDegrees),
    },
    source: "calibration",
    gcj02: displayTwin({ longitude, latitude }),
  };
}

function tagOf(
  calibration: Calibration,
  { box, kind, viewId, clockUncertaintyMs }: PlacedChange,
  camera: CameraConfig | undefined,
  pose: CameraPose | undefined,
): Geotag {
  if (kind === "unlicensed-signage") {
    return { isTrusted: false, reason: "a sign does not stand on the ground" };
  }
  if (pose?.word === "moved" && pose.move === undefined) {
    return { isTrusted: false, reason: "the camera looks elsewhere than when it was calibrated" };
  }
  const view = camera?.rules.views.find(({ id }) => id === viewId);
  const contact = groundContact(calibration, box, view?.crop ?? wholePicture);
  if (contact === undefined) {
    return { isTrusted: false, reason: "the picture's lower edge cuts it off" };
  }
  const extraMetres = (metresPerSecond * clockUncertaintyMs) / 1_000;
  const moved = pose?.move && contactOfMoved(contact, calibration, pose.move);
  return geotag(calibration, { ...contact, ...moved, extraMetres });
}

function contactOfMoved(
  { at, xErrorPx, yErrorPx }: GroundContact,
  { picture }: Calibration,
  move: Move,
): GroundContact {
  const movedPx = shiftAt(move, picture, at);
  const error = wayErrorPx(move, picture, movedPx);
  return {
    at,
    xErrorPx: Math.hypot(xErrorPx, error),
    yErrorPx: Math.hypot(yErrorPx, error),
    movedPx,
  };
}

function positionPlace(device: DeviceConfig, camera: CameraConfig | undefined): Place {
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
function degrees(value: number): number {
  return Number(value.toFixed(7));
}

/** Upward: an error is not made smaller. */
function centimetres(metres: number): number {
  return Math.ceil(metres * 100) / 100;
}

function displayTwin({ longitude, latitude }: Position): [number, number] {
  const [east, north] = wgs84ToGcj02([longitude, latitude]);
  return [degrees(east), degrees(north)];
}
