/**
 * What the agent asks of its memory about evidence: held events, the chain of manifests, uploads.
 *
 * An event that shall have evidence is committed held and sent only when `release` has completed
 * it; nothing changes it after that. Files themselves lie in a folder (`agent/evidence`); here is
 * what the hub has of them. What it does not have is never forgotten without a word to it.
 */
import type { ViolationId } from "../../pipelines/domain/ids.ts";

/** Of the device's chain: 1, 2, 3 … without a gap. */
export interface ManifestRow {
  readonly number: number;
  readonly violationId: ViolationId;
  readonly revision: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly keyId: string;
  readonly createdAtMs: number;
}

/** In the order in which they shall be sent: manifest and signature first. */
export interface EvidenceFileRow {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What completes a held event. */
export interface Release {
  /** Becomes the event's `data.evidence`. */
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly enforceable: boolean;
  /** Undefined: nothing was kept. */
  readonly manifest?: ManifestRow;
  readonly files?: readonly EvidenceFileRow[];
}

export interface HeldEvent {
  readonly eventId: string;
  readonly sequence: number;
  readonly heldAtMs: number;
}

/** A file that the hub does not have as a whole. */
export interface EvidenceUpload extends EvidenceFileRow {
  readonly fileId: number;
  readonly manifestNumber: number;
  readonly violationId: ViolationId;
  readonly revision: number;
  /** It stands behind this event. */
  readonly eventSequence: number;
  /** From the start of the file, without a hole. */
  readonly ackedBytes: number;
}

/** `age`, `bytes`: a limit of `evidence.keep`. `disk`: the disk was nearly full. `damaged`: a file was gone or changed before it was sent. */
export const evidenceDropReasons = ["age", "bytes", "disk", "damaged"] as const;
export type EvidenceDropReason = (typeof evidenceDropReasons)[number];

export interface KeptManifest extends ManifestRow {
  readonly eventId: string;
  /** Of all its files. */
  readonly keptBytes: number;
  readonly waitingCount: number;
  readonly droppedAtMs: number | undefined;
  readonly dropReason: EvidenceDropReason | undefined;
}

export interface EvidenceStats {
  readonly keptBytes: number;
  readonly heldCount: number;
  /** Files, and bytes of them, that the hub does not have. */
  readonly waitingCount: number;
  readonly waitingBytes: number;
  /** Files that were dropped before the hub had them, since the box was set up. */
  readonly droppedCount: number;
}

export interface EvidenceStore {
  /** False: it is not held (any more), and nothing was changed. */
  release(eventId: string, release: Release, nowMs: number): Promise<boolean>;
  /** Lets go, as they were committed, all that are held; how many. */
  releaseHeld(nowMs: number): Promise<number>;
  /** In order of sequence. */
  heldEvents(): Promise<readonly HeldEvent[]>;
  /** The chain's newest manifest, also of what was dropped since. */
  lastManifest(): Promise<ManifestRow | undefined>;
  /** In order of their numbers. */
  manifests(query: {
    readonly afterNumber: number;
    readonly countMax: number;
  }): Promise<readonly KeptManifest[]>;
  /** Next files to send: of events that left the box, in their order; never what is held. */
  evidenceToSend(countMax: number): Promise<readonly EvidenceUpload[]>;
  /** The other side has these bytes of it, from the start; 0 begins it anew. */
  evidencePartDone(fileId: number, ackedBytes: number): Promise<void>;
  /** The other side has them whole. */
  evidenceFilesDone(fileIds: readonly number[], nowMs: number): Promise<void>;
  evidenceStats(): Promise<EvidenceStats>;
  /** What has to go: what is older than `beforeMs`, then what is above `bytesMax`, least first. */
  evidenceToDrop(query: {
    readonly beforeMs: number;
    readonly bytesMax: number;
    readonly countMax: number;
  }): Promise<readonly (KeptManifest & { readonly reason: "age" | "bytes" })[]>;
  /** No file of it is sent any more; where the hub lacks some, an event tells it so. */
  dropEvidence(number: number, reason: EvidenceDropReason, nowMs: number): Promise<void>;
  /** Dropped, and their files may still lie there: in order of their numbers. */
  droppedWithFiles(countMax: number): Promise<readonly KeptManifest[]>;
  /** The files of what was dropped are gone. */
  evidenceGone(number: number): Promise<void>;
  /** Those below this number whose files are gone leave the index of the chain. */
  forgetManifests(beforeNumber: number): Promise<void>;
}
