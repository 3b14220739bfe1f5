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
import type { CameraRules, RuleSettings, ZoneSettings } from "./domain/rule.ts";
import { depart, type LaneFlow, noFlow } from "./illegal-parking/lane-flow.ts";
import type { KindRule } from "./kind-rule.ts";
import { kindRuleOf } from "./kind-rules.ts";
import { isSameThing } from "./presence/candidates.ts";
import { type Presence, stands } from "./presence/presence.ts";
import type { Sighting } from "./presence/sighting.ts";
import { allowedNow, forbiddenMsBetween } from "./schedule/windows.ts";
import { markEnded, type PastViolation, recurrenceOf, remember } from "./stages/history.ts";
import { type OpenCase, stagesReached } from "./stages/open-case.ts";
import { severityOf } from "./stages/severity.ts";
import type { ViolationChange } from "./violation-change.ts";
import { footprintShare } from "./zones/footprint.ts";

interface RuleInZone {
  readonly zone: ZoneSettings;
  readonly rule: RuleSettings;
  readonly kindRule: KindRule;
}

export class JudgedCases {
  readonly changes: ViolationChange[] = [];
  readonly counts: CountDelta[] = [];
  readonly #rules: CameraRules;
  readonly #look: Look;
  readonly #rulesInZones: readonly RuleInZone[];
  readonly #places: ReadonlyMap<PresenceId, NormBox>;
  #cases: ReadonlyMap<string, OpenCase>;
  #history: readonly PastViolation[];
  #laneFlows: Readonly<Record<string, LaneFlow>>;

