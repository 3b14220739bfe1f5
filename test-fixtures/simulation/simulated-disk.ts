/**
 * The disk of a simulated box: real files with the real store on them, and what a power cut leaves.
 *
 * The store's own operations run in this thread on real SQLite; a round of them is answered when
 * the disk would have been done. A kill leaves the files as they are. A power cut takes back what
 * was not made durable, as `PRAGMA synchronous` of each connection says: behind a log that is not
 * synced, any part of it; of a transaction in flight, all, nothing, or a torn piece.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type OpenFolder, openFolder } from "../../agent/store/open-folder.ts";
import type { WorkerAnswer, WorkerRequest } from "../../agent/store/protocol.ts";
import { portableError } from "../../agent/store/store-errors.ts";
import type { StartStoreThread } from "../../agent/store/store-link.ts";
import { StoreRequests } from "../../agent/store/store-requests.ts";
import type { AgentRun } from "./agent-run.ts";
import { Draws } from "./draws.ts";
import type { Mutant } from "./mutants.ts";
import { type AgentEnd, isIn, type WorldPlan } from "./plan.ts";
import type { StoreWatch } from "./store-watch.ts";
import type { Witness } from "./witness.ts";
import type { WorldTime } from "./world-time.ts";

const walHeaderBytes = 32;
const frameHeaderBytes = 24;

const readNames: ReadonlySet<string> = new Set(["outboxAfter", "outboxStats", "logLooks"]);

interface Connection {
  readonly db: Database.Database;
  readonly path: string;
}

interface Flight {
  /** The log's last frame before and behind the round that is at the disk. */
  readonly before: number;
  readonly after: number;
  /** The mark is written behind a transaction that is on disk, never before. */
  readonly markBefore: Buffer | undefined;
  readonly syncedBefore: Buffer | undefined;
}

export class SimulatedDisk {
  readonly root: string;
  readonly #plan: WorldPlan;
  readonly #time: WorldTime;
  readonly #witness: Witness;
  readonly #watch: StoreWatch;
  readonly #mutant: Mutant;
  readonly #draws: Draws;
  #generation = 0;
  #open: { folder: OpenFolder; requests: StoreRequests; connections: Connection[] } | undefined;
  #flight: Flight | undefined;
  #isFull = false;
  /** As the first write of this run left it: every run brings its first to disk at once. */
  #markSynced: Buffer | undefined;
  readonly #oldStates = new Map<string, string[]>();

  constructor(
    plan: WorldPlan,
    parts: {
      readonly time: WorldTime;
      readonly witness: Witness;
      readonly watch: StoreWatch;
      readonly mutant: Mutant;
    },
  ) {
    this.#plan = plan;
    this.#time = parts.time;
    this.#witness = parts.witness;
    this.#watch = parts.watch;
    this.#mutant = parts.mutant;
    this.#draws = new Draws(plan.seed, "disk");
    // In memory where there is such a place: what is durable is decided here, not by the machine.
    const home = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
    this.root = mkdtempSync(join(home, "kerbside-simulation-"));
    mkdirSync(this.folder);
  }

  get folder(): string {
    return join(this.root, `${this.#generation}`);
  }

  /** The store of the newest run, as it is on disk. */
  get database(): Database.Database | undefined {
    return this.#open?.connections.find(({ path }) => path.endsWith("store.db"))?.db;
  }

