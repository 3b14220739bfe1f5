/**
 * A pinhole camera on a pole: where a point of the street falls in the picture.
 *
 * World: metres, x along the street, y across it, z up. Camera space: right, up, depth. The picture
 * is counted in samples, which are finer than pixels.
 */

export interface CameraPlace {
  readonly xM: number;
  readonly yM: number;
  readonly heightM: number;
  /** Clockwise from +y. */
  readonly headingDeg: number;
  /** Down from the horizon. */
  readonly pitchDeg: number;
  /** Across the picture's width. */
  readonly fieldOfViewDeg: number;
}

export interface Camera {
  readonly width: number;
  readonly height: number;
  /** Samples a unit of slope. */
  readonly focal: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly right: Vector;
  readonly up: Vector;
  readonly forward: Vector;
}

export type Vector = readonly [number, number, number];

export function cameraOf(place: CameraPlace, width: number, height: number): Camera {
  const heading = radians(place.headingDeg);
  const pitch = radians(place.pitchDeg);
  const [sinH, cosH] = [Math.sin(heading), Math.cos(heading)];
  const [sinP, cosP] = [Math.sin(pitch), Math.cos(pitch)];
  return {
    width,
    height,
    focal: width / 2 / Math.tan(radians(place.fieldOfViewDeg) / 2),
    x: place.xM,
    y: place.yM,
    z: place.heightM,
    right: [cosH, -sinH, 0],
    up: [sinH * sinP, cosH * sinP, cosP],
    forward: [sinH * cosP, cosH * cosP, -sinP],
  };
}

/** Sample coordinates and depth; a point behind the camera has a depth below 0. */
export function projected(camera: Camera, x: number, y: number, z: number): Vector {
  const [dx, dy, dz] = [x - camera.x, y - camera.y, z - camera.z];
  const depth = dot(camera.forward, dx, dy, dz);
  const scale = camera.focal / depth;
  return [
    camera.width / 2 + dot(camera.right, dx, dy, dz) * scale,
    camera.height / 2 - dot(camera.up, dx, dy, dz) * scale,
    depth,
  ];
}

/** Where the line of sight through a sample meets the ground; undefined at or above the horizon. */
export function onGround(
  camera: Camera,
  column: number,
  row: number,
): readonly [number, number] | undefined {
  const side = (column - camera.width / 2) / camera.focal;
  const rise = (camera.height / 2 - row) / camera.focal;
  const [rx, ry] = camera.right;
  const fall = camera.forward[2] + rise * camera.up[2];
  if (fall >= -1e-6) return undefined;
  const depth = -camera.z / fall;
  return [
    camera.x + depth * (camera.forward[0] + rise * camera.up[0] + side * rx),
    camera.y + depth * (camera.forward[1] + rise * camera.up[1] + side * ry),
  ];
}

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function dot([a, b, c]: Vector, x: number, y: number, z: number): number {
  return a * x + b * y + c * z;
}
