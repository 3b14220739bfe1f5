/**
 * What the detectors saw in the last days: enough to run the rules again (`explain`, `replay`).
 *
 * Its own file with `synchronous=NORMAL`: a power cut may cost its last seconds, never more, and
 * it never makes a violation wait. Bounded by rows and age; the oldest go first, a few more than
 * came in, so that it also shrinks.
 */
import type Database from "better-sqlite3";
import { type StoreLimits, tooOld } from "./limits.ts";
import type { LookLogRow } from "./store.ts";

export class DetectionLog {
  readonly #db: Database.Database;
  readonly #limits: StoreLimits;
  readonly #insert: Database.Statement;
  readonly #deleteUpTo: Database.Statement;
  readonly #range: Database.Statement<unknown[], { first: number | null; last: number | null }>;
  readonly #oldestKept: Database.Statement<unknown[], { readonly id: number | null }>;

  constructor(db: Database.Database, limits: StoreLimits) {
    this.#db = db;
    this.#limits = limits;
    this.#insert = db.prepare(
      `INSERT INTO looks (camera_id, view_id, captured_at_ms, captured_uncertainty_ms, model,
         picture_width_px, picture_height_px, detections)
       VALUES (@cameraId, @viewId, @capturedAtMs, @capturedUncertaintyMs, @model,
         @pictureWidth, @pictureHeight, @detections)`,
    );
    this.#range = db.prepare(
      `SELECT (SELECT min(look_id) FROM looks) AS first, (SELECT max(look_id) FROM looks) AS last`,
    );
    this.#deleteUpTo = db.prepare(
      "DELETE FROM looks WHERE look_id IN (SELECT look_id FROM looks WHERE look_id <= ? ORDER BY look_id LIMIT ?)",
    );
    this.#oldestKept = db.prepare(
      `SELECT look_id AS id FROM looks WHERE NOT (captured_at_ms >= @fromMs
         AND captured_at_ms < @beforeMs) ORDER BY look_id LIMIT 1`,
    );
  }

  add(rows: readonly LookLogRow[]): void {
    this.#db.transaction(() => {
      for (const row of rows) {
        const capturedAtMs = Math.round(row.capturedAtMs);
        this.#insert.run({ ...row, capturedAtMs, detections: Buffer.from(row.detections) });
      }
      // Rows leave in the order they came, so the ids without a gap are the count.
      const { first, last } = this.#range.get() ?? { first: null, last: null };
      if (first === null || last === null) return;
      const excess = last - first + 1 - this.#limits.lookRowsMax;
      if (excess > 0) this.#deleteUpTo.run(first + excess - 1, rows.length * 2 + 100);
    })();
  }

  forgetOld(nowMs: number): void {
    const { last } = this.#range.get() ?? { last: null };
    if (last === null) return;
    const kept = this.#oldestKept.get(tooOld(nowMs, this.#limits.lookAgeMsMax));
    const upTo = kept?.id === undefined || kept.id === null ? last : kept.id - 1;
    this.#deleteUpTo.run(upTo, 10_000);
    this.#db.pragma("incremental_vacuum(1024)");
  }

  close(): void {
    this.#db.close();
  }
}
