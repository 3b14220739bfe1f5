/**
 * The open cases of one camera during one look: things in zones become clues, clues become events.
 *
 * A worksheet, filled in one step and thrown away: what goes in is the state, what comes out is
 * the next state and the changes, so the whole stays a function of its inputs.
 */
import type { CameraState } from "./camera-state.ts";
import { type CountDelta, countDelta } from "./counts.ts";
import { derivedId } from "./domain/derived-id.ts";
import type { NormBox } from "./domain/geometry.ts";
import { type PresenceId, violationId } from "./domain/ids.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { endChange } from "./end-change.ts";
import { isSameThing } from "./presence/candidates.ts";
import { depart, type LaneFlow, noFlow } from "./presence/lane-flow.ts";
import { type Presence, stands } from "./presence/presence.ts";
import type { Sighting } from "./presence/sighting.ts";
import { planOf, type RuleInZone } from "./rule-plan.ts";
import { allowedNow, forbiddenMsBetween } from "./schedule/windows.ts";
import { stageChange } from "./stage-change.ts";
import { markEnded, type PastViolation, remember } from "./stages/history.ts";
import { type OpenCase, stagesReached } from "./stages/open-case.ts";
import type { ViolationChange } from "./violation-change.ts";
import { footprintShare } from "./zones/footprint.ts";

export class JudgedCases {
  readonly changes: ViolationChange[] = [];
  readonly counts: CountDelta[] = [];
  readonly #rules: CameraRules;
  readonly #look: Look;
  readonly #places: ReadonlyMap<PresenceId, NormBox>;
  readonly #cases: Map<string, OpenCase>;
  #history: readonly PastViolation[];
  #laneFlows: Readonly<Record<string, LaneFlow>>;

  /** `presences`: all that are left after this look. */
  constructor(rules: CameraRules, state: CameraState, look: Look, presences: readonly Presence[]) {
    this.#rules = rules;
    this.#look = look;
    this.#places = new Map(presences.map(({ id, place }) => [id, place]));
    this.#cases = new Map(state.cases.map((open) => [keyOf(open), open]));
    this.#history = state.history;
    this.#laneFlows = state.laneFlows;
  }

