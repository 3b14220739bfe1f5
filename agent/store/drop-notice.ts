/**
 * How the outbox gives way at its limit: what goes first, and what the hub is told instead.
 *
 * A dropped row is replaced by a notice that stands in its place in the order, so a hub that sees
 * the gap knows it for a drop and not for a loss. Neighbouring notices of one reason are merged.
 * The notice's schema is in `dropped-event.ts`: the store's thread starts faster without zod.
 */
import type { Stage } from "../../pipelines/domain/kind.ts";
import { type EventText, eventText } from "./event-text.ts";
import type { EvidenceDropReason } from "./evidence-store.ts";

export const droppedEventType = "city.kerbside.dropped.v1";

/** `rows`, `bytes`, `age`: that limit of the outbox. `refused`: the broker will never take it. */
export const dropReasons = ["rows", "bytes", "age", "refused"] as const;
export type DropReason = (typeof dropReasons)[number];

export interface DroppedRange {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly reason: DropReason;
  readonly detail?: string;
}

export function droppedEvent(
  { firstSequence, lastSequence, reason, detail }: DroppedRange,
  { source, nowMs }: { readonly source: string; readonly nowMs: number },
): EventText {
  return eventText({
    specversion: "1.0",
    id: `dropped.${firstSequence}-${lastSequence}`,
    source,
    type: droppedEventType,
    time: new Date(nowMs).toISOString(),
    datacontenttype: "application/json",
    data: {
      firstSequence,
      lastSequence,
      count: lastSequence - firstSequence + 1,
      reason,
      ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
    },
  });
}

export const evidenceDroppedEventType = "city.kerbside.evidence-dropped.v1";

/** Evidence that the hub does not have whole and never will: told to it as an event of its own. */
export function evidenceDroppedEvent(
  dropped: {
    readonly violation: string;
    readonly revision: number;
    readonly manifest: { readonly number: number; readonly sha256: string };
    readonly files: number;
    readonly bytes: number;
    readonly reason: EvidenceDropReason;
  },
  { source, nowMs }: { readonly source: string; readonly nowMs: number },
): EventText {
  return eventText({
    specversion: "1.0",
    id: `evidence-dropped.${dropped.manifest.number}`,
    source,
    type: evidenceDroppedEventType,
    subject: dropped.violation,
    time: new Date(nowMs).toISOString(),
    datacontenttype: "application/json",
    data: dropped,
  });
}

/** Lowest goes first. A notice is never dropped. */
export const dropClasses = {
  /** Same stage as the revision before: the hub already knows the violation as it stands. */
  update: 0,
  warned: 1,
  other: 2,
  ended: 3,
  reported: 4,
} as const;
export type DropClass = (typeof dropClasses)[keyof typeof dropClasses];

export function dropClassOf(stage: Stage, stageBefore: Stage | undefined): DropClass {
  if (stage === stageBefore) return dropClasses.update;
  switch (stage) {
    case "clue":
    case "warned":
      return dropClasses.warned;
    case "cleared":
    case "withdrawn":
      return dropClasses.ended;
    case "reported":
      return dropClasses.reported;
  }
}
