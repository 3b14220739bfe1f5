/**
 * What the disk says, as an error that a person can act on; and how errors cross threads.
 *
 * Faults of the world (full, read-only, damaged, locked) become STORE_FAILED. A broken invariant
 * stays what it is, a bug, and is thrown as a plain error on the other side too.
 */
import assert from "node:assert/strict";
import { statfsSync } from "node:fs";
import { AgentError } from "../runtime/agent-error.ts";

export const restartRemedy =
  "Restart the agent: it puts the damaged file aside and saves what can be read.";

/** By SQLite's primary result code; extended codes start with it. */
const remedies: readonly (readonly [code: string, what: string, remedy: string])[] = [
  ["SQLITE_FULL", "the disk is full", "Free space on this disk; nothing written so far is lost."],
  [
    "SQLITE_READONLY",
    "the folder or file is read-only",
    "Mount the data folder writable, and let the agent's user own it.",
  ],
  [
    "SQLITE_CANTOPEN",
    "the file cannot be opened",
    "Create the data folder, and let the agent's user own it.",
  ],
  [
    "SQLITE_IOERR",
    "reading or writing the disk failed",
    "Look at the kernel log (dmesg) for this disk; replace it when it fails again.",
  ],
  [
    "SQLITE_BUSY",
    "another program holds the database",
    "End other programs that write to the data folder.",
  ],
  ["SQLITE_CORRUPT", "the database is damaged", restartRemedy],
  [
    "SQLITE_NOTADB",
    "the file is not a database",
    "Restart the agent: it puts the damaged file aside and begins a new one.",
  ],
];

/** `undefined`: not an error of the world. */
export function storeFailure(cause: unknown, path: string): AgentError | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = errorCode(cause);
  const sqliteCode = code.startsWith("SQLITE_IOERR") && isFull(path) ? "SQLITE_FULL" : code;
  const known =
    remedies.find(([prefix]) => sqliteCode.startsWith(prefix)) ?? systemRemedy(sqliteCode);
  if (known === undefined) return undefined;
  const [, what, remedy] = known;
  const detail = isDamage(cause) ? `: ${cause.message}` : "";
  return new AgentError("STORE_FAILED", `${path}: ${what} (${code})${detail}`, remedy, { cause });
}

/** Some file systems tell SQLite no more than that a write failed. */
function isFull(path: string): boolean {
  try {
    return statfsSync(path).bavail === 0;
  } catch {
    return false;
  }
}

/** What SQLite itself cannot see. */
export function damage(message: string): Error {
  return Object.assign(new Error(message), { code: "SQLITE_CORRUPT" });
}

export function isDamage(error: unknown): boolean {
  const code = error instanceof Error ? errorCode(error) : "";
  return code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB");
}

/**
 * While a database is opened it is asked nothing but what a sound one can answer, so more than the
 * two plain codes mean damage: a table that is gone, a row that breaks its own rules.
 */
export function isDamageAtOpening(error: unknown): boolean {
  if (isDamage(error)) return true;
  if (error instanceof assert.AssertionError) return true;
  const code = error instanceof Error ? errorCode(error) : "";
  return damageAtOpening.some((known) => code === known || code.startsWith(`${known}_`));
}

const damageAtOpening = [
  "SQLITE_CONSTRAINT",
  "SQLITE_ERROR",
  "SQLITE_FORMAT",
  "SQLITE_IOERR_SHORT_READ",
  "SQLITE_MISMATCH",
  "SQLITE_SCHEMA",
  "SQLITE_TOOBIG",
];

/** Of errors of the operating system (mkdir, rename, open), not of SQLite. */
function systemRemedy(code: string): (typeof remedies)[number] | undefined {
  const sqliteCode = {
    ENOSPC: "SQLITE_FULL",
    EDQUOT: "SQLITE_FULL",
    EROFS: "SQLITE_READONLY",
    EACCES: "SQLITE_READONLY",
    EPERM: "SQLITE_READONLY",
    ENOENT: "SQLITE_CANTOPEN",
    ENOTDIR: "SQLITE_CANTOPEN",
    EMFILE: "SQLITE_CANTOPEN",
    EIO: "SQLITE_IOERR",
  }[code];
  return remedies.find(([known]) => known === sqliteCode);
}

function errorCode(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** An error as it crosses from the store's thread. */
export type PortableError =
  | { readonly kind: "world"; readonly message: string; readonly remedy: string }
  | { readonly kind: "bug"; readonly message: string; readonly stack: string };

export function portableError(error: unknown, path: string): PortableError {
  const world = error instanceof AgentError ? error : storeFailure(error, path);
  if (world !== undefined) return { kind: "world", message: world.message, remedy: world.remedy };
  const bug = error instanceof Error ? error : new Error(String(error));
  return { kind: "bug", message: bug.message, stack: bug.stack ?? "" };
}

export function errorFromPortable(portable: PortableError): Error {
  if (portable.kind === "world") {
    return new AgentError("STORE_FAILED", portable.message, portable.remedy);
  }
  return new Error(`store: ${portable.message}`, { cause: portable.stack });
}
