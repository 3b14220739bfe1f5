/**
 * The open cases of one camera during one look: things in zones become clues, clues become events.
 *
 * A worksheet, filled in one step and thrown away: what goes in is the state, what comes out is
 * the next state and the changes, so the whole stays a function of its inputs.
 */
import { permitsOfCase, windowsFor } from "./allowance.ts";
import type { CameraState } from "./camera-state.ts";
import { caseKey } from "./case-key.ts";
import { type CountDelta, countDelta } from "./counts.ts";
import type { PresenceId } from "./domain/ids.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { type EndFacts, endChange } from "./end-change.ts";
import { freshCase } from "./fresh-case.ts";
import type { Judgement } from "./kind-rule.ts";
import { kindRuleOf } from "./kind-rules.ts";
import { isSameThing } from "./presence/candidates.ts";
import { depart, type LaneFlow, noFlow } from "./presence/lane-flow.ts";
import { type Presence, stands } from "./presence/presence.ts";
import type { Sighting } from "./presence/sighting.ts";
import { planOf, type RuleInZone, timesOf } from "./rule-plan.ts";
import { Scene } from "./scene.ts";
import { allowedNow } from "./schedule/windows.ts";
import { stageChange } from "./stage-change.ts";
import { addTime } from "./stages/case-time.ts";
import { markEnded, type PastViolation, remember } from "./stages/history.ts";
import { type OpenCase, type Quiet, stagesReached } from "./stages/open-case.ts";
import { emptyReview, type ReviewList, review } from "./stages/review.ts";
import type { ViolationChange } from "./violation-change.ts";
import { footprintShare } from "./zones/footprint.ts";

export class JudgedCases {
  readonly changes: ViolationChange[] = [];
  readonly counts: CountDelta[] = [];
  readonly #rules: CameraRules;
  readonly #look: Look;
  readonly #scene: Scene;
  readonly #presences: ReadonlyMap<PresenceId, Presence>;
  readonly #before: readonly Presence[];
  readonly #cases: Map<string, OpenCase>;
  #history: readonly PastViolation[];
  #laneFlows: Readonly<Record<string, LaneFlow>>;
  #review: ReviewList;

