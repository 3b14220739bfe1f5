/** One violation as the list and the exports show it: its newest revision. */
import { violationDataSchema } from "../../pipelines/domain/event.ts";
import type { ViolationRow } from "../store/store.ts";

export interface EventRow {
  readonly violation: string;
  readonly at: string;
  readonly kind: string;
  readonly subKind: string;
  readonly stage: string;
  readonly severity: string;
  readonly camera: string;
  readonly zone: string;
  readonly place: string;
  readonly point: readonly [number, number] | null;
  readonly errorMetres: number | null;
  readonly grid: string | null;
  readonly code: string;
  readonly firstSeenAt: string;
  readonly warnedAt: string | null;
  readonly reportedAt: string | null;
  readonly clearedAt: string | null;
  readonly observedMs: number;
  readonly reasonZh: string;
  readonly reasonEn: string;
  readonly enforceable: boolean;
}

/** Undefined: an event of a version that this one does not read. */
export function rowOf({ event }: ViolationRow): EventRow | undefined {
  const { data } = violationDataSchema.safeParse(event["data"]);
  if (data === undefined) return undefined;
  const { place, reason } = data;
  return {
    violation: data.violation,
    at: String(event["time"]),
    kind: data.kind,
    subKind: data.subKind,
    stage: data.stage,
    severity: data.severity,
    camera: data.camera,
    zone: data.zone,
    place: place.address ?? place.streetName ?? "",
    point: place.point?.coordinates ?? null,
    errorMetres: place.errorMetres,
    grid: place.grid,
    code: data.matter.code,
    firstSeenAt: data.firstSeenAt,
    warnedAt: data.warnedAt,
    reportedAt: data.reportedAt,
    clearedAt: data.clearedAt,
    observedMs: data.observedMs,
    reasonZh: reason.zh,
    reasonEn: reason.en,
    enforceable: data.enforceable,
  };
}
