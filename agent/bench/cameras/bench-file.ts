/**
 * The configuration of the benchmark's box: N cameras over the same street, each with rules of all
 * four kinds in its one view.
 *
 * Thresholds differ from camera to camera and kind to kind, spread evenly over the run, so that
 * events come all the time; what stands in the street stands there in every picture.
 */

import type { NormBox } from "../../../pipelines/domain/geometry.ts";
import { type Kind, kinds } from "../../../pipelines/domain/kind.ts";

export interface BenchCamera {
  readonly id: string;
  readonly url: string;
  readonly substream?: string;
}

export interface BenchFile {
  readonly cameras: readonly BenchCamera[];
  readonly hubUrl: string;
  readonly everyMs: number;
  readonly reuseMs: number;
  readonly hasEvidence: boolean;
  readonly model: string;
  /** Violations become due from the first to the last of these, from the first look on. */
  readonly dueMs: readonly [first: number, last: number];
  /** Sections of the file that are not the benchmark's: `inference`, `limits`. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** The part of the picture in which everything happens: the view's. */
export const viewCrop: NormBox = { xMin: 0.25, yMin: 0.1, xMax: 1, yMax: 1 };
const viewId = "street";

const location = [116.647, 23.67];
/** From a warning to the report. */
const reportLaterMs = 12_000;

/** JSON, which is YAML. */
export function benchFile(file: BenchFile): string {
  return JSON.stringify({
    version: 1,
    device: { id: "bench", division: "445102", location, timezone: "Asia/Shanghai" },
    hub: { url: file.hubUrl, acknowledge: true },
    health: { listen: "127.0.0.1:0" },
    evidence: { pictures: file.hasEvidence },
    ...file.more,
    cameras: file.cameras.map((camera, index) => cameraEntry(file, camera, index)),
  });
}

/** Every kind has rules in the one view, all with its period: a look is due for each of them. */
export const kindsOfView: readonly Kind[] = kinds;

function cameraEntry(file: BenchFile, { id, url, substream }: BenchCamera, index: number) {
  const { everyMs, reuseMs, model, cameras } = file;
  const every = duration(everyMs);
  const dueMs = (kindIndex: number): number => {
    const [first, last] = file.dueMs;
    // Neighbours in the list are far apart in time, and so are the kinds of a camera.
    const turn = (index * kindsOfView.length + kindIndex) * 0.618_033_988_75;
    return cameras.length === 0 ? first : first + (turn % 1) * (last - first);
  };
  const stands = (kindIndex: number, more: Readonly<Record<string, unknown>> = {}) => ({
    every,
    warnAfter: duration(dueMs(kindIndex)),
    reportAfter: duration(dueMs(kindIndex) + reportLaterMs),
    ...more,
  });
  const sightingEveryMs = Math.max(everyMs, reuseMs);
  return {
    id,
    url,
    ...(substream === undefined ? {} : { substream }),
    location,
    views: [
      {
        id: viewId,
        ...(substream === undefined ? {} : { stream: "sub" }),
        crop: [viewCrop.xMin, viewCrop.yMin, viewCrop.xMax, viewCrop.yMax],
        every,
        reuse: duration(reuseMs),
        model,
        thresholds,
      },
    ],
    zones: [
      zone("kerb", zones.kerb, { kind: "illegal-parking", ...stands(0) }),
      zone("pavement", zones.pavement, { kind: "street-vending", ...stands(1, { of: ["stall"] }) }),
      zone("bins", zones.bins, { kind: "overflowing-bin", ...stands(2, { of: ["bin-overflow"] }) }),
      zone("shop-front", zones.shopFront, {
        kind: "unlicensed-signage",
        of: ["banner"],
        // A sighting that is due is analysed, always: as real rules do, leave looks between them.
        every: duration(sightingEveryMs),
        sightings: Math.max(2, Math.round(dueMs(3) / sightingEveryMs)),
        days: 1,
        daylight: "always",
      }),
    ],
  };
}

type Polygon = readonly (readonly [number, number])[];

/** As an engineer draws them over the junction's picture. */
const zones = {
  kerb: [
    [0.66, 0.72],
    [0.78, 0.5],
    [0.93, 0.55],
    [0.85, 0.74],
  ],
  pavement: [
    [0.28, 0.39],
    [0.46, 0.39],
    [0.46, 0.58],
    [0.28, 0.6],
  ],
  bins: [
    [0.7, 0.76],
    [0.95, 0.76],
    [0.95, 1],
    [0.7, 1],
  ],
  shopFront: [
    [0.36, 0.16],
    [0.5, 0.16],
    [0.5, 0.27],
    [0.36, 0.27],
  ],
} satisfies Readonly<Record<string, Polygon>>;

/** Drawn things score lower than photographed ones. */
const thresholds = { car: 0.5, stall: 0.4, "overflowing-bin": 0.4, signboard: 0.4 };

function zone(id: string, polygon: Polygon, rule: Readonly<Record<string, unknown>>) {
  return { id, polygon, rules: [rule] };
}

const duration = (ms: number): string => `${Math.round(ms / 1_000)}s`;
