/**
 * Small rows for tests of the store: events with everything that it reads, and nothing more.
 */
import { cameraId, eventId, type ViolationId, violationId } from "../../pipelines/domain/ids.ts";
import type { Stage } from "../../pipelines/domain/kind.ts";
import type { RevisionRow, VerdictRow } from "./store.ts";

export const source = "/kerbside/445102/cz-paifang-03";
export const east = cameraId("east");
export const t0 = Date.UTC(2026, 4, 1, 8);

/** A small event with everything that the store reads. */
export function eventOf(id: string, data: object = {}): Record<string, unknown> {
  return {
    specversion: "1.0",
    id,
    source,
    type: "city.kerbside.violation.v1",
    time: new Date(t0).toISOString(),
    datacontenttype: "application/json",
    data: { firstSeenAt: new Date(t0 - 60_000).toISOString(), ...data },
  };
}

export function revisionOf(
  violation: string | ViolationId,
  revision: number,
  stage: Stage,
  more: Partial<RevisionRow> = {},
): RevisionRow {
  const id = eventId(violationId(violation), revision);
  return {
    eventId: id,
    violationId: violationId(violation),
    revision,
    stage,
    kind: "illegal-parking",
    severity: "yellow",
    cameraId: east,
    zoneId: "bus-stop",
    occurredAtMs: t0 + revision,
    event: eventOf(id),
    ...more,
  };
}

export function verdictOf(verdictId: string, more: Partial<VerdictRow>): VerdictRow {
  return {
    verdictId,
    violationId: violationId("v1"),
    word: "confirmed",
    receivedAtMs: t0,
    ...more,
  };
}
