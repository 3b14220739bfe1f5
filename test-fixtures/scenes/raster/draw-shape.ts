/**
 * Puts a shape into the picture: moves it, lights its corners, cuts off what is behind the camera,
 * draws its triangles.
 */
import type { Material, Part, Shape } from "../shape.ts";
import { type Camera, radians } from "./camera.ts";
import { cornerSize, fillTriangle, type Reach } from "./fill-triangle.ts";
import { addLamps, type Light, mirrored, sunShare } from "./light.ts";
import { type MipTexture, mipTexture } from "./mip-texture.ts";
import type { SampleBuffer } from "./sample-buffer.ts";
import { linear } from "./tone.ts";

export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Clockwise from +y. */
  readonly headingDeg: number;
  readonly scale?: number;
}

export interface View {
  readonly target: SampleBuffer;
  readonly camera: Camera;
  readonly light: Light;
}

const nearM = 0.2;

export function drawShape(
  view: View,
  shape: Shape,
  placement: Placement,
  owner: number,
  reach?: Reach,
): void {
  for (const part of shape.parts) drawPart(view, part, placement, owner, reach);
}

/** Right, up, depth of each corner in camera space. */
let inCamera = new Float64Array(3 * 4_096);
/** The numbers of `fillTriangle` but for column and row, in their places. */
let corners = new Float64Array(cornerSize * 4_096);
/** Up to four corners of a triangle that was cut. */
const cut = new Float64Array(cornerSize * 4);

function drawPart(
  view: View,
  part: Part,
  placement: Placement,
  owner: number,
  reach: Reach | undefined,
): void {
  const count = part.positions.length / 3;
  if (inCamera.length < count * 3) {
    inCamera = new Float64Array(count * 3 * 2);
    corners = new Float64Array(count * cornerSize * 2);
  }
  lightCorners(view, part, placement);
  const texture =
    part.material.texture === undefined ? undefined : mipTexture(part.material.texture);
  const { triangles } = part;
  const isThin = part.material.isThin === true;
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t] as number;
    const b = triangles[t + 1] as number;
    const c = triangles[t + 2] as number;
    const behind =
      ((inCamera[a * 3 + 2] as number) < nearM ? 1 : 0) +
      ((inCamera[b * 3 + 2] as number) < nearM ? 1 : 0) +
      ((inCamera[c * 3 + 2] as number) < nearM ? 1 : 0);
    if (behind === 3) continue;
    if (behind > 0) drawCut(view, a, b, c, owner, texture, reach, isThin);
    else {
      const [i, j, k] = [a * cornerSize, b * cornerSize, c * cornerSize];
      if (isThin || facesCamera(corners, i, j, k)) {
        fillTriangle(view.target, corners, i, j, k, owner, texture, reach);
      }
    }
  }
}

/** Counter-clockwise from outside is clockwise in rows that count downwards. */
function facesCamera(from: Float64Array, i: number, j: number, k: number): boolean {
  const ax = from[i] as number;
  const ay = from[i + 1] as number;
  const bx = (from[j] as number) - ax;
  const by = (from[j + 1] as number) - ay;
  return bx * ((from[k + 1] as number) - ay) - ((from[k] as number) - ax) * by < 0;
}

const lamplight = new Float64Array(3);

