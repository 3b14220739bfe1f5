/**
 * The book of one look: which cases are open, what is told and counted of them, what happened
 * before. `judge.ts` decides; here it is written down.
 *
 * Filled in one step and thrown away: the state goes in, the next state and the changes come out.
 */
import type { CameraState } from "./camera-state.ts";
import { type CountDelta, countDelta } from "./counts.ts";
import type { PresenceId, ZoneId } from "./domain/ids.ts";
import type { Kind } from "./domain/kind.ts";
import { type EndFacts, endChange } from "./end-change.ts";
import { kindRuleOf } from "./kind-rules.ts";
import type { Presence } from "./presence/presence.ts";
import { markEnded, type PastViolation, remember } from "./stages/history.ts";
import type { OpenCase } from "./stages/open-case.ts";
import { emptyReview, passOver, type ReviewList, review } from "./stages/review.ts";
import type { ViolationChange } from "./violation-change.ts";

export class CaseBook {
  readonly changes: ViolationChange[] = [];
  readonly counts: CountDelta[] = [];
  readonly #atMs: number;
  /**
   * A camera has few: going through them costs less than an index of them, made at every look. A
   * list is never changed: whoever goes through it sees it to its end, and many looks change none.
   */
  #cases: readonly OpenCase[];
  #history: readonly PastViolation[];
  #review: ReviewList;

  constructor({ cases, history, review: known }: CameraState, atMs: number) {
    this.#atMs = atMs;
    this.#cases = cases;
    this.#history = history;
    this.#review = known ?? emptyReview;
  }

  get history(): readonly PastViolation[] {
    return this.#history;
  }

  get review(): ReviewList {
    return this.#review;
  }

  find(presenceId: PresenceId, zoneId: ZoneId, kind: Kind): OpenCase | undefined {
    return this.#cases[this.#indexOf(presenceId, zoneId, kind)];
  }

  all(): readonly OpenCase[] {
    return this.#cases;
  }

  keep(open: OpenCase): void {
    const index = this.#indexOf(open.presenceId, open.zoneId, open.kind);
    if (index === -1) this.#cases = [...this.#cases, open];
    else if (this.#cases[index] !== open) this.#cases = this.#cases.with(index, open);
  }

  /** It was warned of: from here on it is a part of what happened at its place. */
  remember({ violationId, kind }: OpenCase, { place }: Presence): void {
    const past = { violationId, kind, place, warnedAtMs: this.#atMs };
    this.#history = remember(this.#history, past);
  }

  tell(open: OpenCase, change: ViolationChange): void {
    this.keep({ ...open, lastChange: change });
    this.#tell(open, change);
  }

  /** A permit covers what was told: withdrawn, and quiet while it does. */
  withdraw(open: OpenCase, presence: Presence): void {
    if (open.lastChange === null) return;
    const facts = { stage: "withdrawn", endReason: "permit", atMs: this.#atMs, presence } as const;
    const change = endChange(open, open.lastChange, facts);
    this.tell({ ...open, revision: change.revision, quiet: { by: "permit" } }, change);
    this.#history = this.#history.filter(({ violationId }) => violationId !== open.violationId);
  }

  /** What was told is cleared, what was not is a statistic. The change, when there is one. */
  end(
    open: OpenCase,
    presence: Presence,
    endReason: Extract<EndFacts["endReason"], "gone" | "put-right">,
  ): ViolationChange | undefined {
    this.#drop(open);
    if (open.quiet !== undefined) return undefined;
    if (open.lastChange === null) {
      this.settle(open);
      this.#reviewLater(open, presence);
      return undefined;
    }
    const facts = { stage: "cleared", endReason, atMs: this.#atMs, presence } as const;
    const change = endChange(open, open.lastChange, facts);
    this.#tell(open, change);
    this.#history = markEnded(this.#history, open.violationId, presence.lastSeenAtMs);
    return change;
  }

  /** A clue that came to nothing. */
  settle(open: OpenCase): OpenCase {
    if (open.isClueCounted) this.#count(open, "settled");
    return { ...open, isClueCounted: false };
  }

  countOnce(open: OpenCase, isAllowed: boolean): OpenCase {
    if (isAllowed ? open.isAllowedCounted : open.isClueCounted) return open;
    this.#count(open, isAllowed ? "allowed" : "clue");
    return isAllowed ? { ...open, isAllowedCounted: true } : { ...open, isClueCounted: true };
  }

  /** Open violations of the kind in the zone, this one included. */
  toldCount({ zoneId, kind, violationId }: OpenCase): number {
    let count = 1;
    for (const other of this.#cases) {
      const isTold = other.revision > 0 && other.quiet === undefined;
      const isOther = other.violationId !== violationId && isTold;
      if (isOther && other.zoneId === zoneId && other.kind === kind) count += 1;
    }
    return count;
  }

  /** Presences that were dropped at the limit take their clues along. */
  dropOrphans(presences: readonly Presence[], before: readonly Presence[]): void {
    for (const open of this.#cases) {
      if (presences.some(({ id }) => id === open.presenceId)) continue;
      this.#drop(open);
      const dropped = before.find(({ id }) => id === open.presenceId);
      if (dropped !== undefined && open.lastChange === null) this.#reviewLater(open, dropped);
    }
  }

  #indexOf(presenceId: PresenceId, zoneId: ZoneId, kind: Kind): number {
    for (let index = 0; index < this.#cases.length; index += 1) {
      const open = this.#cases[index];
      const isIt = open?.presenceId === presenceId && open.zoneId === zoneId && open.kind === kind;
      if (isIt) return index;
    }
    return -1;
  }

  #drop({ presenceId, zoneId, kind }: OpenCase): void {
    const index = this.#indexOf(presenceId, zoneId, kind);
    if (index !== -1) this.#cases = this.#cases.toSpliced(index, 1);
  }

  #reviewLater(open: OpenCase, presence: Presence): void {
    const kindRule = kindRuleOf(open.kind);
    const seen = kindRule?.reviewOf?.(open);
    if (seen === undefined) {
      const why = kindRule?.passedOverOf?.(open);
      if (why !== undefined) this.#review = passOver(this.#review, why);
      return;
    }
    const { place, firstSeenAtMs, lastSeenAtMs, score } = presence;
    const { kind, zoneId } = open;
    const entry = { kind, zoneId, place, firstSeenAtMs, lastSeenAtMs, score, ...seen, times: 1 };
    this.#review = review(this.#review, entry);
  }

  #tell(open: OpenCase, change: ViolationChange): void {
    this.changes.push(change);
    this.#count(open, change.stage);
  }

  #count({ zoneId, kind }: OpenCase, stage: CountDelta["stage"]): void {
    this.counts.push(countDelta(this.#atMs, zoneId, kind, stage));
  }
}
