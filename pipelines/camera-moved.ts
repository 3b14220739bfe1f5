/**
 * The camera was found moved: zones mean other places now, so nothing that was seen there holds.
 *
 * What was told is withdrawn; clues and presences are forgotten, because the same picture point is
 * another point of the street. What a person or a permit has silenced stays silenced, should the
 * camera be put back. Time in which the camera was away from its place was observed by nobody.
 */
import type { CameraState } from "./camera-state.ts";
import { type CountDelta, countDelta } from "./counts.ts";
import { endChange } from "./end-change.ts";
import type { Reconciled } from "./reconcile.ts";
import { markEnded } from "./stages/history.ts";
import type { ViolationChange } from "./violation-change.ts";

export function withdrawMoved(state: CameraState, atMs: number): Reconciled {
  const changes: ViolationChange[] = [];
  const counts: CountDelta[] = [];
  let { history } = state;
  for (const open of state.cases) {
    if (open.quiet !== undefined || open.lastChange === null) continue;
    const presence = state.presences.find(({ id }) => id === open.presenceId);
    const facts = { stage: "withdrawn", endReason: "camera-moved", atMs } as const;
    const seen = presence === undefined ? {} : { presence };
    changes.push(endChange(open, open.lastChange, { ...facts, ...seen }));
    counts.push(countDelta(atMs, open.zoneId, open.kind, "withdrawn"));
    history = markEnded(history, open.violationId, presence?.lastSeenAtMs ?? atMs);
  }
  const cases = state.cases.filter(({ quiet }) => quiet !== undefined);
  const kept = new Set(cases.map(({ presenceId }) => presenceId));
  const presences = state.presences.filter(({ id }) => kept.has(id));
  return { state: { ...state, presences, cases, history }, changes, counts };
}
