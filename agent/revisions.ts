/**
 * From a decided change to the row that the store keeps and the hub gets.
 *
 * Adds what only the box knows: place, clock, versions. Without evidence of its own an event says
 * which checks that fails; one that is held for its evidence is completed by the ledger.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import type { EventClock, ViolationData } from "../pipelines/domain/event.ts";
import { eventId } from "../pipelines/domain/ids.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";
import { violationEvent } from "../pipelines/violation-event.ts";
import { checkCompleteness } from "./evidence/completeness.ts";
import { completenessFacts, evidencePlace } from "./evidence-facts.ts";
import type { CameraPose } from "./place.ts";
import type { RevisionRow } from "./store/store.ts";

const nothing = {
  views: [],
  hasCloseUp: false,
  hasClip: false,
  isEveryFileMasked: false,
  isChained: false,
};

export interface RevisionFacts {
  readonly config: AgentConfig;
  readonly agentVersion: string;
  readonly isClockSynced: boolean;
  /** Absent: nobody watches the clocks. */
  readonly eventClock?: EventClock | undefined;
  /** Whether the camera hangs where it was; absent: nobody watches. */
  readonly cameraPose?: CameraPose | undefined;
}

export function revisionRow(
  change: ViolationChange,
  { config, agentVersion, isClockSynced, cameraPose, eventClock }: RevisionFacts,
): RevisionRow {
  const place = evidencePlace(config, change, cameraPose);
  const facts = completenessFacts(change, { config, place, agentVersion }, nothing);
  const { complete, failed } = checkCompleteness(facts);
  const evidence: ViolationData["evidence"] = { complete, failed: [...failed], items: [] };
  const event = violationEvent(change, {
    division: config.device.division,
    deviceId: config.device.id,
    timeZone: config.device.timeZone,
    place,
    clockSynced: isClockSynced,
    clock: eventClock,
    evidence,
    enforceable: false,
    versions: { agent: agentVersion, configuration: config.configurationHash },
  });
  return {
    eventId: eventId(change.violationId, change.revision),
    violationId: change.violationId,
    revision: change.revision,
    stage: change.stage,
    kind: change.kind,
    severity: change.severity,
    cameraId: change.cameraId,
    zoneId: change.zoneId,
    occurredAtMs: Math.round(change.atMs),
    event: { ...event },
  };
}
