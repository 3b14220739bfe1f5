/**
 * The one way to write a file that must survive: a reader sees the old one or the whole new one,
 * also after a power cut.
 *
 * Written beside its place, flushed to the disk, renamed, and the folder flushed: without the
 * first flush the name may point to nothing, without the second the rename may be lost. What a
 * crash leaves beside it is removed by the next start (`removeLeftovers`).
 */
import fs from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { threadId } from "node:worker_threads";

export interface DurableOptions {
  /** Of the file, before the process's mask. Default: for its owner alone. */
  readonly mode?: number;
}

/** One call to the system each, in the order in which they are made. */
export type FileCall =
  | {
      readonly call: "open";
      readonly path: string;
      readonly flags: "r" | "wx";
      readonly mode: number;
    }
  | { readonly call: "write"; readonly file: number; readonly bytes: Uint8Array }
  | { readonly call: "sync"; readonly file: number }
  | { readonly call: "close"; readonly file: number }
  | { readonly call: "rename"; readonly from: string; readonly to: string }
  | { readonly call: "remove"; readonly path: string };

/** Makes the call; what `open` gives is the file's number, of the others nobody asks. */
export type CallDisk = (call: FileCall) => Promise<number>;

/** Whole, or in pieces that need not be in memory together. */
export type FileContent = string | Uint8Array | Iterable<string>;

/** Resolves when the file is on the disk; its folder must be there. */
export async function writeDurably(
  path: string,
  content: FileContent,
  { mode = 0o600, disk = callDisk }: DurableOptions & { readonly disk?: CallDisk } = {},
): Promise<void> {
  const calls = durableCalls(path, content, mode);
  for (let next = calls.next(0); !next.done; ) {
    try {
      next = calls.next(await disk(next.value));
    } catch (error) {
      next = calls.throw(error);
    }
  }
}

/** The same for a thread that has nothing else to do meanwhile. */
export function writeDurablySync(
  path: string,
  content: string | Uint8Array,
  { mode = 0o600 }: DurableOptions = {},
): void {
  const calls = durableCalls(path, content, mode);
  for (let next = calls.next(0); !next.done; ) {
    try {
      next = calls.next(callDiskSync(next.value));
    } catch (error) {
      next = calls.throw(error);
    }
  }
}

/** A folder and those above it that are missing: as durable as the files in them. */
export async function makeFolderDurably(path: string, mode = 0o700): Promise<void> {
  const first = await makeFolder(path, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    const folder = await open(dirname(made), "r", 0);
    try {
      await sync(folder);
    } finally {
      await close(folder);
    }
    if (made === first) return;
  }
}

/**
 * Removes what writes that were cut off left in a folder and those within it. Files of processes
 * that live are left alone; a folder that is not there holds none.
 */
export function removeLeftovers(folder: string): void {
  for (const name of namesIn(folder)) {
    const writer = /\.(\d+)-\d+-\d+\.tmp$/.exec(name)?.[1];
    if (writer === undefined || isAnotherProcess(Number(writer))) continue;
    fs.rmSync(join(folder, name), { force: true });
  }
}

let writtenCount = 0;

function* durableCalls(
  path: string,
  content: FileContent,
  mode: number,
): Generator<FileCall, void, number> {
  // Processes and threads may write the same file at the same time; each has a name of its own.
  const temporary = `${path}.${process.pid}-${threadId}-${writtenCount++}.tmp`;
  try {
    const file = yield { call: "open", path: temporary, flags: "wx", mode };
    try {
      for (const bytes of piecesOf(content)) yield { call: "write", file, bytes };
      yield { call: "sync", file };
    } finally {
      yield { call: "close", file };
    }
    yield { call: "rename", from: temporary, to: path };
  } catch (error) {
    yield { call: "remove", path: temporary };
    throw error;
  }
  const folder = yield { call: "open", path: dirname(path), flags: "r", mode: 0 };
  try {
    yield { call: "sync", file: folder };
  } finally {
    yield { call: "close", file: folder };
  }
}

const makeFolder = promisify(fs.mkdir);
const open = promisify(fs.open);
const write = promisify(fs.writeFile);
const sync = promisify(fs.fsync);
const close = promisify(fs.close);
const rename = promisify(fs.rename);
const remove = promisify(fs.rm);

async function callDisk(call: FileCall): Promise<number> {
  switch (call.call) {
    case "open":
      return await open(call.path, call.flags, call.mode);
    case "write":
      await write(call.file, call.bytes);
      break;
    case "sync":
      await sync(call.file);
      break;
    case "close":
      await close(call.file);
      break;
    case "rename":
      await rename(call.from, call.to);
      break;
    case "remove":
      await remove(call.path, { force: true });
      break;
  }
  return 0;
}

function callDiskSync(call: FileCall): number {
  switch (call.call) {
    case "open":
      return fs.openSync(call.path, call.flags, call.mode);
    case "write":
      fs.writeFileSync(call.file, call.bytes);
      break;
    case "sync":
      fs.fsyncSync(call.file);
      break;
    case "close":
      fs.closeSync(call.file);
      break;
    case "rename":
      fs.renameSync(call.from, call.to);
      break;
    case "remove":
      fs.rmSync(call.path, { force: true });
      break;
  }
  return 0;
}

/** Its own number is that of a process before it: a container's first process is always 1. */
function isAnotherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

function* piecesOf(content: FileContent): Generator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else if (typeof content === "string") yield Buffer.from(content);
  else for (const piece of content) yield Buffer.from(piece);
}
