/**
 * A database as text, and back: how a released version of the schema is kept with rows in it.
 *
 * Tables and rows first, then indexes and triggers, so that nothing is counted twice on the way
 * back. Events stand as the text that they are.
 */
import type Database from "better-sqlite3";

interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

export function dumpOf(db: Database.Database): string {
  const entries = schemaOf(db);
  const tables = entries.filter(({ type }) => type === "table");
  const others = entries.filter(({ type }) => type !== "table");
  const version = Number(db.pragma("user_version", { simple: true }));
  const lines = [
    "PRAGMA auto_vacuum = INCREMENTAL;",
    ...tables.flatMap(({ name, sql }) => [`${sql};`, ...rowsOf(db, name)]),
    ...others.map(({ sql }) => `${sql};`),
    `PRAGMA user_version = ${version};`,
  ];
  return `${lines.join("\n")}\n`;
}

/** In the order in which they were made. */
export function schemaOf(db: Database.Database): SchemaEntry[] {
  return db
    .prepare<[], SchemaEntry>(
      `SELECT type, name, sql FROM sqlite_schema
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid`,
    )
    .all();
}

function rowsOf(db: Database.Database, table: string): string[] {
  const columns = db
    .prepare<[], { readonly name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) =>
      name.endsWith("payload")
        ? `iif(${name} IS NULL, 'NULL', 'CAST(' || quote(CAST(${name} AS TEXT)) || ' AS BLOB)')`
        : `quote(${name})`,
    );
  return db
    .prepare<[], string>(`SELECT ${columns.join(" || ', ' || ")} FROM ${table} ORDER BY rowid`)
    .pluck()
    .all()
    .map((values) => `INSERT INTO ${table} VALUES (${values});`);
}
