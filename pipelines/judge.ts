/**
 * The open cases of one camera during one look: things in zones become clues, clues become events.
 *
 * A worksheet, filled in one step and thrown away: what goes in is the state, what comes out is
 * the next state and the changes, so the whole stays a function of its inputs.
 */
import { isByTheClock, permitsOfCase, windowsFor } from "./allowance.ts";
import type { CameraState } from "./camera-state.ts";
import { CaseBook } from "./case-book.ts";
import type { CountDelta } from "./counts.ts";
import type { PresenceId } from "./domain/ids.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { freshCase } from "./fresh-case.ts";
import type { Judgement } from "./kind-rule.ts";
import { depart, type LaneFlow, noFlow } from "./presence/lane-flow.ts";
import { type Presence, stands } from "./presence/presence.ts";
import type { Sighting } from "./presence/sighting.ts";
import { isQuietOver } from "./quiet.ts";
import { raiseStages } from "./raise-stages.ts";
import { expectClear, followRechecks } from "./recheck.ts";
import { planOf, type RuleInZone, type RulePlan, timesOf } from "./rule-plan.ts";
import { Scene } from "./scene.ts";
import { allowedNow } from "./schedule/windows.ts";
import { addTime } from "./stages/case-time.ts";
import type { PastViolation } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import type { PendingRecheck } from "./stages/pending-recheck.ts";
import type { ReviewList } from "./stages/review.ts";
import { isToldElsewhere } from "./told-elsewhere.ts";
import type { ViolationChange } from "./violation-change.ts";
import { footprintShare } from "./zones/footprint.ts";

