/** For tests of what stands between rules and store: a store that fails on demand, plain rows. */
import { eventId } from "../../../pipelines/domain/ids.ts";
import type { ViolationChange } from "../../../pipelines/violation-change.ts";
import { MemoryStore } from "../memory-store.ts";
import type { CommitRequest, RevisionRow } from "../store.ts";

export class FailingStore extends MemoryStore {
  isFailing = false;
  commitCount = 0;

  override async commit(request: CommitRequest) {
    this.commitCount += 1;
    if (this.isFailing) throw new Error("disk full");
    return super.commit(request);
  }
}

/** The row of a change, with as much of its event as a test asks for. */
export function revisionOf(change: ViolationChange): RevisionRow {
  const { violationId, revision, stage, kind, severity, cameraId, zoneId, atMs } = change;
  const id = eventId(violationId, revision);
  const { endReason, caseNo, firstSeenAtMs: firstSeenAt } = change;
  return {
    eventId: id,
    violationId,
    revision,
    stage,
    kind,
    severity,
    cameraId,
    zoneId,
    occurredAtMs: atMs,
    event: {
      id,
      type: "city.kerbside.violation.v1",
      source: "box",
      data: { firstSeenAt, endReason, caseNo },
    },
  };
}
