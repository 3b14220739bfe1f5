/**
 * The detection log's file, which may fail in any way and never stops the agent.
 *
 * A damaged one is put aside without salvage: it is no promise to anybody. One that cannot be
 * opened or written (disk full, read-only) is tried again with every round of maintenance; looks
 * are not logged until then, and counted by whoever offers them. Only what a newer version wrote
 * is refused, because it must not be touched.
 */
import { lstatSync } from "node:fs";
import type Database from "better-sqlite3";
import { AgentError } from "../runtime/agent-error.ts";
import { DetectionLog } from "./detection-log.ts";
import type { StoreLimits } from "./limits.ts";
import { openDatabase } from "./open-database.ts";
import { forgetOldAsides, putAside } from "./put-aside.ts";
import type { LookLogRow } from "./store.ts";
import { isDamageAtOpening } from "./store-errors.ts";

export class DetectionFile {
  readonly #path: string;
  readonly #limits: StoreLimits;
  #nowMs: number;
  #log: DetectionLog | undefined;
  /** Why there is no log. */
  #failure: unknown;

  constructor(path: string, limits: StoreLimits, nowMs: number) {
    this.#path = path;
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#open();
    if (this.#failure instanceof AgentError) throw this.#failure;
  }

  /** Fails when the looks are not in the log. */
  add(rows: readonly LookLogRow[]): void {
    if (this.#log === undefined) throw this.#failure;
    try {
      this.#log.add(rows);
    } catch (error) {
      if (!isDamageAtOpening(error)) throw error;
      this.#beginAnew().add(rows);
    }
  }

  /** Forgets what is old; opens the file where that failed before. Never fails. */
  forgetOld(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#log === undefined) this.#open();
    try {
      this.#log?.forgetOld(nowMs);
    } catch (error) {
      this.#failure = error;
      if (isDamageAtOpening(error)) this.#tryAnew();
    }
  }

  /** Gives up the oldest looks. */
  spare(): void {
    this.#log?.spare();
  }

  close(): void {
    this.#log?.close();
    this.#log = undefined;
  }

  #open(): void {
    try {
      this.#log = this.#opened();
    } catch (error) {
      this.#failure = error;
      if (isDamageAtOpening(error) || !isFile(this.#path)) this.#tryAnew();
    }
  }

  #tryAnew(): void {
    try {
      this.#beginAnew();
    } catch (error) {
      this.#failure = error;
    }
  }

  #beginAnew(): DetectionLog {
    this.close();
    putAside(this.#path, this.#nowMs);
    forgetOldAsides(this.#path);
    this.#log = this.#opened();
    return this.#log;
  }

  #opened(): DetectionLog {
    let db: Database.Database | undefined;
    try {
      db = openDatabase(this.#path, { schema: "detections", durability: "NORMAL" });
      return new DetectionLog(db, this.#limits, this.#nowMs);
    } catch (error) {
      db?.close();
      throw error;
    }
  }
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() !== false;
}
