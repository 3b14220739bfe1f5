/**
 * What crosses between the main thread and the store's: numbered requests, answers, first word.
 *
 * Everything here is plain data that can be cloned. Events travel as finished text, so the main
 * thread pays for making it once and the store's thread only patches in the sequence.
 */
import type { EventText } from "./event-text.ts";
import type {
  EvidenceDropReason,
  EvidenceStats,
  EvidenceStore,
  EvidenceUpload,
  HeldEvent,
  KeptManifest,
  ManifestRow,
  Release,
} from "./evidence-store.ts";
import type { StoreLimits } from "./limits.ts";
import type {
  CommitRequest,
  LookLogRow,
  OutboxEntry,
  OutboxStats,
  RevisionRow,
  Store,
  VerdictRow,
  ViolationRow,
} from "./store.ts";
import type { PortableError } from "./store-errors.ts";

export interface RevisionText extends Omit<RevisionRow, "event"> {
  readonly firstSeenAtMs: number;
  readonly event: EventText;
}

export interface CommitText extends Omit<CommitRequest, "revisions"> {
  readonly revisions: readonly RevisionText[];
}

export type ViolationQuery = Parameters<Store["violations"]>[0];
export type VerdictQuery = Parameters<Store["verdicts"]>[0];
export type EventQuery = Parameters<Store["events"]>[0];
export type ManifestQuery = Parameters<EvidenceStore["manifests"]>[0];
export type EvidenceDropQuery = Parameters<EvidenceStore["evidenceToDrop"]>[0];
export type EvidenceToDrop = Awaited<ReturnType<EvidenceStore["evidenceToDrop"]>>[number];
export interface StoredEvent {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** What is given up, a little, because the disk is nearly full. */
export type SpareRows = "looks" | "history" | "updates";

/** Operations that change the store; consecutive ones share a transaction. */
export interface Writes {
  commit: { readonly args: CommitText; readonly value: readonly number[] };
  appendEvent: {
    readonly args: {
      readonly event: EventText;
      readonly nowMs: number;
      readonly isHeld?: boolean;
    };
    readonly value: number;
  };
  release: {
    readonly args: {
      readonly eventId: string;
      readonly release: Release;
      readonly nowMs: number;
    };
    readonly value: boolean;
  };
  releaseHeld: { readonly args: { readonly nowMs: number }; readonly value: number };
  evidencePartDone: {
    readonly args: { readonly fileId: number; readonly ackedBytes: number };
    readonly value: undefined;
  };
  evidenceFilesDone: {
    readonly args: { readonly fileIds: readonly number[]; readonly nowMs: number };
    readonly value: undefined;
  };
  dropEvidence: {
    readonly args: {
      readonly number: number;
      readonly reason: EvidenceDropReason;
      readonly nowMs: number;
    };
    readonly value: undefined;
  };
  evidenceGone: { readonly args: { readonly number: number }; readonly value: undefined };
  forgetManifests: {
    readonly args: { readonly beforeNumber: number };
    readonly value: undefined;
  };
  outboxAttempted: {
    readonly args: { readonly sequences: readonly number[]; readonly nowMs: number };
    readonly value: undefined;
  };
  outboxDone: {
    readonly args: { readonly sequences: readonly number[] };
    readonly value: undefined;
  };
  outboxParked: {
    readonly args: { readonly sequence: number; readonly reason: string; readonly nowMs: number };
    readonly value: undefined;
  };
  maintain: {
    readonly args: { readonly nowMs: number; readonly spare?: SpareRows };
    readonly value: undefined;
  };
}

/** Operations that only read; they never see what is not on disk yet. */
export interface Reads {
  loadCameraStates: { readonly args: null; readonly value: ReadonlyMap<string, string> };
  outboxAfter: {
    readonly args: { readonly afterSequence: number; readonly countMax: number };
    readonly value: readonly OutboxEntry[];
  };
  outboxStats: { readonly args: null; readonly value: OutboxStats };
  violations: { readonly args: ViolationQuery; readonly value: readonly ViolationRow[] };
  verdicts: { readonly args: VerdictQuery; readonly value: readonly VerdictRow[] };
  events: { readonly args: EventQuery; readonly value: readonly StoredEvent[] };
  heldEvents: { readonly args: null; readonly value: readonly HeldEvent[] };
  lastManifest: { readonly args: null; readonly value: ManifestRow | undefined };
  manifests: { readonly args: ManifestQuery; readonly value: readonly KeptManifest[] };
  evidenceToSend: {
    readonly args: { readonly countMax: number };
    readonly value: readonly EvidenceUpload[];
  };
  evidenceStats: { readonly args: null; readonly value: EvidenceStats };
  evidenceToDrop: { readonly args: EvidenceDropQuery; readonly value: readonly EvidenceToDrop[] };
  droppedWithFiles: {
    readonly args: { readonly countMax: number };
    readonly value: readonly KeptManifest[];
  };
}

/** Operations on the detection log, which has its own file and may lose its last seconds. */
export interface Logs {
  logLooks: { readonly args: readonly LookLogRow[]; readonly value: undefined };
}

/** The database is damaged, as somebody else saw: the next start takes it for that. */
export interface Suspicion {
  suspect: { readonly args: { readonly reason: string }; readonly value: undefined };
}

export type Operations = Writes &
  Reads &
  Logs &
  Suspicion & { close: { readonly args: null; readonly value: undefined } };
export type OperationName = keyof Operations;

export type RequestOf<Name extends OperationName> = {
  [Key in Name]: {
    readonly id: number;
    readonly name: Key;
    readonly args: Operations[Key]["args"];
  };
}[Name];
export type WorkerRequest = RequestOf<OperationName>;

export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown; readonly committedMs?: number }
  /** `isDamage`: the database cannot be relied on until the next start has repaired it. */
  | { readonly id: number; readonly error: PortableError; readonly isDamage?: true };

export interface WorkerData {
  readonly folder: string;
  readonly limits: StoreLimits;
  readonly nowMs: number;
}

/** The first message of the worker: it stands, or why it does not. */
export type WorkerReady =
  | { readonly ready: true; readonly healed: StoreHealed | undefined }
  | { readonly ready: false; readonly error: PortableError };

/** What became of a damaged database; the composition root tells the hub. */
export interface StoreHealed {
  /** `behind`: sound, but older than what had been on disk. */
  readonly what: "damaged" | "lost" | "behind";
  readonly reason: string;
  /** Where the damaged file lies now; undefined when there was none to put aside. */
  readonly damagedFile: string | undefined;
  /** False: the last number cannot be known, a new range was begun above every old one. */
  readonly isSequenceContinued: boolean;
  readonly lastSequence: number;
  readonly atMs: number;
  readonly savedEventCount: number;
  /** Of these events: still to be sent. */
  readonly savedWaitingCount: number;
  readonly savedCameraCount: number;
  /** Numbers among which events may have been lost; others of the range left the box long ago. */
  readonly mayMiss: { readonly firstSequence: number; readonly lastSequence: number } | undefined;
}