export class JudgedCases {
  readonly #rules: CameraRules;
  readonly #plan: RulePlan;
  readonly #look: Look;
  readonly #scene: Scene;
  readonly #presences: readonly Presence[];
  readonly #before: readonly Presence[];
  readonly #book: CaseBook;
  #laneFlows: Readonly<Record<string, LaneFlow>>;
  #rechecks: readonly PendingRecheck[];
  #wantsLook = false;

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
    this.#plan = planOf(rules);
    this.#look = look;
    this.#presences = presences;
    this.#before = state.presences;
    this.#book = new CaseBook(state, look.capturedAtMs);
    this.#laneFlows = state.laneFlows;
    this.#rechecks = state.rechecks ?? [];
    this.#scene = new Scene({ rules, look, presences, seen, laneFlows: () => this.#laneFlows });
  }

  get cases(): readonly OpenCase[] {
    return this.#book.all();
  }

  get changes(): readonly ViolationChange[] {
    return this.#book.changes;
  }

  get counts(): readonly CountDelta[] {
    return this.#book.counts;
  }

  get history(): readonly PastViolation[] {
    return this.#book.history;
  }

  get laneFlows(): Readonly<Record<string, LaneFlow>> {
    return this.#laneFlows;
  }

  get rechecks(): readonly PendingRecheck[] {
    return this.#rechecks;
  }

  /** Of a look that repeats the last analysis: one of its own would have said something new. */
  get wantsLook(): boolean {
    const isNew = this.changes.length > 0 || this.counts.length > 0;
    return this.#isReused && (this.#wantsLook || isNew);
  }

  get review(): ReviewList {
    return this.#book.review;
  }

  /** The thing is gone. */
  end(presence: Presence): void {
    const zoneIds = new Set<string>();
    for (const open of this.#book.all()) {
      if (open.presenceId !== presence.id) continue;
      zoneIds.add(open.zoneId);
      this.#clear(open, presence, "gone");
    }
    for (const zoneId of zoneIds) {
      const flow = depart(this.#laneFlows[zoneId] ?? noFlow, presence);
      this.#laneFlows = { ...this.#laneFlows, [zoneId]: flow };
    }
  }

  /** The thing was seen in this look. */
  see(presence: Presence, sighting: Sighting): void {
    const atMs = this.#look.capturedAtMs;
    for (const found of this.#plan.rulesOf.get(presence.thing) ?? []) {
      if (presence.score < (found.rule.scoreMin ?? 0)) continue;
      if (presence.heap !== undefined && presence.heap.zoneId !== found.zone.id) continue;
      const known = this.#book.find(presence.id, found.zone.id, found.rule.kind);
      if (known?.quiet !== undefined) {
        if (this.#isClockWrong) continue;
        const quiet = this.#rememberQuietly(found, known, presence, sighting);
        if (!isQuietOver(known.quiet, quiet, { rules: this.#rules, found, presence, atMs }))
          continue;
        this.#wantsLook = true;
        // What stays is new from here on: the time up to this look was the permit's.
        const anew = { ...this.#open(found, presence), memory: known.memory };
        this.#judge(found, anew, presence, sighting, { score: sighting.score });
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

  /** After all that was seen and is gone: clues of dropped presences, places that were cleared. */
  finish(): void {
    this.#book.dropOrphans(this.#presences, this.#before);
    if (this.#rechecks.length === 0) return;
    const { left, changes } = followRechecks(this.#rechecks, {
      rules: this.#rules,
      look: this.#look,
      cases: this.#book.all(),
      presences: new Map(this.#presences.map((presence) => [presence.id, presence])),
    });
    this.#rechecks = left;
    this.#book.changes.push(...changes);
  }

  /** What its kind knows of the thing goes on, so that it knows it when the permit ends. */
  #rememberQuietly(
    { zone, rule, kindRule }: RuleInZone,
    open: OpenCase,
    presence: Presence,
    sighting: Sighting,
  ): OpenCase {
    if (this.#isReused) return open;
    const { memory = open.memory } = kindRule.judge({
      presence,
      sighting,
      zone,
      rule,
      open,
      scene: this.#scene,
    });
    const after = { ...open, memory };
    this.#book.keep(after);
    return after;
  }

  /** `timed`: the sighting without the time that is not the case's. */
  #judge(
    found: RuleInZone,
    known: OpenCase,
    presence: Presence,
    sighting: Sighting,
    timed = sighting,
  ): void {
    const { rule, kindRule, zone } = found;
    const { timeZone, calendar } = this.#rules;
    const atMs = this.#look.capturedAtMs;
    if (this.#isClockWrong && isByTheClock(this.#rules, found, presence)) {
      this.#book.keep({ ...known, answer: "unsure", heldBy: "clock" });
      return;
    }
    const facts = { presence, sighting, zone, rule, open: known, scene: this.#scene };
    const judgement = kindRule.judge(facts);
    const { answer, subKind, rightSinceMs = null } = judgement;
    const memory = this.#memoryAfter(known, judgement);
    // Whether a permit is for this thing is asked with what this look told of it.
    const asked = memory === known.memory ? known : { ...known, memory };
    const permits = permitsOfCase(this.#rules, found, presence, asked, atMs);
    const isPermitted = permits.covering.length > 0;
    if (known.lastChange !== null && isPermitted) {
      this.#book.withdraw(asked, presence);
      return;
    }
    // Another rule of the zone watches for what it turned out to be.
    if (!found.subKinds.includes(subKind)) return;
    const windows = windowsFor(found, presence, permits.forIt);
    const isAllowed = allowedNow(windows, atMs, timeZone, calendar).allowed;
    const times = addTime(known, {
      answer,
      rightSinceMs,
      presence,
      sighting: timed,
      windows,
      isAllowed,
      atMs,
      timeZone,
      calendar,
    });
    const isCounted = isViolating(judgement, presence);
    const heldBy = isCounted
      ? this.#heldBy(found, known, presence, judgement, isPermitted, isAllowed)
      : idleBy(answer);
    const open = withLook(known, judgement, memory, times, heldBy);
    if (answer === "right") {
      this.#book.keep(this.#endInOrder(found, open, presence));
      return;
    }
    const counted = isCounted ? this.#book.countOnce(open, isAllowed) : open;
    this.#book.keep(counted);
    if (heldBy !== null) return;
    const raised = { rules: this.#rules, look: this.#look, found, presence, judgement };
    raiseStages(this.#book, counted, raised);
  }

  /** Nothing is learnt from a repeated analysis. A sighting that is due asks for one of its own. */
  #memoryAfter({ memory, stage }: OpenCase, judgement: Judgement): OpenCase["memory"] {
    if (!this.#isReused) return judgement.memory ?? memory;
    const sign = judgement.memory?.sign;
    const isDue = sign !== undefined && sign !== memory.sign;
    if (isDue && stage !== "reported") this.#wantsLook = true;
    return memory;
  }

  get #isReused(): boolean {
    return this.#look.isReused === true;
  }

  get #isClockWrong(): boolean {
    return this.#look.isClockWrong === true;
  }

  /** Why no stage is reached on this look, whatever time has come. */
  #heldBy(
    found: RuleInZone,
    open: OpenCase,
    presence: Presence,
    { excuse = null }: Judgement,
    isPermitted: boolean,
    isAllowed: boolean,
  ): OpenCase["heldBy"] {
    if (isPermitted) return "permit";
    if (isAllowed) return "window";
    if (excuse !== null) return excuse;
    const isTold = isToldElsewhere(found, open, presence, this.#book.all(), this.#presences);
    return isTold ? "told-elsewhere" : null;
  }

  /** The thing is there and in order: what was told of it ends when that has lasted. */
  #endInOrder(found: RuleInZone, open: OpenCase, presence: Presence): OpenCase {
    if (open.revision === 0) return this.#book.settle(open);
    if (open.rightMs < timesOf(found.rule, open.subKind).clearAfterMs) return open;
    this.#clear(open, presence, "put-right");
    return { ...this.#open(found, presence), answer: "right", memory: open.memory };
  }

  #clear(open: OpenCase, presence: Presence, endReason: "gone" | "put-right"): void {
    const change = this.#book.end(open, presence, endReason);
    if (change === undefined) return;
    this.#rechecks = expectClear(this.#rechecks, this.#plan, change, presence);
  }

  #open(found: RuleInZone, presence: Presence): OpenCase {
    return freshCase(this.#rules, found, presence, this.#look.capturedAtMs);
  }
}

function isViolating({ answer, isStanding }: Judgement, presence: Presence): boolean {
  return answer === "violating" && (isStanding ?? stands(presence));
}

/** Why a look counts nothing: it found the thing in order, could not tell, or it does not stand. */
function idleBy(answer: Judgement["answer"]): OpenCase["heldBy"] {
  switch (answer) {
    case "right":
      return "in-order";
    case "unsure":
      return "unsure";
    case "violating":
      return "moving";
  }
}

/** The case after a look. In an allowed time, and at night, most looks change nothing. */
function withLook(
  known: OpenCase,
  { subKind }: Judgement,
  memory: OpenCase["memory"],
  { answer, forbiddenMs, rightMs, since }: ReturnType<typeof addTime>,
  heldBy: OpenCase["heldBy"],
): OpenCase {
  const isSame =
    known.subKind === subKind &&
    known.memory === memory &&
    known.answer === answer &&
    known.forbiddenMs === forbiddenMs &&
    known.rightMs === rightMs &&
    known.since === since &&
    known.heldBy === heldBy;
  if (isSame) return known;
  return { ...known, subKind, memory, answer, forbiddenMs, rightMs, since, heldBy };
}
