/** The benchmark's arithmetic: the floor of what was looked at, shares, percentiles. Pure. */

export interface FloorParts {
  /** Of one core, all cameras together. */
  readonly receiveCores: number;
  readonly decodeCpuMs: number;
  readonly runCpuMs: number;
  /** The same work on two busy cores over that on one, in processor time. */
  readonly busyRatio: number;
}

/** What those looks cost with nothing around them, in cores. */
export function floorCores(
  { receiveCores, decodeCpuMs, runCpuMs }: Omit<FloorParts, "busyRatio">,
  looksPerSecond: number,
): number {
  return receiveCores + (looksPerSecond * (decodeCpuMs + runCpuMs)) / 1_000;
}

/** Of one camera that is looked at every so often, when nothing is missed. */
export function floorCoresPerCamera(
  floor: Omit<FloorParts, "busyRatio">,
  { cameras, everyMs }: { readonly cameras: number; readonly everyMs: number },
): number {
  return floorCores(floor, (1_000 * cameras) / everyMs) / cameras;
}

/** So many cameras would fill the machine with nothing but the floor and the cameras' own server. */
export function limitCameras(
  coresOfMachine: number,
  floorOfCamera: number,
  serverOfCamera: number,
): number {
  return Math.floor(coresOfMachine / (floorOfCamera + serverOfCamera));
}

export interface LatencyFigures {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Null without a value. Nearest rank: a percentile is a value that was measured. */
export function latencyFigures(values: readonly number[]): LatencyFigures | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { count: values.length, median: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
