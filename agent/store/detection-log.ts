/**
 * What the detectors saw in the last days: enough to run the rules again (`explain`, `replay`).
 *
 * Its own file with `synchronous=NORMAL`: a power cut may cost its last seconds, never more, and
 * it never makes a violation wait. Looks lie in the order in which the rules were fed with them,
 * with the starts of the agent between them. Bounded by rows, bytes and age; the oldest go first,
 * a few more than came in, so that it also shrinks.
 */
import type Database from "better-sqlite3";
import { type StoreLimits, tooOld } from "./limits.ts";
import type { LookLogRow } from "./store.ts";

/** Beyond it, sources that no look names any more are looked for when the agent starts. */
const sourcesMax = 1_000;

export class DetectionLog {
  readonly #db: Database.Database;
  readonly #limits: StoreLimits;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #sourceIds = new Map<string, number>();

  constructor(db: Database.Database, limits: StoreLimits, nowMs: number) {
    this.#db = db;
    this.#limits = limits;
    this.#statements = prepare(db);
    this.#statements.start.run({ nowMs });
    const { count } = this.#statements.sourceCount.get() ?? { count: 0 };
    if (count > sourcesMax) this.#statements.deleteSources.run();
  }

  add(rows: readonly LookLogRow[]): void {
    this.#db.transaction(() => {
      for (const row of rows) {
        this.#statements.insert.run({
          sourceId: this.#sourceId(row),
          capturedAtMs: Math.round(row.capturedAtMs),
          capturedUncertaintyMs: row.capturedUncertaintyMs,
          detections: Buffer.from(row.detections),
          appearances: row.appearances === undefined ? null : Buffer.from(row.appearances),
        });
      }
      // Rows leave in the order they came, so the ids without a gap are the count.
      const { first, last } = this.#statements.range.get() ?? { first: null, last: null };
      if (first === null || last === null) return;
      const excess = this.#excess(last - first + 1);
      if (excess > 0) this.#statements.deleteUpTo.run(first + excess - 1, rows.length * 2 + 100);
    })();
  }

  forgetOld(nowMs: number): void {
    const { last } = this.#statements.range.get() ?? { last: null };
    if (last === null) return;
    const kept = this.#statements.oldestKept.get(tooOld(nowMs, this.#limits.lookAgeMsMax));
    const upTo = kept?.id === undefined || kept.id === null ? last : kept.id - 1;
    this.#statements.deleteUpTo.run(upTo, 10_000);
    this.#statements.deleteStarts.run();
    this.#db.pragma("incremental_vacuum(1024)");
  }

  close(): void {
    this.#db.close();
  }

  /** How many rows are too many, by their number or by bytes at their mean size. */
  #excess(count: number): number {
    const usedBytes = this.#usedBytes();
    const byBytes = count - (count * this.#limits.lookBytesMax) / usedBytes;
    return Math.ceil(Math.max(count - this.#limits.lookRowsMax, byBytes));
  }

  /** Without pages that were freed and wait to be used again. */
  #usedBytes(): number {
    const pragma = (name: string) => Number(this.#db.pragma(name, { simple: true }));
    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  }

  /** Few rows name where all looks come from: a camera's view, its model and its picture. */
  #sourceId({ cameraId, viewId, model, crop, pictureWidth, pictureHeight }: LookLogRow): number {
    const { xMin, yMin, xMax, yMax } = crop;
    const source = { cameraId, viewId, model, pictureWidth, pictureHeight, xMin, yMin, xMax, yMax };
    const key = JSON.stringify(source);
    const known = this.#sourceIds.get(key) ?? this.#statements.source.get(source)?.id;
    const id = known ?? Number(this.#statements.insertSource.run(source).lastInsertRowid);
    this.#sourceIds.set(key, id);
    return id;
  }
}

function prepare(db: Database.Database) {
  return {
    insert: db.prepare(
      `INSERT INTO looks (source_id, captured_at_ms, captured_uncertainty_ms, detections, appearances)
       VALUES (@sourceId, @capturedAtMs, @capturedUncertaintyMs, @detections, @appearances)`,
    ),
    source: db.prepare<object, { readonly id: number }>(
      `SELECT source_id AS id FROM sources
       WHERE camera_id = @cameraId AND view_id = @viewId AND model = @model
         AND picture_width_px = @pictureWidth AND picture_height_px = @pictureHeight
         AND crop_x_min = @xMin AND crop_y_min = @yMin AND crop_x_max = @xMax
         AND crop_y_max = @yMax`,
    ),
    insertSource: db.prepare<object>(
      `INSERT INTO sources (camera_id, view_id, model, picture_width_px, picture_height_px,
         crop_x_min, crop_y_min, crop_x_max, crop_y_max)
       VALUES (@cameraId, @viewId, @model, @pictureWidth, @pictureHeight, @xMin, @yMin, @xMax, @yMax)`,
    ),
    sourceCount: db.prepare<[], { readonly count: number }>(
      "SELECT count(*) AS count FROM sources",
    ),
    deleteSources: db.prepare(
      "DELETE FROM sources WHERE source_id NOT IN (SELECT source_id FROM looks)",
    ),
    start: db.prepare<{ nowMs: number }>(
      `INSERT OR REPLACE INTO starts (look_id, started_at_ms)
       VALUES (coalesce((SELECT max(look_id) FROM looks), 0), round(@nowMs))`,
    ),
    deleteStarts: db.prepare("DELETE FROM starts WHERE look_id < (SELECT min(look_id) FROM looks)"),
    range: db.prepare<[], { readonly first: number | null; readonly last: number | null }>(
      `SELECT (SELECT min(look_id) FROM looks) AS first, (SELECT max(look_id) FROM looks) AS last`,
    ),
    deleteUpTo: db.prepare<[number, number]>(
      "DELETE FROM looks WHERE look_id IN (SELECT look_id FROM looks WHERE look_id <= ? ORDER BY look_id LIMIT ?)",
    ),
    oldestKept: db.prepare<object, { readonly id: number | null }>(
      `SELECT look_id AS id FROM looks WHERE NOT (captured_at_ms >= @fromMs
         AND captured_at_ms < @beforeMs) ORDER BY look_id LIMIT 1`,
    ),
  };
}
