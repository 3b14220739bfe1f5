/**
 * Evidence as rows: manifests in the order of the device's chain, and what the hub has of each file.
 *
 * Held rows of the outbox are let go here. A file row stays until the hub has the file, or until it
 * is dropped and the hub is told; sums are kept by triggers, in the transaction of what they sum.
 */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import type { ViolationId } from "../../pipelines/domain/ids.ts";
import type {
  EvidenceDropReason,
  EvidenceFileRow,
  EvidenceStats,
  EvidenceStore,
  EvidenceUpload,
  HeldEvent,
  KeptManifest,
  ManifestRow,
} from "./evidence-store.ts";
import { tooOld } from "./limits.ts";

type DropQuery = Parameters<EvidenceStore["evidenceToDrop"]>[0];

/** What became of a manifest that was dropped. */
export interface DroppedEvidence {
  readonly manifest: KeptManifest;
  /** That the hub lacks. */
  readonly waitingCount: number;
  readonly waitingBytes: number;
  readonly eventSequence: number;
}

export class EvidenceTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Database.Database) {
    this.#statements = prepare(db);
  }

  held(): HeldEvent[] {
    return this.#statements.held.all();
  }

  /** Its sequence; undefined when it is not held. */
  heldSequence(eventId: string): number | undefined {
    return this.#statements.heldByEvent.get({ eventId })?.sequence;
  }

  letGo(sequence: number, payloadBytes: number): void {
    const { changes } = this.#statements.letGo.run({ sequence, payloadBytes });
    assert.equal(changes, 1, `event ${sequence} is not held`);
  }

  letAllGo(): number {
    return this.#statements.letAllGo.run().changes;
  }

  /** Held for longer than whoever holds them may take: something is wrong with it. */
  letOldGo({ fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number }): number {
    return this.#statements.letOldGo.run({ fromMs, untilMs }).changes;
  }

  add(
    manifest: ManifestRow,
    files: readonly EvidenceFileRow[],
    event: { readonly eventId: string; readonly sequence: number; readonly dropClass: number },
  ): void {
    const last = this.last()?.number ?? 0;
    assert.ok(manifest.number > last, `manifest ${manifest.number} does not follow ${last}`);
    const keptBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const { eventId, dropClass, sequence } = event;
    const row = { ...manifest, createdAtMs: Math.floor(manifest.createdAtMs) };
    this.#statements.addManifest.run({ ...row, eventId, dropClass, keptBytes });
    for (const file of files) {
      this.#statements.addFile.run({ ...file, number: manifest.number, sequence });
    }
  }

  last(): ManifestRow | undefined {
    return this.#statements.last.get();
  }

  manifests(query: { readonly afterNumber: number; readonly countMax: number }): KeptManifest[] {
    return this.#statements.manifests.all(query).map(keptManifest);
  }

  toSend(countMax: number): EvidenceUpload[] {
    const firstWaiting = this.#statements.firstWaiting.get();
    const before = firstWaiting?.sequence ?? Number.MAX_SAFE_INTEGER;
    return this.#statements.toSend.all({ before, countMax });
  }

  partDone(fileId: number, ackedBytes: number): void {
    this.#statements.partDone.run({ fileId, ackedBytes });
  }

  filesDone(fileIds: readonly number[], nowMs: number): void {
    for (const fileId of fileIds) this.#statements.fileDone.run({ fileId, nowMs });
  }

  stats(): EvidenceStats {
    const sums = this.#statements.sums.get();
    assert.ok(sums !== undefined, "the counters row is missing");
    return { ...sums, heldCount: this.#statements.heldCount.get()?.count ?? 0 };
  }

  toDrop({ beforeMs, bytesMax, countMax }: DropQuery) {
    const aged = this.#statements.aged.all({ ...tooOld(Math.floor(beforeMs), 0), countMax });
    const chosen = aged.map((row) => ({ ...keptManifest(row), reason: "age" as const }));
    const numbers = new Set(chosen.map(({ number }) => number));
    let excess = this.stats().keptBytes - bytesMax;
    for (const { keptBytes } of chosen) excess -= keptBytes;
    const least = excess > 0 ? this.#statements.least.all({ countMax }) : [];
    const more: (KeptManifest & { readonly reason: "bytes" })[] = [];
    for (const row of least) {
      if (excess <= 0 || chosen.length + more.length >= countMax) break;
      if (numbers.has(row.number)) continue;
      more.push({ ...keptManifest(row), reason: "bytes" });
      excess -= row.keptBytes;
    }
    return [...chosen, ...more];
  }

  /** Undefined: it is not known, or was dropped before. */
  drop(number: number, reason: EvidenceDropReason, nowMs: number): DroppedEvidence | undefined {
    const found = this.#statements.manifest.get({ number });
    if (found === undefined || found.droppedAtMs !== null) return undefined;
    const waiting = this.#statements.waitingOf.get({ number });
    assert.ok(waiting !== undefined);
    this.#statements.dropFiles.run({ number });
    this.#statements.drop.run({ number, reason, nowMs });
    this.#statements.countDropped.run({ count: waiting.waitingCount });
    return { manifest: keptManifest(found), ...waiting };
  }

  droppedWithFiles(countMax: number): KeptManifest[] {
    return this.#statements.droppedWithFiles.all({ countMax }).map(keptManifest);
  }

  gone(number: number): void {
    this.#statements.gone.run({ number });
  }

  forget(beforeNumber: number): void {
    this.#statements.forget.run({ beforeNumber });
  }
}

