/**
 * Rows as an agent commits them, in size and in content: what the store's benchmark writes.
 *
 * A violation has four revisions, its identifier is as random as a real one, and its event holds
 * what a real one holds. The same number gives the same row.
 */
import { createHash } from "node:crypto";
import { cameraId, eventId, type ViolationId, violationId } from "../../../pipelines/domain/ids.ts";
import type { Stage } from "../../../pipelines/domain/kind.ts";
import type { CommitRequest, RevisionRow } from "../../store/store.ts";

/** In their order; a violation ends with the last of them. */
export const sampleStages = [
  "warned",
  "reported",
  "reported",
  "cleared",
] as const satisfies Stage[];
/** Of one camera, as a busy junction has it. */
const stateChars = 8_000;
const firstAtMs = Date.UTC(2026, 4, 1, 8);

/** Twenty hexadecimal digits without an order. */
export function sampleViolationId(number: number): ViolationId {
  return violationId(createHash("sha1").update(`violation ${number}`).digest("hex").slice(0, 20));
}

/** The `index`-th revision of all; each fourth begins a new violation. */
export function sampleRevision(index: number): RevisionRow {
  const violation = sampleViolationId(Math.floor(index / sampleStages.length));
  const revision = (index % sampleStages.length) + 1;
  const stage = sampleStages[revision - 1] ?? "warned";
  const camera = cameraId(`camera-${(Math.floor(index / sampleStages.length) % 64) + 1}`);
  const occurredAtMs = firstAtMs + 20_000 * index;
  const id = eventId(violation, revision);
  const names = { violationId: violation, cameraId: camera, zoneId: "bus-stop" };
  return {
    eventId: id,
    revision,
    stage,
    kind: "illegal-parking",
    severity: "yellow",
    occurredAtMs,
    ...names,
    event: sampleEvent(id, { ...names, revision, stage, occurredAtMs }),
  };
}

/** What goes with it: the state of the camera that saw it. */
export function sampleCommit(index: number): CommitRequest {
  const revision = sampleRevision(index);
  return {
    cameraStates: [{ cameraId: revision.cameraId, stateJson: sampleState(index) }],
    revisions: [revision],
    nowMs: revision.occurredAtMs,
  };
}

/** Presence of many cameras, as it is saved every few seconds while nothing is decided. */
export function samplePresenceSave(index: number, cameraCount: number): CommitRequest {
  const cameraStates = Array.from({ length: cameraCount }, (_, camera) => ({
    cameraId: cameraId(`camera-${camera + 1}`),
    stateJson: sampleState(index),
  }));
  return { cameraStates, revisions: [], nowMs: firstAtMs + 5_000 * index };
}

function sampleState(index: number): string {
  return JSON.stringify({ version: 1, index, presences: "x".repeat(stateChars) });
}

interface EventFacts {
  readonly violationId: ViolationId;
  readonly cameraId: string;
  readonly zoneId: string;
  readonly revision: number;
  readonly stage: Stage;
  readonly occurredAtMs: number;
}

function sampleEvent(id: string, facts: EventFacts): Readonly<Record<string, unknown>> {
  const time = new Date(facts.occurredAtMs).toISOString();
  const firstSeenAt = new Date(facts.occurredAtMs - 300_000).toISOString();
  return {
    specversion: "1.0",
    id,
    source: "/kerbside/445102/cz-paifang-03",
    type: "city.kerbside.violation.v1",
    subject: `${facts.cameraId}/${facts.zoneId}`,
    time,
    datacontenttype: "application/json",
    data: {
      violation: facts.violationId,
      revision: facts.revision,
      stage: facts.stage,
      kind: "illegal-parking",
      subKind: "motor-vehicle",
      severity: "yellow",
      severityFact: "rule",
      matter: {
        standard: "GB/T 47678.5",
        edition: "2026",
        code: "09009",
        name: "机动车乱停放",
        objectType: "matter",
      },
      camera: facts.cameraId,
      view: "kerb",
      zone: facts.zoneId,
      zoneTags: ["bus-stop"],
      firstSeenAt,
      warnedAt: time,
      reportedAt: facts.revision > 1 ? time : null,
      lastSeenAt: time,
      clearedAt: facts.stage === "cleared" ? time : null,
      observedMs: 298_000,
      unobservedMs: 2_000,
      clockUncertaintyMs: 41,
      clockSynced: true,
      box: { xMin: 0.53959, yMin: 0.36769, xMax: 0.82626, yMax: 0.70469 },
      score: 0.88064,
      cues: [{ label: "car", score: 1 }],
      objectCount: 1,
      rule: { warnAfterMs: 60_000, reportAfterMs: 300_000, clearAfterMs: 30_000, everyMs: 2_000 },
      reason: {
        zh: "小客车疑似违停于区域“bus-stop”，已观测停放300秒，达到上报时限300秒。",
        en: 'A car is suspected of illegal parking in zone "bus-stop": observed standing for 300 s, limit 300 s.',
      },
      endReason: null,
      place: {
        point: { type: "Point", coordinates: [116.6472, 23.67] },
        errorMetres: 12,
        source: "calibration",
        gcj02: [116.6516086, 23.6672853],
        grid: null,
        gridReason: "neither the camera nor the device names a grid",
        division: "445102",
        address: "牌坊街 × 太平路",
      },
      occurrences: { days7: 1, days30: 1 },
      recursFrom: null,
      permitsChecked: [],
      calendar: "unused",
      evidence: { complete: false, failed: [1, 2, 3, 4, 7, 8, 11], items: [] },
      enforceable: false,
      versions: {
        agent: "0.1.0",
        model: "street-nano@7ef6bd8a4f71",
        configuration: "3a0fc99a0c5d903c0f17784ebaf0d6927d4133a55e5bca208cc4024a649b7142",
        calendar: "cn-2026.1",
      },
    },
  };
}
