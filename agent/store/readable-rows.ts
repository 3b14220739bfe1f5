/**
 * Every row of a damaged table that can still be reached, and the ranges of rowids that cannot.
 *
 * A table is read forwards until the damage and backwards until the damage; what lies between is
 * cut in half and tried again, so that two bad pages do not cost what stands between them. The
 * number of tries is bounded, whatever the damage looks like.
 */
import type Database from "better-sqlite3";

export type Row = Readonly<Record<string, unknown>>;

/** Both inclusive. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

export type Found = { readonly row: Row; readonly rowid: number } | { readonly gap: KeyRange };

const triesMax = 500;
/** Where not even the highest rowid can be read. */
const rowidMaxUnknown = 2 ** 31;

export function* readableRows(
  damaged: Database.Database,
  table: string,
  rowidMax = highestRowid(damaged, table),
): Generator<Found> {
  let triesLeft = triesMax;
  const waiting: KeyRange[] = rowidMax < 1 ? [] : [{ from: 1, to: rowidMax }];
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    if (triesLeft <= 0) {
      yield { gap: range };
      continue;
    }
    triesLeft -= 1;
    const up = yield* walk(damaged, table, range, "ASC");
    if (up === undefined) continue;
    const down = yield* walk(damaged, table, { from: up + 1, to: range.to }, "DESC");
    if (down === undefined) continue;
    const rest = { from: up + 1, to: down - 1 };
    if (rest.from > rest.to) continue;
    const middle = Math.floor((rest.from + rest.to) / 2);
    if (rest.from === rest.to) yield { gap: rest };
    else waiting.push({ from: middle + 1, to: rest.to }, { from: rest.from, to: middle });
  }
}

/** Undefined when the range was read to its end, else the last rowid before the damage. */
function* walk(
  damaged: Database.Database,
  table: string,
  { from, to }: KeyRange,
  order: "ASC" | "DESC",
): Generator<Found, number | undefined> {
  let last = order === "ASC" ? from - 1 : to + 1;
  try {
    const all = damaged.prepare<[number, number], Row>(
      `SELECT rowid AS "its rowid", * FROM ${table}
       WHERE rowid BETWEEN ? AND ? ORDER BY rowid ${order}`,
    );
    for (const { "its rowid": key, ...row } of all.iterate(from, to)) {
      const rowid = Number(key);
      // A page that is damaged without SQLite's knowledge may lead back or beyond.
      const isNext = order === "ASC" ? rowid > last && rowid <= to : rowid < last && rowid >= from;
      if (!isNext) return last;
      yield { row, rowid };
      last = rowid;
    }
    return undefined;
  } catch (error) {
    if (isOfSqlite(error)) return last;
    throw error;
  }
}

function highestRowid(damaged: Database.Database, table: string): number {
  try {
    const row = damaged
      .prepare<[], { readonly highest: number | null }>(
        `SELECT max(rowid) AS highest FROM ${table}`,
      )
      .get();
    return row?.highest ?? 0;
  } catch {
    return rowidMaxUnknown;
  }
}

function isOfSqlite(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_");
}
