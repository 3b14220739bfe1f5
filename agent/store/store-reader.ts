/**
 * Reads a store beside the agent that runs on it: commands and the console's history use this.
 *
 * A read-only connection in WAL mode never stops the writer and sees one consistent moment per
 * question. It takes no lock, starts no thread and changes no file.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { AgentError } from "../runtime/agent-error.ts";
import { parsePayload } from "./event-text.ts";
import { openReadOnly } from "./open-database.ts";
import type { EventQuery, StoredEvent, ViolationQuery } from "./protocol.ts";
import { queryEvents, queryVerdicts, queryViolations } from "./queries.ts";
import type { VerdictRow, ViolationRow } from "./store.ts";
import { storeFailure } from "./store-errors.ts";
import { storeFile } from "./store-files.ts";

export interface JournalEntry {
  readonly sequence: number;
  readonly createdAtMs: number;
  /** Undefined: it left the box, or was dropped at a limit. */
  readonly outbox: "waiting" | "parked" | undefined;
  readonly event: Readonly<Record<string, unknown>>;
}

export class StoreReader {
  readonly #db: Database.Database;
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, storeFile);
    if (!existsSync(this.#path)) {
      throw new AgentError(
        "STORE_FAILED",
        `there is no store in ${folder}`,
        "Name the agent's data folder with --data, or start the agent once: kerbside run FILE.",
      );
    }
    this.#db = this.#read(() => openReadOnly(this.#path));
  }

  events(query: EventQuery): StoredEvent[] {
    return this.#read(() => queryEvents(this.#db, query));
  }

  /** Walks back from the newest event; stop whenever enough was seen. */
  *newestEvents(): Generator<JournalEntry> {
    const statement = this.#read(() => prepareJournal(this.#db));
    const rows = statement.iterate();
    try {
      for (;;) {
        const next = this.#read(() => rows.next());
        if (next.done === true) return;
        const { payload, outbox, ...row } = next.value;
        const event = this.#read(() => parsePayload(payload));
        yield { ...row, outbox: outbox ?? undefined, event };
      }
    } finally {
      rows.return?.();
    }
  }

  violations(query: ViolationQuery): ViolationRow[] {
    return this.#read(() => queryViolations(this.#db, query));
  }

  /** Every kept event of one violation, in order. */
  revisions(violationId: string): JournalEntry[] {
    const statement = this.#read(() =>
      this.#db.prepare<[string, string], JournalRow>(
        `SELECT e.sequence, e.created_at_ms AS createdAtMs, o.state AS outbox, e.payload
         FROM events e LEFT JOIN outbox o USING (sequence)
         WHERE e.event_id > ? AND e.event_id < ? ORDER BY e.sequence`,
      ),
    );
    // Ids are `violation.revision`; `/` is the character behind `.`.
    const rows = this.#read(() => statement.all(`${violationId}.`, `${violationId}/`));
    return rows.map(({ payload, outbox, ...row }) => ({
      ...row,
      outbox: outbox ?? undefined,
      event: this.#read(() => parsePayload(payload)),
    }));
  }

  /** Of the device's chain; undefined: it has none yet. */
  lastManifestNumber(): number | undefined {
    if (!this.#read(() => hasTable(this.#db, "evidence_manifests"))) return undefined;
    const row = this.#read(() =>
      this.#db
        .prepare<[], { readonly number: number | null }>(
          "SELECT max(number) AS number FROM evidence_manifests",
        )
        .get(),
    );
    return row?.number ?? undefined;
  }

  /** The rules' state as it was last saved, JSON text by camera. */
  cameraStates(): { readonly cameraId: string; readonly stateJson: string }[] {
    return this.#read(() =>
      this.#db
        .prepare<[], { readonly cameraId: string; readonly stateJson: string }>(
          "SELECT camera_id AS cameraId, state_json AS stateJson FROM camera_states ORDER BY camera_id",
        )
        .all(),
    );
  }

  /** People's words that came at `sinceMs` or later, oldest first; 0 for all that are kept. */
  verdictsSince(sinceMs: number): VerdictRow[] {
    const countMax = Number.MAX_SAFE_INTEGER;
    // An agent of an earlier version keeps none.
    if (!this.#read(() => hasTable(this.#db, "verdicts"))) return [];
    return this.#read(() => queryVerdicts(this.#db, { sinceMs, countMax }));
  }

  close(): void {
    this.#db.close();
  }

  #read<Value>(run: () => Value): Value {
    try {
      return run();
    } catch (error) {
      throw storeFailure(error, this.#path) ?? error;
    }
  }
}

function hasTable(db: Database.Database, name: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(name) !== undefined;
}

interface JournalRow {
  readonly sequence: number;
  readonly createdAtMs: number;
  readonly outbox: "waiting" | "parked" | null;
  readonly payload: Buffer;
}

function prepareJournal(db: Database.Database): Database.Statement<[], JournalRow> {
  return db.prepare(
    `SELECT e.sequence, e.created_at_ms AS createdAtMs, o.state AS outbox, e.payload
     FROM events e LEFT JOIN outbox o USING (sequence) ORDER BY e.sequence DESC`,
  );
}
