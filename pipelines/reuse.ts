/**
 * Whether the rules of a camera can do with the last analysis of a view again, because its picture
 * has not changed.
 *
 * Only while everything that is known there was seen by that analysis and is known well, and only
 * when the look decides nothing: no stage is reached, nothing ends and nothing is counted on it.
 * What is told of was seen by an analysis of its own, always. Pure.
 */
import { LookSettings, stepCamera } from "./camera.ts";
import type { CameraState } from "./camera-state.ts";
import { boxShareInside } from "./domain/geometry.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { wasJustSeen } from "./presence/hold.ts";
import { type Presence, presenceLimits } from "./presence/presence.ts";
import { planOf } from "./rule-plan.ts";

/** Sightings from which more of the same add nothing to what is known of a thing. */
const settledSeenCount = 16;

/** `look`: as it would be given to the rules, with the last analysis' detections. */
export function mayReuse(rules: CameraRules, state: CameraState, look: Look): boolean {
  const lastLookAtMs = state.lastLookAtMs[look.viewId];
  if (lastLookAtMs === undefined) return false;
  const settings = new LookSettings(planOf(rules), rules, state, look);
  const isSettled = state.presences.every(
    (presence) =>
      !isLookedAt(presence, look) ||
      !settings.isObservable(presence.thing) ||
      (presence.seenCount >= settledSeenCount &&
        wasJustSeen(presence, lastLookAtMs) &&
        !isInDoubt(state, presence)),
  );
  return isSettled && !stepCamera(rules, state, look).wantsLook;
}

/** Some rule has not made up its mind: the next looks tell. */
function isInDoubt({ cases }: CameraState, { id }: Presence): boolean {
  return cases.some(({ presenceId, heldBy }) => presenceId === id && doubts.has(heldBy ?? ""));
}

const doubts: ReadonlySet<string> = new Set(["doubt", "unsure", "moving"]);

function isLookedAt({ viewIds, place }: Presence, { viewId, crop }: Look): boolean {
  return viewIds.includes(viewId) && boxShareInside(place, crop) >= presenceLimits.inViewShareMin;
}
