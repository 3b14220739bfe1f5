/**
 * Kept evidence survives whatever ends the agent: at every call to the disk the world ends once,
 * and the next start leaves a sound tree, no held event, and an event that says what is there.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Box, evidenceOf, fileOf, hold, openBox } from "../../test-fixtures/kept-evidence.ts";
import { parsePayload } from "../store/event-text.ts";
import { MemoryStore } from "../store/memory-store.ts";
import { t0 } from "../store/sample-rows.ts";
import { type EvidenceDisk, evidenceDisk } from "./evidence-disk.ts";
import { sha256Hex } from "./signing.ts";
import { verifyEvidence } from "./verify.ts";

const opened: Box[] = [];
afterEach(() => {
  for (const { dataFolder } of opened.splice(0)) rmSync(dataFolder, { recursive: true });
});

async function start(given: Parameters<typeof openBox>[0] = {}): Promise<Box> {
  const box = await openBox(given);
  await box.ledger.start();
  if (given.dataFolder === undefined) opened.push(box);
  return box;
}

async function dataOf(store: MemoryStore, eventId: string): Promise<Record<string, unknown>> {
  const events = await store.events({ afterSequence: 0, countMax: 100 });
  const found = events.map(({ payload }) => parsePayload(payload)).find(({ id }) => id === eventId);
  return { ...(found?.["data"] as object) };
}

test("an event gets what was kept for it, and its manifest is the folder's", async () => {
  const { keep, store, evidenceFolder } = await start();
  await keep("a1", 1);
  const { evidence, enforceable } = await dataOf(store, "a1.1");
  const manifest = readFileSync(join(evidenceFolder, "a1/0001/manifest.json"));
  const view = readFileSync(join(evidenceFolder, "a1/0001/view.jpg"));
  expect(enforceable).toBe(true);
  expect(evidence).toMatchObject({
    complete: true,
    failed: [],
    manifest: { number: 1, bytes: manifest.length, sha256: sha256Hex(manifest) },
    items: [
      { name: "view.jpg", role: "warned", bytes: 700, sha256: sha256Hex(view), width: 1280 },
      { name: "close-up.jpg" },
    ],
  });
  expect(statSync(join(evidenceFolder, "a1/0001/manifest.sig")).size).toBe(64);
  expect((await store.outboxAfter(0, 10)).map(({ eventId }) => eventId)).toEqual(["a1.1"]);
  const uploads = await store.evidenceToSend(10);
  expect(uploads, "behind its event").toEqual([]);
  await store.outboxDone([1], t0);
  const names = (await store.evidenceToSend(10)).map(({ name }) => name);
  expect(names).toEqual(["manifest.json", "manifest.sig", "view.jpg", "close-up.jpg"]);
});

test("an event without files goes without a manifest, and says which checks failed", async () => {
  const { keep, store } = await start();
  await keep("a1", 1, { files: [], complete: false, failed: [8, 1], enforceable: false });
  const { evidence } = await dataOf(store, "a1.1");
  expect(evidence).toEqual({ complete: false, failed: [1, 7, 8], items: [], manifest: null });
});

test("a disk that is full costs the evidence, never the event", async () => {
  let isFull = true;
  const disk: EvidenceDisk = {
    ...evidenceDisk,
    writeFile: async (...args) => {
      if (isFull) throw new Error("ENOSPC: no space left on device");
      await evidenceDisk.writeFile(...args);
    },
  };
  const { keep, store, evidenceFolder, keys } = await start({ disk });
  await keep("a1", 1);
  expect((await dataOf(store, "a1.1"))["enforceable"]).toBe(false);
  isFull = false;
  await keep("a1", 2);
  expect((await dataOf(store, "a1.2"))["enforceable"]).toBe(true);
  expect(await verifyEvidence(evidenceFolder, { keys: [keys] })).toMatchObject({
    ok: true,
    newest: { number: 1 },
  });
});

test("evidence that comes too late for its event has no place in the chain", async () => {
  const { ledger, store, keep, evidenceFolder, keys } = await start();
  await hold(store, "a1", 1);
  await store.releaseHeld(t0);
  await ledger.keep(evidenceOf("a1", 1));
  await keep("b2", 1);
  const found = await verifyEvidence(evidenceFolder, { keys: [keys] });
  expect(found).toMatchObject({ ok: true, violations: 1, newest: { number: 1 } });
});

class WorldEnded extends Error {}
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Without the flushes: the world that ends here is not the machine's. */
const quickDisk: EvidenceDisk = {
  ...evidenceDisk,
  writeFile: (path, bytes) => writeFile(path, bytes),
  replaceFile: async (path, bytes) => {
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
  },
  flushFolder: async () => {},
};