  threadFor(run: AgentRun): StartStoreThread {
    return ({ folder, limits, nowMs }, events) => {
      const waiting: WorkerRequest[] = [];
      let isBusy = false;
      let isOpen = false;
      const given = this.#mutant.isUnbounded ? { ...limits, outboxRowsMax: 1_000_000 } : limits;
      try {
        this.#openFolder(folder, given, nowMs);
        isOpen = true;
        const healed = this.#open?.folder.healed;
        if (healed !== undefined) {
          this.#witness.breaks("the database is whole after every cut", healed.reason);
        }
        void run.wait(20, "open").then(() => events.onReady({ ready: true, healed }));
      } catch (error) {
        const portable = portableError(error, folder);
        this.#witness.tell(`the store does not open: ${portable.message}`);
        if (portable.kind === "bug") throw error;
        void run.wait(20, "open").then(() => events.onReady({ ready: false, error: portable }));
      }
      const round = () => {
        if (isBusy || waiting.length === 0 || !run.isAlive) return;
        isBusy = true;
        this.#time.after(this.#draws.between(0.1, 2), () => {
          run.count();
          if (!run.isAlive) return;
          const arrived = waiting.splice(0);
          const answers = this.#atDisk(arrived);
          this.#time.after(this.#latencyMs(), () => {
            if (!run.isAlive) return;
            this.#flight = undefined;
            for (const answer of answers) {
              run.count();
              if (!run.isAlive) return;
              const request = arrived.find(({ id }) => id === answer.id);
              if (request !== undefined) this.#watch.answered(request, answer);
              if (!this.#wasAnswered(request)) events.onAnswer(answer);
            }
            isBusy = false;
            round();
          });
        });
      };
      return {
        send: (request) => {
          run.count();
          if (!run.isAlive || !isOpen) return;
          waiting.push(request);
          if (this.#wasAnswered(request)) {
            // What nobody reads of the answer: the numbers.
            this.#watch.answered(request, { id: request.id, value: [] });
            queueMicrotask(() => events.onAnswer({ id: request.id, value: [], committedMs: 1 }));
          }
          round();
        },
        end: async () => {
          await run.call("end of the store");
        },
      };
    };
  }

  #wasAnswered(request: WorkerRequest | undefined): boolean {
    return this.#mutant.answersBeforeCommit === true && request?.name === "commit";
  }

  /** The box is without an agent: by a kill, or by a cut of its power. */
  crash(how: AgentEnd): void {
    const from = this.folder;
    const open = this.#open;
    const lengths = open?.connections.map(({ db, path }) => this.#survivingBytes(db, path, how));
    this.#generation += 1;
    mkdirSync(this.folder);
    for (const name of readdirSync(from)) {
      if (!name.endsWith("-shm")) copyFileSync(join(from, name), join(this.folder, name));
    }
    for (const kept of lengths ?? []) {
      if (kept === undefined) continue;
      const log = join(this.folder, kept.name);
      const { size } = statSync(log);
      if (kept.bytes >= size) continue;
      const text = readFileSync(log);
      text.fill(0, kept.bytes, kept.endBytes);
      writeFileSync(log, text);
      this.#witness.tell(`the cut leaves ${kept.bytes} of ${size} bytes of ${kept.name}`);
    }
    if (how === "power-cut") this.#cutMark();
    this.#close();
    rmSync(from, { recursive: true, force: true });
    this.#flight = undefined;
  }

  /** It is brought to disk every few seconds: what comes back may be older, never newer. */
  #cutMark(): void {
    const path = join(this.folder, "store-mark");
    const isOld = this.#draws.is(0.5);
    const flight = this.#flight;
    if (flight === undefined && !isOld) return;
    const synced = flight === undefined ? this.#markSynced : flight.syncedBefore;
    const left = isOld ? (synced ?? flight?.markBefore) : flight?.markBefore;
    if (left !== undefined) writeFileSync(path, left);
    else if (flight !== undefined) rmSync(path, { force: true });
  }

  remove(): void {
    this.#close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Of a connection's log: how much a cut leaves. Undefined: all of it. */
  #survivingBytes(db: Database.Database, path: string, how: AgentEnd) {
    if (how !== "power-cut" || !db.open || !existsSync(`${path}-wal`)) return undefined;
    const name = `${path}-wal`.slice(this.folder.length + 1);
    const frameBytes = frameHeaderBytes + Number(db.pragma("page_size", { simple: true }));
    const at = (frame: number) => walHeaderBytes + frame * frameBytes;
    const { last, backfilled } = logOf(path);
    const isSynced = Number(db.pragma("synchronous", { simple: true })) >= 2;
    if (!isSynced) {
      if (last <= backfilled) return undefined;
      const bytes = Math.floor(this.#draws.between(at(backfilled), at(last)));
      return { name, bytes, endBytes: at(last) };
    }
    const flight = path.endsWith("store.db") ? this.#flight : undefined;
    if (flight === undefined || flight.after === flight.before) return undefined;
    const from = flight.after > flight.before ? flight.before : 0;
    if (backfilled > from) return undefined;
    const bytes = Math.floor(this.#draws.between(at(from), at(flight.after)));
    return { name, bytes, endBytes: at(flight.after) };
  }

  #openFolder(folder: string, limits: Parameters<typeof openFolder>[1], nowMs: number): void {
    this.#close();
    this.#isFull = false;
    const { connections, restore } = watchedConnections(this.#mutant);
    try {
      const opened = openFolder(folder, limits, nowMs);
      const requests = new StoreRequests(opened, { folder, limits });
      const own = connections.filter(({ db, path }) => db.open && path.startsWith(folder));
      this.#open = { folder: opened, requests, connections: own };
    } finally {
      restore();
    }
    this.#markSynced = undefined;
    const db = this.database;
    if (db !== undefined) this.#watch.opened(db);
    if (this.#mutant.dropsReportedFirst) db?.exec(reversedClasses);
  }

  #atDisk(arrived: readonly WorkerRequest[]): WorkerAnswer[] {
    const open = this.#open;
    if (open === undefined) throw new Error("the store is not open");
    const path = join(this.folder, "store.db");
    const db = this.database;
    const isFull = isIn(this.#plan.diskFull, this.#time.nowMs);
    if (isFull !== this.#isFull) {
      for (const connection of open.connections) limitPages(connection.db, isFull);
      this.#isFull = isFull;
    }
    const before = this.#lastFrame(path, arrived);
    const markBefore = this.#mark();
    const syncedBefore = this.#markSynced;
    const answers: WorkerAnswer[] = [];
    open.requests.run(this.#changed(arrived), (answer) => answers.push(answer));
    this.#flight = { before, after: this.#lastFrame(path, arrived), markBefore, syncedBefore };
    const mark = this.#mark();
    if (markBefore === undefined || mark?.equals(markBefore) === false) this.#markSynced ??= mark;
    if (db?.open) this.#spoil(db);
    for (const answer of answers) {
      const request = arrived.find(({ id }) => id === answer.id);
      if (request === undefined) continue;
      this.#watch.executed(request, answer, db);
      this.#lie(request, answer);
    }
    return answers;
  }

  #mark(): Buffer | undefined {
    const path = join(this.folder, "store-mark");
    return existsSync(path) ? readFileSync(path) : undefined;
  }

  /** Only where something is written: every read of the store would pay for it. */
  #lastFrame(path: string, arrived: readonly WorkerRequest[]): number {
    return arrived.some(({ name }) => !readNames.has(name)) ? logOf(path).last : 0;
  }

  #latencyMs(): number {
    if (isIn(this.#plan.diskSlow, this.#time.nowMs)) return this.#draws.between(200, 4_000);
    return this.#draws.is(0.05) ? this.#draws.between(50, 300) : this.#draws.between(1, 8);
  }

  #changed(arrived: readonly WorkerRequest[]): readonly WorkerRequest[] {
    if (!this.#mutant.forgetsVerdicts) return arrived;
    return arrived.map((request) => {
      if (request.name !== "commit" || (request.args.verdicts ?? []).length === 0) return request;
      return { ...request, args: { ...request.args, cameraStates: [], verdicts: [] } };
    });
  }

  #spoil(db: Database.Database): void {
    if (this.#mutant.losesRows && this.#draws.is(0.02)) {
      db.exec(
        "DELETE FROM outbox WHERE sequence = (SELECT max(sequence) FROM outbox WHERE state = 'waiting')",
      );
    }
  }

  #lie(request: WorkerRequest, answer: WorkerAnswer): void {
    if (!("value" in answer)) return;
    if (request.name === "commit") {
      for (const { cameraId, stateJson } of request.args.cameraStates) {
        this.#oldStates.set(cameraId, [
          ...(this.#oldStates.get(cameraId) ?? []).slice(-1),
          stateJson,
        ]);
      }
    }
    if (this.#mutant.swapsRows && request.name === "outboxAfter" && Array.isArray(answer.value)) {
      answer.value.reverse();
    }
    if (this.#mutant.loadsOldState && request.name === "loadCameraStates") {
      const states = answer.value as Map<string, string>; // What that operation answers.
      for (const [camera, [old]] of this.#oldStates) if (old !== undefined) states.set(camera, old);
    }
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || !open.connections.some(({ db }) => db.open)) return;
    for (const { db } of open.connections) if (db.open) limitPages(db, false);
    open.requests.run([{ id: 0, name: "close", args: null }], () => {});
  }
}

