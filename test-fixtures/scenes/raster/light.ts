/**
 * The light of one moment: sun, sky, what the ground throws back, lamps, haze.
 *
 * All strengths are linear and already exposed: a white card under them is about 1.
 */
import type { Vector } from "./camera.ts";

export type Rgb = readonly [number, number, number];

export interface Light {
  /** Towards the sun; its light is black when it is down or hidden. */
  readonly sunDirection: Vector;
  readonly sun: Rgb;
  /** From above, and from the ground. */
  readonly sky: Rgb;
  readonly bounce: Rgb;
  /** What a mirror sees overhead and at the horizon. */
  readonly zenith: Rgb;
  readonly horizon: Rgb;
  readonly lamps: readonly Lamp[];
  /** How bright a thing shines whose glow is 1. */
  readonly glow: number;
  readonly haze: Rgb;
  /** Share of the light that is lost a metre. */
  readonly hazePerM: number;
  /** Walls along the street that throw their shadow on it. */
  readonly walls: readonly ShadingWall[];
  /** Dry 0, wet 1. */
  readonly wetness: number;
}

export interface Lamp {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly colour: Rgb;
  /** Where its light has fallen to a fifth. */
  readonly reachM: number;
}

/** A wall at a constant y: heights of equal stretches from `xStart` on. */
export interface ShadingWall {
  readonly y: number;
  readonly xStart: number;
  readonly stepM: number;
  readonly heights: Float32Array;
}

/** 1 in the sun, 0 where a wall is in its way; soft at the edge. */
export function sunShare(light: Light, x: number, y: number, z: number): number {
  const [sx, sy, sz] = light.sunDirection;
  for (const wall of light.walls) {
    const reach = (wall.y - y) / sy;
    if (!(reach > 0.05)) continue;
    const step = Math.floor((x + sx * reach - wall.xStart) / wall.stepM);
    const height = wall.heights[step] ?? 0;
    const over = (z + sz * reach - height) / (0.02 * reach + 0.05);
    if (over < 1) return Math.max(0, over);
  }
  return 1;
}

/** Adds what the lamps give to a surface at a place to `into`. */
export function addLamps(
  light: Light,
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  into: Float64Array,
): void {
  for (const lamp of light.lamps) {
    const dx = lamp.x - x;
    const dy = lamp.y - y;
    const dz = lamp.z - z;
    const square = dx * dx + dy * dy + dz * dz;
    const reach = lamp.reachM * lamp.reachM;
    if (square > reach * 16) continue;
    const cosine = (nx * dx + ny * dy + nz * dz) / Math.sqrt(square + 1e-6);
    // A street lamp shines down, little goes up; some light comes round every corner.
    const down = Math.max(0.04, Math.min(1, (dz + 1) / Math.sqrt(square + 1)));
    const share = (down * (0.15 + 0.85 * Math.max(0, cosine))) / (1 + (4 * square) / reach);
    into[0] = (into[0] ?? 0) + lamp.colour[0] * share;
    into[1] = (into[1] ?? 0) + lamp.colour[1] * share;
    into[2] = (into[2] ?? 0) + lamp.colour[2] * share;
  }
}

/** What a mirror sees in a direction that rises by `rise`, -1 to 1. */
export function mirrored(light: Light, rise: number, channel: 0 | 1 | 2): number {
  if (rise < 0) return light.bounce[channel] * 0.5;
  // Houses stand in front of the lowest sky; their roofs are not all at one height.
  const houses = light.horizon[channel] * (0.22 + 0.3 * Math.min(1, rise / 0.22));
  const up = Math.sqrt(Math.max(0, (rise - 0.22) / 0.78));
  const sky = light.horizon[channel] * (1 - up) + light.zenith[channel] * up;
  const skyShare = Math.max(0, Math.min(1, (rise - 0.1) / 0.3));
  return houses + (sky - houses) * skyShare;
}