  get cases(): readonly OpenCase[] {
    return [...this.#cases.values()];
  }

  get history(): readonly PastViolation[] {
    return this.#history;
  }

  get laneFlows(): Readonly<Record<string, LaneFlow>> {
    return this.#laneFlows;
  }

  /** The thing is gone: what was told is cleared, what was not is a statistic. */
  end(presence: Presence): void {
    const zoneIds = new Set<string>();
    for (const open of this.#cases.values()) {
      if (open.presenceId !== presence.id) continue;
      zoneIds.add(open.zoneId);
      this.#cases.delete(keyOf(open));
      if (open.lastChange === null) {
        if (open.isClueCounted) this.#count(open, "settled");
        continue;
      }
      const atMs = this.#look.capturedAtMs;
      const facts = { stage: "cleared", endReason: "gone", atMs, presence } as const;
      this.#tell(open, endChange(open, open.lastChange, facts));
      this.#history = markEnded(this.#history, open.violationId, presence.lastSeenAtMs);
    }
    for (const zoneId of zoneIds) {
      const flow = depart(this.#laneFlows[zoneId] ?? noFlow, presence);
      this.#laneFlows = { ...this.#laneFlows, [zoneId]: flow };
    }
  }

  /** The thing was seen in this look. */
  see(presence: Presence, sighting: Sighting): void {
    for (const found of planOf(this.#rules).rulesInZones) {
      if (!found.kindRule.things.includes(presence.thing)) continue;
      if (presence.score < (found.rule.scoreMin ?? 0)) continue;
      const known = this.#cases.get(keyOf(idsOf(found, presence)));
      // A thing that was told of does not leave the zone by a box that drifts over its border.
      const isInZone =
        (known?.revision ?? 0) > 0 ||
        footprintShare(presence.place, found.zone.polygon) >= found.rule.overlapMin;
      if (isInZone) this.#judge(found, known ?? this.#open(found, presence), presence, sighting);
    }
  }

  /** Presences that were dropped at the limit take their clues along. */
  dropOrphans(): void {
    for (const open of this.#cases.values()) {
      if (!this.#places.has(open.presenceId)) this.#cases.delete(keyOf(open));
    }
  }

  #judge(found: RuleInZone, known: OpenCase, presence: Presence, sighting: Sighting): void {
    const { rule, kindRule, zone } = found;
    const { timeZone, calendar } = this.#rules;
    const atMs = this.#look.capturedAtMs;
    const { allowed } = allowedNow(rule.allowed, atMs, timeZone, calendar);
    const { fromMs, toMs } = sighting.observed ?? { fromMs: atMs, toMs: atMs };
    const addedMs = forbiddenMsBetween(rule.allowed, fromMs, toMs, timeZone, calendar);
    // An allowed time between two forbidden ones: a clue starts anew, what was told goes on.
    const startsAnew = allowed && known.revision === 0;
    let open: OpenCase = { ...known, forbiddenMs: startsAnew ? 0 : known.forbiddenMs + addedMs };
    const isStanding = stands(presence);
    if (isStanding) open = this.#countOnce(open, allowed);
    this.#keep(open);
    if (!isStanding || allowed || this.#isTold(open, presence)) return;
    if (kindRule.isExcused(presence, this.#laneFlows[zone.id] ?? noFlow, atMs)) return;
    for (const stage of stagesReached(open.stage, open.forbiddenMs, rule)) {
      open = {
        ...open,
        stage,
        revision: open.revision + 1,
        ...(stage === "warned" ? { warnedAtMs: atMs } : { reportedAtMs: atMs }),
      };
      if (stage === "warned") {
        const { violationId, kind } = open;
        const past = { violationId, kind, place: presence.place, warnedAtMs: atMs };
        this.#history = remember(this.#history, past);
      }
      const change = stageChange({
        rules: this.#rules,
        look: this.#look,
        found,
        open,
        stage,
        presence,
        history: this.#history,
        clusterCount: this.#toldCount(open),
      });
      open = { ...open, lastChange: change };
      this.#keep(open);
      this.#tell(open, change);
    }
  }

  #open(found: RuleInZone, presence: Presence): OpenCase {
    const { deviceId, cameraId } = this.#rules;
    const { zone, rule } = found;
    const startedAtMs = this.#look.capturedAtMs;
    const id = derivedId([deviceId, cameraId, zone.id, rule.kind, presence.id, startedAtMs]);
    return {
      ...idsOf(found, presence),
      violationId: violationId(id),
      stage: "clue",
      forbiddenMs: 0,
      revision: 0,
      warnedAtMs: null,
      reportedAtMs: null,
      isClueCounted: false,
      isAllowedCounted: false,
      lastChange: null,
    };
  }

  /**
   * One violation a thing and kind is enough: it was told for another zone, or for another box on
   * the same vehicle that the detector also sees.
   */
  #isTold(open: OpenCase, presence: Presence): boolean {
    for (const other of this.#cases.values()) {
      if (other.kind !== open.kind || other.revision === 0 || other === open) continue;
      if (other.presenceId === open.presenceId) {
        if (other.zoneId !== open.zoneId) return true;
        continue;
      }
      const place = this.#places.get(other.presenceId);
      if (place !== undefined && isSameThing(place, presence.place)) return true;
    }
    return false;
  }

  /** Open violations of the kind in the zone, this one included. */
  #toldCount({ zoneId, kind, violationId }: OpenCase): number {
    let count = 1;
    for (const other of this.#cases.values()) {
      const isOther = other.violationId !== violationId && other.revision > 0;
      if (isOther && other.zoneId === zoneId && other.kind === kind) count += 1;
    }
    return count;
  }

  #countOnce(open: OpenCase, allowed: boolean): OpenCase {
    if (allowed) {
      if (!open.isAllowedCounted) this.#count(open, "allowed");
      return { ...open, isAllowedCounted: true };
    }
    if (!open.isClueCounted) this.#count(open, "clue");
    return { ...open, isClueCounted: true };
  }

  #tell(open: OpenCase, change: ViolationChange): void {
    this.changes.push(change);
    this.#count(open, change.stage);
  }

  #count({ zoneId, kind }: OpenCase, stage: CountDelta["stage"]): void {
    this.counts.push(countDelta(this.#look.capturedAtMs, zoneId, kind, stage));
  }

  #keep(open: OpenCase): void {
    this.#cases.set(keyOf(open), open);
  }
}

function idsOf({ zone, rule }: RuleInZone, { id }: Presence) {
  return { presenceId: id, zoneId: zone.id, kind: rule.kind };
}

function keyOf({ presenceId, zoneId, kind }: Pick<OpenCase, "presenceId" | "zoneId" | "kind">) {
  return `${presenceId}/${zoneId}/${kind}`;
}
