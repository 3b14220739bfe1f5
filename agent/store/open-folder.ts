/**
 * From a folder on disk to an open store: lock, sound databases, damaged ones put aside.
 *
 * A damaged file is renamed, never deleted: it is evidence of a failing disk, and a person may
 * still get something out of it.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { DetectionLog } from "./detection-log.ts";
import { type InstanceLock, lockInstance } from "./instance-lock.ts";
import type { StoreLimits } from "./limits.ts";
import { type Durability, openDatabase } from "./open-database.ts";
import type { StoreHealed } from "./protocol.ts";
import { salvage } from "./salvage.ts";
import { SequenceReserve } from "./sequence-reserve.ts";
import { StoreDatabase } from "./store-database.ts";
import { isDamage } from "./store-errors.ts";

export const storeFile = "store.db";
const detectionFile = "detections.db";

export interface OpenFolder {
  readonly store: StoreDatabase;
  readonly detections: DetectionLog;
  readonly lock: InstanceLock;
  readonly healed: StoreHealed | undefined;
}

export function openFolder(folder: string, limits: StoreLimits, nowMs: number): OpenFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockInstance(folder);
  try {
    const reserve = new SequenceReserve(join(folder, "sequence-reserve"));
    const main = openOrReplace(join(folder, storeFile), "store", "FULL", nowMs);
    const healed = main.damaged && heal(main.db, main.damaged, reserve, nowMs);
    const store = new StoreDatabase(main.db, limits, reserve);
    const looks = openOrReplace(join(folder, detectionFile), "detections", "NORMAL", nowMs);
    return { store, detections: new DetectionLog(looks.db, limits), lock, healed };
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Damaged {
  readonly file: string;
  readonly reason: string;
}

function openOrReplace(
  path: string,
  schema: "store" | "detections",
  durability: Durability,
  nowMs: number,
): { readonly db: Database.Database; readonly damaged: Damaged | undefined } {
  try {
    return { db: openDatabase(path, { schema, durability }), damaged: undefined };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const damaged = { file: putAside(path, nowMs), reason };
    return { db: openDatabase(path, { schema, durability }), damaged };
  }
}

/** The database goes with its log: together they may still be readable. */
function putAside(path: string, nowMs: number): string {
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

function heal(
  db: Database.Database,
  { file, reason }: Damaged,
  reserve: SequenceReserve,
  nowMs: number,
): StoreHealed {
  const saved = salvage(file, db);
  const { last, isContinued } = reserve.resume(saved.lastSequence, nowMs);
  db.prepare("UPDATE counters SET last_sequence = ? WHERE id = 1").run(last);
  return {
    damagedFile: file,
    reason,
    isSequenceContinued: isContinued,
    lastSequence: last,
    savedEventCount: saved.eventCount,
    savedCameraCount: saved.cameraCount,
  };
}
