/**
 * The configuration of the soak's box: all cameras look at the junction for all four kinds.
 *
 * Good cameras keep their views over every reload, so that their looks are counted from the
 * beginning to the end; a zone of one of them gets another name each time. Of the others one is
 * away after each reload, and periods and zones change.
 */
import type { BenchCamera } from "../../agent/bench/cameras/bench-file.ts";

export interface SoakFile {
  readonly good: readonly BenchCamera[];
  readonly flapping: readonly BenchCamera[];
  readonly hubUrl: string;
  /** How many reloads came before: 0 is how it begins, and how it ends. */
  readonly turn: number;
}

/** Of the good ones: each look has a second from its release to its end. */
const goodEveryMs = 4_000;

/** Less than the cameras send in `ringTime`: the bound is at work all the time. */
const limits = { ringTotal: "24MiB" };
const location = [116.647, 23.67];

/** JSON, which is YAML. */
export function soakFile({ good, flapping, hubUrl, turn }: SoakFile): string {
  const away = turn === 0 ? -1 : turn % flapping.length;
  const renamed = turn === 0 ? -1 : turn % good.length;
  return JSON.stringify({
    version: 1,
    device: { id: "soak", division: "445102", location, timezone: "Asia/Shanghai" },
    hub: { url: hubUrl, acknowledge: true },
    health: { listen: "127.0.0.1:0" },
    limits,
    cameras: [
      ...good.map((camera, index) =>
        cameraEntry(camera, goodEveryMs, index === renamed ? `-${turn}` : ""),
      ),
      ...flapping
        .filter((_, index) => index !== away)
        .map((camera, index) =>
          cameraEntry(camera, (index + turn) % 2 === 0 ? 4_000 : 2_000, `-${turn % 3}`),
        ),
    ],
  });
}

function cameraEntry({ id, url }: BenchCamera, everyMs: number, kerbSuffix: string) {
  const every = `${everyMs}ms`;
  return {
    id,
    url,
    location,
    // What is small in the whole picture is large in a crop.
    views: Object.entries(crops).map(([name, crop]) => ({
      id: name,
      crop,
      every,
      model: "street-nano",
      ...(name === "shops" ? { thresholds: { signboard: 0.5 } } : {}),
    })),
    zones: [
      zone(`kerb${kerbSuffix}`, polygons.kerb, { kind: "illegal-parking", ...times }),
      zone("bins", polygons.bins, {
        kind: "overflowing-bin",
        of: ["bin-overflow"],
        every,
        ...times,
      }),
      zone("pavement", polygons.pavement, { kind: "street-vending", of: ["stall"], ...times }),
      zone("shop-front", polygons.shopFront, {
        kind: "unlicensed-signage",
        of: ["banner"],
        every,
        sightings: 4,
        days: 1,
        daylight: "always",
        clearAfter: times.clearAfter,
      }),
    ],
  };
}

const times = { warnAfter: "6s", reportAfter: "14s", clearAfter: "8s" } as const;

const crops = {
  kerb: [0.6, 0.38, 1, 0.78],
  bins: [0.62, 0.62, 1, 1],
  pavement: [0.25, 0.38, 0.5, 0.68],
  shops: [0.3, 0.1, 0.65, 0.38],
} as const;

type Polygon = readonly (readonly [number, number])[];

const polygons = {
  kerb: [
    [0.66, 0.72],
    [0.78, 0.5],
    [0.93, 0.55],
    [0.85, 0.74],
  ],
  bins: [
    [0.7, 0.76],
    [0.95, 0.76],
    [0.95, 1],
    [0.7, 1],
  ],
  pavement: [
    [0.28, 0.39],
    [0.46, 0.39],
    [0.46, 0.58],
    [0.28, 0.6],
  ],
  shopFront: [
    [0.36, 0.16],
    [0.5, 0.16],
    [0.5, 0.27],
    [0.36, 0.27],
  ],
} satisfies Readonly<Record<string, Polygon>>;

function zone(id: string, polygon: Polygon, rule: Readonly<Record<string, unknown>>) {
  return { id, polygon, rules: [rule] };
}
