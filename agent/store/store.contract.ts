/**
 * The contract of a store: one suite, run for the real one and for the one in memory.
 *
 * `open` gives a fresh store with the given limits; the suite closes it.
 */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "vitest";
import { cameraId, violationId } from "../../pipelines/domain/ids.ts";
import type { Stage } from "../../pipelines/domain/kind.ts";
import { droppedEventType } from "./drop-notice.ts";
import { droppedEventSchema } from "./dropped-event.ts";
import { parsePayload, sequenceText } from "./event-text.ts";
import type { StoreLimits } from "./limits.ts";
import { east, eventOf, revisionOf, source, t0, verdictOf } from "./sample-rows.ts";
import type { RevisionRow, Store } from "./store.ts";

export interface ContractStore extends Store {
  maintain(nowMs: number): Promise<void>;
}

const commitOf = (...revisions: RevisionRow[]) => ({ cameraStates: [], revisions, nowMs: t0 });

export function storeContract(
  name: string,
  open: (limits?: Partial<StoreLimits>) => Promise<ContractStore>,
): void {
  describe(name, () => {
    let opened: ContractStore | undefined;
    const openFresh = async (limits?: Partial<StoreLimits>) => {
      opened = await open(limits);
      return opened;
    };
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });

    test("a fresh store is empty", async () => {
      const store = await openFresh();
      assert.deepEqual(await store.loadCameraStates(), new Map());
      assert.deepEqual(await store.outboxAfter(0, 10), []);
      assert.deepEqual(await store.outboxStats(), {
        waitingCount: 0,
        waitingBytes: 0,
        oldestCreatedAtMs: undefined,
        parkedCount: 0,
        droppedCount: 0,
        droppedCounts: { rows: 0, bytes: 0, age: 0, refused: 0 },
        lastSequence: 0,
      });
    });

    test("a camera's state replaces the one before and leaves the others", async () => {
      const store = await openFresh();
      const west = cameraId("west");
      const save = (id: typeof east, stateJson: string) =>
        store.commit({ cameraStates: [{ cameraId: id, stateJson }], revisions: [], nowMs: t0 });
      await save(east, '{"a":1}');
      await save(west, "{}");
      await save(east, '{"a":2}');
      const want = new Map([
        [east, '{"a":2}'],
        [west, "{}"],
      ]);
      assert.deepEqual(await store.loadCameraStates(), want);
    });

    test("a revision gets the next sequence, patched into its payload as 20 digits", async () => {
      const store = await openFresh();
      const first = await store.commit(commitOf(revisionOf("v1", 1, "warned")));
      const second = await store.commit(
        commitOf(revisionOf("v1", 2, "reported"), revisionOf("v2", 1, "warned")),
      );
      assert.deepEqual([first.sequences, second.sequences], [[1], [2, 3]]);
      const entries = await store.outboxAfter(0, 10);
      assert.deepEqual(
        entries.map(({ sequence, eventId }) => [sequence, eventId]),
        [
          [1, "v1.1"],
          [2, "v1.2"],
          [3, "v2.1"],
        ],
      );
      for (const { sequence, eventId, payload } of entries) {
        const want = { ...eventOf(eventId), sequence: sequenceText(sequence) };
        assert.deepEqual(parsePayload(payload), want);
      }
    });

    test("the same revision twice is a broken invariant and changes nothing", async () => {
      const store = await openFresh();
      await store.commit(commitOf(revisionOf("v1", 1, "warned")));
      const again = {
        cameraStates: [{ cameraId: east, stateJson: "{}" }],
        revisions: [revisionOf("v2", 1, "warned"), revisionOf("v1", 1, "warned")],
        nowMs: t0,
      };
      await assert.rejects(store.commit(again), /revision of v1|committed before/);
      assert.deepEqual(await store.loadCameraStates(), new Map());
      assert.equal((await store.outboxStats()).lastSequence, 1);
      const next = await store.commit(commitOf(revisionOf("v2", 1, "warned")));
      assert.deepEqual(next.sequences, [2]);
    });

    const wrong = [
      { name: "a revision that skips one", row: revisionOf("v1", 3, "reported") },
      { name: "a revision that goes back", row: revisionOf("v1", 0, "reported") },
      {
        name: "an event whose id is not the revision's",
        row: revisionOf("v1", 2, "reported", { event: eventOf("other") }),
      },
      {
        name: "an event that brings its own sequence",
        row: revisionOf("v1", 2, "reported", {
          event: { ...eventOf("v1.2"), sequence: sequenceText(9) },
        }),
      },
    ];
    for (const { name, row } of wrong) {
      test(`${name} is refused`, async () => {
        const store = await openFresh();
        await store.commit(commitOf(revisionOf("v1", 1, "warned")));
        await assert.rejects(store.commit(commitOf(row)));
        assert.equal((await store.outboxStats()).lastSequence, 1);
      });
    }

    test("violations show their last event; filters narrow them", async () => {
      const store = await openFresh();
      const other = { kind: "overflowing-bin", cameraId: cameraId("west") } as const;
      await store.commit(commitOf(revisionOf("v1", 1, "warned"), revisionOf("v1", 2, "reported")));
      await store.commit(commitOf(revisionOf("v2", 1, "warned", { ...other, occurredAtMs: t0 })));
      const all = await store.violations({ countMax: 10 });
      assert.deepEqual(
        all.map((row) => [row.violationId, row.revision, row.stage, row.event["sequence"]]),
        [
          ["v1", 2, "reported", sequenceText(2)],
          ["v2", 1, "warned", sequenceText(3)],
        ],
      );
      assert.equal(all[0]?.firstSeenAtMs, t0 - 60_000);
      assert.equal(all[0]?.updatedAtMs, t0 + 2);
      const idsOf = async (query: object) =>
        (await store.violations({ countMax: 10, ...query })).map((row) => row.violationId);
      assert.deepEqual(await idsOf({ kind: "overflowing-bin" }), ["v2"]);
      assert.deepEqual(await idsOf({ stage: "reported" }), ["v1"]);
      assert.deepEqual(await idsOf({ cameraId: cameraId("west") }), ["v2"]);
      assert.deepEqual(await idsOf({ sinceMs: t0 + 1 }), ["v1"]);
      assert.deepEqual(await idsOf({ countMax: 1 }), ["v1"]);
    });

    test("verdicts are kept with what they changed, each id once", async () => {
      const store = await openFresh();
      await store.commit(commitOf(revisionOf("v1", 1, "warned")));
      const first = verdictOf("c-1", { word: "dismissed", reason: "a bay", caseNo: "17" });
      await store.commit({
        ...commitOf(revisionOf("v1", 2, "withdrawn")),
        cameraStates: [{ cameraId: east, stateJson: "{}" }],
        verdicts: [first],
      });
      const second = verdictOf("c-2", { word: "permitted", until: "2026-12-31" });
      const other = verdictOf("c-3", { violationId: violationId("v2"), receivedAtMs: t0 + 9 });
      await store.commit({
        ...commitOf(),
        verdicts: [second, { ...first, word: "confirmed" }, other],
      });
      const ask = (query: object) => store.verdicts({ countMax: 10, ...query });
      assert.deepEqual(await ask({}), [first, second, other]);
      assert.deepEqual(await ask({ verdictId: "c-2" }), [second]);
      assert.deepEqual(await ask({ violationId: "v2" }), [other]);
      assert.deepEqual(await ask({ sinceMs: t0 + 9 }), [other]);
      assert.deepEqual(await ask({ countMax: 1 }), [first]);
      const [row] = await store.violations({ violationId: violationId("v1"), countMax: 1 });
      assert.equal(row?.stage, "withdrawn");
    });

    test("a verdict whose revision is refused is not kept either", async () => {
      const store = await openFresh();
      await store.commit(commitOf(revisionOf("v1", 1, "warned")));
      const verdicts = [verdictOf("c-1", {})];
      await assert.rejects(
        store.commit({ ...commitOf(revisionOf("v1", 1, "withdrawn")), verdicts }),
      );
      assert.deepEqual(await store.verdicts({ countMax: 10 }), []);
    });

    test("done rows leave the outbox, the history keeps their events", async () => {
      const store = await openFresh();
      await store.commit(commitOf(revisionOf("v1", 1, "warned"), revisionOf("v2", 1, "warned")));
      await store.outboxDone([1], t0);
      assert.deepEqual(
        (await store.outboxAfter(0, 10)).map(({ sequence }) => sequence),
        [2],
      );
      const kept = await store.events({ afterSequence: 0, countMax: 10 });
      assert.deepEqual(
        kept.map(({ sequence }) => sequence),
        [1, 2],
      );
      assert.deepEqual(await store.outboxAfter(2, 10), []);
      assert.deepEqual(await store.events({ afterSequence: 1, countMax: 1 }), [kept[1]]);
    });

    test("an attempt is counted on the rows that wait", async () => {
      const store = await openFresh();
      await store.commit(commitOf(revisionOf("v1", 1, "warned"), revisionOf("v2", 1, "warned")));
      await store.outboxAttempted([1, 7], t0);
      await store.outboxAttempted([1], t0);
      const counts = (await store.outboxAfter(0, 10)).map(({ attemptCount }) => attemptCount);
      assert.deepEqual(counts, [2, 0]);
    });

    test("a refused row is parked and the hub is told behind the others", async () => {
      const store = await openFresh();
      await store.commit(commitOf(revisionOf("v1", 1, "warned"), revisionOf("v2", 1, "warned")));
      await store.outboxParked(1, "0x99 payload format invalid", t0);
      const [waiting, notice] = await store.outboxAfter(0, 10);
      assert.equal(waiting?.sequence, 2);
      assert.equal(notice?.type, droppedEventType);
      const parsed = droppedEventSchema.parse(parsePayload(notice?.payload ?? new Uint8Array()));
      assert.deepEqual(parsed.data, {
        firstSequence: 1,
        lastSequence: 1,
        count: 1,
        reason: "refused",
        detail: "0x99 payload format invalid",
      });
      assert.deepEqual([parsed.source, parsed.sequence], [source, sequenceText(3)]);
      await store.outboxParked(3, "0x99", t0);
      const { waitingCount, parkedCount, droppedCounts } = await store.outboxStats();
      assert.deepEqual([waitingCount, parkedCount], [1, 2], "a refused notice makes no notice");
      assert.equal(droppedCounts.refused, 2);
    });

    test("what tells of a refused row does not give way at the limit itself", async () => {
      const store = await openFresh({ outboxRowsMax: 2 });
      await store.commit(commitOf(revisionOf("v1", 1, "warned")));
      await store.outboxParked(1, "0x99 payload format invalid", t0);
      for (const violation of ["v2", "v3", "v4", "v5"]) {
        await store.commit(commitOf(revisionOf(violation, 1, "reported")));
      }
      await store.maintain(t0 + 400 * 86_400_000);
      const [notice, dropped] = await store.outboxAfter(0, 10);
      const rangeOf = (entry: typeof notice) => {
        const { data } = droppedEventSchema.parse(parsePayload(entry?.payload ?? new Uint8Array()));
        return [data.reason, data.firstSequence, data.lastSequence];
      };
      assert.equal(notice?.sequence, 2);
      assert.deepEqual(rangeOf(notice), ["refused", 1, 1]);
      assert.equal(rangeOf(dropped)[1], 3);
      await store.outboxParked(2, "0x99", t0);
      assert.equal((await store.outboxStats()).parkedCount, 2);
    });

    test("events that are not about a violation stand in the same order", async () => {
      const store = await openFresh();
      const sequences = [
        await store.appendEvent({ ...eventOf("test-1"), type: "city.kerbside.test.v1" }, t0),
        ...(await store.commit(commitOf(revisionOf("v1", 1, "warned")))).sequences,
      ];
      assert.deepEqual(sequences, [1, 2]);
      await assert.rejects(store.appendEvent(eventOf("test-1"), t0), /committed before/);
      const types = (await store.outboxAfter(0, 10)).map(({ type }) => type);
      assert.deepEqual(types, ["city.kerbside.test.v1", "city.kerbside.violation.v1"]);
    });

    test("at the limit updates go first, then warned, ended, and reported last", async () => {
      const store = await openFresh({ outboxRowsMax: 1 });
      const commit = (violation: string, revision: number, stage: Stage) =>
        store.commit(commitOf(revisionOf(violation, revision, stage)));
      await commit("v1", 1, "warned"); // 1
      await commit("v1", 2, "reported"); // 2: drops 1
      await commit("v1", 3, "reported"); // 3: an update, drops itself
      await commit("v1", 4, "cleared"); // 4: drops itself
      await commit("v2", 1, "warned"); // 5: drops itself
      const rows = (await store.outboxAfter(0, 10)).map((entry) => {
        const data = parsePayload(entry.payload)["data"] as Record<string, unknown>;
        return [entry.sequence, entry.eventId, data["firstSequence"], data["lastSequence"]];
      });
      assert.deepEqual(rows, [
        [1, "dropped.1-1", 1, 1],
        [2, "v1.2", undefined, undefined],
        [5, "dropped.3-5", 3, 5],
      ]);
      const { droppedCount, droppedCounts } = await store.outboxStats();
      assert.deepEqual([droppedCount, droppedCounts.rows], [4, 4]);
    });

    test("a dropped row's event stays in the history", async () => {
      const store = await openFresh({ outboxRowsMax: 1 });
      await store.commit(commitOf(revisionOf("v1", 1, "warned"), revisionOf("v1", 2, "reported")));
      const ids = (await store.events({ afterSequence: 0, countMax: 9 })).map(
        ({ payload }) => parsePayload(payload)["id"],
      );
      assert.deepEqual(ids, ["v1.1", "v1.2"]);
    });

    test("what was handed out is not dropped: the hub may have it", async () => {
      const store = await openFresh({ outboxRowsMax: 2 });
      await store.commit(commitOf(revisionOf("v1", 1, "warned"), revisionOf("v2", 1, "warned")));
      await store.outboxAfter(0, 2);
      await store.commit(commitOf(revisionOf("v3", 1, "reported")));
      const ids = (await store.outboxAfter(0, 9)).map(({ eventId }) => eventId);
      assert.deepEqual(ids, ["v1.1", "v2.1", "dropped.3-3"]);
    });

    test("the bytes of all waiting payloads are bounded too", async () => {
      const store = await openFresh({ outboxBytesMax: 3_000 });
      const big = (id: string) => ({ event: eventOf(id, { filling: "x".repeat(1_000) }) });
      for (const name of ["v1", "v2", "v3", "v4"]) {
        await store.commit(commitOf(revisionOf(name, 1, "warned", big(`${name}.1`))));
      }
      const stats = await store.outboxStats();
      assert.ok(stats.waitingBytes <= 3_000, `${stats.waitingBytes} bytes wait`);
      assert.equal(stats.droppedCount, 2);
      const [notice] = await store.outboxAfter(0, 1);
      const parsed = droppedEventSchema.parse(parsePayload(notice?.payload ?? new Uint8Array()));
      assert.equal(parsed.data.reason, "bytes");
      assert.equal(stats.waitingBytes, sumOf(await store.outboxAfter(0, 9)));
    });

    test("rows that waited too long are dropped, rows of an unset clock are not", async () => {
      const dayMs = 24 * 60 * 60 * 1000;
      const store = await openFresh({ outboxAgeMsMax: dayMs });
      const commitAt = (name: string, nowMs: number) =>
        store.commit({ ...commitOf(revisionOf(name, 1, "reported")), nowMs });
      await commitAt("v1", 5_000);
      await commitAt("v2", t0);
      await commitAt("v3", t0 + 2 * dayMs);
      await store.maintain(t0 + 2 * dayMs);
      const ids = (await store.outboxAfter(0, 9)).map(({ eventId }) => eventId);
      assert.deepEqual(ids, ["v1.1", "dropped.2-2", "v3.1"]);
    });

    test("parked rows are bounded", async () => {
      const store = await openFresh({ parkedRowsMax: 1 });
      await store.commit(commitOf(revisionOf("v1", 1, "warned"), revisionOf("v2", 1, "warned")));
      await store.outboxParked(1, "0x99", t0);
      await store.outboxParked(2, "0x99", t0);
      await store.maintain(t0);
      assert.equal((await store.outboxStats()).parkedCount, 1);
    });
  });
}

function sumOf(entries: readonly { readonly payload: Uint8Array }[]): number {
  return entries.reduce((sum, { payload }) => sum + payload.length, 0);
}
