/**
 * One agent for one data folder.
 *
 * The lock is SQLite's own on an empty file: the kernel lets go of it when the process ends, so a
 * crash never leaves a stale one. The process id beside it is only there to be named.
 */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { AgentError } from "../runtime/agent-error.ts";
import { isDamage } from "./store-errors.ts";

export interface InstanceLock {
  release(): void;
}

export function lockInstance(folder: string): InstanceLock {
  const pidPath = join(folder, "agent.pid");
  const db = lockFile(join(folder, "agent.lock"), (cause) => {
    throw new AgentError(
      "STORE_FAILED",
      `${folder} is in use by another agent (process ${holder(pidPath)})`,
      "Stop that agent first, or give this one a data folder of its own with --data.",
      { cause },
    );
  });
  try {
    writeFileSync(pidPath, `${process.pid}\n`);
  } catch {
    // The lock holds without it; a full disk must not keep the agent from starting.
  }
  return { release: () => db.close() };
}

function lockFile(path: string, onBusy: (cause: Error) => never): Database.Database {
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") onBusy(error);
    if (!isDamage(error)) throw error;
  }
  // Something wrote into it. Nobody holds it, or it would be busy, so it becomes empty again in
  // its place: a new file would let an agent that holds the old one go on beside us.
  truncateSync(path);
  return lockFile(path, onBusy);
}

function holder(pidPath: string): string {
  try {
    return readFileSync(pidPath, "utf8").trim() || "unknown";
  } catch {
    return "unknown";
  }
}
