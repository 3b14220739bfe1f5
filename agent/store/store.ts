/**
 * What the agent asks of its memory: one transaction a change, and the outbox as the only queue.
 *
 * The real one is SQLite on a worker thread. Everything here resolves after it is on disk. Rules'
 * state and the events they decided commit together or not at all; `sequence` is given inside
 * that transaction and never has a gap.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { CameraId, EventId, ViolationId } from "../../pipelines/domain/ids.ts";
import type { Kind, Severity, Stage } from "../../pipelines/domain/kind.ts";
import type { DropReason } from "./drop-notice.ts";
import type { EvidenceStore } from "./evidence-store.ts";

/** An event that is ready but for its `sequence`; see `pipelines/domain/event.ts`. */
export interface RevisionRow {
  readonly eventId: EventId;
  readonly violationId: ViolationId;
  readonly revision: number;
  readonly stage: Stage;
  readonly kind: Kind;
  readonly severity: Severity;
  readonly cameraId: CameraId;
  readonly zoneId: string;
  readonly occurredAtMs: number;
  /** CloudEvent without `sequence`, a plain JSON object. */
  readonly event: Readonly<Record<string, unknown>>;
  /** It waits for its evidence, and what comes after it waits behind it, until `release`. */
  readonly isHeld?: boolean;
}

export interface CommitRequest {
  /** The rules' whole state of these cameras, JSON text; replaces what was there. */
  readonly cameraStates: readonly { readonly cameraId: CameraId; readonly stateJson: string }[];
  readonly revisions: readonly RevisionRow[];
  /** Kept with what they changed, or not at all. One whose id is known changes nothing. */
  readonly verdicts?: readonly VerdictRow[];
  readonly nowMs: number;
}

/** A person's word on a violation. */
export interface VerdictRow {
  /** The hub's: the same id is the same word. */
  readonly verdictId: string;
  readonly violationId: ViolationId;
  readonly word: "confirmed" | "dismissed" | "permitted";
  readonly reason?: string;
  /** ISO date, local, the last day of a permit. */
  readonly until?: string;
  readonly caseNo?: string;
  readonly receivedAtMs: number;
}

export interface OutboxEntry {
  readonly sequence: number;
  readonly eventId: string;
  /** CloudEvents type. */
  readonly type: string;
  /** The exact bytes to send, `sequence` included. */
  readonly payload: Uint8Array;
  readonly createdAtMs: number;
  /** Times the broker was handed it before. */
  readonly attemptCount: number;
}

export interface OutboxStats {
  readonly waitingCount: number;
  readonly waitingBytes: number;
  readonly oldestCreatedAtMs: number | undefined;
  readonly parkedCount: number;
  /** Dropped at a limit since the box was set up. */
  readonly droppedCount: number;
  /** The same by limit, and what the broker refused for good; counted since version 3 of the schema. */
  readonly droppedCounts: Readonly<Record<DropReason, number>>;
  readonly lastSequence: number;
}

export interface ViolationRow {
  readonly violationId: ViolationId;
  readonly kind: Kind;
  readonly stage: Stage;
  readonly severity: Severity;
  readonly cameraId: CameraId;
  readonly zoneId: string;
  readonly revision: number;
  readonly firstSeenAtMs: number;
  readonly updatedAtMs: number;
  /** The last event sent for it, `sequence` included. */
  readonly event: Readonly<Record<string, unknown>>;
}

export interface Store extends EvidenceStore {
  /** The rules' state as it was last committed, by camera. */
  loadCameraStates(): Promise<ReadonlyMap<CameraId, string>>;
  commit(request: CommitRequest): Promise<{ readonly sequences: readonly number[] }>;
  /** Events that are not about a violation (store healed, test event): their own outbox row. */
  appendEvent(
    event: Readonly<Record<string, unknown>>,
    nowMs: number,
    options?: { readonly isHeld?: boolean },
  ): Promise<number>;
  /** Detection log: own database, may lose the last seconds in a power cut. */
  logLooks(rows: readonly LookLogRow[]): Promise<void>;
  /** Oldest first, only rows that still wait, sequence > `afterSequence`; ends before a held one. */
  outboxAfter(afterSequence: number, countMax: number): Promise<readonly OutboxEntry[]>;
  /** Counted before the broker is handed the row, so a crash after it is known. */
  outboxAttempted(sequences: readonly number[], nowMs: number): Promise<void>;
  /** Accepted (by the broker, or by the hub with `hub.acknowledge`): the row is done. */
  outboxDone(sequences: readonly number[], nowMs: number): Promise<void>;
  /** Refused for good: kept, alarmed, out of the way. */
  outboxParked(sequence: number, reason: string, nowMs: number): Promise<void>;
  outboxStats(): Promise<OutboxStats>;
  violations(query: {
    readonly kind?: Kind;
    readonly stage?: Stage;
    readonly cameraId?: CameraId;
    readonly violationId?: ViolationId;
    readonly sinceMs?: number;
    readonly countMax: number;
  }): Promise<readonly ViolationRow[]>;
  /** In the order in which they came. */
  verdicts(query: {
    readonly verdictId?: string;
    readonly violationId?: ViolationId;
    readonly sinceMs?: number;
    readonly countMax: number;
  }): Promise<readonly VerdictRow[]>;
  /** Every event ever committed and still kept, in order of sequence. */
  events(query: {
    readonly afterSequence: number;
    readonly countMax: number;
  }): Promise<readonly { readonly sequence: number; readonly payload: Uint8Array }[]>;
  close(): Promise<void>;
}

/** One line of the detection log: what replay needs to run the rules again. */
export interface LookLogRow {
  readonly cameraId: CameraId;
  readonly viewId: string;
  readonly capturedAtMs: number;
  readonly capturedUncertaintyMs: number;
  readonly model: string;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  /** The part of the picture that was looked at. */
  readonly crop: NormBox;
  /** count × (4 × f32 box, f32 score, u8 label), little-endian. */
  readonly detections: Uint8Array;
  /** What the boxes look like, where anybody asked: count × 48 bytes. */
  readonly appearances?: Uint8Array;
  /** It repeats the analysis of the look before it. */
  readonly isReused?: true;
  /** The time of day was not known. */
  readonly isClockWrong?: true;
}
