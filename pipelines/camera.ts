/**
 * One look at one camera: `(rules, state, look) → { state, changes, counts }`. Pure.
 *
 * Presences first, then for each thing in each zone the schedule, the excuses of its kind and the
 * stages. Everything that leaves the box about a violation begins as a change returned here.
 */

import { type CameraState, freshCameraState } from "./camera-state.ts";
import type { CountDelta } from "./counts.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { JudgedCases } from "./judge.ts";
import { kindRuleOf } from "./kind-rules.ts";
import { type Presence, presenceLimits } from "./presence/presence.ts";
import { stepPresences } from "./presence/step-presences.ts";
import { forget } from "./stages/history.ts";
import type { ViolationChange } from "./violation-change.ts";

export interface CameraStep {
  readonly state: CameraState;
  /** In the order in which they happened; each is one revision, one event. */
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly CountDelta[];
  /** The look was not used: another one of its view, as new or newer, came before. */
  readonly isLate: boolean;
}

/** How long the presence of a thing outside every zone outlives it. */
const strayClearAfterMs = 15_000;

export function createCameraState(rules: CameraRules): CameraState {
  return freshCameraState(rules.cameraId);
}

export function stepCamera(rules: CameraRules, state: CameraState, look: Look): CameraStep {
  if (look.cameraId !== rules.cameraId || state.cameraId !== rules.cameraId) {
    throw new RangeError(
      `rules of ${rules.cameraId} were given a look of ${look.cameraId} and state of ${state.cameraId}`,
    );
  }
  if (isLate(state, look)) return { state, changes: [], counts: [], isLate: true };
  const clearAfterMs = clearAfterByPresence(rules, state);
  const told = new Set(
    state.cases.filter(({ revision }) => revision > 0).map(({ presenceId }) => presenceId),
  );
  const { presences, seen, ended } = stepPresences(state.presences, look, {
    everyMs: periodOf(rules, look),
    isTracked: (thing) => trackedThings(rules).has(thing),
    scoreMin: scoreMinOf(rules),
    clearAfterMs: ({ id }) => clearAfterMs.get(id) ?? strayClearAfterMs,
    isPinned: ({ id }) => told.has(id),
  });
  const judged = new JudgedCases(rules, state, look, presences);
  for (const presence of ended) judged.end(presence);
  for (const presence of presences) {
    const sighting = seen.get(presence.id);
    if (sighting !== undefined) judged.see(presence, sighting);
  }
  judged.dropOrphans();
  return {
    state: {
      ...state,
      lastLookAtMs: { ...state.lastLookAtMs, [look.viewId]: look.capturedAtMs },
      presences,
      cases: judged.cases,
      history: forget(judged.history, look.capturedAtMs, recurrenceWindowMax(rules)),
      laneFlows: judged.laneFlows,
    },
    changes: judged.changes,
    counts: judged.counts,
    isLate: false,
  };
}

/** Everything that stands or passes, for a live view. */
export function presencesOf(state: CameraState): readonly Presence[] {
  return state.presences;
}

/**
 * Looks of one view rise in capture time. One that is a little older came late and is not used; a
 * great step back is a clock that was set, and the looks after it count again from there.
 */
function isLate(state: CameraState, look: Look): boolean {
  const lastMs = state.lastLookAtMs[look.viewId];
  if (lastMs === undefined) return false;
  const backMs = lastMs - look.capturedAtMs;
  return backMs >= 0 && backMs <= presenceLimits.stepMsMax;
}

function periodOf(rules: CameraRules, look: Look): number {
  return rules.views.find(({ id }) => id === look.viewId)?.everyMs ?? 0;
}

function trackedThings(rules: CameraRules): ReadonlySet<string> {
  const things = rules.zones.flatMap((zone) =>
    zone.rules.flatMap(({ kind }) => kindRuleOf(kind)?.things ?? []),
  );
  return new Set(things);
}

/** What no rule wants to see; a rule that wants more looks at the presence's own score. */
function scoreMinOf(rules: CameraRules): number {
  const minima = rules.zones.flatMap((zone) => zone.rules.map(({ scoreMin }) => scoreMin ?? 0));
  return minima.length === 0 ? 0 : Math.min(...minima);
}

/** A thing ends when the most patient rule that has a case of it says so. */
function clearAfterByPresence(rules: CameraRules, state: CameraState): ReadonlyMap<string, number> {
  const longest = new Map<string, number>();
  for (const { presenceId, zoneId, kind } of state.cases) {
    const rule = rules.zones
      .find(({ id }) => id === zoneId)
      ?.rules.find((candidate) => candidate.kind === kind);
    if (rule === undefined) continue;
    longest.set(presenceId, Math.max(longest.get(presenceId) ?? 0, rule.clearAfterMs));
  }
  return longest;
}

function recurrenceWindowMax(rules: CameraRules): number {
  const windows = rules.zones.flatMap((zone) =>
    zone.rules.map(({ recurrenceWindowMs }) => recurrenceWindowMs),
  );
  return Math.max(0, ...windows);
}
