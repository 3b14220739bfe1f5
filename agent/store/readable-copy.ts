/**
 * Opens a damaged database as far as that is possible, without changing a byte of it.
 *
 * SQLite refuses a file with a wrong byte in its first hundred, and throws away a log whose
 * database is empty. Of both a copy is made: with the header that every file of the store has, or
 * with an empty database below the log.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import Database from "better-sqlite3";

const pageBytes = 4_096;
const headerBytes = 100;

export interface Readable {
  readonly db: Database.Database;
  readonly close: () => void;
}

/** Undefined: nothing of it can be read. */
export function openReadable(path: string): Readable | undefined {
  const hasDatabase = isFilled(path);
  // SQLite makes these where they are missing, to read.
  const made = ["-wal", "-shm"].map((suffix) => path + suffix).filter((file) => !existsSync(file));
  const db = hasDatabase ? openWithTables(path) : undefined;
  if (db !== undefined) {
    const close = () => {
      db.close();
      for (const file of made) rmSync(file, { force: true });
    };
    return { db, close };
  }
  if (!hasDatabase && !isFilled(`${path}-wal`)) return undefined;
  const copied = openCopy(path, hasDatabase);
  if (copied === undefined) forgetCopy(path);
  return copied;
}

function openCopy(path: string, hasDatabase: boolean): Readable | undefined {
  const copy = copyOf(path);
  try {
    forgetCopy(path);
    if (hasDatabase) copyFileSync(path, copy);
    else writeFileSync(copy, emptyPage());
    if (isFilled(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    repairHeader(copy);
  } catch {
    return undefined; // No room for a copy: what was put aside is kept, a person may still read it.
  }
  const db = openWithTables(copy);
  if (db === undefined) return undefined;
  const close = () => {
    db.close();
    forgetCopy(path);
  };
  return { db, close };
}

/** Undefined when not even its tables can be named. */
function openWithTables(path: string): Database.Database | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    if (tables.length > 0) return db;
  } catch {
    // The caller goes on with a copy, or without.
  }
  db?.close();
  return undefined;
}

/** The fields that are the same in every file of the store; the others stay as they are. */
function repairHeader(path: string): void {
  const file = openSync(path, "r+");
  try {
    const header = Buffer.alloc(headerBytes);
    readSync(file, header, 0, headerBytes, 0);
    header.write("SQLite format 3\0", 0, "latin1");
    header.writeUInt16BE(pageBytes, 16);
    header.set([2, 2, 0, 64, 32, 32], 18);
    header.writeUInt32BE(Math.floor(lstatSync(path).size / pageBytes), 28);
    header.writeUInt32BE(0, 32); // Free pages are of no use to a reader.
    header.writeUInt32BE(0, 36);
    header.writeUInt32BE(4, 44);
    header.writeUInt32BE(0, 48);
    header.writeUInt32BE(1, 56);
    header.fill(0, 68, 92);
    header.copy(header, 92, 24, 28);
    writeSync(file, header, 0, headerBytes, 0);
  } finally {
    closeSync(file);
  }
}

/** A database without tables; its header is repaired like any other. */
function emptyPage(): Buffer {
  const page = Buffer.alloc(pageBytes);
  page[headerBytes] = 13; // A leaf of a table, without cells.
  page.writeUInt16BE(pageBytes, headerBytes + 5);
  return page;
}

function isFilled(path: string): boolean {
  return existsSync(path) && lstatSync(path).isFile() && lstatSync(path).size > 0;
}

const copyOf = (path: string) => `${path}.copy`;

function forgetCopy(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(copyOf(path) + suffix, { force: true });
}
