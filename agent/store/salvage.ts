/**
 * Takes out of a damaged database what can still be read, into a fresh one.
 *
 * Each table is read from its start until the damage and from its end until the damage. A row is
 * taken only when it proves itself: JSON that parses, an event whose own sequence is the row's.
 * What waited to be sent waits again; what is lost shows as a gap in the sequence.
 */
import Database from "better-sqlite3";
import { parsePayload, sequenceText } from "./event-text.ts";

export interface Salvaged {
  readonly lastSequence: number | undefined;
  readonly eventCount: number;
  readonly cameraCount: number;
}

export const nothingSaved: Salvaged = { lastSequence: undefined, eventCount: 0, cameraCount: 0 };

type Row = Readonly<Record<string, unknown>>;

export function salvage(damagedPath: string, fresh: Database.Database): Salvaged {
  let damaged: Database.Database;
  try {
    damaged = new Database(damagedPath, { readonly: true, fileMustExist: true });
  } catch {
    return nothingSaved;
  }
  try {
    return copy(damaged, fresh);
  } finally {
    damaged.close();
  }
}

function copy(damaged: Database.Database, fresh: Database.Database): Salvaged {
  const counters = rows(damaged, "counters", "id");
  const states = rows(damaged, "camera_states", "camera_id").filter(isState);
  const events = rows(damaged, "events", "sequence").filter(isEvent);
  const sequences = new Set(events.map((row) => row["sequence"]));
  const outbox = rows(damaged, "outbox", "sequence").filter((row) =>
    sequences.has(row["sequence"]),
  );
  const violations = rows(damaged, "violations", "violation_id").filter((row) =>
    sequences.has(row["last_sequence"]),
  );
  const verdicts = rows(damaged, "verdicts", "verdict_id");
  return fresh.transaction(() => {
    const cameraCount = insert(fresh, "camera_states", states);
    const eventCount = insert(fresh, "events", events);
    insert(fresh, "outbox", outbox);
    insert(fresh, "violations", violations);
    insert(fresh, "verdicts", verdicts);
    const counted = counters.map((row) => Number(row["last_sequence"]));
    const known = [...counted, ...events.map((row) => Number(row["sequence"]))];
    const lastSequence = known.filter(Number.isSafeInteger).reduce((a, b) => Math.max(a, b), 0);
    return { lastSequence: lastSequence || undefined, eventCount, cameraCount };
  })();
}

/** From both ends up to the damage, without doubles. */
function rows(damaged: Database.Database, table: string, key: string): Row[] {
  const found = new Map<unknown, Row>();
  for (const order of ["ASC", "DESC"]) {
    try {
      const all = damaged.prepare<[], Row>(`SELECT * FROM ${table} ORDER BY ${key} ${order}`);
      for (const row of all.iterate()) {
        if (found.has(row[key])) break;
        found.set(row[key], row);
      }
    } catch {
      // The damage begins here; the other direction may reach what lies behind it.
    }
  }
  return [...found.values()];
}

/** One row at a time: a row that breaks a rule of the schema is damaged and stays behind. */
function insert(fresh: Database.Database, table: string, all: readonly Row[]): number {
  let count = 0;
  for (const row of all) {
    const columns = Object.keys(row);
    const places = columns.map((name) => `@${name}`).join(", ");
    try {
      fresh.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`).run(row);
      count += 1;
    } catch (error) {
      if (!isConstraint(error)) throw error;
    }
  }
  return count;
}

function isConstraint(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("SQLITE_CONSTRAINT") || code.startsWith("SQLITE_MISMATCH");
}

function isState(row: Row): boolean {
  try {
    JSON.parse(String(row["state_json"]));
    return true;
  } catch {
    return false;
  }
}

function isEvent(row: Row): boolean {
  try {
    const event = parsePayload(row["payload"] as Buffer);
    return (
      event["id"] === row["event_id"] && event["sequence"] === sequenceText(Number(row["sequence"]))
    );
  } catch {
    return false;
  }
}
