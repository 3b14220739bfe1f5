/**
 * From a folder on disk to an open store: lock, sound databases, limits, nothing half-open.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { DetectionLog } from "./detection-log.ts";
import { openOrHeal, putAside } from "./heal.ts";
import { type InstanceLock, lockInstance } from "./instance-lock.ts";
import type { StoreLimits } from "./limits.ts";
import { openDatabase } from "./open-database.ts";
import type { StoreHealed } from "./protocol.ts";
import { SequenceReserve } from "./sequence-reserve.ts";
import { StoreDatabase } from "./store-database.ts";
import { isDamage } from "./store-errors.ts";

export const storeFile = "store.db";
export const detectionFile = "detections.db";

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
    const { db, healed } = openOrHeal(join(folder, storeFile), reserve, nowMs);
    const looks = openLooks(join(folder, detectionFile), nowMs);
    const store = new StoreDatabase(db, limits, reserve);
    return { store, detections: new DetectionLog(looks, limits, nowMs), lock, healed };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The log of looks is no promise to anybody: a damaged one is put aside without salvage. */
function openLooks(path: string, nowMs: number): Database.Database {
  try {
    return openDatabase(path, { schema: "detections", durability: "NORMAL" });
  } catch (error) {
    if (!isDamage(error)) throw error;
    putAside(path, nowMs);
    return openDatabase(path, { schema: "detections", durability: "NORMAL" });
  }
}