  /** `presences`: all that are left after this look; `seen`: what this look said of them. */
  constructor(
    rules: CameraRules,
    state: CameraState,
    look: Look,
    {
      presences,
      seen,
    }: {
      readonly presences: readonly Presence[];
      readonly seen: ReadonlyMap<PresenceId, Sighting>;
    },
  ) {
    this.#rules = rules;
    this.#look = look;
    this.#presences = new Map(presences.map((presence) => [presence.id, presence]));
    this.#before = state.presences;
    this.#cases = new Map(state.cases.map((open) => [caseKey(open), open]));
    this.#history = state.history;
    this.#laneFlows = state.laneFlows;
    this.#review = state.review ?? emptyReview;
    this.#scene = new Scene({ rules, look, presences, seen, laneFlows: () => this.#laneFlows });
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

  get review(): ReviewList {
    return this.#review;
  }

  /** The thing is gone: what was told is cleared, what was not is a statistic. */
  end(presence: Presence): void {
    const zoneIds = new Set<string>();
    for (const open of this.#cases.values()) {
      if (open.presenceId !== presence.id) continue;
      zoneIds.add(open.zoneId);
      this.#endCase(open, presence, { stage: "cleared", endReason: "gone" });
    }
    for (const zoneId of zoneIds) {
      const flow = depart(this.#laneFlows[zoneId] ?? noFlow, presence);
      this.#laneFlows = { ...this.#laneFlows, [zoneId]: flow };
    }
  }

  /** The thing was seen in this look. */
  see(presence: Presence, sighting: Sighting): void {
    for (const found of planOf(this.#rules).rulesOf.get(presence.thing) ?? []) {
      if (presence.score < (found.rule.scoreMin ?? 0)) continue;
      if (presence.heap !== undefined && presence.heap.zoneId !== found.zone.id) continue;
      const known = this.#cases.get(caseKey(idsOf(found, presence)));
      if (known?.quiet !== undefined) {
        const quiet = this.#rememberQuietly(found, known, presence, sighting);
        if (!this.#isQuietOver(quiet, known.quiet, found, presence)) continue;
        // What stays is new from here on: the time up to this look was the permit's.
        const anew = { ...this.#open(found, presence), memory: quiet.memory };
        this.#judge(found, anew, presence, { score: sighting.score });
        continue;
      }
      // A thing that was told of does not leave the zone by a box that drifts over its border.
      const isInZone =
        presence.heap !== undefined ||
        (known?.revision ?? 0) > 0 ||
        footprintShare(presence.place, found.zone.polygon) >= found.rule.overlapMin;
      if (isInZone) this.#judge(found, known ?? this.#open(found, presence), presence, sighting);
    }
  }

  /** What its kind knows of the thing goes on, so that it knows it when the permit ends. */
  #rememberQuietly(
    { zone, rule, kindRule }: RuleInZone,
    open: OpenCase,
    presence: Presence,
    sighting: Sighting,
  ): OpenCase {
    const scene = this.#scene;
    const facts = { presence, sighting, zone, rule, open, isAllowed: true, scene };
    const { memory = open.memory } = kindRule.judge(facts);
    const after = { ...open, memory };
    this.#keep(after);
    return after;
  }

  /** A person's word lasts as long as the thing, a permit as long as it holds. */
  #isQuietOver(
    open: OpenCase,
    { by, untilMs }: Quiet,
    found: RuleInZone,
    presence: Presence,
  ): boolean {
    if (by === "verdict") return false;
    const atMs = this.#look.capturedAtMs;
    if (untilMs !== undefined) return atMs >= untilMs;
    return permitsOfCase(this.#rules, found, presence, open, atMs).covering.length === 0;
  }

  /** Presences that were dropped at the limit take their clues along. */
  dropOrphans(): void {
    for (const open of this.#cases.values()) {
      if (this.#presences.has(open.presenceId)) continue;
      this.#cases.delete(caseKey(open));
      const dropped = this.#before.find(({ id }) => id === open.presenceId);
      if (dropped !== undefined && open.lastChange === null) this.#reviewLater(open, dropped);
    }
  }

  #judge(found: RuleInZone, known: OpenCase, presence: Presence, sighting: Sighting): void {
    const { rule, kindRule, zone } = found;
    const { timeZone, calendar } = this.#rules;
    const atMs = this.#look.capturedAtMs;
    const permits = permitsOfCase(this.#rules, found, presence, known, atMs);
    const windows = windowsFor(found, presence, permits.forIt);
    const isAllowed = allowedNow(windows, atMs, timeZone, calendar).allowed;
    if (known.lastChange !== null && permits.covering.length > 0) {
      this.#withdraw(known, presence);
      return;
    }
    const scene = this.#scene;
    const judgement = kindRule.judge({
      presence,
      sighting,
      zone,
      rule,
      open: known,
      isAllowed,
      scene,
    });
    // Another rule of the zone watches for what it turned out to be.
    if (!found.subKinds.includes(judgement.subKind)) return;
    const { answer, subKind, memory = known.memory, rightSinceMs = null } = judgement;
    const allowance = { windows, isAllowed, timeZone, calendar };
    const look = { answer, rightSinceMs, presence, sighting, atMs, ...allowance };
    let open: OpenCase = { ...known, subKind, memory, ...addTime(known, look) };
    if (answer === "right") {
      this.#keep(this.#endInOrder(found, open, presence));
      return;
    }
    const isStanding = judgement.isStanding ?? stands(presence);
    const isViolating = isStanding && answer === "violating";
    if (isViolating) open = this.#countOnce(open, isAllowed);
    this.#keep(open);
    if (!isViolating || isAllowed || judgement.isExcused === true) return;
    if (this.#isTold(found, open, presence)) return;
    this.#raise(found, open, presence, judgement);
  }

  #raise(found: RuleInZone, known: OpenCase, presence: Presence, judgement: Judgement): void {
    const { evidenceRequire } = found.rule;
    const times = { ...timesOf(found.rule, known.subKind), evidenceRequire };
    const reached = judgement.reached ?? stagesReached(known.stage, known.forbiddenMs, times);
    let open = known;
    for (const stage of reached) open = this.#raiseTo(stage, found, open, presence, judgement);
  }

  #raiseTo(
    stage: "warned" | "reported",
    found: RuleInZone,
    known: OpenCase,
    presence: Presence,
    judgement: Judgement,
  ): OpenCase {
    const atMs = this.#look.capturedAtMs;
    const open: OpenCase = {
      ...known,
      stage,
      revision: known.revision + 1,
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
      judgement,
      history: this.#history,
      clusterCount: this.#toldCount(open),
    });
    const told = { ...open, lastChange: change };
    this.#keep(told);
    this.#tell(told, change);
    return told;
  }

  /** The thing is there and in order: what was told of it ends when that has lasted. */
  #endInOrder(found: RuleInZone, open: OpenCase, presence: Presence): OpenCase {
    const { rule } = found;
    const anew: OpenCase = {
      ...this.#open(found, presence),
      answer: "right",
      memory: open.memory,
    };
    if (open.revision === 0) {
      if (open.isClueCounted) this.#count(open, "settled");
      return { ...open, isClueCounted: false };
    }
    if (open.rightMs < timesOf(rule, open.subKind).clearAfterMs) return open;
    this.#endCase(open, presence, { stage: "cleared", endReason: "put-right" });
    return anew;
  }

  /** A permit covers what was told: withdrawn, and quiet while it does. */
  #withdraw(open: OpenCase, presence: Presence): void {
    if (open.lastChange === null) return;
    const atMs = this.#look.capturedAtMs;
    const facts = { stage: "withdrawn", endReason: "permit", atMs, presence } as const;
    const change = endChange(open, open.lastChange, facts);
    const quiet = { by: "permit" } as const;
    this.#keep({ ...open, revision: change.revision, lastChange: change, quiet });
    this.#tell(open, change);
    this.#history = this.#history.filter(({ violationId }) => violationId !== open.violationId);
  }

  #endCase(
    open: OpenCase,
    presence: Presence,
    { stage, endReason }: Pick<EndFacts, "stage" | "endReason">,
  ): void {
    this.#cases.delete(caseKey(open));
    if (open.quiet !== undefined) return;
    if (open.lastChange === null) {
      if (open.isClueCounted) this.#count(open, "settled");
      this.#reviewLater(open, presence);
      return;
    }
    const atMs = this.#look.capturedAtMs;
    this.#tell(open, endChange(open, open.lastChange, { stage, endReason, atMs, presence }));
    this.#history = markEnded(this.#history, open.violationId, presence.lastSeenAtMs);
  }

