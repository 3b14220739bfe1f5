/**
 * Files that wait for the hub, as the uplink sees them: the store keeps how far each has come.
 *
 * Nothing here is the only copy of anything; what is not acknowledged is sent again from there.
 */
export interface EvidenceUpload {
  readonly fileId: number;
  readonly manifestNumber: number;
  readonly violationId: string;
  readonly revision: number;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** From the start of the file, without a hole. */
  readonly ackedBytes: number;
}

export interface EvidenceQueue {
  /** In order; never of an event that still waits. */
  evidenceToSend(countMax: number): Promise<readonly EvidenceUpload[]>;
  evidencePartDone(fileId: number, ackedBytes: number): Promise<void>;
  /** The other side has them whole. */
  evidenceFilesDone(fileIds: readonly number[], nowMs: number): Promise<void>;
  /** Of a manifest whose files are not what it says: nothing of it is sent, and the hub is told. */
  dropEvidence(manifestNumber: number, reason: "damaged", nowMs: number): Promise<void>;
}
