/** What the benchmark and the process that measures the floor say to each other. */
import type { NormBox } from "../../../../pipelines/domain/geometry.ts";

export interface FloorSetup {
  /** Every stream of every camera: each is received. */
  readonly urls: readonly string[];
  /** The clip that is looked at (MP4). */
  readonly clipFile: string;
  readonly crop: NormBox;
  readonly model: string;
  readonly modelsFolder: string;
  readonly dataFolder: string;
}

/** `together`: decoding and running at the same time, each on a core of its own. */
export type FloorStep = "receive" | "decode" | "run" | "together";

export type ToFloor =
  | { readonly type: "setup"; readonly id: number; readonly setup: FloorSetup }
  | { readonly type: "connect"; readonly id: number }
  | {
      readonly type: "measure";
      readonly id: number;
      readonly step: FloorStep;
      readonly forMs: number;
    }
  | { readonly type: "disconnect"; readonly id: number };

/** What a step did: `count` is packets received, pictures decoded, images run (of two: pictures). */
export interface FloorFigures {
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly count: number;
  /** Images that were run meanwhile. */
  readonly imageCount?: number;
}

/** What is looked at, as it was found in the clip. */
export interface KeyframeFacts {
  readonly bytesMedian: number;
  readonly bytesMin: number;
  readonly bytesMax: number;
}

export type FromFloor =
  | { readonly type: "done"; readonly id: number; readonly keyframes?: KeyframeFacts }
  | { readonly type: "measured"; readonly id: number; readonly figures: FloorFigures }
  | { readonly type: "failed"; readonly id: number; readonly text: string };
