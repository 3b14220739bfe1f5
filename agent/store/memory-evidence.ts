/**
 * Evidence of the store in memory: plain lists, written for being obviously right.
 *
 * The events themselves are the whole store's, which says here what is held and completes it.
 */
import assert from "node:assert/strict";
import type { DropClass } from "./drop-notice.ts";
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
import { heldMsMax, tooOld } from "./limits.ts";
import type { EvidenceDropQuery, EvidenceToDrop, ManifestQuery } from "./protocol.ts";

interface MemoryManifest extends ManifestRow {
  readonly eventId: string;
  readonly keptBytes: number;
  readonly dropClass: DropClass;
  readonly droppedAtMs: number | undefined;
  readonly dropReason: EvidenceDropReason | undefined;
  readonly hasFiles: boolean;
}

interface MemoryFile extends EvidenceUpload {
  readonly isDone: boolean;
}

export abstract class MemoryEvidence implements EvidenceStore {
  #manifests: MemoryManifest[] = [];
  #files: MemoryFile[] = [];
  #nextFileId = 1;
  #droppedCount = 0;

  protected abstract held(): readonly HeldEvent[];
  protected abstract complete(
    sequence: number,
    release: Pick<Release, "evidence" | "enforceable">,
  ): DropClass;
  protected abstract letGo(sequence: number): void;
  protected abstract enforce(nowMs: number): void;
  protected abstract firstWaiting(): number | undefined;
  protected abstract tellDropped(
    dropped: {
      readonly manifest: KeptManifest;
      readonly files: number;
      readonly bytes: number;
      readonly reason: EvidenceDropReason;
    },
    nowMs: number,
  ): void;

  async release(eventId: string, release: Release, nowMs: number): Promise<boolean> {
    const { manifest, files = [] } = release;
    const sequence = this.held().find((event) => event.eventId === eventId)?.sequence;
    if (sequence === undefined) return false;
    const last = this.#manifests.at(-1)?.number ?? 0;
    const follows = manifest === undefined || manifest.number > last;
    assert.ok(follows, `manifest ${manifest?.number} does not follow ${last}`);
    const dropClass = this.complete(sequence, release);
    this.letGo(sequence);
    if (manifest !== undefined) {
      const keptBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
      const state = { droppedAtMs: undefined, dropReason: undefined, hasFiles: true };
      this.#manifests.push({ ...manifest, eventId, keptBytes, dropClass, ...state });
      const { number: manifestNumber, violationId, revision } = manifest;
      for (const file of files) {
        const fileId = this.#nextFileId++;
        const place = { fileId, manifestNumber, violationId, revision, eventSequence: sequence };
        this.#files.push({ ...file, ...place, ackedBytes: 0, isDone: false });
      }
    }
    this.enforce(nowMs);
    return true;
  }

  async releaseHeld(nowMs: number): Promise<number> {
    const held = this.held();
    for (const { sequence } of held) this.letGo(sequence);
    this.enforce(nowMs);
    return held.length;
  }

  async heldEvents(): Promise<readonly HeldEvent[]> {
    return this.held();
  }

  async lastManifest(): Promise<ManifestRow | undefined> {
    const last = this.#manifests.at(-1);
    return last && manifestRow(last);
  }