function lightCorners({ camera, light }: View, part: Part, placement: Placement): void {
  const { positions, normals, uvs, material } = part;
  const [sin, cos] = [
    Math.sin(radians(placement.headingDeg)),
    Math.cos(radians(placement.headingDeg)),
  ];
  const scale = placement.scale ?? 1;
  const [red, green, blue] = linearColour(material);
  const glow = (material.glow ?? 0) * light.glow;
  const { gloss } = material;
  const [rightX, rightY] = camera.right;
  const [upX, upY, upZ] = camera.up;
  const [forwardX, forwardY, forwardZ] = camera.forward;
  const [sunX, sunY, sunZ] = light.sunDirection;
  const hasSun = light.sun[0] > 0;
  const count = positions.length / 3;
  for (let i = 0; i < count; i += 1) {
    const lx = (positions[i * 3] as number) * scale;
    const ly = (positions[i * 3 + 1] as number) * scale;
    const x = placement.x + lx * cos + ly * sin;
    const y = placement.y - lx * sin + ly * cos;
    const z = placement.z + (positions[i * 3 + 2] as number) * scale;
    const mx = normals[i * 3] as number;
    const my = normals[i * 3 + 1] as number;
    let nx = mx * cos + my * sin;
    let ny = my * cos - mx * sin;
    let nz = normals[i * 3 + 2] as number;
    const dx = x - camera.x;
    const dy = y - camera.y;
    const dz = z - camera.z;
    const depth = dx * forwardX + dy * forwardY + dz * forwardZ;
    inCamera[i * 3] = dx * rightX + dy * rightY;
    inCamera[i * 3 + 1] = dx * upX + dy * upY + dz * upZ;
    inCamera[i * 3 + 2] = depth;
    const distance = Math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-9;
    let facing = -(dx * nx + dy * ny + dz * nz) / distance;
    if (material.isThin === true && facing < 0) {
      [nx, ny, nz, facing] = [-nx, -ny, -nz, -facing];
    }
    lamplight.fill(0);
    if (light.lamps.length > 0) addLamps(light, x, y, z, nx, ny, nz, lamplight);
    // Less sky reaches what is close to the ground.
    const height = Math.min(1, Math.max(0, z) / 0.9);
    const open = 0.5 + 0.5 * height * (2 - height);
    const above = (0.5 + 0.5 * nz) * open;
    const below = (0.5 - 0.5 * nz) * (0.35 + 0.65 * height);
    let sunCosine = nx * sunX + ny * sunY + nz * sunZ;
    if (material.isThin === true)
      sunCosine = Math.abs(sunCosine) * 0.45 + Math.max(0, sunCosine) * 0.5;
    const lit = hasSun && sunCosine > 0 ? sunShare(light, x, y, z) : 0;
    const direct = lit * sunCosine;
    // A mirror's share grows at a flat angle.
    const flat = 1 - Math.max(0, Math.min(1, facing));
    const mirror = gloss * (0.07 + 0.6 * flat * flat * flat * flat);
    const rise = dz / distance + 2 * facing * nz;
    const shine =
      lit > 0 && gloss > 0.05
        ? gloss * 2.5 * Math.max(0, sunGlint(dx, dy, dz, distance, facing, nx, ny, nz, light)) ** 60
        : 0;
    const clear = Math.exp(-light.hazePerM * distance);
    const at = i * cornerSize;
    const near = 1 / depth;
    corners[at + 2] = near;
    if (uvs !== undefined) {
      corners[at + 3] = (uvs[i * 2] as number) * near;
      corners[at + 4] = (uvs[i * 2 + 1] as number) * near;
    }
    for (let c = 0 as 0 | 1 | 2; c < 3; c += 1) {
      const colour = c === 0 ? red : c === 1 ? green : blue;
      const diffuse =
        light.sky[c] * above +
        light.bounce[c] * below +
        light.sun[c] * direct +
        (lamplight[c] as number) +
        glow;
      corners[at + 5 + c] = colour * diffuse * clear * (1 - mirror * 0.6);
      corners[at + 8 + c] =
        (mirror * mirrored(light, rise, c) + shine * light.sun[c]) * clear +
        light.haze[c] * (1 - clear);
    }
    if (depth >= nearM) toSample(camera, inCamera, i * 3, corners, at);
  }
}

function sunGlint(
  dx: number,
  dy: number,
  dz: number,
  distance: number,
  facing: number,
  nx: number,
  ny: number,
  nz: number,
  light: Light,
): number {
  const [sx, sy, sz] = light.sunDirection;
  return (
    (dx / distance + 2 * facing * nx) * sx +
    (dy / distance + 2 * facing * ny) * sy +
    (dz / distance + 2 * facing * nz) * sz
  );
}

function toSample(
  camera: Camera,
  from: Float64Array,
  at: number,
  into: Float64Array,
  to: number,
): void {
  const scale = camera.focal / (from[at + 2] as number);
  into[to] = camera.width / 2 + (from[at] as number) * scale;
  into[to + 1] = camera.height / 2 - (from[at + 1] as number) * scale;
}

/** A triangle that reaches behind the camera: what lies in front has three or four corners. */
function drawCut(
  { target, camera }: View,
  a: number,
  b: number,
  c: number,
  owner: number,
  texture: MipTexture | undefined,
  reach: Reach | undefined,
  isThin: boolean,
): void {
  let count = 0;
  const ring = [a, b, c, a];
  const place = new Float64Array(3);
  const keep = (first: number, second: number, share: number): void => {
    const at = count * cornerSize;
    count += 1;
    for (let k = 0; k < 3; k += 1) {
      const from = inCamera[first * 3 + k] as number;
      place[k] = from + ((inCamera[second * 3 + k] as number) - from) * share;
    }
    const depth = place[2] as number;
    cut[at + 2] = 1 / depth;
    for (let k = 3; k < cornerSize; k += 1) {
      // u and v come divided by the depth of their corner.
      const [p, q] = k < 5 ? [inCamera[first * 3 + 2], inCamera[second * 3 + 2]] : [1, 1];
      const from = (corners[first * cornerSize + k] as number) * (p as number);
      const to = (corners[second * cornerSize + k] as number) * (q as number);
      cut[at + k] = (from + (to - from) * share) / (k < 5 ? depth : 1);
    }
    toSample(camera, place, 0, cut, at);
  };
  for (let edge = 0; edge < 3; edge += 1) {
    const first = ring[edge] as number;
    const second = ring[edge + 1] as number;
    const from = inCamera[first * 3 + 2] as number;
    const to = inCamera[second * 3 + 2] as number;
    if (from >= nearM) keep(first, second, 0);
    if (from >= nearM !== to >= nearM) keep(first, second, (nearM - from) / (to - from));
  }
  for (let k = 2; k < count; k += 1) {
    const [i, j, l] = [0, (k - 1) * cornerSize, k * cornerSize];
    if (isThin || facesCamera(cut, i, j, l)) {
      fillTriangle(target, cut, i, j, l, owner, texture, reach);
    }
  }
}

const colours = new WeakMap<Material, readonly [number, number, number]>();

function linearColour(material: Material): readonly [number, number, number] {
  let made = colours.get(material);
  if (made === undefined) {
    const [red, green, blue] = material.colour;
    made = [linear(red), linear(green), linear(blue)];
    colours.set(material, made);
  }
  return made;
}
