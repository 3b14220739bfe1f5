/**
 * From a folder on disk to an open store: lock, sound databases, limits, nothing half-open.
 */
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DetectionFile } from "./detection-file.ts";
import { openOrHeal } from "./heal.ts";
import { type InstanceLock, lockInstance } from "./instance-lock.ts";
import type { StoreLimits } from "./limits.ts";
import type { StoreHealed } from "./protocol.ts";
import { SequenceReserve } from "./sequence-reserve.ts";
import { StoreDatabase } from "./store-database.ts";
import { detectionFile, storeFile } from "./store-files.ts";
import { StoreMark } from "./store-mark.ts";

export interface OpenFolder {
  readonly store: StoreDatabase;
  readonly detections: DetectionFile;
  readonly lock: InstanceLock;
  readonly healed: StoreHealed | undefined;
}

export function openFolder(folder: string, limits: StoreLimits, nowMs: number): OpenFolder {
  makeWritable(folder);
  const lock = lockInstance(folder);
  let store: StoreDatabase | undefined;
  try {
    const reserve = new SequenceReserve(join(folder, "sequence-reserve"));
    const mark = new StoreMark(join(folder, "store-mark"));
    store = openOrHeal(join(folder, storeFile), {
      reserve,
      mark,
      nowMs,
      use: (db) => new StoreDatabase(db, limits, reserve, mark),
    });
    const healed = store.untoldRepair();
    const detections = new DetectionFile(join(folder, detectionFile), limits, nowMs);
    return { store, detections, lock, healed };
  } catch (error) {
    store?.close();
    lock.release();
    throw error;
  }
}

/** SQLite says of a read-only folder no more than that it cannot open a file. */
function makeWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    let parent = dirname(folder);
    while (!existsSync(parent)) parent = dirname(parent);
    accessSync(parent, constants.W_OK);
    throw error;
  }
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
}
