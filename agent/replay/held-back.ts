/**
 * Why nothing was told although the time had come: the rules run again over the log, and the case
 * is watched from look to look.
 *
 * A case whose time is over its threshold and whose stage is not there was held back, and it knows
 * by what. An allowed time stops the count instead.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import type { CameraState } from "../../pipelines/camera-state.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { CameraRules } from "../../pipelines/domain/rule.ts";
import { planOf, ruleOfCase, timesAt } from "../../pipelines/rule-plan.ts";
import type { OpenCase } from "../../pipelines/stages/open-case.ts";
import type { HeldWhy } from "./held-text.ts";
import type { Span } from "./log-evidence.ts";
import type { Recording } from "./replay.ts";
import { runAgain } from "./run-again.ts";

export interface HeldBack {
  /** The rules, run again, made the same violation of the log. */
  readonly isFound: boolean;
  /** Its time was over the threshold, and it was not told. */
  readonly held: readonly HeldSpan[];
  /** A window or a permit allowed it. */
  readonly allowed: readonly HeldSpan[];
}

export interface HeldSpan extends Span {
  readonly why: HeldWhy;
}

export interface HeldBackQuestion {
  readonly config: AgentConfig;
  readonly recording: Recording;
  readonly cameraId: CameraId;
  readonly violation: string;
}

export async function heldBack(question: HeldBackQuestion): Promise<HeldBack> {
  const { config, cameraId, violation } = question;
  const rules = config.cameras.find(({ id }) => id === cameraId)?.rules;
  const held = new Spans();
  const allowed = new Spans();
  let isFound = false;
  await runAgain(question, (box, atMs) => {
    const open = caseOf(box.state(cameraId), violation);
    if (open === undefined || rules === undefined) return;
    isFound = true;
    const why = whyHeldNow(open, rules, atMs);
    const isAllowed = why === "window" || why === "permit";
    allowed.mark(isAllowed ? why : undefined, atMs);
    held.mark(isAllowed ? undefined : why, atMs);
  });
  return { isFound, held: held.list(), allowed: allowed.list() };
}

/** Undefined when nothing holds it, or its time has not come. */
function whyHeldNow(open: OpenCase, rules: CameraRules, atMs: number): HeldWhy | undefined {
  const { heldBy, quiet, stage, forbiddenMs } = open;
  if (quiet !== undefined) return quiet.by;
  if (heldBy === "window" || heldBy === "permit") return heldBy;
  const found = ruleOfCase(planOf(rules), open);
  if (found === undefined || stage === "reported") return undefined;
  const { warnAfterMs, reportAfterMs } = timesAt(rules, found, open.subKind, atMs);
  if (forbiddenMs < (stage === "clue" ? warnAfterMs : reportAfterMs)) return undefined;
  return heldBy ?? "evidence";
}

function caseOf(state: CameraState | undefined, violation: string): OpenCase | undefined {
  return state?.cases.find(({ violationId }) => violationId === violation);
}

/** Looks one after the other that something held for the same reason, as spans. */
class Spans {
  readonly #spans: { fromMs: number; toMs: number; why: HeldWhy }[] = [];
  #why: HeldWhy | undefined;

  mark(why: HeldWhy | undefined, atMs: number): void {
    const last = this.#spans.at(-1);
    if (why !== undefined && why === this.#why && last !== undefined) last.toMs = atMs;
    else if (why !== undefined) this.#spans.push({ fromMs: atMs, toMs: atMs, why });
    this.#why = why;
  }

  list(): readonly HeldSpan[] {
    return this.#spans;
  }
}
