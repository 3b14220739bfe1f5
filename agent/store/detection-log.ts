/**
 * What the detectors saw in the last days: enough to run the rules again (`explain`, `replay`).
 *
 * Its own file with `synchronous=NORMAL`: a power cut may cost its last seconds, never more, and
 * it never makes a violation wait. Looks lie in the order in which the rules were fed with them, a
 * page a row (`detection-log-page.ts`), with the starts of the agent between them. Bounded by
 * looks, bytes and age; the oldest pages go first, a few more than came in, so that it also
 * shrinks.
 */
import type Database from "better-sqlite3";
import {
  isSoundPage,
  PageCursor,
  type PageLook,
  pageLooksMax,
  pagesOf,
} from "./detection-log-page.ts";
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
    if (count > sourcesMax) this.#forgetSources();
  }

  /** What was handed over together lies together. */
  add(rows: readonly LookLogRow[]): void {
    this.#db.transaction(() => {
      let pageCount = 0;
      let { nextId } = this.#statements.nextId.get() ?? { nextId: 1 };
      for (const page of pagesOf(rows.map((row) => this.#pageLook(row)))) {
        this.#statements.insert.run({ ...page, firstId: nextId });
        nextId += page.lookCount;
        pageCount += 1;
      }
      // Pages leave in the order they came, so ids without a gap are the count.
      const { first } = this.#statements.first.get() ?? { first: null };
      if (first === null) return;
      const excess = this.#excess(nextId - first);
      if (excess > 0) this.#statements.deleteUpTo.run(first + excess - 1, pageCount * 2 + 100);
    })();
  }

  /** The disk is nearly full: a tenth goes, the oldest first. */
  spare(): void {
    const { nextId } = this.#statements.nextId.get() ?? { nextId: 1 };
    const { first } = this.#statements.first.get() ?? { first: null };
    if (first === null) return;
    const sparedCount = Math.ceil((nextId - first) / 10);
    this.#statements.deleteUpTo.run(first + sparedCount - 1, sparedCount);
    this.#db.pragma("incremental_vacuum");
    this.#db.pragma("wal_checkpoint(TRUNCATE)");
  }

  forgetOld(nowMs: number): void {
    const { nextId } = this.#statements.nextId.get() ?? { nextId: 1 };
    const kept = this.#statements.oldestKept.get(tooOld(nowMs, this.#limits.lookAgeMsMax));
    this.#statements.deleteUpTo.run((kept?.id ?? nextId) - 1, 10_000);
    this.#statements.deleteStarts.run();
    this.#db.pragma("incremental_vacuum(1024)");
  }

  close(): void {
    this.#db.close();
  }

  /** How many looks are too many, by their number or by bytes at their mean size. */
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

  #pageLook(row: LookLogRow): PageLook {
    return {
      sourceId: this.#sourceId(row),
      capturedAtMs: Math.round(row.capturedAtMs),
      capturedUncertaintyMs: row.capturedUncertaintyMs,
      detections: row.detections,
      appearances: row.appearances ?? null,
    };
  }

  /** Few rows name where all looks come from: a camera's view, its model and its picture. */
  #sourceId(row: LookLogRow): number {
    const { cameraId, viewId, model, pictureWidth, pictureHeight } = row;
    const place = { cameraId, viewId, model, pictureWidth, pictureHeight, ...row.crop };
    const source = {
      ...place,
      isReused: Number(row.isReused === true),
      isClockWrong: Number(row.isClockWrong === true),
    };
    const key = JSON.stringify(source);
    const known = this.#sourceIds.get(key) ?? this.#statements.source.get(source)?.id;
    const id = known ?? Number(this.#statements.insertSource.run(source).lastInsertRowid);
    this.#sourceIds.set(key, id);
    return id;
  }

  #forgetSources(): void {
    const used = new Set<number>();
    for (const page of this.#statements.pages.iterate()) {
      if (!isSoundPage(page)) continue;
      const cursor = new PageCursor(page);
      while (cursor.next()) used.add(cursor.head.sourceId);
    }
    this.#db.transaction(() => {
      for (const { id } of this.#statements.sourceList.all()) {
        if (!used.has(id)) this.#statements.deleteSource.run(id);
      }
    })();
  }
}

function prepare(db: Database.Database) {
  return {
    insert: db.prepare<object>(
      `INSERT INTO look_pages (first_look_id, look_count, from_ms, to_ms, looks)
       VALUES (@firstId, @lookCount, @fromMs, @toMs, @looks)`,
    ),
    pages: db.prepare<
      [],
      { readonly lookCount: number; readonly fromMs: number; readonly looks: Buffer }
    >("SELECT look_count AS lookCount, from_ms AS fromMs, looks FROM look_pages"),
    source: db.prepare<object, { readonly id: number }>(
      `SELECT source_id AS id FROM sources
       WHERE camera_id = @cameraId AND view_id = @viewId AND model = @model
         AND picture_width_px = @pictureWidth AND picture_height_px = @pictureHeight
         AND crop_x_min = @xMin AND crop_y_min = @yMin AND crop_x_max = @xMax
         AND crop_y_max = @yMax AND is_reused = @isReused AND is_clock_wrong = @isClockWrong`,
    ),
    insertSource: db.prepare<object>(
      `INSERT INTO sources (camera_id, view_id, model, picture_width_px, picture_height_px,
         crop_x_min, crop_y_min, crop_x_max, crop_y_max, is_reused, is_clock_wrong)
       VALUES (@cameraId, @viewId, @model, @pictureWidth, @pictureHeight, @xMin, @yMin, @xMax,
         @yMax, @isReused, @isClockWrong)`,
    ),
    sourceCount: db.prepare<[], { readonly count: number }>(
      "SELECT count(*) AS count FROM sources",
    ),
    sourceList: db.prepare<[], { readonly id: number }>("SELECT source_id AS id FROM sources"),
    deleteSource: db.prepare<[number]>("DELETE FROM sources WHERE source_id = ?"),
    start: db.prepare<{ nowMs: number }>(
      `INSERT OR REPLACE INTO starts (look_id, started_at_ms)
       VALUES (coalesce((SELECT first_look_id + look_count - 1 FROM look_pages
         ORDER BY first_look_id DESC LIMIT 1), 0), round(@nowMs))`,
    ),
    deleteStarts: db.prepare(
      `DELETE FROM starts
       WHERE look_id < coalesce((SELECT min(first_look_id) FROM look_pages), 9223372036854775807)`,
    ),
    first: db.prepare<[], { readonly first: number | null }>(
      "SELECT min(first_look_id) AS first FROM look_pages",
    ),
    /** Behind every look that ever was, also when all were forgotten. */
    nextId: db.prepare<[], { readonly nextId: number }>(
      `SELECT coalesce(
         (SELECT first_look_id + look_count FROM look_pages ORDER BY first_look_id DESC LIMIT 1),
         (SELECT seq FROM sqlite_sequence WHERE name = 'look_pages') + ${String(pageLooksMax)},
         1) AS nextId`,
    ),
    deleteUpTo: db.prepare<[number, number]>(
      `DELETE FROM look_pages WHERE first_look_id IN
         (SELECT first_look_id FROM look_pages WHERE first_look_id <= ? ORDER BY first_look_id LIMIT ?)`,
    ),
    oldestKept: db.prepare<object, { readonly id: number | null }>(
      `SELECT first_look_id AS id FROM look_pages WHERE NOT (from_ms >= @fromMs
         AND to_ms < @beforeMs) ORDER BY first_look_id LIMIT 1`,
    ),
  };
}
