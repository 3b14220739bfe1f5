/**
 * Takes out of a damaged database what can still be read, into a fresh one.
 *
 * Each table is read around its damage (`readable-rows.ts`), a row at a time: a gigabyte is saved
 * in a few megabytes of memory. A row is taken only when it proves itself: JSON that parses, an
 * event whose own sequence is the row's and whose bytes are those that were written. What waited
 * to be sent waits again, also where the outbox is unreadable and the event is not: the hub
 * removes doubles. What is lost is told as a range of sequences. A damaged page may also hide rows
 * without any error, so the damaged counters are believed where they say that there was more.
 */
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import { parsePayload, parseStored, sequenceText } from "./event-text.ts";
import { openReadable } from "./readable-copy.ts";
import { type KeyRange, type Row, readableRows } from "./readable-rows.ts";

export interface Salvaged {
  readonly lastSequence: number | undefined;
  readonly writeCount: number;
  readonly eventCount: number;
  readonly waitingCount: number;
  readonly cameraCount: number;
  /** Of events that may have been here and could not be read. */
  readonly lost: KeyRange | undefined;
}

const rowsPerTransaction = 1_000;
/** Events that are sent again where nobody can tell any more which of them still waited. */
const resentMax = 10_000;

/** `highest`: no sequence above it was ever given. */
export function salvage(
  damagedPath: string,
  fresh: Database.Database,
  highest: number,
): Salvaged | undefined {
  const opened = openReadable(damagedPath);
  if (opened === undefined) return undefined;
  try {
    return copy(opened.db, fresh, highest);
  } finally {
    opened.close();
  }
}

function copy(damaged: Database.Database, fresh: Database.Database, highest: number): Salvaged {
  const noted = countersOf(damaged);
  const last = noted("last_sequence");
  const keyMax = Math.max(highest, last ?? 0);
  const take = (table: string, isSound: (row: Row) => boolean, rowidMax?: number) =>
    copyTable({ damaged, fresh, table, isSound, rowidMax });

  const states = take("camera_states", isState);
  const events = take("events", isEvent, keyMax);
  const outbox = take("outbox", (row) => hasEvent(fresh, row["sequence"]), keyMax);
  take("violations", (row) => hasEvent(fresh, row["last_sequence"]));
  take("verdicts", () => true);
  take("evidence_manifests", () => true);
  take("evidence_files", (row) => hasManifest(fresh, row["number"]));
  // Files that came with it were counted again.
  fresh.exec(`UPDATE evidence_manifests SET waiting_count = (SELECT count(*) FROM evidence_files f
    WHERE f.number = evidence_manifests.number AND f.done_at_ms IS NULL)`);

  const outboxNoted = sumOf(noted("waiting_count"), noted("parked_count"));
  const hidesRows = outbox.count + outbox.refused.length !== outboxNoted;
  waitAgain(fresh, hidesRows ? [{ from: 1, to: keyMax }] : outbox.gaps);
  const { newest, waiting } = totals(fresh);
  const lastSequence = Math.max(newest, last ?? 0);
  const hidesEvents = events.count + events.refused.length !== noted("event_count");
  const unreadable = [...events.refused, ...outbox.refused].map((key) => ({ from: key, to: key }));
  return {
    lastSequence: lastSequence || undefined,
    writeCount: noted("write_count") ?? 0,
    eventCount: events.count,
    waitingCount: waiting,
    cameraCount: states.count,
    lost: hullOf([
      ...events.gaps,
      ...unreadable,
      ...(hidesEvents ? missingIn(fresh, lastSequence) : []),
    ]),
  };
}

interface Copied {
  readonly count: number;
  readonly gaps: readonly KeyRange[];
  /** Read, but not what was written. */
  readonly refused: readonly number[];
}

function copyTable({
  damaged,
  fresh,
  table,
  isSound,
  rowidMax,
}: {
  readonly damaged: Database.Database;
  readonly fresh: Database.Database;
  readonly table: string;
  readonly isSound: (row: Row) => boolean;
  readonly rowidMax: number | undefined;
}): Copied {
  const gaps: KeyRange[] = [];
  const refused: number[] = [];
  let count = 0;
  let openRows = 0;
  const insert = inserterInto(fresh, table);
  for (const found of readableRows(damaged, table, rowidMax)) {
    if ("gap" in found) {
      gaps.push(found.gap);
      continue;
    }
    if (openRows === 0) fresh.exec("BEGIN");
    openRows += 1;
    if (isSound(found.row) && insert(found.row)) count += 1;
    else refused.push(found.rowid);
    if (openRows < rowsPerTransaction) continue;
    fresh.exec("COMMIT");
    openRows = 0;
  }
  if (openRows > 0) fresh.exec("COMMIT");
  return { count, gaps, refused };
}

