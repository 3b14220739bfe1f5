/**
 * Fills a folder with as many stored events as a box collects in years, in seconds: their rows in
 * one transaction, without the durability that a measurement does not need of them.
 *
 * What it leaves is an ordinary store: the agent's own schema, counters and indexes, nothing that
 * waits in the outbox.
 */
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type Database from "better-sqlite3";
import { eventText, withSequence } from "../../store/event-text.ts";
import { openDatabase } from "../../store/open-database.ts";
import { storeFile } from "../../store/store-files.ts";
import { sampleRevision, sampleStages } from "./sample-events.ts";

/** Between them others get their turn. */
const rowsPerTurn = 20_000;
const cacheKibibytes = 256 * 1_024;

export async function fillStoredEvents(
  folder: string,
  count: number,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const db = openDatabase(join(folder, storeFile), { schema: "store", durability: "NORMAL" });
  try {
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma(`cache_size = -${cacheKibibytes}`);
    db.exec("BEGIN");
    const add = adder(db);
    for (let index = 0; index < count; index++) {
      add(index);
      if (index % rowsPerTurn !== rowsPerTurn - 1) continue;
      onProgress(index + 1);
      await turn();
      signal.throwIfAborted();
    }
    db.prepare("UPDATE counters SET last_sequence = ?").run(count);
    db.exec("COMMIT");
    db.pragma("journal_mode = WAL");
  } finally {
    db.close();
  }
}

function adder(db: Database.Database): (index: number) => void {
  const insertEvent = db.prepare(
    "INSERT INTO events (sequence, event_id, type, created_at_ms, payload) VALUES (?, ?, ?, ?, ?)",
  );
  const insertViolation = db.prepare(
    `INSERT INTO violations (violation_id, kind, stage, severity, camera_id, zone_id, revision,
       first_seen_at_ms, updated_at_ms, last_sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (index) => {
    const row = sampleRevision(index);
    const sequence = index + 1;
    const payload = withSequence(eventText(row.event), sequence);
    insertEvent.run(sequence, row.eventId, "city.kerbside.violation.v1", row.occurredAtMs, payload);
    if (row.revision < sampleStages.length) return;
    insertViolation.run(
      row.violationId,
      row.kind,
      row.stage,
      row.severity,
      row.cameraId,
      row.zoneId,
      row.revision,
      row.occurredAtMs - 300_000,
      row.occurredAtMs,
      sequence,
    );
  };
}