  #reviewLater(open: OpenCase, presence: Presence): void {
    const seen = kindRuleOf(open.kind)?.reviewOf?.(open);
    if (seen === undefined) return;
    const { place, firstSeenAtMs, lastSeenAtMs, score } = presence;
    const { kind, zoneId } = open;
    const entry = { kind, zoneId, place, firstSeenAtMs, lastSeenAtMs, score, ...seen, times: 1 };
    this.#review = review(this.#review, entry);
  }

  #open(found: RuleInZone, presence: Presence): OpenCase {
    return freshCase(this.#rules, found, presence, this.#look.capturedAtMs);
  }

  /**
   * One violation a thing and kind is enough: it was told for another zone, or for another box on
   * the same thing that the detector also sees.
   */
  #isTold({ kindRule }: RuleInZone, open: OpenCase, presence: Presence): boolean {
    for (const other of this.#cases.values()) {
      if (other.kind !== open.kind || other.revision === 0) continue;
      // A permit may hold for one zone and not for the next; a person's word is about the thing.
      if (other.quiet?.by === "permit" && other.quiet.untilMs === undefined) continue;
      if (other.presenceId === open.presenceId) {
        if (other.zoneId !== open.zoneId) return true;
        continue;
      }
      const told = this.#presences.get(other.presenceId);
      if (told === undefined) continue;
      const isOne = kindRule.isOneCase?.(told, presence) ?? isSameThing(told.place, presence.place);
      if (isOne) return true;
    }
    return false;
  }

  /** Open violations of the kind in the zone, this one included. */
  #toldCount({ zoneId, kind, violationId }: OpenCase): number {
    let count = 1;
    for (const other of this.#cases.values()) {
      const isTold = other.revision > 0 && other.quiet === undefined;
      const isOther = other.violationId !== violationId && isTold;
      if (isOther && other.zoneId === zoneId && other.kind === kind) count += 1;
    }
    return count;
  }

  #countOnce(open: OpenCase, isAllowed: boolean): OpenCase {
    if (isAllowed) {
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
    this.#cases.set(caseKey(open), open);
  }
}

function idsOf({ zone, rule }: RuleInZone, { id }: Presence) {
  return { presenceId: id, zoneId: zone.id, kind: rule.kind };
}