/** Ends the world before its n-th call; nothing works any more after that. */
function endingDisk(callsLeft: number): EvidenceDisk & { readonly hasEnded: () => boolean } {
  let left = callsLeft;
  const counted =
    <Args extends unknown[]>(call: (...args: Args) => Promise<void>) =>
    async (...args: Args) => {
      left -= 1;
      if (left < 0) throw new WorldEnded();
      await call(...args);
    };
  return {
    makeFolder: counted(quickDisk.makeFolder),
    writeFile: counted(quickDisk.writeFile),
    replaceFile: counted(quickDisk.replaceFile),
    flushFolder: counted(quickDisk.flushFolder),
    rename: counted(quickDisk.rename),
    remove: counted(quickDisk.remove),
    hasEnded: () => left < 0,
  };
}

/** A store that ends with the world. */
class EndingStore extends MemoryStore {
  hasEnded: () => boolean = () => false;
  override async release(...args: Parameters<MemoryStore["release"]>): Promise<boolean> {
    if (this.hasEnded()) return await new Promise(() => {});
    return await super.release(...args);
  }
}

describe("the world ends between two calls to the disk", () => {
  test("and the next start heals what was left, whichever they were", async () => {
    let sawWhole = 0;
    for (let calls = 0; ; calls++) {
      const store = new EndingStore();
      const first = await start({ store, disk: quickDisk });
      await first.keep("a1", 1);
      const { dataFolder, evidenceFolder, keys } = first;
      const disk = endingDisk(calls);
      store.hasEnded = disk.hasEnded;
      const second = await openBox({ dataFolder, store, disk });
      await second.ledger.start().catch(() => {});
      await hold(store, "a1", 2);
      await hold(store, "b2", 1);
      const ends = Promise.all([
        second.ledger.keep(evidenceOf("a1", 2)),
        second.ledger.keep(evidenceOf("b2", 1)),
      ]).catch(() => {});
      const kept = { isDone: false };
      void ends.then(() => {
        kept.isDone = true;
      });
      // What waits for a world that has ended waits for ever; what was under way then comes to rest.
      while (!kept.isDone && !disk.hasEnded()) await turn();
      for (let turns = 0; turns < 20; turns++) await turn();
      store.hasEnded = () => false;

      const third = await start({ dataFolder, store, disk: quickDisk });
      await third.keep("c3", 1);
      const found = await verifyEvidence(evidenceFolder, { keys: [keys] });
      expect(found.first, `after ${calls} calls`).toBeNull();
      expect(await store.heldEvents()).toEqual([]);
      const sent = (await store.outboxAfter(0, 10)).map(({ eventId }) => eventId);
      expect(sent, `after ${calls} calls`).toEqual(["a1.1", "a1.2", "b2.1", "c3.1"]);
      for (const id of sent) {
        const { evidence } = await dataOf(store, id);
        const named = (evidence as { manifest?: { sha256: string } | null } | undefined)?.manifest;
        const [violation = "", revision = ""] = id.split(".");
        const path = join(evidenceFolder, violation, revision.padStart(4, "0"), "manifest.json");
        const there = existsSync(path) ? sha256Hex(readFileSync(path)) : undefined;
        expect(there, `${id} after ${calls} calls`).toBe(named?.sha256);
        if (named) sawWhole += 1;
      }
      await third.ledger.stop();
      if (!disk.hasEnded()) break;
    }
    expect(sawWhole).toBeGreaterThan(10);
  }, 120_000);
});

