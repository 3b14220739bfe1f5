/**
 * Opens one SQLite file the way the store needs it, and says whether it is sound.
 *
 * WAL lets commands read beside a running agent; the busy time-out covers the moment a reader
 * holds the file. Incremental vacuum gives space back in small steps instead of one long stop.
 * What a newer version wrote is refused before anything could change it.
 */
import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { AgentError } from "../runtime/agent-error.ts";
import { checkAtOpening, checkSchema } from "./check-database.ts";
import { knownVersion, migrate, type SchemaName } from "./migrations.ts";

const busyTimeoutMs = 5_000;
/** The log is cut back to this after a checkpoint; a long-running reader can make it grow. */
const walBytesMax = 16 * 1024 ** 2;
/**
 * Pages kept in memory of one file. Events are written once and read once, so more saves no reads;
 * it is filled within hours and never given back.
 */
const pageCacheKibMax = 4_096;

export type Durability = "FULL" | "NORMAL";

export function openDatabase(
  path: string,
  { schema, durability }: { readonly schema: SchemaName; readonly durability: Durability },
): Database.Database {
  refuseNewer(path, schema);
  const db = new Database(path, { timeout: busyTimeoutMs });
  try {
    // Takes effect only while the file is still empty.
    db.pragma("auto_vacuum = INCREMENTAL");
    db.pragma("journal_mode = WAL");
    db.pragma(`synchronous = ${durability}`);
    db.pragma(`journal_size_limit = ${walBytesMax}`);
    db.pragma(`cache_size = -${pageCacheKibMax}`);
    db.pragma("foreign_keys = ON");
    db.pragma("trusted_schema = OFF");
    checkAtOpening(db);
    migrate(db, schema, path);
    checkSchema(db, schema);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Beside a running agent, never in its way: another connection, read-only. */
export function openReadOnly(path: string): Database.Database {
  if (!isUnwritable(dirname(path))) return openToRead(path);
  // SQLite reads a WAL database only where it may make two files beside it. The copy is gone when
  // the connection is, whatever ends it.
  const folder = mkdtempSync(join(tmpdir(), "kerbside-read-"));
  try {
    const copy = join(folder, basename(path));
    for (const suffix of ["", "-wal"]) {
      if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
    }
    return openToRead(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function openToRead(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    db.pragma("query_only = ON");
    db.pragma("schema_version");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function isUnwritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/** By a connection that cannot write: closing another one would tidy up the newer one's log. */
function refuseNewer(path: string, schema: SchemaName): void {
  if (!existsSync(path)) return;
  let db: Database.Database;
  try {
    db = openReadOnly(path);
  } catch {
    return; // What keeps it from being read shows again when it is opened, and is judged there.
  }
  try {
    knownVersion(db, schema, path);
  } catch (error) {
    if (error instanceof AgentError) throw error;
  } finally {
    db.close();
  }
}
