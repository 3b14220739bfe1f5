/** What a hub heard, at its end: for a program and for a person. */
import { type Kind, kinds, type Stage } from "../../pipelines/domain/kind.ts";
import type { LedgerSummary } from "./ledger.ts";

export interface SummaryJson {
  readonly violations: Readonly<
    Record<
      Kind,
      readonly { readonly id: string; readonly source: string; readonly stages: readonly Stage[] }[]
    >
  >;
  readonly events: number;
  readonly duplicates: number;
  /** Sequence numbers that neither came nor were declared dropped. */
  readonly lost: number;
  /** Given up by boxes, which said so. */
  readonly dropped: number;
  readonly outOfOrder: number;
  readonly rejected: number;
}

export function summaryJson(summary: LedgerSummary): SummaryJson {
  const of = (kind: Kind) =>
    summary.violations
      .filter((violation) => violation.kind === kind)
      .map(({ id, source, stages }) => ({ id, source, stages }));
  return {
    // The keys are the kinds.
    violations: Object.fromEntries(
      kinds.map((kind) => [kind, of(kind)]),
    ) as unknown as SummaryJson["violations"],
    events: summary.eventCount,
    duplicates: summary.duplicateCount,
    lost: summary.lostCount,
    dropped: summary.droppedCount,
    outOfOrder: summary.outOfOrderCount,
    rejected: summary.rejectedCount,
  };
}

export function summaryLine(summary: LedgerSummary): string {
  return (
    `${counted(summary.eventCount, "event")}, ${counted(summary.violationCount, "violation")}, ` +
    `${counted(summary.duplicateCount, "double")}, ${summary.lostCount} lost, ` +
    `${summary.droppedCount} dropped by boxes, ${summary.outOfOrderCount} out of order, ` +
    `${summary.rejectedCount} refused`
  );
}

/** Nothing lost, nothing wrong, everything in its order. Doubles are allowed. */
export function isClean({ lostCount, outOfOrderCount, rejectedCount }: LedgerSummary): boolean {
  return lostCount + outOfOrderCount + rejectedCount === 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
