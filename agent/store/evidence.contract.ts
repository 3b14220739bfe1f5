/**
 * The contract of a store about evidence: held events, the chain of manifests, uploads, what goes.
 */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "vitest";
import { violationId } from "../../pipelines/domain/ids.ts";
import type { Stage } from "../../pipelines/domain/kind.ts";
import { droppedEventType } from "./drop-notice.ts";
import { evidenceDroppedEventSchema } from "./dropped-event.ts";
import { parsePayload } from "./event-text.ts";
import type { EvidenceFileRow, ManifestRow, Release } from "./evidence-store.ts";
import type { StoreLimits } from "./limits.ts";
import { eventOf, revisionOf, t0 } from "./sample-rows.ts";
import type { ContractStore } from "./store.contract.ts";
import type { RevisionRow, Store } from "./store.ts";

const commitOf = (...revisions: RevisionRow[]) => ({ cameraStates: [], revisions, nowMs: t0 });

export function evidenceContract(
  name: string,
  open: (limits?: Partial<StoreLimits>) => Promise<ContractStore>,
): void {
  let opened: ContractStore | undefined;
  const openFresh = async (limits?: Partial<StoreLimits>) => {
    opened = await open(limits);
    return opened;
  };
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });

  describe(`${name}: an event that waits for its evidence`, () => {
    const held = (violation: string, revision: number, stage: Stage = "warned") =>
      revisionOf(violation, revision, stage, { isHeld: true });
    const manifestOf = (number: number, violation: string, revision = 1): ManifestRow => ({
      number,
      violationId: violationId(violation),
      revision,
      sha256: "a".repeat(64),
      bytes: 900,
      keyId: "key",
      createdAtMs: t0,
    });
    const files: readonly EvidenceFileRow[] = [
      { name: "manifest.json", mediaType: "application/json", bytes: 900, sha256: "a" },
      { name: "view.jpg", mediaType: "image/jpeg", bytes: 5_000, sha256: "b" },
    ];
    const released = (number: number, violation: string, revision = 1): Release => ({
      evidence: { complete: true, failed: [], items: [], manifest: { number } },
      enforceable: true,
      manifest: manifestOf(number, violation, revision),
      files,
    });
    const idsOf = async (store: Store) =>
      (await store.outboxAfter(0, 10)).map(({ eventId }) => eventId);

    test("stops what comes behind it, and goes when it is released", async () => {
      const store = await openFresh();
      const rows = [revisionOf("v1", 1, "warned"), held("v2", 1), revisionOf("v3", 1, "warned")];
      await store.commit(commitOf(...rows));
      assert.deepEqual(await idsOf(store), ["v1.1"]);
      const [waiting] = await store.heldEvents();
      assert.deepEqual(waiting, { eventId: "v2.1", sequence: 2, heldAtMs: t0 });
      assert.equal(await store.release("v2.1", released(1, "v2"), t0), true);
      assert.deepEqual(await idsOf(store), ["v1.1", "v2.1", "v3.1"]);
      assert.deepEqual(await store.heldEvents(), []);
    });

    test("is completed once, and nothing changes it after that", async () => {
      const store = await openFresh();
      await store.commit(commitOf(held("v1", 1)));
      const before = (await store.events({ afterSequence: 0, countMax: 1 }))[0]?.payload;
      assert.ok(before !== undefined);
      await store.release("v1.1", released(1, "v1"), t0);
      const [entry] = await store.outboxAfter(0, 1);
      assert.ok(entry !== undefined);
      const { data, ...rest } = parsePayload(entry.payload);
      const { data: dataBefore, ...restBefore } = parsePayload(before);
      assert.deepEqual(rest, restBefore);
      const { evidence } = released(1, "v1");
      assert.deepEqual(data, { ...(dataBefore as object), evidence, enforceable: true });
      const { waitingBytes } = await store.outboxStats();
      assert.equal(waitingBytes, entry.payload.length);
      assert.equal(await store.release("v1.1", released(2, "v1"), t0), false);
      assert.equal(await store.release("v9.1", released(2, "v9"), t0), false);
      assert.equal((await store.lastManifest())?.number, 1);
      assert.deepEqual((await store.outboxAfter(0, 1))[0]?.payload, entry.payload);
    });

    test("of the last run is let go as it was committed", async () => {
      const store = await openFresh();
      await store.commit(commitOf(held("v1", 1), held("v2", 1)));
      assert.equal(await store.releaseHeld(t0), 2);
      assert.deepEqual(await idsOf(store), ["v1.1", "v2.1"]);
      assert.equal(await store.releaseHeld(t0), 0);
    });

    test("that nobody lets go goes after a minute", async () => {
      const store = await openFresh();
      await store.commit(commitOf(held("v1", 1)));
      await store.maintain(t0 + 60_000);
      assert.deepEqual(await idsOf(store), []);
      await store.maintain(t0 + 60_001);
      assert.deepEqual(await idsOf(store), ["v1.1"]);
    });

    test("is not dropped at a limit; what is behind it may be", async () => {
      const store = await openFresh({ outboxRowsMax: 2 });
      await store.commit(commitOf(held("v1", 1), held("v2", 1)));
      await store.commit(commitOf(revisionOf("v3", 1, "reported")));
      assert.equal((await store.heldEvents()).length, 2);
      await store.releaseHeld(t0);
      const types = (await store.outboxAfter(0, 10)).map(({ type }) => type);
      assert.deepEqual(types.slice(2), [droppedEventType]);
    });

    test("gives way as others do once it is let go", async () => {
      for (const letGo of ["releaseHeld", "maintain"] as const) {
        const store = await openFresh({ outboxRowsMax: 1 });
        await store.commit(commitOf(held("v1", 1), held("v2", 1)));
        await store[letGo](t0 + 60_001);
        const types = (await store.outboxAfter(0, 10)).map(({ type }) => type);
        assert.equal(types[0], droppedEventType, letGo);
        await store.close();
      }
    });

    test("may be one that is not about a violation", async () => {
      const store = await openFresh();
      await store.appendEvent(eventOf("fresh.1"), t0, { isHeld: true });
      assert.deepEqual(await idsOf(store), []);
      await store.release("fresh.1", released(1, "fresh"), t0);
      assert.deepEqual(await idsOf(store), ["fresh.1"]);
    });

    test("its files are sent behind it, from where the other side has them", async () => {
      const store = await openFresh();
      await store.commit(commitOf(held("v1", 1), held("v2", 1)));
      await store.release("v2.1", released(1, "v2"), t0);
      await store.release("v1.1", released(2, "v1"), t0);
      assert.deepEqual(await store.evidenceToSend(10), []);
      await store.outboxDone([1], t0);
      const first = await store.evidenceToSend(10);
      assert.deepEqual(
        first.map(({ name, violationId, manifestNumber }) => [name, violationId, manifestNumber]),
        [
          ["manifest.json", "v1", 2],
          ["view.jpg", "v1", 2],
        ],
      );
      await store.outboxDone([2], t0);
      const [manifest, view] = await store.evidenceToSend(3);
      assert.ok(manifest !== undefined && view !== undefined);
      await store.evidencePartDone(view.fileId, 4_096);
      await store.evidencePartDone(manifest.fileId, 99_999);
      const some = await store.evidenceToSend(2);
      assert.deepEqual(
        some.map(({ ackedBytes }) => ackedBytes),
        [900, 4_096],
      );
      await store.evidencePartDone(view.fileId, 0);
      await store.evidenceFilesDone([manifest.fileId, 4_711], t0);
      const left = await store.evidenceToSend(10);
      assert.deepEqual(
        left.map(({ name, violationId, ackedBytes }) => [name, violationId, ackedBytes]),
        [
          ["view.jpg", "v1", 0],
          ["manifest.json", "v2", 0],
          ["view.jpg", "v2", 0],
        ],
      );
      assert.deepEqual(await store.evidenceStats(), {
        keptBytes: 11_800,
        heldCount: 0,
        waitingCount: 3,
        waitingBytes: 10_900,
        droppedCount: 0,
      });
    });

    test("manifests count up, and a number that was there is a broken invariant", async () => {
      const store = await openFresh();
      await store.commit(commitOf(held("v1", 1), held("v2", 1)));
      await store.release("v1.1", released(1, "v1"), t0);
      await assert.rejects(store.release("v2.1", released(1, "v2"), t0), /does not follow 1/);
      assert.equal((await store.heldEvents()).length, 1);
      await store.release("v2.1", released(2, "v2"), t0);
      const rows = await store.manifests({ afterNumber: 1, countMax: 10 });
      assert.deepEqual(rows, [
        {
          ...manifestOf(2, "v2"),
          eventId: "v2.1",
          keptBytes: 5_900,
          waitingCount: 2,
          droppedAtMs: undefined,
          dropReason: undefined,
        },
      ]);
    });

    test("what is dropped before the hub has it is told as an event", async () => {
      const store = await openFresh();
      await store.commit(commitOf(held("v1", 1), held("v2", 1, "reported"), held("v3", 1)));
      for (const [index, name] of ["v1", "v2", "v3"].entries()) {
        await store.release(`${name}.1`, released(index + 1, name), t0);
      }
      await store.outboxDone([1, 2, 3], t0);
      const done = (await store.evidenceToSend(10)).filter(({ manifestNumber: n }) => n === 3);
      await store.evidenceFilesDone(
        done.map(({ fileId }) => fileId),
        t0,
      );
      const query = { beforeMs: t0, bytesMax: 5_900, countMax: 9 };
      const victims = await store.evidenceToDrop(query);
      assert.deepEqual(
        victims.map(({ number, reason }) => [number, reason]),
        [
          [3, "bytes"],
          [1, "bytes"],
        ],
      );
      const aged = await store.evidenceToDrop({ ...query, beforeMs: t0 + 1, countMax: 1 });
      assert.deepEqual(
        aged.map(({ number, reason }) => [number, reason]),
        [[1, "age"]],
      );
      for (const { number } of victims) await store.dropEvidence(number, "bytes", t0 + 5);
      await store.dropEvidence(1, "age", t0 + 6);
      const told = (await store.outboxAfter(0, 10)).map(({ payload }) => parsePayload(payload));
      assert.equal(told.length, 1, "the hub has all of 3");
      assert.deepEqual(evidenceDroppedEventSchema.parse(told[0]).data, {
        violation: "v1",
        revision: 1,
        manifest: { number: 1, sha256: "a".repeat(64) },
        files: 2,
        bytes: 5_900,
        reason: "bytes",
      });
      const gone = await store.droppedWithFiles(9);
      assert.deepEqual(
        gone.map(({ number, dropReason }) => [number, dropReason]),
        [
          [1, "bytes"],
          [3, "bytes"],
        ],
      );
      await store.evidenceGone(1);
      await store.evidenceGone(2);
      assert.deepEqual(
        (await store.droppedWithFiles(9)).map(({ number }) => number),
        [3],
      );
      await store.forgetManifests(3);
      const rows = await store.manifests({ afterNumber: 0, countMax: 9 });
      assert.deepEqual(
        rows.map(({ number }) => number),
        [2, 3],
      );
      const stats = await store.evidenceStats();
      assert.deepEqual(stats, {
        keptBytes: 5_900,
        heldCount: 0,
        waitingCount: 2,
        waitingBytes: 5_900,
        droppedCount: 2,
      });
    });
  });
}