interface StoredManifest extends Omit<KeptManifest, "droppedAtMs" | "dropReason"> {
  readonly droppedAtMs: number | null;
  readonly dropReason: EvidenceDropReason | null;
}

function keptManifest({ droppedAtMs, dropReason, ...row }: StoredManifest): KeptManifest {
  return { ...row, droppedAtMs: droppedAtMs ?? undefined, dropReason: dropReason ?? undefined };
}

const manifestColumns = `number, violation_id AS violationId, revision, sha256, bytes,
  key_id AS keyId, created_at_ms AS createdAtMs`;
const keptColumns = `${manifestColumns}, event_id AS eventId, kept_bytes AS keptBytes,
  waiting_count AS waitingCount, dropped_at_ms AS droppedAtMs,
  drop_reason AS dropReason`;

function prepare(db: Database.Database) {
  return {
    held: db.prepare<[], HeldEvent>(
      `SELECT e.event_id AS eventId, o.sequence, o.held_at_ms AS heldAtMs
       FROM outbox o INDEXED BY outbox_held JOIN events e USING (sequence)
       WHERE o.held_at_ms IS NOT NULL ORDER BY o.sequence`,
    ),
    heldCount: db.prepare<[], { readonly count: number }>(
      "SELECT count(*) AS count FROM outbox INDEXED BY outbox_held WHERE held_at_ms IS NOT NULL",
    ),
    heldByEvent: db.prepare<{ eventId: string }, { readonly sequence: number }>(
      `SELECT o.sequence FROM events e JOIN outbox o USING (sequence)
       WHERE e.event_id = @eventId AND o.held_at_ms IS NOT NULL`,
    ),
    letGo: db.prepare<{ sequence: number; payloadBytes: number }>(
      `UPDATE outbox SET held_at_ms = NULL, payload_bytes = @payloadBytes
       WHERE sequence = @sequence AND held_at_ms IS NOT NULL`,
    ),
    letAllGo: db.prepare<[]>("UPDATE outbox SET held_at_ms = NULL WHERE held_at_ms IS NOT NULL"),
    letOldGo: db.prepare<{ fromMs: number; untilMs: number }>(
      `UPDATE outbox SET held_at_ms = NULL
       WHERE held_at_ms IS NOT NULL AND (held_at_ms < @fromMs OR held_at_ms > @untilMs)`,
    ),
    addManifest: db.prepare<
      ManifestRow & {
        readonly eventId: string;
        readonly dropClass: number;
        readonly keptBytes: number;
      }
    >(
      `INSERT INTO evidence_manifests (number, event_id, violation_id, revision, sha256, bytes,
         key_id, kept_bytes, drop_class, created_at_ms)
       VALUES (@number, @eventId, @violationId, @revision, @sha256, @bytes,
         @keyId, @keptBytes, @dropClass, @createdAtMs)`,
    ),
    addFile: db.prepare<EvidenceFileRow & { readonly number: number; readonly sequence: number }>(
      `INSERT INTO evidence_files (number, event_sequence, name, media_type, bytes, sha256)
       VALUES (@number, @sequence, @name, @mediaType, @bytes, @sha256)`,
    ),
    last: db.prepare<[], ManifestRow>(
      `SELECT ${manifestColumns} FROM evidence_manifests
       WHERE number = (SELECT max(number) FROM evidence_manifests)`,
    ),
    manifest: db.prepare<{ number: number }, StoredManifest>(
      `SELECT ${keptColumns} FROM evidence_manifests WHERE number = @number`,
    ),
    manifests: db.prepare<{ afterNumber: number; countMax: number }, StoredManifest>(
      `SELECT ${keptColumns} FROM evidence_manifests WHERE number > @afterNumber
       ORDER BY number LIMIT @countMax`,
    ),
    firstWaiting: db.prepare<[], { readonly sequence: number }>(
      "SELECT sequence FROM outbox WHERE state = 'waiting' ORDER BY sequence LIMIT 1",
    ),
    toSend: db.prepare<
      { before: number; countMax: number },
      EvidenceUpload & { violationId: ViolationId }
    >(
      `SELECT f.file_id AS fileId, f.number AS manifestNumber, m.violation_id AS violationId,
         m.revision, f.event_sequence AS eventSequence, f.name, f.media_type AS mediaType,
         f.bytes, f.sha256, f.acked_bytes AS ackedBytes
       FROM evidence_files f INDEXED BY evidence_files_waiting
         JOIN evidence_manifests m USING (number)
       WHERE f.done_at_ms IS NULL AND f.event_sequence < @before
       ORDER BY f.event_sequence, f.file_id LIMIT @countMax`,
    ),
    partDone: db.prepare<{ fileId: number; ackedBytes: number }>(
      `UPDATE evidence_files SET acked_bytes = min(bytes, max(0, @ackedBytes))
       WHERE file_id = @fileId AND done_at_ms IS NULL`,
    ),
    fileDone: db.prepare<{ fileId: number; nowMs: number }>(
      `UPDATE evidence_files SET acked_bytes = bytes, done_at_ms = @nowMs
       WHERE file_id = @fileId AND done_at_ms IS NULL`,
    ),
    sums: db.prepare<[], Omit<EvidenceStats, "heldCount">>(
      `SELECT evidence_bytes AS keptBytes, evidence_waiting_count AS waitingCount,
         evidence_waiting_bytes AS waitingBytes, evidence_dropped_count AS droppedCount
       FROM counters WHERE id = 1`,
    ),
    aged: db.prepare<{ fromMs: number; beforeMs: number; countMax: number }, StoredManifest>(
      `SELECT ${keptColumns} FROM evidence_manifests INDEXED BY evidence_age
       WHERE dropped_at_ms IS NULL AND created_at_ms >= @fromMs AND created_at_ms < @beforeMs
       ORDER BY created_at_ms LIMIT @countMax`,
    ),
    least: db.prepare<{ countMax: number }, StoredManifest>(
      `SELECT ${keptColumns} FROM evidence_manifests INDEXED BY evidence_droppable
       WHERE dropped_at_ms IS NULL
       ORDER BY waiting_count > 0, drop_class, number LIMIT @countMax`,
    ),
    waitingOf: db.prepare<
      { number: number },
      { waitingCount: number; waitingBytes: number; eventSequence: number }
    >(
      `SELECT count(*) AS waitingCount, coalesce(sum(bytes), 0) AS waitingBytes,
         coalesce(max(event_sequence), 0) AS eventSequence
       FROM evidence_files WHERE number = @number AND done_at_ms IS NULL`,
    ),
    dropFiles: db.prepare<{ number: number }>("DELETE FROM evidence_files WHERE number = @number"),
    drop: db.prepare<{ number: number; reason: string; nowMs: number }>(
      `UPDATE evidence_manifests SET dropped_at_ms = @nowMs, drop_reason = @reason, has_files = 1
       WHERE number = @number`,
    ),
    countDropped: db.prepare<{ count: number }>(
      "UPDATE counters SET evidence_dropped_count = evidence_dropped_count + @count",
    ),
    droppedWithFiles: db.prepare<{ countMax: number }, StoredManifest>(
      `SELECT ${keptColumns} FROM evidence_manifests INDEXED BY evidence_dropped_files
       WHERE dropped_at_ms IS NOT NULL AND has_files = 1 ORDER BY number LIMIT @countMax`,
    ),
    forget: db.prepare<{ beforeNumber: number }>(
      `DELETE FROM evidence_manifests
       WHERE number < @beforeNumber AND dropped_at_ms IS NOT NULL AND has_files = 0`,
    ),
    gone: db.prepare<{ number: number }>(
      `UPDATE evidence_manifests SET has_files = 0
       WHERE number = @number AND dropped_at_ms IS NOT NULL`,
    ),
  };
}