/** A row that breaks a rule of the schema is damaged and stays behind. */
function inserterInto(fresh: Database.Database, table: string): (row: Row) => boolean {
  const known = fresh
    .prepare<[], { readonly name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => name);
  const statements = new Map<string, Database.Statement<[Row]>>();
  return (row) => {
    const columns = known.filter((name) => Object.hasOwn(row, name));
    const key = columns.join(", ");
    const places = columns.map((name) => `@${name}`).join(", ");
    const statement =
      statements.get(key) ??
      fresh.prepare<[Row]>(`INSERT INTO ${table} (${key}) VALUES (${places})`);
    statements.set(key, statement);
    try {
      statement.run(row);
      return true;
    } catch (error) {
      if (!isConstraint(error)) throw error;
      return false;
    }
  };
}

/** The newest of the events of which nobody can tell any more whether they had left the box. */
function waitAgain(fresh: Database.Database, gaps: readonly KeyRange[]): void {
  const insert = fresh.prepare<[number, number, number]>(
    // Counted as tried: the hub may have them, so no limit drops them and calls them lost.
    `INSERT INTO outbox (sequence, state, drop_class, created_at_ms, payload_bytes, attempt_count)
     SELECT sequence, 'waiting', 2, created_at_ms, length(payload), 1 FROM events
     WHERE sequence BETWEEN ? AND ? AND sequence NOT IN (SELECT sequence FROM outbox)
     ORDER BY sequence DESC LIMIT ?`,
  );
  let countLeft = resentMax;
  for (const { from, to } of gaps.toSorted((a, b) => b.to - a.to)) {
    countLeft -= insert.run(from, to, countLeft).changes;
  }
}

/** Undefined: it cannot be read, or is no count. */
function countersOf(damaged: Database.Database): (name: string) => number | undefined {
  let row: Row = {};
  try {
    row = damaged.prepare<[], Row>("SELECT * FROM counters").get() ?? {};
  } catch {
    // Nothing is known of them.
  }
  return (name) => wholeNumber(row[name]);
}

/** The first and the last number that is not there; those forgotten long ago are among them. */
function missingIn(fresh: Database.Database, lastSequence: number): KeyRange[] {
  const isThere = "EXISTS (SELECT 1 FROM events WHERE sequence =";
  const find = (sql: string) =>
    fresh.prepare<[], number | null>(`SELECT ${sql}`).pluck().get() ?? undefined;
  const from = find(
    `CASE WHEN ${isThere} 1) THEN (SELECT min(sequence) + 1 FROM events e
       WHERE NOT ${isThere} e.sequence + 1)) ELSE 1 END`,
  );
  const newest = find("max(sequence) FROM events") ?? 0;
  const to =
    newest < lastSequence
      ? lastSequence
      : find(
          `max(sequence) - 1 FROM events e WHERE sequence > 1 AND NOT ${isThere} e.sequence - 1)`,
        );
  return from === undefined || to === undefined || from > to ? [] : [{ from, to }];
}

function totals(fresh: Database.Database): { readonly newest: number; readonly waiting: number } {
  const row = fresh
    .prepare<[], { readonly newest: number; readonly waiting: number }>(
      `SELECT (SELECT coalesce(max(sequence), 0) FROM events) AS newest,
         (SELECT count(*) FROM outbox WHERE state = 'waiting') AS waiting`,
    )
    .get();
  return row ?? { newest: 0, waiting: 0 };
}

function hasEvent(fresh: Database.Database, sequence: unknown): boolean {
  return (
    fresh.prepare("SELECT 1 FROM events WHERE sequence = ?").get(wholeNumber(sequence) ?? -1) !==
    undefined
  );
}

function hasManifest(fresh: Database.Database, number: unknown): boolean {
  const found = fresh.prepare("SELECT 1 FROM evidence_manifests WHERE number = ?");
  return found.get(wholeNumber(number) ?? -1) !== undefined;
}

function hullOf(ranges: readonly KeyRange[]): KeyRange | undefined {
  if (ranges.length === 0) return undefined;
  return {
    from: ranges.reduce((least, { from }) => Math.min(least, from), Number.MAX_SAFE_INTEGER),
    to: ranges.reduce((most, { to }) => Math.max(most, to), 0),
  };
}

const sumOf = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a + b;

function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? Number(value) : undefined;
}

function isConstraint(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("SQLITE_CONSTRAINT") || code.startsWith("SQLITE_MISMATCH");
}

function isState(row: Row): boolean {
  try {
    parseStored(String(row["state_json"]));
    return true;
  } catch {
    return false;
  }
}

function isEvent(row: Row): boolean {
  const payload = row["payload"];
  const crc = row["payload_crc"] ?? null;
  if (!Buffer.isBuffer(payload)) return false;
  if (crc !== null) return crc === crc32(payload);
  try {
    const event = parsePayload(payload);
    return (
      event["id"] === row["event_id"] && event["sequence"] === sequenceText(Number(row["sequence"]))
    );
  } catch {
    return false;
  }
}