test("a folder that was whole when the agent was killed counts at the next start", async () => {
  const store = new EndingStore();
  const first = await start({ store });
  await hold(store, "a1", 1);
  store.hasEnded = () => true;
  void first.ledger.keep(evidenceOf("a1", 1));
  while (!existsSync(join(first.evidenceFolder, "a1/0001/manifest.json"))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  store.hasEnded = () => false;
  await start({ dataFolder: first.dataFolder, store });
  expect((await dataOf(store, "a1.1"))["enforceable"]).toBe(true);
  const found = await verifyEvidence(first.evidenceFolder, { keys: [first.keys] });
  expect(found).toMatchObject({ ok: true, manifests: 1 });
});

describe("what has to go", () => {
  test("goes by age, and the hub is told of what it did not have", async () => {
    const box = await start({ keepMsMax: 3_600_000 });
    await box.keep("a1", 1);
    await box.keep("b2", 1);
    await box.store.outboxDone([1, 2], t0);
    const ids = (await box.store.evidenceToSend(4)).map(({ fileId }) => fileId);
    await box.store.evidenceFilesDone(ids, t0);
    await box.clock.advance(3_600_001);
    await box.ledger.tidy();
    const told = (await box.store.outboxAfter(0, 10)).map(({ payload }) => parsePayload(payload));
    expect(told).toMatchObject([
      {
        type: "city.kerbside.evidence-dropped.v1",
        subject: "b2",
        data: { violation: "b2", revision: 1, manifest: { number: 2 }, files: 4, reason: "age" },
      },
    ]);
    expect(readdirSync(join(box.evidenceFolder, "b2/0001")).toSorted()).toEqual([
      "dropped",
      "manifest.json",
      "manifest.sig",
    ]);
    const found = await verifyEvidence(box.evidenceFolder, { keys: [box.keys] });
    expect(found).toMatchObject({ ok: true, manifests: 2, files: 0, dropped: 2 });
    // A file that comes back must still be the one that was there.
    writeFileSync(join(box.evidenceFolder, "b2/0001/view.jpg"), "other");
    const forged = await verifyEvidence(box.evidenceFolder, { keys: [box.keys] });
    expect(forged.first).toMatch(/^b2\/0001\/view\.jpg: has 5 bytes/);
  });

  test("goes by bytes: what the hub has first, of the rest the warned before the reported", async () => {
    const big = { files: [fileOf("view.jpg", 1, 50_000)] };
    const box = await start({ keepBytesMax: 120_000 });
    await box.keep("a1", 1, big);
    await box.keep("a1", 2, big);
    await box.keep("b2", 1, big);
    await box.store.outboxDone([1, 2, 3], t0);
    const uploads = await box.store.evidenceToSend(100);
    const ofFirst = uploads.filter(({ manifestNumber }) => manifestNumber === 2);
    await box.store.evidenceFilesDone(
      ofFirst.map(({ fileId }) => fileId),
      t0,
    );
    await box.ledger.tidy();
    const gone = (await box.store.manifests({ afterNumber: 0, countMax: 9 }))
      .filter(({ droppedAtMs }) => droppedAtMs !== undefined)
      .map(({ number }) => number);
    expect(gone, "the hub has the reported one").toEqual([2]);
    await box.keep("c3", 1, big);
    await box.ledger.tidy();
    const rows = await box.store.manifests({ afterNumber: 0, countMax: 9 });
    expect(rows.filter(({ droppedAtMs }) => droppedAtMs !== undefined)).toMatchObject([
      { number: 1, dropReason: "bytes" },
      { number: 2 },
    ]);
    expect((await verifyEvidence(box.evidenceFolder, { keys: [box.keys] })).first).toBeNull();
  });

  test("leaves its manifest for half a year, and then the chain begins later", async () => {
    const box = await start({ keepMsMax: 3_600_000 });
    await box.keep("a1", 1);
    await box.clock.advance(3_600_001);
    await box.ledger.tidy();
    await box.clock.advance(190 * 86_400_000);
    await box.keep("a1", 2);
    await box.ledger.tidy();
    expect(readdirSync(join(box.evidenceFolder, "a1"))).toEqual(["0002"]);
    const found = await verifyEvidence(box.evidenceFolder, { keys: [box.keys] });
    expect(found).toMatchObject({ ok: true, manifests: 1, newest: { number: 2 } });
  });
});
