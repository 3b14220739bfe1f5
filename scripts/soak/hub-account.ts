/**
 * Whether everything that the box reported is at the hub: every sequence once, every violation
 * with its revisions from the first on, in the order of its stages.
 */
import type { LedgerSummary } from "../../agent/hub/ledger.ts";
import type { ViolationEvent } from "../../pipelines/domain/event.ts";
import { type Kind, kinds } from "../../pipelines/domain/kind.ts";

export interface HubAccount {
  readonly events: number;
  readonly violations: number;
  readonly eventsByKind: Readonly<Record<string, number>>;
  /** Sequences that the box gave and the hub never saw. */
  readonly missing: number;
  readonly lost: number;
  readonly dropped: number;
  readonly rejected: number;
  /** That came twice or more, as they may: removed by their id. */
  readonly doublesRemoved: number;
  /** Violations with a revision missing, doubled or out of order. */
  readonly brokenStories: number;
}

/** A zone that got another name withdraws what was open in it. */
const story = /^warned( reported)?( cleared| withdrawn)?$/;

export function hubAccount(
  events: readonly ViolationEvent[],
  summary: LedgerSummary,
  lastSequence: number,
): HubAccount {
  const byViolation = Map.groupBy(events, ({ data }) => data.violation);
  const isBroken = (its: readonly ViolationEvent[]): boolean =>
    its.some(({ data }, index) => data.revision !== index + 1) ||
    !story.test(its.map(({ data }) => data.stage).join(" "));
  const countOf = (kind: Kind): number => events.filter(({ data }) => data.kind === kind).length;
  return {
    events: summary.eventCount,
    violations: byViolation.size,
    eventsByKind: Object.fromEntries(kinds.map((kind) => [kind, countOf(kind)])),
    missing: Math.max(0, lastSequence - summary.eventCount),
    lost: summary.lostCount,
    dropped: summary.droppedCount,
    rejected: summary.rejectedCount,
    doublesRemoved: summary.duplicateCount,
    brokenStories: [...byViolation.values()].filter(isBroken).length,
  };
}
