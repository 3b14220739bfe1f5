/**
 * Rules changed while things stood: what no rule holds any more is withdrawn, presences stay.
 *
 * Called at the start and after a reload, before the first look under the new rules. A zone that
 * was redrawn keeps what still stands in it.
 */
import type { CameraState } from "./camera-state.ts";
import type { CountDelta } from "./counts.ts";
import { countDelta } from "./counts.ts";
import { boxShareInside } from "./domain/geometry.ts";
import type { CameraRules, RuleSettings, ZoneSettings } from "./domain/rule.ts";
import { kindRuleOf } from "./kind-rules.ts";
import type { Presence } from "./presence/presence.ts";
import { markEnded } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import type { ViolationChange } from "./violation-change.ts";
import { footprintShare } from "./zones/footprint.ts";

export interface Reconciled {
  readonly state: CameraState;
  readonly changes: readonly ViolationChange[];
  readonly counts: readonly CountDelta[];
}

export function reconcile(rules: CameraRules, state: CameraState, atMs: number): Reconciled {
  const presences = new Map(state.presences.map((presence) => [presence.id, presence]));
  const changes: ViolationChange[] = [];
  const counts: CountDelta[] = [];
  const cases: OpenCase[] = [];
  let { history } = state;
  for (const open of state.cases) {
    const presence = presences.get(open.presenceId);
    const holding = ruleOf(rules, open);
    if (presence !== undefined && holding !== undefined && isHeld(rules, holding, presence)) {
      cases.push(open);
      continue;
    }
    if (open.lastChange === null) continue;
    changes.push(withdrawn(open, open.lastChange, presence, holding?.rule, atMs));
    counts.push(countDelta(atMs, open.zoneId, open.kind, "withdrawn"));
    history = markEnded(history, open.violationId, presence?.lastSeenAtMs ?? atMs);
  }
  const zoneIds = new Set<string>(rules.zones.map(({ id }) => id));
  const laneFlows = Object.fromEntries(
    Object.entries(state.laneFlows).filter(([zoneId]) => zoneIds.has(zoneId)),
  );
  const kept = state.presences.filter((presence) => isInView(rules, presence));
  return { state: { ...state, presences: kept, cases, history, laneFlows }, changes, counts };
}

interface Holding {
  readonly zone: ZoneSettings;
  readonly rule: RuleSettings;
}

function ruleOf(rules: CameraRules, { zoneId, kind }: OpenCase): Holding | undefined {
  const zone = rules.zones.find(({ id }) => id === zoneId);
  const rule = zone?.rules.find((candidate) => candidate.kind === kind);
  return zone === undefined || rule === undefined ? undefined : { zone, rule };
}

/** Half of what the rule asks for: a border that was touched up does not withdraw anything. */
function isHeld(rules: CameraRules, { zone, rule }: Holding, presence: Presence): boolean {
  const share = footprintShare(presence.place, zone.polygon);
  return share >= rule.overlapMin / 2 && isInView(rules, presence);
}

/** Some view that has seen it still looks at its place; otherwise nobody ever will. */
function isInView(rules: CameraRules, presence: Presence): boolean {
  return rules.views.some(
    ({ id, crop }) => presence.viewIds.includes(id) && boxShareInside(presence.place, crop) >= 0.5,
  );
}

function withdrawn(
  open: OpenCase,
  last: ViolationChange,
  presence: Presence | undefined,
  rule: RuleSettings | undefined,
  atMs: number,
): ViolationChange {
  const seen =
    presence === undefined
      ? {}
      : {
          lastSeenAtMs: presence.lastSeenAtMs,
          observedMs: presence.observedMs,
          unobservedMs: presence.unobservedMs,
          box: presence.box,
        };
  const kindRule = kindRuleOf(open.kind);
  const facts = { stage: "withdrawn", endReason: "rule-removed" } as const;
  const reason =
    kindRule === undefined || presence === undefined || rule === undefined
      ? {
          zh: `区域“${open.zoneId}”或其规则已调整，该记录已撤回，无需处置。`,
          en: `Zone "${open.zoneId}" or its rule was removed or changed: withdrawn, no action needed.`,
        }
      : kindRule.reasonOf({
          ...facts,
          zoneId: open.zoneId,
          presence,
          forbiddenMs: open.forbiddenMs,
          rule,
        });
  return { ...last, ...seen, ...facts, revision: open.revision + 1, atMs, reason };
}
