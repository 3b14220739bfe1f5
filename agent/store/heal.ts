/**
 * A store that is damaged, gone or older than it was becomes a sound one, without ever using a
 * sequence twice.
 *
 * A damaged file is put aside, a new one is built beside it, complete with what was saved, and
 * renamed into place: whoever is killed in between finds `.new` and does it again. A sound file
 * that is behind the mark (its log is gone, or it is an older copy) goes on in a new range. The
 * repair stands in the database itself until the event that tells the hub of it is written.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type Database from "better-sqlite3";
import { checkOutbox } from "./check-database.ts";
import { openDatabase } from "./open-database.ts";
import type { StoreHealed } from "./protocol.ts";
import { copyLogAside, forgetOldAsides, newestAside, putAside } from "./put-aside.ts";
import { type Salvaged, salvage } from "./salvage.ts";
import type { SequenceReserve } from "./sequence-reserve.ts";
import { damage, isDamageAtOpening } from "./store-errors.ts";
import type { Mark, StoreMark, Written } from "./store-mark.ts";

export interface HealTools<Store> {
  readonly reserve: SequenceReserve;
  readonly mark: StoreMark;
  readonly nowMs: number;
  /** What the database is opened for; it fails when the database is damaged. */
  readonly use: (db: Database.Database) => Store;
}

/** The event that will tell the hub has this id; it is the only one that takes the note away. */
export function healedEventId({ lastSequence, atMs }: StoreHealed): string {
  return `store.${lastSequence}.${atMs}`;
}

/** The next opening takes the database for damaged, whatever it looks like. */
export function suspect(path: string, reason: string): void {
  writeFileSync(suspectOf(path), `${reason}\n`);
}