/** A full disk: no page more than there are. */
function limitPages(db: Database.Database, isFull: boolean): void {
  if (!db.open) return;
  const count = Number(db.pragma("page_count", { simple: true }));
  db.pragma(`max_page_count = ${isFull ? count : 1_000_000}`);
}

/** From the index of the log: its last frame, and how many are in the database already. */
function logOf(path: string): { readonly last: number; readonly backfilled: number } {
  if (!existsSync(`${path}-shm`)) return { last: 0, backfilled: 0 };
  const index = Buffer.alloc(136);
  const file = openSync(`${path}-shm`, "r");
  try {
    if (readSync(file, index, 0, index.length, 0) < index.length) return { last: 0, backfilled: 0 };
  } finally {
    closeSync(file);
  }
  return { last: index.readUInt32LE(16), backfilled: index.readUInt32LE(96) };
}

/** Notes every connection that is opened meanwhile, by what each is set up with. */
function watchedConnections(mutant: Mutant) {
  const connections: Connection[] = [];
  const prototype = Database.prototype as { pragma: Database.Database["pragma"] };
  const { pragma } = prototype;
  prototype.pragma = function (this: Database.Database, source, options) {
    if (source.startsWith("journal_mode")) connections.push({ db: this, path: this.name });
    const isMeant = mutant.syncsNothing === true && this.name.endsWith("store.db");
    const given = isMeant && source === "synchronous = FULL" ? "synchronous = OFF" : source;
    return pragma.call(this, given, options);
  };
  return {
    connections,
    restore: () => {
      prototype.pragma = pragma;
    },
  };
}

const reversedClasses = `CREATE TEMP TRIGGER reversed AFTER INSERT ON outbox WHEN new.drop_class < 10
  BEGIN UPDATE outbox SET drop_class = 4 - new.drop_class WHERE sequence = new.sequence; END`;
