/** From turns to what is told: medians, how far apart they lie, ratios of what was side by side. */
import { medianOf, rounded, type Spread, spreadOf } from "../spread.ts";
import type { OurTurn } from "./our-turn.ts";

export interface Turns {
  readonly cameras: number;
  readonly ours: readonly OurTurn[];
  /** Of all cameras, in percent of a core. */
  readonly floor: readonly number[];
  /** Undefined in turns without ffmpeg. */
  readonly ffmpeg: readonly (number | undefined)[];
}

export interface CaptureFigures {
  /** Of one core. */
  readonly cpuPercentPerCamera: number;
  /** Of bare sockets that copy packets into rings. */
  readonly floorCpuPercentPerCamera: number;
  /** Ours over the floor: the median of the turns' ratios. */
  readonly overheadRatio: number;
  /**
   * Resident memory with full rings above that of the process with an idle receiving thread. Of
   * the first turn: later ones begin with memory that the turn before has not given back.
   */
  readonly megabytesPerCamera: number;
  readonly baseMegabytes: number;
  readonly packetsPerSecond: number;
  readonly megabitsPerSecond: number;
  readonly lostPackets: number;
  /** null where there is no ffmpeg. */
  readonly ffmpegCpuPercentPerCamera: number | null;
  /** ffmpeg's CPU over ours: the median of the turns' ratios. */
  readonly ffmpegRatio: number | null;
  readonly cameraServerCpuPercentPerCamera: number;
  readonly cpuPercentPerCameraTurns: readonly number[];
  readonly floorCpuPercentPerCameraTurns: readonly number[];
  readonly ffmpegCpuPercentPerCameraTurns: readonly number[];
  readonly spread: Readonly<Record<string, Spread>>;
}

export function captureFigures({ cameras, ours, floor, ffmpeg }: Turns): CaptureFigures {
  const [first] = ours;
  if (first === undefined) throw new RangeError("a benchmark needs one turn at least");
  const each = (percents: readonly number[]) => percents.map((percent) => percent / cameras);
  const withFfmpeg = ffmpeg.flatMap((percent, turn) => {
    const our = ours[turn];
    return percent === undefined || our === undefined ? [] : [{ percent, our: our.cpuPercent }];
  });
  const cpu = each(ours.map(({ cpuPercent }) => cpuPercent));
  const floorCpu = each(floor);
  const ffmpegCpu = each(withFfmpeg.map(({ percent }) => percent));
  const spread = {
    cpuPercentPerCamera: spreadOf(cpu, 3),
    floorCpuPercentPerCamera: spreadOf(floorCpu, 3),
    overheadRatio: spreadOf(ratios(cpu, floorCpu), 2),
    ...(ffmpegCpu.length === 0
      ? {}
      : {
          ffmpegCpuPercentPerCamera: spreadOf(ffmpegCpu, 3),
          ffmpegRatio: spreadOf(
            withFfmpeg.map(({ percent, our }) => percent / our),
            2,
          ),
        }),
  };
  const median = (pick: (turn: OurTurn) => number): number => medianOf(ours.map(pick));
  return {
    cpuPercentPerCamera: spread.cpuPercentPerCamera.median,
    floorCpuPercentPerCamera: spread.floorCpuPercentPerCamera.median,
    overheadRatio: spread.overheadRatio.median,
    megabytesPerCamera: rounded((first.bytes - first.baseBytes) / 1e6 / cameras, 2),
    baseMegabytes: rounded(first.baseBytes / 1e6, 1),
    packetsPerSecond: rounded(
      median(({ packetsPerSecond }) => packetsPerSecond),
      0,
    ),
    megabitsPerSecond: rounded(
      median(({ bitsPerSecond }) => bitsPerSecond / 1e6),
      1,
    ),
    lostPackets: ours.reduce((sum, { lostPackets }) => sum + lostPackets, 0),
    ffmpegCpuPercentPerCamera: spread.ffmpegCpuPercentPerCamera?.median ?? null,
    ffmpegRatio: spread.ffmpegRatio?.median ?? null,
    cameraServerCpuPercentPerCamera: rounded(
      median(({ serverCpuPercent }) => serverCpuPercent / cameras),
      3,
    ),
    cpuPercentPerCameraTurns: cpu.map((percent) => rounded(percent, 3)),
    floorCpuPercentPerCameraTurns: floorCpu.map((percent) => rounded(percent, 3)),
    ffmpegCpuPercentPerCameraTurns: ffmpegCpu.map((percent) => rounded(percent, 3)),
    spread,
  };
}

function ratios(ours: readonly number[], others: readonly number[]): readonly number[] {
  return ours.map((one, turn) => one / (others[turn] ?? Number.NaN));
}