export function openOrHeal<Store>(path: string, tools: HealTools<Store>): Store {
  const fault = faultOf(path, tools);
  if (fault !== undefined) return rebuilt(path, fault, tools);
  try {
    return openSound(path, tools);
  } catch (error) {
    if (!isDamageAtOpening(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return rebuilt(path, { what: "damaged", reason }, tools);
  }
}

interface Fault {
  readonly what: StoreHealed["what"];
  readonly reason: string;
}

const open = (path: string) => openDatabase(path, { schema: "store", durability: "FULL" });
const suspectOf = (path: string) => `${path}.suspect`;

/** What can be seen before SQLite opens it: it throws away a log whose database is empty. */
function faultOf(path: string, { reserve, mark }: HealTools<unknown>): Fault | undefined {
  const wasUsed =
    reserve.isUsed || (mark.found?.lastSequence ?? 0) > 0 || existsSync(`${path}-wal`);
  if (!existsSync(path)) {
    if (existsSync(`${path}.new`)) {
      return { what: "damaged", reason: "an earlier repair did not end" };
    }
    return wasUsed ? { what: "lost", reason: "the database was gone" } : undefined;
  }
  for (const name of ["", "-wal", "-shm"]) {
    if (!existsSync(path + name) || lstatSync(path + name).isFile()) continue;
    return { what: "damaged", reason: `store.db${name} is no file` };
  }
  if (lstatSync(path).size === 0 && wasUsed) {
    return { what: "lost", reason: "the database was empty" };
  }
  if (!existsSync(suspectOf(path))) return undefined;
  return { what: "damaged", reason: readFileSync(suspectOf(path), "utf8").trim() };
}

function openSound<Store>(path: string, tools: HealTools<Store>): Store {
  const db = open(path);
  try {
    checkOutbox(db);
    const { lastSequence, writeCount } = writtenIn(db);
    const { found } = tools.mark;
    const highest = highestGiven(tools);
    if (highest > 0 && lastSequence > highest) {
      throw damage(`the last sequence is ${lastSequence}, no more than ${highest} were given`);
    }
    if (found !== undefined && isBehind({ lastSequence, writeCount }, found)) {
      goOnBehind(db, path, { lastSequence, writeCount }, found, tools);
    }
    const store = tools.use(db);
    rmSync(`${path}.new`, { force: true });
    return store;
  } catch (error) {
    db.close();
    throw error;
  }
}

function highestGiven({ reserve, mark }: HealTools<unknown>): number {
  return Math.max(reserve.ceiling, mark.found?.lastSequence ?? 0);
}

function isBehind(written: Written, mark: Mark): boolean {
  return written.writeCount < mark.writeCount || written.lastSequence < mark.lastSequence;
}

/** Sound, but of an earlier hour: what came behind it was on disk once, and the hub may know it. */
function goOnBehind(
  db: Database.Database,
  path: string,
  { lastSequence, writeCount }: Written,
  mark: Mark,
  { reserve, nowMs }: HealTools<unknown>,
): void {
  const lostLog = copyLogAside(path, nowMs);
  const { last } = reserve.resume(undefined, { mark, nowMs });
  const healed: StoreHealed = {
    what: "behind",
    reason: `it ends at write ${writeCount}, ${mark.writeCount} were on disk: its log (store.db-wal) is gone or damaged, or an older copy was put back`,
    damagedFile: lostLog,
    isSequenceContinued: false,
    lastSequence: last,
    atMs: nowMs,
    savedEventCount: countOf(db, "events"),
    savedWaitingCount: countOf(db, "outbox WHERE state = 'waiting'"),
    savedCameraCount: countOf(db, "camera_states"),
    mayMiss: rangeOf(lastSequence + 1, last),
  };
  reserve.cover(last);
  db.transaction(() => {
    noteRepair(db, healed, Math.max(writeCount, mark.writeCount) + 1);
  }).immediate();
}

function rebuilt<Store>(path: string, fault: Fault, tools: HealTools<Store>): Store {
  const newPath = `${path}.new`;
  const isThere = ["", "-wal"].some((suffix) => existsSync(path + suffix));
  writeFileSync(newPath, "");
  const aside = isThere ? putAside(path, tools.nowMs) : newestAside(path);
  const forgetNew = () => {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(newPath + suffix, { force: true });
  };
  forgetNew();
  let fresh: Database.Database | undefined;
  try {
    fresh = open(newPath);
    fill(fresh, { fault, aside, tools });
    fresh.close();
  } catch (error) {
    fresh?.close();
    // Half of it would only keep the disk full; the next start begins again.
    forgetNew();
    writeFileSync(newPath, "");
    throw error;
  }
  sync(newPath);
  renameSync(newPath, path);
  rmSync(suspectOf(path), { force: true });
  forgetOldAsides(path);
  sync(dirname(path));
  return openSound(path, tools);
}

function fill(
  fresh: Database.Database,
  {
    fault,
    aside,
    tools,
  }: {
    readonly fault: Fault;
    readonly aside: string | undefined;
    readonly tools: HealTools<unknown>;
  },
): void {
  const { reserve, mark, nowMs } = tools;
  // Nobody reads it before it is complete, and then it is brought to disk as a whole.
  fresh.pragma("synchronous = OFF");
  const saved = aside === undefined ? undefined : salvage(aside, fresh, highestGiven(tools));
  fresh.pragma("synchronous = FULL");
  const { last, isContinued } = reserve.resume(saved?.lastSequence, { mark: mark.found, nowMs });
  const healed: StoreHealed = {
    ...fault,
    damagedFile: aside,
    isSequenceContinued: isContinued,
    lastSequence: last,
    atMs: nowMs,
    savedEventCount: saved?.eventCount ?? 0,
    savedWaitingCount: saved?.waitingCount ?? 0,
    savedCameraCount: saved?.cameraCount ?? 0,
    mayMiss: mayMiss(saved, { last, isContinued }),
  };
  const writes = Math.max(saved?.writeCount ?? 0, mark.found?.writeCount ?? 0) + 1;
  reserve.cover(last);
  fresh.transaction(() => noteRepair(fresh, healed, writes)).immediate();
}

function mayMiss(
  saved: Salvaged | undefined,
  { last, isContinued }: { readonly last: number; readonly isContinued: boolean },
): StoreHealed["mayMiss"] {
  const behind = isContinued ? undefined : rangeOf((saved?.lastSequence ?? 0) + 1, last);
  if (saved?.lost === undefined) return behind;
  const lastSequence = Math.min(behind?.lastSequence ?? saved.lost.to, last);
  return rangeOf(saved.lost.from, lastSequence) ?? behind;
}

function rangeOf(firstSequence: number, lastSequence: number): StoreHealed["mayMiss"] {
  return firstSequence > lastSequence ? undefined : { firstSequence, lastSequence };
}

function noteRepair(db: Database.Database, healed: StoreHealed, writeCount: number): void {
  db.prepare("UPDATE counters SET last_sequence = ?, write_count = ? WHERE id = 1").run(
    healed.lastSequence,
    writeCount,
  );
  db.prepare("INSERT OR REPLACE INTO repairs (event_id, repair_json) VALUES (?, ?)").run(
    healedEventId(healed),
    JSON.stringify(healed),
  );
}

function writtenIn(db: Database.Database): Written {
  const row = db
    .prepare<[], Written>(
      "SELECT last_sequence AS lastSequence, write_count AS writeCount FROM counters WHERE id = 1",
    )
    .get();
  if (row === undefined) throw damage("the counters row is missing");
  return row;
}

function countOf(db: Database.Database, what: string): number {
  const row = db
    .prepare<[], { readonly count: number }>(`SELECT count(*) AS count FROM ${what}`)
    .get();
  return row?.count ?? 0;
}

/** A file, or the names in a folder. */
function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
