/**
 * A line beside the database that says how far it had come: its last sequence, its count of writes.
 *
 * SQLite cannot know that its newest transactions are gone: a lost or damaged log (`store.db-wal`),
 * an older copy put back and a disk that does not keep what it has confirmed all leave a sound
 * database of an earlier hour, which would give out sequences that the hub already has. The line
 * is written over in place behind every transaction and brought to disk every few seconds, so it
 * may be behind the database after a power cut, never ahead of it.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

export interface Written {
  readonly lastSequence: number;
  /** Transactions since the box was set up. */
  readonly writeCount: number;
}

export interface Mark extends Written {
  /** The agent ended in order, and the line is exact. */
  readonly isClosed: boolean;
}

/** What a power cut may take back of the line. */
const syncEveryMs = 5_000;
/** One sector holds it: it is written whole or not at all. */
const lineBytes = 80;

export class StoreMark {
  /** As the last run left it; undefined when there was none, or it cannot be read. */
  readonly found: Mark | undefined;
  readonly #path: string;
  #file: number | undefined;
  #syncedAtMonoMs = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
    this.found = read(path);
  }

  /** Behind a transaction that is on disk, before anybody hears of it. */
  note(written: Written): void {
    const nowMonoMs = performance.now();
    const isDue = nowMonoMs - this.#syncedAtMonoMs >= syncEveryMs;
    this.#write({ ...written, isClosed: false }, { isDurable: isDue });
    if (isDue) this.#syncedAtMonoMs = nowMonoMs;
  }

  /** Nothing is written after it. */
  close(written: Written): void {
    this.#write({ ...written, isClosed: true }, { isDurable: true });
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** Never fails: the transaction stands, and without the line it is only guarded less well. */
  #write(mark: Mark, { isDurable }: { readonly isDurable: boolean }): void {
    try {
      this.#file ??= openForWriting(this.#path);
      writeSync(this.#file, lineOf(mark), 0, "utf8");
      if (isDurable) fdatasyncSync(this.#file);
    } catch {
      if (this.#file === undefined) return;
      closeSync(this.#file);
      this.#file = undefined;
    }
  }
}

function openForWriting(path: string): number {
  try {
    return openSync(path, "r+");
  } catch {
    return openSync(path, "w", 0o600);
  }
}

function lineOf({ isClosed, lastSequence, writeCount }: Mark): string {
  const text = `${isClosed ? "closed" : "open"} ${lastSequence} ${writeCount}`;
  return `${`${text} ${crc32(text)}`.padEnd(lineBytes - 1)}\n`;
}

function read(path: string): Mark | undefined {
  let line: string;
  try {
    line = readFileSync(path, "utf8").slice(0, lineBytes).trim();
  } catch {
    return undefined; // A first start, one after an older version, or it was lost with the rest.
  }
  const [text = "", sum] = line.split(/ (?=\d+$)/);
  const [state, lastSequence, writeCount] = text.split(" ");
  if (Number(sum) !== crc32(text)) return undefined;
  const numbers = { lastSequence: Number(lastSequence), writeCount: Number(writeCount) };
  return { ...numbers, isClosed: state === "closed" };
}
