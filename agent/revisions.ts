/**
 * From a decided change to the row that the store keeps and the hub gets.
 *
 * Adds what only the box knows: place, clock, versions. Evidence is not collected yet, so every
 * event says that it is incomplete and not enforceable, and which checks could not be made.
 */
import type { AgentConfig } from "../config/agent-config.ts";
import type { EventClock, Place, ViolationData } from "../pipelines/domain/event.ts";
import { eventId } from "../pipelines/domain/ids.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";
import { violationEvent } from "../pipelines/violation-event.ts";
import { placeOf } from "./place.ts";
import { withRegions } from "./regions.ts";
import type { RevisionRow } from "./store/store.ts";

/** Pictures (1 to 4), the manifest (7), masks (8) and the site record (11) are missing. */
const noEvidence: ViolationData["evidence"] = {
  complete: false,
  failed: [1, 2, 3, 4, 7, 8, 11],
  items: [],
};

export interface RevisionFacts {
  readonly config: AgentConfig;
  readonly agentVersion: string;
  readonly isClockSynced: boolean;
  /** Absent: nobody watches the clocks. */
  readonly eventClock?: EventClock | undefined;
  /** Whether the camera hangs where it was; absent: nobody watches. */
  readonly cameraPose?: Place["cameraPose"] | undefined;
}

export function revisionRow(
  change: ViolationChange,
  { config, agentVersion, isClockSynced, cameraPose, eventClock }: RevisionFacts,
): RevisionRow {
  const camera = config.cameras.find(({ id }) => id === change.cameraId);
  const event = violationEvent(change, {
    division: config.device.division,
    deviceId: config.device.id,
    timeZone: config.device.timeZone,
    place: {
      ...withRegions(placeOf(config.device, camera, change), config.regions),
      ...(cameraPose === undefined ? {} : { cameraPose }),
    },
    clockSynced: isClockSynced,
    clock: eventClock,
    evidence: noEvidence,
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
