/**
 * How memory went: a straight line through what was measured once what starting leaves behind has
 * settled, of all memory and of what is the processes' own.
 */
import { slopeOf } from "../slope.ts";
import type { MemoryPlot, MemoryPoint } from "./memory-plot.ts";

/** In MB, from when memory has settled. */
export interface MemoryFigures {
  readonly samples: number;
  /** All processes, what they share with others in shares. */
  readonly all: Course;
  /** Of it what they have asked for themselves. */
  readonly own: Course;
}

interface Course {
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly perHour: number;
  readonly perHourSpread: number;
}

/** Of the run: until then memory settles. */
const settleRatio = 1 / 3;

export function memoryFigures(points: readonly MemoryPoint[], awaySpans: MemoryPlot["awaySpans"]) {
  const settledMs = (points.at(-1)?.atMs ?? 0) * settleRatio;
  const settled = points.filter(({ atMs }) => atMs >= settledMs);
  const own = courseOf(settled, ({ ownBytes }) => ownBytes);
  const figures: MemoryFigures = {
    samples: settled.length,
    all: courseOf(settled, ({ allBytes }) => allBytes),
    own,
  };
  const mean = settled.reduce((sum, { ownBytes }) => sum + ownBytes / 1e6, 0) / settled.length;
  const line = { megabytesPerHour: own.perHour, megabytesMean: mean };
  return { figures, plot: { points, settledMs, ...line, awaySpans } };
}

function courseOf(points: readonly MemoryPoint[], bytesOf: (point: MemoryPoint) => number): Course {
  const megabytes = points.map((point) => bytesOf(point) / 1e6);
  const { perUnit, spread } = slopeOf(
    points.map((point) => ({ x: point.atMs / 3_600_000, y: bytesOf(point) / 1e6 })),
  );
  return {
    first: rounded(megabytes[0] ?? 0),
    last: rounded(megabytes.at(-1) ?? 0),
    min: rounded(Math.min(...megabytes)),
    max: rounded(Math.max(...megabytes)),
    perHour: rounded(perUnit),
    perHourSpread: rounded(spread),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
