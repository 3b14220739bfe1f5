/**
 * Branded identifiers: a camera's id cannot be handed to something that wants a zone's.
 *
 * Ids that the configuration names (camera, view, zone) are its strings; ids that we make
 * (presence, violation, event) are derived from what was seen, never random, so the same footage
 * gives the same ids.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type CameraId = Branded<"CameraId">;
/** Unique within its camera. */
export type ViewId = Branded<"ViewId">;
/** Unique within its camera. */
export type ZoneId = Branded<"ZoneId">;
export type PresenceId = Branded<"PresenceId">;
export type ViolationId = Branded<"ViolationId">;
/** `{violationId}.{revision}`: made once, travels to the broker as the key that removes doubles. */
export type EventId = Branded<"EventId">;

export const cameraId = (text: string): CameraId => text as CameraId;
export const viewId = (text: string): ViewId => text as ViewId;
export const zoneId = (text: string): ZoneId => text as ZoneId;
export const presenceId = (text: string): PresenceId => text as PresenceId;
export const violationId = (text: string): ViolationId => text as ViolationId;
export const eventId = (violation: ViolationId, revision: number): EventId =>
  `${violation}.${revision}` as EventId;
