/**
 * Whether a database is still what the store left: its pages, its schema, its own counts.
 *
 * To look at every page takes six seconds a gigabyte on a fast disk and minutes on a card, so an
 * opening looks at everything only in a small file, and in a large one at the tables that the agent
 * cannot do a step without. The whole is looked at behind the start (`check-behind.ts`).
 */
import Database from "better-sqlite3";
import { migrate, type SchemaName } from "./migrations.ts";
import { damage } from "./store-errors.ts";

type Size = "rows" | "bytes";
type OutboxCount = "waiting" | "bytes" | "notices" | "parked";

/** A third of a second; on a card that reads 20 MB a second, three. */
const wholeBytesMax = 64 * 1024 ** 2;
/** Their sizes are bounded by the outbox's limit and the number of cameras. */
const vitalTables = ["counters", "camera_states", "outbox"];

export function checkAtOpening(db: Database.Database): void {
  const pragma = (name: string) => Number(db.pragma(name, { simple: true }));
  if (pragma("page_count") * pragma("page_size") <= wholeBytesMax) {
    checkPages(db, "integrity_check(1)");
    return;
  }
  const present = tablesOf(db);
  for (const table of vitalTables) {
    if (present.has(table)) checkPages(db, `integrity_check(${table})`);
  }
}

/** Every page and every index entry, and every count against what it counts. */
export function checkWhole(db: Database.Database): void {
  checkPages(db, "integrity_check(1)");
  checkSchema(db, "store");
  checkOutbox(db);
  const counted = one<Size>(
    db,
    "SELECT count(*) AS rows, total(length(payload)) AS bytes FROM events",
  );
  const noted = one<Size>(db, "SELECT event_count AS rows, event_bytes AS bytes FROM counters");
  if (counted.rows !== noted.rows || counted.bytes !== noted.bytes) {
    throw damage(
      `the counters say ${noted.rows} events of ${noted.bytes} bytes, there are ${counted.rows} of ${counted.bytes}`,
    );
  }
}

/** The store's counters against the rows they count; costs as much as the outbox is long. */
export function checkOutbox(db: Database.Database): void {
  const counters = `SELECT last_sequence AS lastSequence, waiting_count AS waiting,
    waiting_bytes AS bytes, notice_count AS notices, parked_count AS parked FROM counters`;
  const counted = `SELECT total(state = 'waiting') AS waiting,
      total(iif(state = 'waiting', payload_bytes, 0)) AS bytes,
      total(state = 'waiting' AND notice_payload IS NOT NULL) AS notices,
      total(state = 'parked') AS parked FROM outbox`;
  const { lastSequence, ...noted } = one<OutboxCount | "lastSequence">(db, counters);
  const real = one<OutboxCount>(db, counted);
  for (const name of ["waiting", "bytes", "notices", "parked"] as const) {
    if (real[name] === noted[name]) continue;
    throw damage(`the counters say ${name} is ${noted[name]} in the outbox, it is ${real[name]}`);
  }
  const { without } = one<"without">(
    db,
    "SELECT count(*) AS without FROM outbox WHERE sequence NOT IN (SELECT sequence FROM events)",
  );
  if (without !== 0) throw damage(`${without} rows of the outbox have no event`);
  const { newest } = one<"newest">(db, "SELECT coalesce(max(sequence), 0) AS newest FROM events");
  if (newest > lastSequence) {
    throw damage(`event ${newest} is stored, but the last sequence is ${lastSequence}`);
  }
}

/** Tables, indexes and triggers as the steps of the schema make them; others are nobody's harm. */
export function checkSchema(db: Database.Database, name: SchemaName): void {
  const model = new Database(":memory:");
  try {
    migrate(model, name, "memory");
    const found = new Map(schemaOf(db));
    for (const [entry, sql] of schemaOf(model)) {
      if (found.get(entry) !== sql) throw damage(`${entry} is not as this version makes it`);
    }
  } finally {
    model.close();
  }
}

function checkPages(db: Database.Database, pragma: string): void {
  const found = db.pragma(pragma, { simple: true });
  if (found === "ok") return;
  const said = String(found).replace("*** in database main ***", "").replace(/\s+/g, " ").trim();
  throw damage(`${pragma.split("(")[0]} says: ${said}`);
}

function schemaOf(db: Database.Database): [entry: string, sql: string][] {
  return db
    .prepare<[], { readonly type: string; readonly name: string; readonly sql: string }>(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL",
    )
    .all()
    .map(({ type, name, sql }) => [`${type} ${name}`, sql]);
}

function tablesOf(db: Database.Database): Set<string> {
  const names = db.prepare<[], { readonly name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table'",
  );
  return new Set(names.all().map(({ name }) => name));
}

function one<Name extends string>(db: Database.Database, sql: string): Record<Name, number> {
  const rows = db.prepare<[], Record<Name, number>>(sql).all();
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw damage(`${rows.length} rows of counters`);
  return row;
}
