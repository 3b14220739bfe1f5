/**
 * What the outbox gives up at its limits, against the order as the contract states it in words.
 *
 * The model knows nothing of the store: it is a list of rows and one sentence, "repeated updates
 * first, then warnings, other events, ends, and what was reported last; the oldest of each first".
 * Random streets fill it while the hub is away, by rows or by bytes, then the rows grow old.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, test } from "vitest";
import { type Stage, stages } from "../../pipelines/domain/kind.ts";
import { droppedEventSchema } from "./dropped-event.ts";
import { eventText, parsePayload } from "./event-text.ts";
import { type StoreLimits, storeLimits } from "./limits.ts";
import { openDatabase } from "./open-database.ts";
import { revisionText } from "./revision-text.ts";
import { eventOf, revisionOf, t0 } from "./sample-rows.ts";
import { SequenceReserve } from "./sequence-reserve.ts";
import { StoreDatabase } from "./store-database.ts";

const dayMs = 24 * 60 * 60 * 1_000;
const words = ["repeated update", "warning", "other", "end", "reported"] as const;
type Word = (typeof words)[number];

let folder = "";
let runCount = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-limits-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(limits: Partial<StoreLimits>) {
  const path = join(folder, `run-${runCount++}.db`);
  const db = openDatabase(path, { schema: "store", durability: "NORMAL" });
  const reserve = new SequenceReserve(`${path}-reserve`);
  const unsent = db
    .prepare<[], number>(
      "SELECT sequence FROM outbox WHERE notice_payload IS NULL ORDER BY sequence",
    )
    .pluck();
  return {
    store: new StoreDatabase(db, storeLimits(limits), reserve),
    /** Without handing them out: what was handed out is never dropped. */
    waiting: () => unsent.all(),
  };
}

interface Change {
  readonly violation: number;
  readonly stage: Stage;
  readonly fillerCount: number;
}

/** A change of a violation, or an event about the box itself. */
const change: fc.Arbitrary<Change | "box"> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      violation: fc.integer({ min: 1, max: 6 }),
      stage: fc.constantFrom(...stages),
      fillerCount: fc.nat(400),
    }),
  },
  { weight: 1, arbitrary: fc.constant("box" as const) },
);

interface ModelRow {
  readonly sequence: number;
  readonly word: Word;
}

function wordOf(stage: Stage, before: Stage | undefined): Word {
  if (stage === before) return "repeated update";
  if (stage === "reported") return "reported";
  return stage === "cleared" || stage === "withdrawn" ? "end" : "warning";
}

function write(
  store: StoreDatabase,
  changes: readonly (Change | "box")[],
  afterEach: (row: ModelRow) => void = () => {},
): ModelRow[] {
  const seen = new Map<number, { revision: number; stage: Stage }>();
  const writeOne = (one: Change | "box", index: number): ModelRow => {
    if (one === "box") {
      const event = eventText(eventOf(`box-${index}`));
      const sequence = store.group(() => store.writes.appendEvent({ event, nowMs: t0 }));
      return { sequence, word: "other" };
    }
    const before = seen.get(one.violation);
    const revision = (before?.revision ?? 0) + 1;
    seen.set(one.violation, { revision, stage: one.stage });
    const id = `v${one.violation}`;
    const event = eventOf(`${id}.${revision}`, { filling: "x".repeat(one.fillerCount) });
    const row = revisionText(revisionOf(id, revision, one.stage, { event }));
    const request = { cameraStates: [], revisions: [row], nowMs: t0 };
    const [sequence = 0] = store.group(() => store.writes.commit(request));
    return { sequence, word: wordOf(one.stage, before?.stage) };
  };
  return changes.map((one, index) => {
    const row = writeOne(one, index);
    afterEach(row);
    return row;
  });
}

