/**
 * What the ledger asks of the store, and no more: held events, the chain, what has to go.
 *
 * The store's own contract says the same; the ledger does not know the store's room.
 */
import type { ViolationId } from "../../pipelines/domain/ids.ts";

export interface LedgerManifest {
  readonly number: number;
  readonly violationId: ViolationId;
  readonly revision: number;
  readonly sha256: string;
}

export interface DroppedManifest extends LedgerManifest {
  readonly droppedAtMs: number | undefined;
  readonly dropReason: ManifestToDrop["reason"] | undefined;
}

export interface ManifestToDrop extends LedgerManifest {
  readonly waitingCount: number;
  readonly reason: "age" | "bytes" | "disk" | "damaged";
}

interface FileRow {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface LedgerStore {
  release(
    eventId: string,
    release: {
      readonly evidence: Readonly<Record<string, unknown>>;
      readonly enforceable: boolean;
      readonly manifest?: LedgerManifest & {
        readonly bytes: number;
        readonly keyId: string;
        readonly createdAtMs: number;
      };
      readonly files?: readonly FileRow[];
    },
    nowMs: number,
  ): Promise<boolean>;
  releaseHeld(nowMs: number): Promise<number>;
  heldEvents(): Promise<readonly { readonly eventId: string }[]>;
  lastManifest(): Promise<LedgerManifest | undefined>;
  manifests(query: {
    readonly afterNumber: number;
    readonly countMax: number;
  }): Promise<readonly DroppedManifest[]>;
  evidenceToDrop(query: {
    readonly beforeMs: number;
    readonly bytesMax: number;
    readonly countMax: number;
  }): Promise<readonly ManifestToDrop[]>;
  dropEvidence(number: number, reason: ManifestToDrop["reason"], nowMs: number): Promise<void>;
  droppedWithFiles(countMax: number): Promise<readonly DroppedManifest[]>;
  evidenceGone(number: number): Promise<void>;
  /** Dropped ones below this number, their files gone, leave the chain's index. */
  forgetManifests(beforeNumber: number): Promise<void>;
}
