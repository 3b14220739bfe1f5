/**
 * A data folder as a busy box has it, and what a failing disk does to it, drawn from a seed.
 *
 * The folder is made once, ended in order or as a kill leaves it; each damage gets a copy.
 */
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { eventText } from "../event-text.ts";
import { type StoreLimits, storeLimits } from "../limits.ts";
import { openFolder } from "../open-folder.ts";
import { revisionText } from "../revision-text.ts";
import { eventOf, revisionOf, t0, verdictOf } from "../sample-rows.ts";

export interface FilledFolder {
  readonly path: string;
  /** Every number that was given. */
  readonly lastSequence: number;
  /** What was acknowledged and still has to leave. */
  readonly waiting: readonly number[];
  /** Every event as it was written, by sequence. */
  readonly events: ReadonlyMap<number, Uint8Array>;
}

const limits: Partial<StoreLimits> = { outboxRowsMax: 150 };

/** `isKilled`: with everything in the log that a kill leaves there. */
export function fillFolder(
  path: string,
  { isKilled }: { readonly isKilled: boolean },
): FilledFolder {
  const living = isKilled ? `${path}-living` : path;
  const open = openFolder(living, storeLimits(limits), t0);
  const { store } = open;
  for (let index = 1; index <= 120; index++) {
    const id = `v${index}`;
    const filling = { filling: String(index).repeat(200 + (index % 7) * 150) };
    const stages = ["warned", "reported", "cleared"] as const;
    const revisions = stages.slice(0, 1 + (index % 3)).map((stage, revision) => {
      const event = eventOf(`${id}.${revision + 1}`, filling);
      return revisionText(revisionOf(id, revision + 1, stage, { event }));
    });
    const cameras = [cameraId(`camera-${index % 5}`)];
    store.group(() =>
      store.writes.commit({
        cameraStates: cameras.map((camera) => ({
          cameraId: camera,
          stateJson: JSON.stringify({ last: id, presences: "p".repeat(700) }),
        })),
        revisions,
        verdicts: index % 10 === 0 ? [verdictOf(`c-${index}`, {})] : [],
        nowMs: t0 + index,
      }),
    );
    if (index % 4 === 0) {
      const handed = store.reads.outboxAfter({ afterSequence: 0, countMax: 3 });
      const sequences = handed.map(({ sequence }) => sequence);
      store.group(() => store.writes.outboxAttempted({ sequences, nowMs: t0 }));
      store.group(() => store.writes.outboxDone({ sequences: sequences.slice(1) }));
      if (index % 40 === 0) {
        const [sequence = 0] = sequences;
        store.group(() => store.writes.outboxParked({ sequence, reason: "0x99", nowMs: t0 }));
      }
    }
  }
  const test = eventText({ ...eventOf("test.1"), type: "city.kerbside.test.v1" });
  store.group(() => store.writes.appendEvent({ event: test, nowMs: t0 }));
  const { lastSequence } = store.reads.outboxStats(null);
  const everything = { afterSequence: 0, countMax: 10_000 };
  const waiting = store.reads.outboxAfter(everything).map(({ sequence }) => sequence);
  const events = new Map(
    store.reads.events(everything).map(({ sequence, payload }) => [sequence, payload]),
  );
  if (isKilled) cpSync(living, path, { recursive: true });
  open.detections.close();
  store.close();
  open.lock.release();
  if (isKilled) rmSync(living, { recursive: true });
  return { path, lastSequence, waiting, events };
}

export type Random = (below: number) => number;

/** A small generator of numbers, the same for a seed everywhere. */
export function randomOf(seed: number): Random {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pageBytes = 4_096;

export interface Damage {
  readonly name: string;
  readonly apply: (folder: string, random: Random) => void;
}

const files = {
  database: "store.db",
  log: "store.db-wal",
  index: "store.db-shm",
  mark: "store-mark",
  reserve: "sequence-reserve",
} as const;

export const damages: readonly Damage[] = [
  flips("bytes of the header", files.database, (random) => random(100)),
  flips("bytes of the first page", files.database, (random) => random(pageBytes)),
  flips("bytes anywhere in the database", files.database, (random, size) => random(size)),
  flips("heads of pages", files.database, (random, size) => {
    return random(Math.floor(size / pageBytes)) * pageBytes + random(12);
  }),
  flips("bytes of the log", files.log, (random, size) => random(size)),
  flips("bytes of the log's head", files.log, (random) => random(32)),
  flips("bytes of the shared index", files.index, (random, size) => random(size)),
  flips("bytes of the mark", files.mark, (random, size) => random(size)),
  flips("bytes of the reserve", files.reserve, (random, size) => random(size)),
  {
    name: "whole pages torn",
    apply: (folder, random) => {
      const path = join(folder, files.database);
      const pageCount = Math.floor(statSync(path).size / pageBytes);
      for (let count = 1 + random(4); count > 0; count--) {
        const page = Buffer.alloc(pageBytes, random(256));
        write(path, page.subarray(random(2) * 2_048), random(pageCount) * pageBytes);
      }
    },
  },
  {
    name: "pages in each other's place",
    apply: (folder, random) => {
      const path = join(folder, files.database);
      const pageCount = Math.floor(statSync(path).size / pageBytes);
      const bytes = readFileSync(path);
      const from = random(pageCount) * pageBytes;
      write(path, bytes.subarray(from, from + pageBytes), random(pageCount) * pageBytes);
    },
  },
  cut("the database cut short", files.database),
  cut("the log cut short", files.log),
  replaced("an empty database", files.database, ""),
  replaced("a text in the database's place", files.database, "not a database\n".repeat(700)),
  replaced("an empty log", files.log, ""),
  lost("the log lost", [files.log]),
  lost("the log and its index lost", [files.log, files.index]),
  lost("the index lost", [files.index]),
  lost("the database lost, its log there", [files.database]),
  lost("database and log lost", [files.database, files.log, files.index]),
  lost("the mark lost", [files.mark]),
  lost("the reserve lost", [files.reserve]),
  folderAt("a folder in the database's place", files.database),
  folderAt("a folder in the log's place", files.log),
];

function flips(name: string, file: string, at: (random: Random, size: number) => number): Damage {
  return {
    name,
    apply: (folder, random) => {
      const path = join(folder, file);
      const size = sizeOf(path);
      if (size === 0) return;
      for (let count = 1 + random(3); count > 0; count--) {
        const place = Math.min(at(random, size), size - 1);
        const [before = 0] = readFileSync(path).subarray(place, place + 1);
        // One bit, or any other byte.
        const after =
          random(2) === 0 ? before ^ (1 << random(8)) : (before + 1 + random(255)) % 256;
        write(path, Buffer.of(after), place);
      }
    },
  };
}

function cut(name: string, file: string): Damage {
  return {
    name,
    apply: (folder, random) => {
      const path = join(folder, file);
      if (sizeOf(path) > 0) truncateSync(path, random(sizeOf(path)));
    },
  };
}

function replaced(name: string, file: string, text: string): Damage {
  return { name, apply: (folder) => writeFileSync(join(folder, file), text) };
}

function lost(name: string, names: readonly string[]): Damage {
  return {
    name,
    apply: (folder) => {
      for (const file of names) rmSync(join(folder, file), { force: true });
    },
  };
}

function folderAt(name: string, file: string): Damage {
  return {
    name,
    apply: (folder) => {
      rmSync(join(folder, file), { force: true });
      mkdirSync(join(folder, file));
    },
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function write(path: string, bytes: Uint8Array, at: number): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}