/** Sequences of events that still leave, and of those that notices stand for. */
function outcome(store: StoreDatabase) {
  const kept: number[] = [];
  const dropped: number[] = [];
  for (const { sequence, type, payload } of store.reads.outboxAfter({
    afterSequence: 0,
    countMax: 10_000,
  })) {
    if (type !== "city.kerbside.dropped.v1") {
      kept.push(sequence);
      continue;
    }
    const { firstSequence, lastSequence, count } = droppedEventSchema.parse(
      parsePayload(payload),
    ).data;
    assert.equal(count, lastSequence - firstSequence + 1);
    assert.equal(lastSequence, sequence, "a notice stands where its last event stood");
    for (let each = firstSequence; each <= lastSequence; each++) dropped.push(each);
  }
  return { kept, dropped };
}

/** What goes first stands first. */
const inOrder = (a: ModelRow, b: ModelRow) =>
  words.indexOf(a.word) - words.indexOf(b.word) || a.sequence - b.sequence;

test("by rows: exactly what the sentence says goes, everything else leaves", () => {
  const property = fc.property(
    fc.array(change, { maxLength: 60 }),
    fc.integer({ min: 1, max: 12 }),
    (changes, outboxRowsMax) => {
      const { store } = open({ outboxRowsMax });
      let waiting: ModelRow[] = [];
      const gone: number[] = [];
      for (const row of write(store, changes)) {
        waiting.push(row);
        if (waiting.length <= outboxRowsMax) continue;
        const [least] = waiting.toSorted(inOrder);
        waiting = waiting.filter((other) => other !== least);
        if (least !== undefined) gone.push(least.sequence);
      }
      const { kept, dropped } = outcome(store);
      assert.deepEqual(
        kept,
        waiting.map(({ sequence }) => sequence),
      );
      assert.deepEqual(
        dropped,
        gone.toSorted((a, b) => a - b),
      );
      const { droppedCount, droppedCounts } = store.reads.outboxStats(null);
      const none = { bytes: 0, age: 0, refused: 0 };
      assert.deepEqual(droppedCounts, { rows: gone.length, ...none });
      assert.equal(droppedCount, gone.length);
      store.close();
    },
  );
  fc.assert(property, { numRuns: 40 });
});

test("by bytes: never above the limit, and whatever goes goes before whatever stays", () => {
  const property = fc.property(
    fc.array(change, { maxLength: 60 }),
    fc.integer({ min: 2_000, max: 12_000 }),
    (changes, outboxBytesMax) => {
      const { store, waiting } = open({ outboxBytesMax });
      let rows: ModelRow[] = [];
      let goneCount = 0;
      write(store, changes, (row) => {
        const left = new Set(waiting());
        const [stayed, gone] = [true, false].map((isLeft) =>
          [...rows, row].filter(({ sequence }) => left.has(sequence) === isLeft),
        );
        const last = gone?.toSorted(inOrder).at(-1);
        const first = stayed?.toSorted(inOrder)[0];
        if (last && first) assert.ok(inOrder(last, first) < 0, `${last.word} before ${first.word}`);
        rows = stayed ?? [];
        goneCount += gone?.length ?? 0;
        const { waitingBytes } = store.reads.outboxStats(null);
        // Notices are never dropped: only they may be left above it.
        assert.ok(waitingBytes <= outboxBytesMax || rows.length === 0, `${waitingBytes} bytes`);
      });
      assert.equal(store.reads.outboxStats(null).droppedCounts.bytes, goneCount);
      const { kept, dropped } = outcome(store);
      assert.deepEqual([kept.length, dropped.length], [rows.length, goneCount]);
      store.close();
    },
  );
  fc.assert(property, { numRuns: 30 });
});

test("by age: all that are too old, the reason told and counted", () => {
  const property = fc.property(fc.array(change, { maxLength: 30 }), fc.nat(4), (changes, days) => {
    const { store } = open({ outboxAgeMsMax: 2 * dayMs });
    const rows = write(store, changes);
    store.group(() => store.writes.maintain({ nowMs: t0 + days * dayMs + 1 }));
    const { kept, dropped } = outcome(store);
    const all = rows.map(({ sequence }) => sequence);
    assert.deepEqual([kept, dropped], days < 2 ? [all, []] : [[], all]);
    assert.equal(store.reads.outboxStats(null).droppedCounts.age, dropped.length);
    store.close();
  });
  fc.assert(property, { numRuns: 15 });
});
