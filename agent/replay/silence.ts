/**
 * Why was nothing told here? What stood in a zone, or at a point, at an instant, and what each
 * rule made of it: the rules run again over the log up to then.
 *
 * A clue that was never told has no event, so the store knows nothing of it; the log does.
 */
import type { AgentConfig } from "../../config/agent-config.ts";
import type { NormBox, NormPoint } from "../../pipelines/domain/geometry.ts";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { Kind } from "../../pipelines/domain/kind.ts";
import type { CameraRules } from "../../pipelines/domain/rule.ts";
import type { Presence } from "../../pipelines/presence/presence.ts";
import type { Thing } from "../../pipelines/presence/thing.ts";
import { planOf, type RuleInZone, timesAt } from "../../pipelines/rule-plan.ts";
import type { OpenCase } from "../../pipelines/stages/open-case.ts";
import { footprintShare } from "../../pipelines/zones/footprint.ts";
import type { HeldWhy } from "./held-text.ts";
import type { Recording } from "./replay.ts";
import { runAgain } from "./run-again.ts";

export interface SilenceQuestion {
  readonly config: AgentConfig;
  readonly recording: Recording;
  readonly cameraId: CameraId;
  readonly zoneId?: string;
  readonly point?: NormPoint;
}

export interface Silence {
  readonly lookCount: number;
  /** The last look up to the instant; undefined: there is none in the log. */
  readonly lastLookAtMs: number | undefined;
  /** What was remembered there, the longest first. */
  readonly things: readonly SilentThing[];
}

export interface SilentThing {
  readonly thing: Thing;
  readonly box: NormBox;
  readonly score: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly observedMs: number;
  readonly unobservedMs: number;
  /** Of every rule that may look at it; empty: none watches for such a thing there. */
  readonly rules: readonly RuleAnswer[];
}

export interface RuleAnswer {
  readonly zone: string;
  readonly kind: Kind;
  readonly answer:
    | { readonly is: "told"; readonly violation: string; readonly stage: string }
    | { readonly is: "held"; readonly why: HeldWhy }
    /** Observed time outside allowed windows, and what it takes. */
    | { readonly is: "waiting"; readonly forMs: number; readonly warnAfterMs: number }
    | { readonly is: "outside"; readonly share: number; readonly shareMin: number }
    | { readonly is: "below-score"; readonly scoreMin: number }
    | { readonly is: "not-asked" };
}

export async function silence(question: SilenceQuestion): Promise<Silence> {
  const { config, cameraId } = question;
  const rules = config.cameras.find(({ id }) => id === cameraId)?.rules;
  const looks: { count: number; lastAtMs?: number } = { count: 0 };
  const box = await runAgain(question, (_, capturedAtMs) => {
    looks.count += 1;
    looks.lastAtMs = Math.max(looks.lastAtMs ?? 0, capturedAtMs);
  });
  const { count: lookCount, lastAtMs: lastLookAtMs } = looks;
  const state = box.state(cameraId);
  if (state === undefined || rules === undefined || lastLookAtMs === undefined) {
    return { lookCount, lastLookAtMs, things: [] };
  }
  const atMs = lastLookAtMs;
  const things = state.presences
    .filter((presence) => isMeant(presence, rules, question))
    .toSorted((a, b) => b.observedMs - a.observedMs)
    .map((presence): SilentThing => {
      const { thing, score, firstSeenAtMs, lastSeenAtMs, observedMs, unobservedMs } = presence;
      const answers = planOf(rules)
        .rulesInZones.filter(
          ({ zone }) => question.zoneId === undefined || zone.id === question.zoneId,
        )
        .flatMap((found) => answerOf(found, presence, state.cases, rules, atMs));
      return {
        thing,
        box: presence.box,
        score,
        firstSeenAtMs,
        lastSeenAtMs,
        observedMs,
        unobservedMs,
        rules: answers,
      };
    });
  return { lookCount, lastLookAtMs, things };
}

/** A thing that only touches the zone is meant, too: that it is outside is an answer. */
function isMeant(
  { place }: Presence,
  { zones }: CameraRules,
  { zoneId, point }: SilenceQuestion,
): boolean {
  if (point !== undefined) {
    const { x, y } = point;
    return x >= place.xMin && x <= place.xMax && y >= place.yMin && y <= place.yMax;
  }
  return zones.some(
    ({ id, polygon }) =>
      (zoneId === undefined || id === zoneId) && footprintShare(place, polygon) > 0,
  );
}

function answerOf(
  found: RuleInZone,
  presence: Presence,
  cases: readonly OpenCase[],
  rules: CameraRules,
  atMs: number,
): readonly RuleAnswer[] {
  const { zone, rule, things } = found;
  const { thing, place, score, heap, id } = presence;
  const answered = (answer: RuleAnswer["answer"]): readonly RuleAnswer[] => [
    { zone: zone.id, kind: rule.kind, answer },
  ];
  if (!things.includes(thing) || (heap !== undefined && heap.zoneId !== zone.id)) return [];
  const share = heap === undefined ? footprintShare(place, zone.polygon) : 1;
  if (share === 0) return [];
  const open = cases.find(
    (each) => each.presenceId === id && each.zoneId === zone.id && each.kind === rule.kind,
  );
  const { scoreMin = 0 } = rule;
  if (open?.quiet !== undefined) return answered({ is: "held", why: open.quiet.by });
  if (open !== undefined && open.revision > 0) {
    return answered({ is: "told", violation: open.violationId, stage: open.stage });
  }
  if (score < scoreMin) return answered({ is: "below-score", scoreMin });
  if (share < rule.overlapMin) {
    return answered({ is: "outside", share, shareMin: rule.overlapMin });
  }
  if (open === undefined) return answered({ is: "not-asked" });
  if (open.heldBy !== null) return answered({ is: "held", why: open.heldBy });
  const { warnAfterMs } = timesAt(rules, found, open.subKind, atMs);
  return answered({ is: "waiting", forMs: open.forbiddenMs, warnAfterMs });
}
