/** What the agent and a session's thread say to each other. Pictures stay where they are: shared. */
import type { Placement } from "../../models/decode/placement.ts";
import type { Manifest } from "../../models/manifest.ts";
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { LabelThresholds } from "../../pipelines/domain/label.ts";
import type { SessionSettings } from "./run-settings.ts";

export interface SessionModel {
  readonly modelTag: string;
  readonly manifest: Manifest;
  readonly graph: Uint8Array;
  readonly inputName: string;
}

/** Where a batch's input lies in the camera's picture, and from which scores on its view believes. */
export interface AskedPlacement extends Placement {
  /** In place of the model's own. */
  readonly thresholds?: LabelThresholds;
}

export type ToSession =
  | { readonly type: "load"; readonly model: SessionModel; readonly settings: SessionSettings }
  | {
      readonly type: "run";
      readonly id: number;
      readonly modelTag: string;
      /** One a picture of the batch: 3 × height × width bytes. */
      readonly inputs: readonly Uint8Array[];
      readonly placements: readonly AskedPlacement[];
    };

export type FromSession =
  | { readonly type: "loaded"; readonly modelTag: string }
  | { readonly type: "load-failed"; readonly modelTag: string; readonly text: string }
  | {
      readonly type: "done";
      readonly id: number;
      readonly detections: readonly Detections[];
      /** Time within the runtime alone. */
      readonly runMs: number;
    }
  | { readonly type: "failed"; readonly id: number; readonly text: string };
