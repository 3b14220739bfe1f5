/**
 * Why nothing was told although the time had come: the rules run again over the log, and the case
 * is watched from look to look.
 *
 * A case whose time is over its threshold and whose stage is not there was held back: its standing
 * had another explanation (a queue that waits), or a person's word or a permit silenced it. An
 * allowed time stops the count instead.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import type { CameraState } from "../../pipelines/camera-state.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { CameraRules, RuleSettings } from "../../pipelines/domain/rule.ts";
import { allowedNow } from "../../pipelines/schedule/windows.ts";
import type { Span } from "./log-evidence.ts";
import type { Recording } from "./replay.ts";
import { VirtualBox } from "./virtual-box.ts";

export interface HeldBack {
  /** The rules, run again, made the same violation of the log. */
  readonly isFound: boolean;
  /** Its time was over the threshold, and it was not told. */
  readonly held: readonly Span[];
  /** A window allowed it. */
  readonly allowed: readonly Span[];
}

export interface HeldBackQuestion {
  readonly config: AgentConfig;
  readonly recording: Recording;
  readonly cameraId: CameraId;
  readonly violation: string;
}

export async function heldBack(question: HeldBackQuestion): Promise<HeldBack> {
  const { config, recording, cameraId, violation } = question;
  const box = new VirtualBox({ config, agentVersion: "" });
  const rules = config.cameras.find(({ id }) => id === cameraId)?.rules;
  const held = new Spans();
  const allowed = new Spans();
  let isFound = false;
  for await (const steps of recording) {
    for (const step of steps) {
      if (step === "restart") {
        box.restart();
        continue;
      }
      box.offer(step.look);
      const open = caseOf(box.state(cameraId), violation);
      const rule = open === undefined ? undefined : ruleOf(rules, open);
      if (open === undefined || rule === undefined || rules === undefined) continue;
      isFound = true;
      const atMs = step.look.capturedAtMs;
      const isAllowed = allowedNow(rule.allowed, atMs, rules.timeZone, rules.calendar).allowed;
      const limitMs = open.stage === "clue" ? rule.warnAfterMs : rule.reportAfterMs;
      const isOver = open.stage !== "reported" && open.forbiddenMs >= limitMs;
      allowed.mark(isAllowed, atMs);
      held.mark(isOver && !isAllowed, atMs);
    }
  }
  return { isFound, held: held.list(), allowed: allowed.list() };
}

type Case = CameraState["cases"][number];

function caseOf(state: CameraState | undefined, violation: string): Case | undefined {
  return state?.cases.find(({ violationId }) => violationId === violation);
}

function ruleOf(rules: CameraRules | undefined, { zoneId, kind }: Case): RuleSettings | undefined {
  return rules?.zones.find(({ id }) => id === zoneId)?.rules.find((rule) => rule.kind === kind);
}

/** Looks one after the other in which something held, as spans. */
class Spans {
  readonly #spans: { fromMs: number; toMs: number }[] = [];
  #isOpen = false;

  mark(holds: boolean, atMs: number): void {
    const last = this.#spans.at(-1);
    if (holds && this.#isOpen && last !== undefined) last.toMs = atMs;
    else if (holds) this.#spans.push({ fromMs: atMs, toMs: atMs });
    this.#isOpen = holds;
  }

  list(): readonly Span[] {
    return this.#spans;
  }
}
