/**
 * The ground: asphalt with its markings, kerbs, pavements, and how light falls on them.
 *
 * Comes after the walls, for it skips what they hide.
 * Rows of the picture are lines at one distance, because the camera never leans; along a row only
 * the place on the ground changes, which makes this the cheapest part of the picture.
 */

import type { Street } from "../description.ts";
import type { Camera } from "../raster/camera.ts";
import { grainAt, levelFor } from "../raster/grain-mips.ts";
import { addLamps, type Light, mirrored, sunShare } from "../raster/light.ts";
import { owners, type SampleBuffer } from "../raster/sample-buffer.ts";
import { type GroundGrains, groundGrains } from "./ground-grains.ts";
import { paintAt } from "./markings.ts";

/** Light on the ground is computed at every eighth sample and blended between. */
const lightStep = 8;

const tints: Readonly<Record<Street["pavement"], readonly [number, number, number]>> = {
  slabs: [0.36, 0.35, 0.33],
  brick: [0.33, 0.19, 0.14],
  pavers: [0.3, 0.31, 0.33],
  concrete: [0.4, 0.39, 0.37],
};

const albedo = new Float64Array(3);
const lit = new Float64Array(3);

export function drawGround(
  target: SampleBuffer,
  camera: Camera,
  light: Light,
  street: Street,
): void {
  const grains = groundGrains(street);
  const rowLight = new Float64Array((Math.ceil(target.width / lightStep) + 2) * 3);
  for (let row = 0; row < target.height; row += 1) {
    const rise = (camera.height / 2 - row - 0.5) / camera.focal;
    const fall = camera.forward[2] + rise * camera.up[2];
    if (fall >= -1e-5) continue;
    const depth = -camera.z / fall;
    if (depth > 900) continue;
    drawRow(target, camera, light, street, grains, row, rise, depth, rowLight);
  }
}

function drawRow(
  target: SampleBuffer,
  camera: Camera,
  light: Light,
  street: Street,
  grains: GroundGrains,
  row: number,
  rise: number,
  depth: number,
  rowLight: Float64Array,
): void {
  const perSample = depth / camera.focal;
  const stepX = camera.right[0] * perSample;
  const stepY = camera.right[1] * perSample;
  const middle = camera.width / 2 - 0.5;
  const startX = camera.x + depth * (camera.forward[0] + rise * camera.up[0]) - middle * stepX;
  const startY = camera.y + depth * (camera.forward[1] + rise * camera.up[1]) - middle * stepY;
  const along = (depth * depth) / (camera.focal * camera.z);
  const footprint = Math.sqrt(perSample * Math.max(perSample, along));
  const levels = {
    fine: levelFor(grains.asphalt, footprint),
    tiles: levelFor(grains.tiles, footprint),
    patches: levelFor(grains.patches, footprint),
  };
  lightRow(rowLight, target.width, light, startX, startY, stepX, stepY);
  const distance = Math.hypot(depth, camera.z);
  const clear = Math.exp(-light.hazePerM * distance);
  const flat = 1 - camera.z / distance;
  const nearness = 1 / depth;
  const skyward = camera.z / distance;
  const mirror = [0, 1, 2].map((c) => mirrored(light, skyward, c as 0 | 1 | 2));
  const { colour, nearness: near, owner } = target;
  let x = startX;
  let y = startY;
  for (let column = 0; column < target.width; column += 1, x += stepX, y += stepY) {
    const i = row * target.width + column;
    if ((near[i] as number) > nearness) continue;
    const gloss = surfaceAt(street, grains, levels, x, y, footprint, light.wetness);
    const step = column / lightStep;
    const from = Math.floor(step);
    const share = step - from;
    const shine = gloss * (0.06 + 0.94 * flat * flat * flat * flat);
    for (let c = 0; c < 3; c += 1) {
      const before = rowLight[from * 3 + c] as number;
      const lightHere = before + ((rowLight[from * 3 + 3 + c] as number) - before) * share;
      const seen = (albedo[c] as number) * lightHere * (1 - shine) + shine * (mirror[c] as number);
      colour[i * 3 + c] = seen * clear + (light.haze[c] as number) * (1 - clear);
    }
    near[i] = nearness;
    owner[i] = owners.ground;
  }
}