  /** `presences`: all that are left after this look. */
  constructor(rules: CameraRules, state: CameraState, look: Look, presences: readonly Presence[]) {
    this.#rules = rules;
    this.#look = look;
    this.#rulesInZones = rulesInZones(rules);
    this.#cases = new Map(state.cases.map((open) => [keyOf(open), open]));
    this.#places = new Map(presences.map(({ id, place }) => [id, place]));
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
    for (const open of this.#casesOf(presence)) {
      this.#remove(open);
      const flow = this.#laneFlows[open.zoneId] ?? noFlow;
      this.#laneFlows = { ...this.#laneFlows, [open.zoneId]: depart(flow, presence) };
      const found = this.#rulesInZones.find(
        ({ zone, rule }) => zone.id === open.zoneId && rule.kind === open.kind,
      );
      if (open.stage === "clue") {
        if (open.isClueCounted) this.#count(open, "settled");
      } else if (found !== undefined) {
        this.#change(found, open, presence, "cleared");
        this.#history = markEnded(this.#history, open.violationId, presence.lastSeenAtMs);
      }
    }
  }

  /** The thing was seen in this look. */
  see(presence: Presence, sighting: Sighting): void {
    for (const found of this.#rulesInZones) {
      if (!found.kindRule.things.includes(presence.thing)) continue;
      if (presence.score < (found.rule.scoreMin ?? 0)) continue;
      const share = footprintShare(presence.place, found.zone.polygon);
      const known = this.#cases.get(keyOf(idsOf(found, presence)));
      // A thing that was told of does not leave the zone by a box that drifts over its border.
      const isInZone = share >= found.rule.overlapMin || (known?.revision ?? 0) > 0;
      if (isInZone) this.#judge(found, known ?? this.#open(found, presence), presence, sighting);
    }
  }

  /** Presences that were dropped at the limit take their clues along. */
  dropOrphans(): void {
    for (const open of this.#cases.values()) {
      if (!this.#places.has(open.presenceId)) this.#remove(open);
    }
  }

  #judge(found: RuleInZone, known: OpenCase, presence: Presence, sighting: Sighting): void {
    const { rule, kindRule, zone } = found;
    const { timeZone, calendar } = this.#rules;
    const atMs = this.#look.capturedAtMs;
    const { allowed } = allowedNow(rule.allowed, atMs, timeZone, calendar);
    const { observed } = sighting;
    const addedMs =
      observed === undefined
        ? 0
        : forbiddenMsBetween(rule.allowed, observed.fromMs, observed.toMs, timeZone, calendar);
    // An allowed time between two forbidden ones: a clue starts anew, what was told goes on.
    const startsAnew = allowed && known.stage === "clue";
    let open: OpenCase = { ...known, forbiddenMs: startsAnew ? 0 : known.forbiddenMs + addedMs };
    const isStanding = stands(presence);
    if (isStanding && allowed && !open.isAllowedCounted) {
      this.#count(open, "allowed");
      open = { ...open, isAllowedCounted: true };
    }
    if (isStanding && !allowed && !open.isClueCounted) {
      this.#count(open, "clue");
      open = { ...open, isClueCounted: true };
    }
    this.#keep(open);
    if (!isStanding || allowed || this.#isTold(open, presence)) return;
    const flow = this.#laneFlows[zone.id] ?? noFlow;
    if (open.stage === "clue" && kindRule.isExcused(presence, flow, atMs)) return;
    for (const stage of stagesReached(open.stage, open.forbiddenMs, rule)) {
      open = {
        ...open,
        stage,
        revision: open.revision + 1,
        ...(stage === "warned" ? { warnedAtMs: atMs } : { reportedAtMs: atMs }),
      };
      if (stage === "warned") this.#rememberWarned(open, presence);
      open = { ...open, lastChange: this.#change(found, open, presence, stage) };
      this.#keep(open);
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

  #change(
    { zone, rule, kindRule }: RuleInZone,
    open: OpenCase,
    presence: Presence,
    stage: "warned" | "reported" | "cleared",
  ): ViolationChange {
    const { cameraId, calendar, timeZone, matters } = this.#rules;
    const atMs = this.#look.capturedAtMs;
    const subKind = kindRule.subKindOf(presence);
    const matter = matters[subKind];
    if (matter === undefined) throw new RangeError(`no matter code for sub-kind ${subKind}`);
    const isEnd = stage === "cleared";
    const { occurrences, recursFrom } = isEnd
      ? (open.lastChange ?? this.#recurrence(open, presence, rule))
      : this.#recurrence(open, presence, rule);
    const { severity, fact } = severityOf({
      zoneTags: zone.tags,
      stage: isEnd ? (open.lastChange?.stage ?? stage) : stage,
      occurrencesDays7: occurrences.days7,
      clusterCount: this.#openCount(open),
      ...(rule.severityMin === undefined ? {} : { severityMin: rule.severityMin }),
    });
    const endReason = isEnd ? "gone" : null;
    const change: ViolationChange = {
      violationId: open.violationId,
      revision: isEnd ? open.revision + 1 : open.revision,
      stage,
      kind: rule.kind,
      subKind,
      severity,
      severityFact: fact,
      matter,
      cameraId,
      viewId: this.#look.viewId,
      zoneId: zone.id,
      zoneTags: zone.tags,
      atMs,
      firstSeenAtMs: presence.firstSeenAtMs,
      warnedAtMs: open.warnedAtMs,
      reportedAtMs: open.reportedAtMs,
      lastSeenAtMs: presence.lastSeenAtMs,
      clearedAtMs: isEnd ? atMs : null,
      observedMs: presence.observedMs,
      unobservedMs: presence.unobservedMs,
      clockUncertaintyMs: this.#look.capturedUncertaintyMs,
      box: presence.box,
      score: presence.score,
      cues: cuesOf(presence),
      objectCount: 1,
      rule: {
        warnAfterMs: rule.warnAfterMs,
        reportAfterMs: rule.reportAfterMs,
        clearAfterMs: rule.clearAfterMs,
        everyMs: rule.everyMs,
      },
      evidenceRequire: rule.evidenceRequire,
      reason: kindRule.reasonOf({
        stage,
        endReason,
        zoneId: zone.id,
        presence,
        forbiddenMs: open.forbiddenMs,
        rule,
      }),
      endReason,
      occurrences,
      recursFrom,
      permitsChecked: [],
      calendar: allowedNow(rule.allowed, atMs, timeZone, calendar).calendar,
      calendarVersion: calendar.version,
      model: this.#look.model,
    };
    this.changes.push(change);
    this.#count(open, stage);
    return change;
  }

  #recurrence(open: OpenCase, presence: Presence, rule: RuleSettings) {
    return recurrenceOf(this.#history, {
      violationId: open.violationId,
      kind: open.kind,
      place: presence.place,
      firstSeenAtMs: presence.firstSeenAtMs,
      atMs: this.#look.capturedAtMs,
      recurrenceWindowMs: rule.recurrenceWindowMs,
    });
  }

  #rememberWarned({ violationId, kind }: OpenCase, { place }: Presence): void {
    const warnedAtMs = this.#look.capturedAtMs;
    this.#history = remember(this.#history, { violationId, kind, place, warnedAtMs });
  }

  /**
   * One violation a thing and kind is enough: it was told for another zone, or for another box on
   * the same vehicle that the detector also sees.
   */
  #isTold(open: OpenCase, presence: Presence): boolean {
    return [...this.#cases.values()].some((other) => {
      if (other.kind !== open.kind || other.revision === 0 || other === open) return false;
      if (other.presenceId === open.presenceId) return other.zoneId !== open.zoneId;
      const place = this.#places.get(other.presenceId);
      return place !== undefined && isSameThing(place, presence.place);
    });
  }

  #openCount({ zoneId, kind, violationId }: OpenCase): number {
    const others = [...this.#cases.values()].filter(
      (other) =>
        other.zoneId === zoneId &&
        other.kind === kind &&
        other.revision > 0 &&
        other.violationId !== violationId,
    );
    return others.length + 1;
  }

  #casesOf({ id }: Pick<Presence, "id">): readonly OpenCase[] {
    return [...this.#cases.values()].filter(({ presenceId }) => presenceId === id);
  }

  #count({ zoneId, kind }: OpenCase, stage: CountDelta["stage"]): void {
    this.counts.push(countDelta(this.#look.capturedAtMs, zoneId, kind, stage));
  }

  #keep(open: OpenCase): void {
    this.#cases = new Map(this.#cases).set(keyOf(open), open);
  }

  #remove(open: OpenCase): void {
    const rest = new Map(this.#cases);
    rest.delete(keyOf(open));
    this.#cases = rest;
  }
}

/** Rules that can be judged; where two zones hold a thing, the stricter rule is asked first. */
function rulesInZones(rules: CameraRules): readonly RuleInZone[] {
  return rules.zones
    .flatMap((zone) =>
      zone.rules.flatMap((rule) => {
        const kindRule = kindRuleOf(rule.kind);
        return kindRule === undefined ? [] : [{ zone, rule, kindRule }];
      }),
    )
    .sort((a, b) => a.rule.reportAfterMs - b.rule.reportAfterMs);
}

function idsOf({ zone, rule }: RuleInZone, { id }: Presence) {
  return { presenceId: id, zoneId: zone.id, kind: rule.kind };
}

function keyOf({ presenceId, zoneId, kind }: Pick<OpenCase, "presenceId" | "zoneId" | "kind">) {
  return `${presenceId}/${zoneId}/${kind}`;
}

/** What the detector called it, as shares of one. */
function cuesOf({ labelWeights }: Presence): ViolationChange["cues"] {
  const entries = Object.entries(labelWeights);
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  return entries
    .map(([label, weight]) => ({ label, score: Math.round((weight / sum) * 1e3) / 1e3 }))
    .sort((a, b) => b.score - a.score);
}
