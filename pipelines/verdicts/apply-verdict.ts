/**
 * A person's word on an open violation: `(rules, state, verdict) → { state, changes, counts }`.
 *
 * Dismissed withdraws it, and the case stays, quiet, so that the same thing does not come back as
 * a new violation while it stands there. Permitted does the same until the permit ends. Confirmed
 * changes nothing in the street. Everything else is answered and harms nothing.
 */
import type { CameraState } from "../camera-state.ts";
import { type CountDelta, countDelta } from "../counts.ts";
import type { ViolationId } from "../domain/ids.ts";
import type { CameraRules } from "../domain/rule.ts";
import { endChange } from "../end-change.ts";
import type { OpenCase, Quiet } from "../stages/open-case.ts";
import type { PendingRecheck } from "../stages/pending-recheck.ts";
import type { ViolationChange } from "../violation-change.ts";

export type Verdict = {
  readonly violationId: ViolationId;
  readonly caseNo?: string;
} & (
  | { readonly word: "confirmed" }
  | { readonly word: "dismissed" }
  /** The first instant at which the permit holds no more. */
  | { readonly word: "permitted"; readonly untilMs: number }
);

export interface AppliedVerdict {
  readonly state: CameraState;
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly CountDelta[];
  /** `ended`: it was withdrawn or cleared before; `not-here`: no open case of this camera has that id. */
  readonly outcome: "withdrawn" | "noted" | "ended" | "not-here";
}

export function applyVerdict(
  { cameraId }: CameraRules,
  state: CameraState,
  verdict: Verdict,
  atMs: number,
): AppliedVerdict {
  if (state.cameraId !== cameraId) {
    throw new RangeError(`rules of ${cameraId} were given state of ${state.cameraId}`);
  }
  const unchanged = { state, changes: [], counts: [] };
  const open = state.cases.find(({ violationId }) => violationId === verdict.violationId);
  if (open === undefined || open.lastChange === null) {
    const after = verdict.word === "confirmed" ? state : withoutRecheck(state, verdict.violationId);
    return { ...unchanged, state: after, outcome: after === state ? "not-here" : "ended" };
  }
  const noted = withCaseNo(open, verdict.caseNo);
  if (open.quiet !== undefined) {
    return { ...unchanged, state: withCase(state, noted), outcome: "ended" };
  }
  if (verdict.word === "confirmed") {
    return { ...unchanged, state: withCase(state, noted), outcome: "noted" };
  }
  const isPermit = verdict.word === "permitted";
  const quiet: Quiet = isPermit ? { by: "permit", untilMs: verdict.untilMs } : { by: "verdict" };
  const {
    state: next,
    change,
    count,
  } = withdraw(state, noted, {
    lastChange: open.lastChange,
    endReason: isPermit ? "permit" : "verdict",
    quiet,
    atMs,
  });
  return { state: next, changes: [change], counts: [count], outcome: "withdrawn" };
}

/** The hub has opened a case: every later event of the violation carries its number. */
export function noteCaseNo(
  state: CameraState,
  violationId: ViolationId,
  caseNo: string,
): CameraState {
  const open = state.cases.find((candidate) => candidate.violationId === violationId);
  if (open === undefined) return withRecheckOf(state, violationId, caseNo);
  return open.caseNo === caseNo ? state : withCase(state, withCaseNo(open, caseNo));
}

/** It has ended, and is looked at again. */
function withRecheckOf(state: CameraState, violationId: ViolationId, caseNo: string): CameraState {
  const isMeant = ({ cleared }: PendingRecheck): boolean =>
    cleared.violationId === violationId && cleared.caseNo !== caseNo;
  if (!state.rechecks?.some(isMeant)) return state;
  const rechecks = state.rechecks.map((pending) =>
    isMeant(pending) ? { ...pending, cleared: { ...pending.cleared, caseNo } } : pending,
  );
  return { ...state, rechecks };
}

/** It was none: nobody waits for more about its place. */
function withoutRecheck(state: CameraState, violationId: ViolationId): CameraState {
  const left = state.rechecks?.filter(({ cleared }) => cleared.violationId !== violationId);
  return left === undefined || left.length === state.rechecks?.length
    ? state
    : { ...state, rechecks: left };
}

/** It was none, so it does not count as an earlier one of its place either. */
function withdraw(
  state: CameraState,
  open: OpenCase,
  facts: {
    readonly lastChange: ViolationChange;
    readonly endReason: "permit" | "verdict";
    readonly quiet: Quiet;
    readonly atMs: number;
  },
): { readonly state: CameraState; readonly change: ViolationChange; readonly count: CountDelta } {
  const { lastChange, endReason, quiet, atMs } = facts;
  const presence = state.presences.find(({ id }) => id === open.presenceId);
  const change = endChange(open, lastChange, {
    stage: "withdrawn",
    endReason,
    // A verdict may come while the newest look is still on its way.
    atMs: Math.max(atMs, lastChange.atMs),
    ...(presence === undefined ? {} : { presence }),
  });
  const closed: OpenCase = { ...open, revision: change.revision, lastChange: change, quiet };
  return {
    state: {
      ...withCase(state, closed),
      history: state.history.filter(({ violationId }) => violationId !== open.violationId),
    },
    change,
    count: countDelta(change.atMs, open.zoneId, open.kind, "withdrawn"),
  };
}

function withCaseNo(open: OpenCase, caseNo: string | undefined): OpenCase {
  return caseNo === undefined ? open : { ...open, caseNo };
}

function withCase(state: CameraState, changed: OpenCase): CameraState {
  const cases = state.cases.map((open) =>
    open.violationId === changed.violationId ? changed : open,
  );
  return { ...state, cases };
}
