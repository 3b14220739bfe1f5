/**
 * One agent for one data folder.
 *
 * The lock is SQLite's own on an empty file: the kernel lets go of it when the process ends, so a
 * crash never leaves a stale one. The process id beside it is only there to be named.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { AgentError } from "../runtime/agent-error.ts";

export interface InstanceLock {
  release(): void;
}

export function lockInstance(folder: string): InstanceLock {
  const pidPath = join(folder, "agent.pid");
  const db = new Database(join(folder, "agent.lock"), { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (!(error instanceof Error && "code" in error && error.code === "SQLITE_BUSY")) throw error;
    throw new AgentError(
      "STORE_FAILED",
      `${folder} is in use by another agent (process ${holder(pidPath)})`,
      "Stop that agent first, or give this one a data folder of its own with --data.",
      { cause: error },
    );
  }
  try {
    writeFileSync(pidPath, `${process.pid}\n`);
  } catch {
    // The lock holds without it; a full disk must not keep the agent from starting.
  }
  return { release: () => db.close() };
}

function holder(pidPath: string): string {
  try {
    return readFileSync(pidPath, "utf8").trim() || "unknown";
  } catch {
    return "unknown";
  }
}