function lightRow(
  rowLight: Float64Array,
  width: number,
  light: Light,
  startX: number,
  startY: number,
  stepX: number,
  stepY: number,
): void {
  const [, , sunZ] = light.sunDirection;
  for (let k = 0; k * 3 < rowLight.length && (k - 1) * lightStep <= width; k += 1) {
    const x = startX + stepX * k * lightStep;
    const y = startY + stepY * k * lightStep;
    const share = light.sun[0] > 0 ? sunShare(light, x, y, 0) * Math.max(0, sunZ) : 0;
    lit.fill(0);
    if (light.lamps.length > 0) addLamps(light, x, y, 0, 0, 0, 1, lit);
    for (let c = 0 as 0 | 1 | 2; c < 3; c += 1) {
      rowLight[k * 3 + c] = light.sky[c] + light.sun[c] * share + (lit[c] as number);
    }
  }
}

interface Levels {
  readonly fine: number;
  readonly tiles: number;
  readonly patches: number;
}

/** Leaves the colour in `albedo`, returns how much it mirrors. */
function surfaceAt(
  street: Street,
  grains: GroundGrains,
  levels: Levels,
  x: number,
  y: number,
  footprint: number,
  wetness: number,
): number {
  const patch = grainAt(grains.patches, levels.patches, x, y);
  const side = street.sideStreet;
  const isSide = side !== undefined && y > street.roadM && x > side.fromM && x < side.toM;
  let gloss = 0.03;
  if ((y >= 0 && y <= street.roadM) || isSide) {
    const fine = grainAt(grains.asphalt, levels.fine, x, y);
    // Wheels polish two tracks a lane.
    const lane = street.roadM / street.lanes;
    const track = Math.abs(((((y % lane) + lane) % lane) / lane - 0.5) * 2);
    const worn = isSide ? 0 : Math.max(0, 1 - Math.abs(track - 0.45) * 4) * 0.12;
    const grey = grains.roadGrey * (0.6 + 0.5 * fine + 0.55 * (patch - 0.3) + worn);
    albedo[0] = grey * grains.roadTint[0];
    albedo[1] = grey * grains.roadTint[1];
    albedo[2] = grey * grains.roadTint[2];
    if (!isSide) paintAt(street, x, y, footprint, patch + 0.5 * (fine - 0.5), albedo);
  } else {
    pavementAt(street, grains, levels, x, y, footprint, patch);
  }
  if (wetness > 0) {
    const puddle = Math.max(0, Math.min(1, (0.44 - patch) * 9));
    const dark = 1 - wetness * (0.38 + 0.2 * puddle);
    albedo[0] = (albedo[0] as number) * dark;
    albedo[1] = (albedo[1] as number) * dark;
    albedo[2] = (albedo[2] as number) * dark;
    gloss += wetness * (0.35 + 0.6 * puddle);
  }
  return gloss;
}

function pavementAt(
  street: Street,
  grains: GroundGrains,
  levels: Levels,
  x: number,
  y: number,
  footprint: number,
  patch: number,
): void {
  const beyond = y < 0 ? -y : y - street.roadM;
  const isFar = y > 0;
  const style = isFar ? street.far : street.near;
  const isGrass = style === "park" && beyond > (isFar ? street.farPavementM : street.nearPavementM);
  if (isGrass) {
    const blade = grainAt(grains.asphalt, levels.fine, x * 1.7, y * 1.7);
    const green = (0.5 + blade) * (0.5 + patch);
    albedo[0] = 0.085 * green;
    albedo[1] = 0.13 * green;
    albedo[2] = 0.04 * green;
    return;
  }
  const tint = tints[street.pavement];
  const grain = grainAt(grains.tiles, levels.tiles, x, y);
  let strength = (0.5 + grain) * (0.62 + 0.7 * patch);
  let kerb = Math.max(0, Math.min(1, (0.26 - beyond) / Math.max(0.02, footprint) + 0.5));
  // The kerb's face towards the road lies in its own shade, where it is turned to the camera.
  if (y > 0 && beyond < 0.1) strength *= 0.55;
  else if (beyond < 0.02) strength *= 0.7;
  if (beyond > 0.26 && beyond < 0.29) strength *= 0.75;
  if (kerb < 0.02) kerb = 0;
  for (let c = 0; c < 3; c += 1) {
    const stone = kerb * 0.42 + (1 - kerb) * (tint[c] as number);
    albedo[c] = stone * strength;
  }
  if (street.yellowKerb && beyond < 0.26 && Math.floor(x / 1.2) % 2 === 0) {
    albedo[2] = (albedo[2] as number) * 0.35;
    albedo[0] = (albedo[0] as number) * 1.25;
  }
}
