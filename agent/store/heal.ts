/**
 * A store that is damaged or gone becomes a sound one, without ever using a sequence twice.
 *
 * The damaged file is renamed, never deleted: it is evidence of a failing disk, and a person may
 * still get something out of it. The new one is built beside it, complete with what was saved,
 * and renamed into place: whoever is killed in between finds `.new` and does it again.
 */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type Database from "better-sqlite3";
import { openDatabase } from "./open-database.ts";
import type { StoreHealed } from "./protocol.ts";
import { nothingSaved, salvage } from "./salvage.ts";
import { type SequenceReserve, syncFolder } from "./sequence-reserve.ts";
import { isDamage } from "./store-errors.ts";

interface Opened {
  readonly db: Database.Database;
  readonly healed: StoreHealed | undefined;
}

const open = (path: string) => openDatabase(path, { schema: "store", durability: "FULL" });

export function openOrHeal(path: string, reserve: SequenceReserve, nowMs: number): Opened {
  if (existsSync(path)) {
    try {
      return { db: open(path), healed: undefined };
    } catch (error) {
      if (!isDamage(error)) throw error;
      writeFileSync(`${path}.new`, "");
      const aside = putAside(path, nowMs);
      const reason = error instanceof Error ? error.message : String(error);
      return rebuild(path, { aside, reason }, reserve, nowMs);
    }
  }
  if (existsSync(`${path}.new`)) {
    const lost = { aside: newestAside(path), reason: "an earlier repair did not end" };
    return rebuild(path, lost, reserve, nowMs);
  }
  if (reserve.isUsed) {
    const lost = { aside: undefined, reason: "the database was gone" };
    return rebuild(path, lost, reserve, nowMs);
  }
  return { db: open(path), healed: undefined };
}

/** The database goes with its log: together they may still be readable. */
export function putAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/[-:.]/g, "");
  let aside = `${path}.damaged-${stamp}`;
  for (let attempt = 2; existsSync(aside); attempt++) {
    aside = `${path}.damaged-${stamp}-${attempt}`;
  }
  for (const suffix of ["-wal", "-shm", ""]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function rebuild(
  path: string,
  { aside, reason }: { readonly aside: string | undefined; readonly reason: string },
  reserve: SequenceReserve,
  nowMs: number,
): Opened {
  const newPath = `${path}.new`;
  for (const suffix of ["", "-wal", "-shm"]) rmSync(newPath + suffix, { force: true });
  const fresh = open(newPath);
  const saved = aside === undefined ? nothingSaved : salvage(aside, fresh);
  const { last, isContinued } = reserve.resume(saved.lastSequence, nowMs);
  fresh.prepare("UPDATE counters SET last_sequence = ? WHERE id = 1").run(last);
  fresh.close();
  // A log left behind by a lost database would be taken for the new one's.
  for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
  renameSync(newPath, path);
  syncFolder(dirname(path));
  const healed: StoreHealed = {
    damagedFile: aside,
    reason,
    isSequenceContinued: isContinued,
    lastSequence: last,
    savedEventCount: saved.eventCount,
    savedCameraCount: saved.cameraCount,
  };
  return { db: open(path), healed };
}

/** Their names carry the time, so the last by name is the newest. */
function newestAside(path: string): string | undefined {
  const prefix = `${basename(path)}.damaged-`;
  const names = readdirSync(dirname(path)).filter(
    (name) => name.startsWith(prefix) && !/-(?:wal|shm)$/.test(name),
  );
  const newest = names.toSorted().at(-1);
  return newest === undefined ? undefined : join(dirname(path), newest);
}