  async manifests({ afterNumber, countMax }: ManifestQuery): Promise<readonly KeptManifest[]> {
    return this.#manifests
      .filter(({ number }) => number > afterNumber)
      .slice(0, countMax)
      .map((row) => this.#kept(row));
  }

  async evidenceToSend(countMax: number): Promise<readonly EvidenceUpload[]> {
    const before = this.firstWaiting() ?? Number.POSITIVE_INFINITY;
    return this.#files
      .filter(({ isDone, eventSequence }) => !isDone && eventSequence < before)
      .toSorted((a, b) => a.eventSequence - b.eventSequence || a.fileId - b.fileId)
      .slice(0, countMax)
      .map(({ isDone: _, ...upload }) => upload);
  }

  async evidencePartDone(fileId: number, ackedBytes: number): Promise<void> {
    this.#change(fileId, (file) => {
      const bytes = Math.min(file.bytes, Math.max(0, ackedBytes));
      return { ...file, ackedBytes: bytes };
    });
  }

  async evidenceFilesDone(fileIds: readonly number[], _nowMs: number): Promise<void> {
    for (const fileId of fileIds) {
      this.#change(fileId, (file) => ({ ...file, ackedBytes: file.bytes, isDone: true }));
    }
  }

  async evidenceStats(): Promise<EvidenceStats> {
    const waiting = this.#files.filter(({ isDone }) => !isDone);
    return {
      keptBytes: sumOf(this.#undropped(), ({ keptBytes }) => keptBytes),
      heldCount: this.held().length,
      waitingCount: waiting.length,
      waitingBytes: sumOf(waiting, ({ bytes }) => bytes),
      droppedCount: this.#droppedCount,
    };
  }

  async evidenceToDrop(query: EvidenceDropQuery): Promise<readonly EvidenceToDrop[]> {
    const { fromMs, beforeMs } = tooOld(Math.floor(query.beforeMs), 0);
    const kept = this.#undropped();
    const isAged = ({ createdAtMs }: MemoryManifest) =>
      createdAtMs >= fromMs && createdAtMs < beforeMs;
    const aged = kept
      .filter(isAged)
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs)
      .slice(0, query.countMax);
    const chosen = aged.map((row) => ({ ...this.#kept(row), reason: "age" as const }));
    const rest = kept.filter((row) => !aged.includes(row));
    let excess = sumOf(rest, ({ keptBytes }) => keptBytes) - query.bytesMax;
    const worth = (row: MemoryManifest) => (this.#kept(row).waitingCount > 0 ? 10 : 0);
    const leastFirst = rest.toSorted(
      (a, b) => worth(a) + a.dropClass - (worth(b) + b.dropClass) || a.number - b.number,
    );
    const more: EvidenceToDrop[] = [];
    for (const row of leastFirst) {
      if (excess <= 0 || chosen.length + more.length >= query.countMax) break;
      more.push({ ...this.#kept(row), reason: "bytes" });
      excess -= row.keptBytes;
    }
    return [...chosen, ...more];
  }

  async dropEvidence(number: number, reason: EvidenceDropReason, nowMs: number): Promise<void> {
    const row = this.#undropped().find((manifest) => manifest.number === number);
    if (row === undefined) return;
    const waiting = this.#files.filter((file) => file.manifestNumber === number && !file.isDone);
    this.#files = this.#files.filter((file) => file.manifestNumber !== number);
    this.#replace(number, (manifest) => ({ ...manifest, droppedAtMs: nowMs, dropReason: reason }));
    this.#droppedCount += waiting.length;
    if (waiting.length === 0) return;
    const bytes = sumOf(waiting, (file) => file.bytes);
    this.tellDropped({ manifest: this.#kept(row), files: waiting.length, bytes, reason }, nowMs);
  }

  async droppedWithFiles(countMax: number): Promise<readonly KeptManifest[]> {
    return this.#manifests
      .filter(({ droppedAtMs, hasFiles }) => droppedAtMs !== undefined && hasFiles)
      .slice(0, countMax)
      .map((row) => this.#kept(row));
  }

  async evidenceGone(number: number): Promise<void> {
    this.#replace(number, (manifest) =>
      manifest.droppedAtMs === undefined ? manifest : { ...manifest, hasFiles: false },
    );
  }

  async forgetManifests(beforeNumber: number): Promise<void> {
    const isForgotten = ({ number, droppedAtMs, hasFiles }: MemoryManifest) =>
      number < beforeNumber && droppedAtMs !== undefined && !hasFiles;
    this.#manifests = this.#manifests.filter((row) => !isForgotten(row));
  }

  /** Held for longer than whoever holds them may take. */
  protected letOldGo(nowMs: number): void {
    for (const { sequence, heldAtMs } of this.held()) {
      if (Math.abs(nowMs - heldAtMs) > heldMsMax) this.letGo(sequence);
    }
    this.enforce(nowMs);
  }

  #undropped(): MemoryManifest[] {
    return this.#manifests.filter(({ droppedAtMs }) => droppedAtMs === undefined);
  }

  #kept({ dropClass: _, hasFiles: __, ...row }: MemoryManifest): KeptManifest {
    const isWaiting = (file: MemoryFile) => file.manifestNumber === row.number && !file.isDone;
    return { ...row, waitingCount: this.#files.filter(isWaiting).length };
  }

  #change(fileId: number, change: (file: MemoryFile) => MemoryFile): void {
    this.#files = this.#files.map((file) =>
      file.fileId === fileId && !file.isDone ? change(file) : file,
    );
  }

  #replace(number: number, change: (row: MemoryManifest) => MemoryManifest): void {
    this.#manifests = this.#manifests.map((row) => (row.number === number ? change(row) : row));
  }
}

function manifestRow(row: MemoryManifest): ManifestRow {
  const { number, violationId, revision, sha256, bytes, keyId, createdAtMs } = row;
  return { number, violationId, revision, sha256, bytes, keyId, createdAtMs };
}

function sumOf<Item>(items: readonly Item[], valueIn: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + valueIn(item), 0);
}
