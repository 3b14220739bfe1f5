/**
 * Rules changed while things stood: what no rule holds any more is withdrawn, presences stay.
 *
 * Called at the start and after a reload, before the first look under the new rules. A zone that
 * was redrawn keeps what still stands in it. With a clock that is wrong no permit withdraws anything.
 */

import { permitsOfCase } from "./allowance.ts";
import type { CameraState } from "./camera-state.ts";
import { type CountDelta, countDelta } from "./counts.ts";
import { boxShareInside } from "./domain/geometry.ts";
import type { CameraRules } from "./domain/rule.ts";
import { endChange } from "./end-change.ts";
import { type Presence, presenceLimits } from "./presence/presence.ts";
import { planOf, ruleOfCase } from "./rule-plan.ts";
import { markEnded } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import type { ViolationChange } from "./violation-change.ts";
import { footprintShare } from "./zones/footprint.ts";

export interface Reconciled {
  readonly state: CameraState;
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly CountDelta[];
}

export function reconcile(
  rules: CameraRules,
  state: CameraState,
  atMs: number,
  { isClockWrong = false } = {},
): Reconciled {
  const presences = state.presences.filter((presence) => isInView(rules, presence));
  const changes: ViolationChange[] = [];
  const counts: CountDelta[] = [];
  const cases: OpenCase[] = [];
  let { history } = state;
  for (const open of state.cases) {
    const presence = presences.find(({ id }) => id === open.presenceId);
    const isKept = presence !== undefined && isHeld(rules, open, presence);
    const isPermitted = isKept && !isClockWrong && isCovered(rules, open, presence, atMs);
    if (isKept && (open.quiet !== undefined || !isPermitted || open.lastChange === null)) {
      cases.push(open);
      continue;
    }
    if (open.lastChange === null || open.quiet !== undefined) continue;
    const endReason = isPermitted ? "permit" : "rule-removed";
    const facts = { stage: "withdrawn", endReason, atMs } as const;
    const known = state.presences.find(({ id }) => id === open.presenceId);
    const seen = known === undefined ? {} : { presence: known };
    const change = endChange(open, open.lastChange, { ...facts, ...seen });
    changes.push(change);
    counts.push(countDelta(atMs, open.zoneId, open.kind, "withdrawn"));
    if (isPermitted) {
      const quiet = { by: "permit" } as const;
      cases.push({ ...open, revision: change.revision, lastChange: change, quiet });
      history = history.filter(({ violationId }) => violationId !== open.violationId);
      continue;
    }
    history = markEnded(history, open.violationId, known?.lastSeenAtMs ?? atMs);
  }
  const zoneIds = new Set<string>(rules.zones.map(({ id }) => id));
  const laneFlows = Object.fromEntries(
    Object.entries(state.laneFlows).filter(([zoneId]) => zoneIds.has(zoneId)),
  );
  return { state: { ...state, presences, cases, history, laneFlows }, changes, counts };
}

/** Half of what the rule asks for: a border that was touched up does not withdraw anything. */
function isHeld(rules: CameraRules, open: OpenCase, { place, thing, heap }: Presence): boolean {
  const found = ruleOfCase(planOf(rules), open);
  if (found === undefined) return false;
  return (
    found.things.includes(thing) &&
    (heap !== undefined || footprintShare(place, found.zone.polygon) >= found.rule.overlapMin / 2)
  );
}

/** A permit of the list that is new now holds for it. */
function isCovered(rules: CameraRules, open: OpenCase, presence: Presence, atMs: number): boolean {
  const found = ruleOfCase(planOf(rules), open);
  if (found === undefined) return false;
  return permitsOfCase(rules, found, presence, open, atMs).covering.length > 0;
}

/** Some view that has seen it still looks at its place; otherwise nobody ever will. */
function isInView(rules: CameraRules, { viewIds, place }: Presence): boolean {
  return rules.views.some(
    ({ id, crop }) =>
      viewIds.includes(id) && boxShareInside(place, crop) >= presenceLimits.inViewShareMin,
  );
}
