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
import { stepHeaps } from "./presence/heap.ts";
import { holdPresences } from "./presence/hold.ts";
import { type Presence, presenceLimits } from "./presence/presence.ts";
import {
  type PresenceSettings,
  type PresenceStep,
  stepPresences,
} from "./presence/step-presences.ts";
import type { Thing } from "./presence/thing.ts";
import { planOf, type RulePlan, ruleOfCase, timesOf } from "./rule-plan.ts";
import { forget } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import { emptyReview } from "./stages/review.ts";
import type { ViolationChange } from "./violation-change.ts";

export interface CameraStep {
  readonly state: CameraState;
  /** In the order in which they happened; each is one revision, one event. */
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly CountDelta[];
  /** The look was not used: one of its view, as new or newer, came before. */
  readonly isLate: boolean;
  /** Of a look that repeats an analysis: one of its own is wanted, and this step is not to be taken. */
  readonly wantsLook: boolean;
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
  if (isLate(state, look)) return notUsed(state);
  const plan = planOf(rules);
  const settings = new LookSettings(plan, rules, state, look);
  const { everyMs } = settings;
  const singles =
    plan.heaps.length === 0
      ? state.presences
      : state.presences.filter(({ heap }) => heap === undefined);
  const lastMs = state.lastLookAtMs[look.viewId];
  if (look.isReused === true && lastMs === undefined) return notUsed(state);
  const { presences, seen, ended } =
    look.isReused !== true || lastMs === undefined
      ? withHeaps(plan, state, stepPresences(singles, look, settings), look, everyMs)
      : holdPresences(state.presences, look, { lastLookAtMs: lastMs, everyMs });
  const judged = new JudgedCases(rules, state, look, { presences, seen });
  for (const presence of ended) judged.end(presence);
  for (const presence of presences) {
    const sighting = seen.get(presence.id);
    if (sighting !== undefined) judged.see(presence, sighting);
  }
  judged.finish();
  const { cases, changes, counts, laneFlows } = judged;
  const lastLookAtMs = { ...state.lastLookAtMs, [look.viewId]: look.capturedAtMs };
  const history = forget(judged.history, look.capturedAtMs, plan.recurrenceWindowMsMax);
  const known = { ...state, lastLookAtMs, presences, cases, history, laneFlows };
  const { wantsLook } = judged;
  return { state: withLists(known, judged), changes, counts, isLate: false, wantsLook };
}

function notUsed(state: CameraState): CameraStep {
  return { state, changes: [], counts: [], isLate: true, wantsLook: true };
}

/** Lists that most cameras never have are absent until then. */
function withLists(state: CameraState, { review, rechecks }: JudgedCases): CameraState {
  const hasReview = review !== emptyReview && review !== state.review;
  const hasRechecks =
    rechecks !== state.rechecks && (rechecks.length > 0 || state.rechecks !== undefined);
  if (!hasReview && !hasRechecks) return state;
  return { ...state, ...(hasReview && { review }), ...(hasRechecks && { rechecks }) };
}

/** What the rules want of presences at one look; in most looks little of it is asked. */
export class LookSettings implements PresenceSettings {
  readonly everyMs: number;
  readonly scoreMin: number;
  readonly #plan: RulePlan;
  readonly #rules: CameraRules;
  readonly #state: CameraState;
  readonly #atMs: number;
  readonly #isClockWrong: boolean;

  constructor(plan: RulePlan, rules: CameraRules, state: CameraState, look: Look) {
    this.everyMs = rules.views.find(({ id }) => id === look.viewId)?.everyMs ?? 0;
    this.scoreMin = plan.scoreMin;
    this.#plan = plan;
    this.#rules = rules;
    this.#state = state;
    this.#atMs = look.capturedAtMs;
    this.#isClockWrong = look.isClockWrong === true;
  }

  isTracked(thing: Thing): boolean {
    return this.#plan.things.has(thing);
  }

  /** Some rule that looks for it says that it can be seen as it is now. */
  isObservable(thing: Thing): boolean {
    const looking = this.#plan.rulesOf.get(thing);
    if (looking === undefined || looking.length === 0) return true;
    for (const { rule, kindRule } of looking) {
      if (this.#isClockWrong && kindRule.isByTheClock === true) continue;
      if (kindRule.isObservable?.(rule, this.#rules, this.#atMs) ?? true) return true;
    }
    return false;
  }

  /** A thing ends when the most patient rule that has a case of it says so. */
  clearAfterMs({ id }: Presence): number {
    let longestMs: number | undefined;
    for (const open of this.#state.cases) {
      if (open.presenceId !== id) continue;
      longestMs = Math.max(longestMs ?? 0, clearAfter(this.#plan, open));
    }
    return longestMs ?? strayClearAfterMs;
  }

  isPinned({ id }: Presence): boolean {
    for (const { revision, presenceId } of this.#state.cases) {
      if (revision > 0 && presenceId === id) return true;
    }
    return false;
  }
}

/** What stands in numbers is a presence, too. Without rules for it this costs nothing. */
function withHeaps(
  { heaps }: RulePlan,
  state: CameraState,
  step: PresenceStep,
  look: Look,
  everyMs: number,
): PresenceStep {
  if (heaps.length === 0) return step;
  const known = state.presences.filter(({ heap }) => heap !== undefined);
  const after = stepHeaps(known, heaps, step, look, everyMs);
  return {
    presences: [...step.presences, ...after.presences],
    seen: new Map([...step.seen, ...after.seen]),
    ended: [...step.ended, ...after.ended],
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

function clearAfter(plan: RulePlan, open: OpenCase): number {
  const found = ruleOfCase(plan, open);
  if (found === undefined) return 0;
  const { rule, kindRule } = found;
  return kindRule.clearAfterOf?.(open, rule) ?? timesOf(rule, open.subKind).clearAfterMs;
}
