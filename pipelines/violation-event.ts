/**
 * The event that a change becomes, but for its `sequence`, which the store gives when it commits.
 *
 * Pure: what the rules do not know (place, versions, evidence, clock) comes with the site.
 */
import {
  type EventClock,
  type Place,
  type ViolationData,
  type ViolationEvent,
  violationEventType,
} from "./domain/event.ts";
import { eventId } from "./domain/ids.ts";
import { rfc3339 } from "./domain/instant.ts";
import type { ViolationChange } from "./violation-change.ts";

/** What the shell adds to a change. */
export interface EventSite {
  readonly division: string;
  readonly deviceId: string;
  readonly timeZone: string;
  readonly place: Place;
  readonly clockSynced: boolean;
  /** Absent: nobody watches the clocks. */
  readonly clock?: EventClock | undefined;
  readonly evidence: ViolationData["evidence"];
  /** Whether the site could support enforcement; a missing calendar denies it in any case. */
  readonly enforceable: boolean;
  readonly versions: { readonly agent: string; readonly configuration: string };
}

export type UnsequencedEvent = Omit<ViolationEvent, "sequence">;

export function violationEvent(change: ViolationChange, site: EventSite): UnsequencedEvent {
  const at = (atMs: number): string => rfc3339(atMs, site.timeZone);
  const atOrNull = (atMs: number | null): string | null => (atMs === null ? null : at(atMs));
  return {
    specversion: "1.0",
    id: eventId(change.violationId, change.revision),
    source: `/kerbside/${site.division}/${site.deviceId}`,
    type: violationEventType,
    subject: `${change.cameraId}/${change.zoneId}`,
    time: at(change.atMs),
    datacontenttype: "application/json",
    data: {
      violation: change.violationId,
      revision: change.revision,
      stage: change.stage,
      kind: change.kind,
      subKind: change.subKind,
      severity: change.severity,
      severityFact: change.severityFact,
      matter: { ...change.matter },
      camera: change.cameraId,
      view: change.viewId,
      zone: change.zoneId,
      zoneTags: [...change.zoneTags],
      firstSeenAt: at(change.firstSeenAtMs),
      warnedAt: atOrNull(change.warnedAtMs),
      reportedAt: atOrNull(change.reportedAtMs),
      lastSeenAt: at(change.lastSeenAtMs),
      clearedAt: atOrNull(change.clearedAtMs),
      observedMs: Math.round(change.observedMs),
      unobservedMs: Math.round(change.unobservedMs),
      clockUncertaintyMs: change.clockUncertaintyMs,
      clockSynced: site.clockSynced,
      ...(site.clock === undefined ? {} : { clock: { ...site.clock } }),
      box: {
        xMin: norm(change.box.xMin),
        yMin: norm(change.box.yMin),
        xMax: norm(change.box.xMax),
        yMax: norm(change.box.yMax),
      },
      score: norm(change.score),
      cues: change.cues.map(({ label, score }) => ({ label, score: norm(score) })),
      reasonCode: change.reasonCode,
      objectCount: change.objectCount,
      objectId: change.objectId,
      rule: { ...change.rule },
      reason: { ...change.reason },
      notice: change.notice === null ? null : { ...change.notice },
      endReason: change.endReason,
      place: site.place,
      occurrences: { ...change.occurrences },
      recursFrom: change.recursFrom,
      ...(change.recheck === undefined ? {} : { recheck: { ...change.recheck } }),
      permitsChecked: [...change.permitsChecked],
      calendar: change.calendar,
      evidence: site.evidence,
      ...(change.caseNo === null ? {} : { caseNo: change.caseNo }),
      enforceable: site.enforceable && change.calendar !== "missing",
      versions: {
        agent: site.versions.agent,
        model: change.model,
        configuration: site.versions.configuration,
        calendar: change.calendarVersion,
        ...(change.permitsVersion === null ? {} : { permits: change.permitsVersion }),
      },
    },
  };
}

/** Within 0..1, to five digits: a picture has no more. */
function norm(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 1e5) / 1e5;
}
