/**
 * The light of an hour of the day under a sky: where the sun stands, what lamps add, what the air
 * takes away. Exposed as a camera does it: a street by day and one under lamps both fill the range.
 */
import type { Scene } from "../description.ts";
import { radians, type Vector } from "../raster/camera.ts";
import type { Lamp, Light, Rgb, ShadingWall } from "../raster/light.ts";
import { infraredLamp } from "./infrared.ts";

/** Light is kept for this long, so that a background serves many pictures. */
const lightStepMs = 300_000;

export interface Sky {
  readonly light: Light;
  readonly cloud: number;
  /** 1 by day, 0 at night. */
  readonly dayShare: number;
}

/** Equal keys, equal light. */
export function lightStep(scene: Scene, atMs: number): number {
  return scene.light.moves ? Math.floor(atMs / lightStepMs) : 0;
}

export function dayShareAt(scene: Scene, atMs: number): number {
  return smooth(-7, 6, elevationDeg(hourAt(scene, atMs)));
}

/** Lamps are switched on when the sun is about to set. */
export function areLampsOn(scene: Scene, atMs: number): boolean {
  return elevationDeg(hourAt(scene, atMs)) < 3;
}

/** It switches together with the lamps. */
export function isInfrared(scene: Scene, atMs: number): boolean {
  return scene.weather.infrared && areLampsOn(scene, atMs);
}

export function skyAt(
  scene: Scene,
  atMs: number,
  lampPlaces: readonly { readonly x: number; readonly y: number }[],
  walls: readonly ShadingWall[],
): Sky {
  const hour = hourAt(scene, atMs);
  const elevation = elevationDeg(hour);
  const dayShare = dayShareAt(scene, atMs);
  const { rain, fog, wet } = scene.weather;
  const cloud = Math.max(scene.light.cloud, rain * 0.95, fog * 0.8);
  const low = 1 - smooth(2, 25, elevation);
  const clear = (1 - cloud) ** 1.3;
  const sunStrength = smooth(0, 9, elevation) * clear;
  const azimuth = radians(scene.light.noonDeg + (hour - 12) * 15);
  const rise = radians(Math.max(4, elevation));
  const sunDirection: Vector = [
    Math.sin(azimuth) * Math.cos(rise),
    Math.cos(azimuth) * Math.cos(rise),
    Math.sin(rise),
  ];
  const sun = scaled(mixed([1.15, 1.08, 0.96], [1.25, 0.8, 0.42], low), sunStrength * 1.3);
  const daySky = mixed([0.3, 0.36, 0.45], [0.62, 0.64, 0.66], cloud);
  const night: Rgb = [0.034, 0.037, 0.05];
  const sky = mixed(night, mixed(daySky, scaled([0.5, 0.42, 0.42], 0.8), low * 0.6), dayShare);
  const lit = Math.max(0, Math.sin(rise)) * (sun[1] ?? 0) + sky[1];
  const bounce = scaled([1, 0.96, 0.9], 0.16 * lit + 0.006);
  const dayZenith = mixed([0.2, 0.38, 0.78], [0.72, 0.75, 0.79], cloud);
  const dayHorizon = mixed([0.78, 0.86, 0.95], [0.86, 0.87, 0.88], cloud);
  const duskHorizon = mixed([0.9, 0.55, 0.32], [0.6, 0.56, 0.55], cloud);
  const zenith = mixed([0.008, 0.01, 0.018], scaled(dayZenith, 1 - 0.35 * low), dayShare);
  const horizon = mixed([0.045, 0.038, 0.032], mixed(dayHorizon, duskHorizon, low * 0.8), dayShare);
  const haze = mixed(scaled(horizon, 0.8), [0.7, 0.72, 0.74], fog * dayShare);
  return {
    light: {
      sunDirection,
      sun,
      sky,
      bounce,
      zenith,
      horizon,
      lamps: areLampsOn(scene, atMs) ? lampsOf(scene, atMs, lampPlaces, 1 - dayShare) : [],
      glow: 0.55 + 0.75 * (1 - dayShare),
      haze: dayShare < 0.4 ? scaled(haze, 1 + 1.6 * fog) : haze,
      hazePerM: 0.0012 + 0.006 * rain + 0.055 * fog * fog,
      walls: sunStrength > 0 ? walls : [],
      wetness: Math.max(wet, Math.min(1, rain * 2.5)),
    },
    cloud,
    dayShare,
  };
}

function hourAt(scene: Scene, atMs: number): number {
  const { hour, moves } = scene.light;
  return (hour + (moves ? (lightStep(scene, atMs) * lightStepMs) / 3_600_000 : 0)) % 24;
}

function elevationDeg(hour: number): number {
  return 62 * Math.sin(((hour - 6) / 12) * Math.PI);
}

function lampsOf(
  scene: Scene,
  atMs: number,
  places: readonly { readonly x: number; readonly y: number }[],
  strength: number,
): readonly Lamp[] {
  const lamps = places.map((at) => lampOf(at, strength));
  return isInfrared(scene, atMs) ? [...lamps, infraredLamp(scene.camera)] : lamps;
}

function lampOf({ x, y }: { readonly x: number; readonly y: number }, strength: number): Lamp {
  const power = 3.6 * Math.min(1, strength + 0.1);
  return { x, y, z: 6.6, colour: [power, power * 0.8, power * 0.55], reachM: 5 };
}

function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function scaled([r, g, b]: Rgb, by: number): Rgb {
  return [r * by, g * by, b * by];
}

function smooth(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
