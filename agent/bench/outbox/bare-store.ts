/**
 * The limit of a disk: the rows of a revision in one bare transaction after the other, as durable
 * as the store's (WAL, FULL), without its thread, its indexes and its checks.
 */
import { join } from "node:path";
import Database from "better-sqlite3";
import type { CommitRequest } from "../../store/store.ts";

export class BareStore {
  readonly #db: Database.Database;
  readonly #commit: Database.Transaction<(requests: readonly CommitRequest[]) => void>;
  #sequence = 0;

  constructor(folder: string) {
    const db = new Database(join(folder, "bare.db"));
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.exec(`
      CREATE TABLE camera_states (camera_id TEXT PRIMARY KEY, state_json TEXT NOT NULL) STRICT;
      CREATE TABLE events (sequence INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
      CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, created_at_ms INTEGER NOT NULL) STRICT;
      CREATE TABLE violations (
        violation_id TEXT PRIMARY KEY, stage TEXT NOT NULL, last_sequence INTEGER NOT NULL
      ) STRICT;`);
    const state = db.prepare("INSERT OR REPLACE INTO camera_states VALUES (?, ?)");
    const event = db.prepare("INSERT INTO events VALUES (?, ?)");
    const outbox = db.prepare("INSERT INTO outbox VALUES (?, ?)");
    const violation = db.prepare("INSERT OR REPLACE INTO violations VALUES (?, ?, ?)");
    this.#db = db;
    const write = ({ cameraStates, revisions, nowMs }: CommitRequest): void => {
      for (const { cameraId, stateJson } of cameraStates) state.run(cameraId, stateJson);
      for (const row of revisions) {
        const sequence = ++this.#sequence;
        event.run(sequence, Buffer.from(JSON.stringify(row.event)));
        outbox.run(sequence, nowMs);
        violation.run(row.violationId, row.stage, sequence);
      }
    };
    this.#commit = db.transaction((requests) => requests.forEach(write));
  }

  /** All of them in one transaction. */
  commit(requests: readonly CommitRequest[]): void {
    this.#commit.immediate(requests);
  }

  close(): void {
    this.#db.close();
  }
}
