/**
 * Everything the rules of one camera remember between looks: plain data, stored and reloaded.
 *
 * `parse(serialise(state))` is the state. Text of another version or camera gives a fresh state,
 * and the answer says so: old state must never be half understood.
 */
import { z } from "zod";
import { stateFields } from "./camera-state-schema.ts";
import type { CameraId } from "./domain/ids.ts";
import type { LaneFlow } from "./presence/lane-flow.ts";
import type { Presence } from "./presence/presence.ts";
import type { PastViolation } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import type { PendingRecheck } from "./stages/pending-recheck.ts";
import type { ReviewList } from "./stages/review.ts";

export const cameraStateVersion = 3;

export interface CameraState {
  readonly version: typeof cameraStateVersion;
  readonly cameraId: CameraId;
  /** Capture time of the newest look, by view. */
  readonly lastLookAtMs: Readonly<Record<string, number>>;
  readonly presences: readonly Presence[];
  readonly cases: readonly OpenCase[];
  readonly history: readonly PastViolation[];
  /** By zone: what stood there and moved off together. */
  readonly laneFlows: Readonly<Record<string, LaneFlow>>;
  /** Candidates that came to nothing. Absent: none did yet. */
  readonly review?: ReviewList;
  /** Places that were cleared and are looked at again. Absent: none ever was. */
  readonly rechecks?: readonly PendingRecheck[];
}

export function freshCameraState(cameraId: CameraId): CameraState {
  return {
    version: cameraStateVersion,
    cameraId,
    lastLookAtMs: {},
    presences: [],
    cases: [],
    history: [],
    laneFlows: {},
  };
}

const stateSchema = z.object(
  stateFields satisfies Record<
    Exclude<keyof Required<CameraState>, "version" | "cameraId">,
    z.ZodType
  >,
);

export function serialiseCameraState(state: CameraState): string {
  return JSON.stringify(state);
}

export interface ParsedCameraState {
  readonly state: CameraState;
  /** Why the text was not used; absent when it was. */
  readonly freshBecause?: string;
}

export function parseCameraState(text: string, cameraId: CameraId): ParsedCameraState {
  const fresh = (why: string): ParsedCameraState => ({
    state: freshCameraState(cameraId),
    freshBecause: why.slice(0, reasonLengthMax),
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fresh("the stored state is not JSON");
  }
  if (typeof value !== "object" || value === null) return fresh("the stored state is no object");
  const state = value as Partial<Record<keyof CameraState, unknown>>; // Each field is checked below.
  if (state.version !== cameraStateVersion) {
    return fresh(
      `the stored state has version ${shown(state.version)}, this is ${cameraStateVersion}`,
    );
  }
  if (state.cameraId !== cameraId) {
    return fresh(`the stored state is of camera ${shown(state.cameraId)}, not ${cameraId}`);
  }
  const checked = stateSchema.safeParse(value);
  if (!checked.success) return fresh(`the stored state is damaged: ${faultOf(checked.error)}`);
  return { state: value as CameraState }; // As it was written, with every field looked at.
}

/** An object may have no text: it is whatever the disk left of it. */
function shown(value: unknown): string {
  return typeof value === "object" && value !== null ? "of no sort" : String(value);
}

const reasonLengthMax = 300;

function faultOf({ issues: [first] }: z.ZodError): string {
  return `${first?.path.join(".") ?? ""}: ${first?.message ?? "wrong"}`;
}
