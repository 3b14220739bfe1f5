/**
 * The third version of the detection log: looks that lay a row each become pages.
 *
 * One transaction, a few thousand looks at a time; ids, order and starts stay as they are. No page
 * reaches over a start of the agent.
 */
import type Database from "better-sqlite3";
import { type PageLook, pagesOf } from "./detection-log-page.ts";

const chunkLooks = 4_096;

interface LookRow extends PageLook {
  readonly id: number;
}

export function looksToPages(db: Database.Database): void {
  db.exec(`
    -- What was handed over together: one row; first_look_id is the id of its first look.
    CREATE TABLE look_pages (
      first_look_id INTEGER PRIMARY KEY AUTOINCREMENT,
      look_count INTEGER NOT NULL,
      from_ms INTEGER NOT NULL,
      to_ms INTEGER NOT NULL,
      looks BLOB NOT NULL
    ) STRICT;
  `);
  const read = db.prepare<[number, number], LookRow>(
    `SELECT look_id AS id, source_id AS sourceId, captured_at_ms AS capturedAtMs,
       captured_uncertainty_ms AS capturedUncertaintyMs, detections, appearances
     FROM looks WHERE look_id > ? AND look_id <= ? ORDER BY look_id LIMIT ${chunkLooks}`,
  );
  const insert = db.prepare<object>(
    "INSERT INTO look_pages VALUES (@firstId, @lookCount, @fromMs, @toMs, @looks)",
  );
  const starts = db
    .prepare<[], { readonly id: number }>("SELECT look_id AS id FROM starts ORDER BY look_id")
    .all();
  let after = 0;
  for (const { id: upTo } of [...starts, { id: Number.MAX_SAFE_INTEGER }]) {
    for (;;) {
      const rows = read.all(after, upTo);
      const [first] = rows;
      if (first === undefined) break;
      let firstId = first.id;
      for (const page of pagesOf(rows)) {
        insert.run({ ...page, firstId });
        firstId += page.lookCount;
      }
      after = firstId - 1;
    }
  }
  db.exec("DROP TABLE looks");
}
