/**
 * A camera's state taken up again after the agent was away: nobody looked meanwhile.
 *
 * However short the absence was, the time between the last sighting before it and the first one
 * after it is not observed, so no dwell is made of it. Presences, cases and ids stay.
 */
import type { CameraState } from "./camera-state.ts";

export function resumeCamera(state: CameraState): CameraState {
  return {
    ...state,
    presences: state.presences.map((presence) => ({
      ...presence,
      // The last look before does not count as seeing it absent up to now.
      gap: { ...presence.gap, isAbsent: false, isBroken: true },
    })),
    ...(state.rechecks === undefined
      ? {}
      : { rechecks: state.rechecks.map((each) => ({ ...each, lastLookAtMs: null })) }),
  };
}
