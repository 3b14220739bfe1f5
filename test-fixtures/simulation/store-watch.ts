/**
 * What the store did, as somebody who stands beside the disk saw it: what was written when, what
 * was acknowledged, and whether the outbox kept its bounds and gave way in its order.
 */
import type Database from "better-sqlite3";
import type { WorkerAnswer, WorkerRequest } from "../../agent/store/protocol.ts";
import type { WorldPlan } from "./plan.ts";
import type { Witness } from "./witness.ts";
import type { WorldTime } from "./world-time.ts";

export interface StoredEvent {
  readonly sequence: number;
  readonly id: string;
  readonly payload: string;
}

interface Row {
  readonly sequence: number;
  readonly attempts: number;
  readonly isNotice: number;
  /** For its evidence, for seconds: it may neither leave nor give way. */
  readonly isHeld: number;
  readonly firstSequence: number;
  readonly payload: Buffer;
}

export class StoreWatch {
  /** By id of the event: when a write of it succeeded first, true time. */
  readonly writtenAtMs = new Map<string, number>();
  /** Ids of events whose write was acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Rows that were handed to the uplink since the last start. */
  #handedOut = 0;
  #rowsBefore: readonly Row[] = [];
  #statement: Database.Statement<[], Row> | undefined;
  readonly #plan: WorldPlan;
  readonly #time: WorldTime;
  readonly #witness: Witness;

  constructor(plan: WorldPlan, time: WorldTime, witness: Witness) {
    this.#plan = plan;
    this.#time = time;
    this.#witness = witness;
  }

  opened(db: Database.Database): void {
    this.#handedOut = 0;
    this.#rowsBefore = [];
    this.#statement = db.prepare<[], Row>(
      `SELECT o.sequence, o.attempt_count AS attempts, o.notice_payload IS NOT NULL AS isNotice,
              o.held_at_ms IS NOT NULL AS isHeld,
              coalesce(o.notice_first_sequence, o.sequence) AS firstSequence, e.payload
       FROM outbox o JOIN events e USING (sequence) WHERE o.state = 'waiting' ORDER BY o.sequence`,
    );
  }

  executed(request: WorkerRequest, answer: WorkerAnswer, db: Database.Database | undefined): void {
    if ("error" in answer) {
      if (answer.error.kind === "bug") {
        this.#witness.breaks("no write fails by a fault of ours", answer.error.message);
      }
      this.#witness.tell(`disk: ${request.name} fails: ${answer.error.message.slice(0, 90)}`);
      return;
    }
    for (const id of idsOf(request)) {
      if (!this.writtenAtMs.has(id)) this.writtenAtMs.set(id, this.#time.nowMs);
      this.#witness.tell(`disk: ${id} is written`);
    }
    if (request.name === "outboxAfter" && Array.isArray(answer.value)) {
      const last = answer.value.at(-1) as { readonly sequence: number } | undefined;
      this.#handedOut = Math.max(this.#handedOut, last?.sequence ?? 0);
    }
    const isGrowing = request.name === "commit" || request.name === "appendEvent";
    if (isGrowing && idsOf(request).length > 0 && db?.open) this.#checkOutbox();
  }

  answered(request: WorkerRequest, answer: WorkerAnswer): void {
    if ("error" in answer) return;
    for (const id of idsOf(request)) this.acknowledged.add(id);
  }

  #checkOutbox(): void {
    if (this.#statement === undefined || this.#plan.outboxRowsMax > 1_000) return;
    const rows = this.#statement.all();
    const isFree = (row: Row) =>
      row.isNotice === 0 &&
      row.isHeld === 0 &&
      row.attempts === 0 &&
      row.sequence > this.#handedOut;
    const free = rows.filter(isFree);
    const waiting = rows.filter(({ isNotice }) => isNotice === 0);
    // Held rows and those on their way count, but cannot give way themselves.
    if (waiting.length > this.#plan.outboxRowsMax && free.length > 0) {
      this.#witness.breaks(
        "the outbox keeps its bound",
        `${waiting.length} rows wait, ${this.#plan.outboxRowsMax} may, ${free.length} could be dropped`,
      );
    }
    const wereFree = new Set(
      this.#rowsBefore.flatMap(({ sequence, isHeld }) => (isHeld === 0 ? [sequence] : [])),
    );
    const dropped = this.#rowsBefore.filter(
      (row) =>
        row.isNotice === 0 &&
        rows.some(
          (now) =>
            now.isNotice === 1 && now.firstSequence <= row.sequence && now.sequence >= row.sequence,
        ),
    );
    const lesser = free.find((row) => wereFree.has(row.sequence) && stageOf(row) === "warned");
    const worse = dropped.find((row) => stageOf(row) === "reported");
    if (lesser !== undefined && worse !== undefined) {
      this.#witness.breaks(
        "what is worth least is dropped first",
        `${worse.sequence} (reported) was dropped while ${lesser.sequence} (warned) waits`,
      );
    }
    this.#rowsBefore = rows;
  }
}

function stageOf({ payload }: Row): string | undefined {
  const event = JSON.parse(payload.toString("utf8")) as { data?: { stage?: string } };
  return event.data?.stage;
}

function idsOf(request: WorkerRequest): readonly string[] {
  if (request.name === "appendEvent") return [request.args.event.id];
  return request.name === "commit" ? request.args.revisions.map(({ eventId }) => eventId) : [];
}

/** Everything that was ever written and is still kept. */
export function storedEvents(db: Database.Database): readonly StoredEvent[] {
  return db
    .prepare<[], { sequence: number; id: string; payload: Buffer }>(
      "SELECT sequence, event_id AS id, payload FROM events ORDER BY sequence",
    )
    .all()
    .map(({ sequence, id, payload }) => ({ sequence, id, payload: payload.toString("utf8") }));
}
