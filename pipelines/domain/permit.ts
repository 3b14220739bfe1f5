/**
 * A permit: what may stand where and when, without a word on who holds it.
 *
 * Places are named as a camera sees them (a zone, a polygon, the whole camera) or on the ground (a
 * point and its radius). Dates are local and both inclusive: a permit lapses at the midnight after
 * `to`. A row that nobody confirmed covers nothing.
 */
import type { NormPolygon } from "./geometry.ts";
import type { Kind } from "./kind.ts";

export interface Permit {
  /** What the authority calls it; it goes with events. */
  readonly number: string;
  readonly kinds: readonly Kind[];
  readonly place: PermitPlace;
  /** ISO date, local, the first day. */
  readonly from: string;
  /** ISO date, local, the last day. Absent: until it is taken off the list. */
  readonly to?: string;
  /** Hours of the day; empty: around the clock. */
  readonly hours: readonly PermitHours[];
  readonly isConfirmed: boolean;
  /** What a permitted sign looked like when it was registered (`appearance.ts`). */
  readonly appearance?: string;
}

/** Half-open; an end at or before the start crosses midnight and belongs to the day it starts. */
export interface PermitHours {
  readonly startMinute: number;
  readonly endMinute: number;
}

export type PermitPlace =
  | { readonly type: "zone"; readonly cameraId: string; readonly zoneId: string }
  | { readonly type: "area"; readonly cameraId: string; readonly polygon: NormPolygon }
  | { readonly type: "camera"; readonly cameraId: string }
  | {
      readonly type: "ground";
      readonly longitude: number;
      readonly latitude: number;
      readonly radiusMetres: number;
    };

/** One version of the list. `hash` covers every row, so an event's list can be found again. */
export interface PermitRegister {
  /** As its author named it, or the first digits of the hash. */
  readonly version: string;
  /** 64 hex digits; empty where there is no list. */
  readonly hash: string;
  readonly permits: readonly Permit[];
}

/** A place on the ground, as well as it is known. */
export interface GroundPoint {
  readonly longitude: number;
  readonly latitude: number;
  readonly errorMetres: number;
}
