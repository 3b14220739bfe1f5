/**
 * Whatever is done to a folder of evidence is found and named; an untouched one passes.
 *
 * Flips are drawn from a seed over every byte of every file; the rest is a table of what a person
 * could do to the folder without the key.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Box, openBox } from "../../test-fixtures/kept-evidence.ts";
import { rotateDeviceKey } from "./device-keys.ts";
import { type PublicKey, readPublicKeys } from "./signing.ts";
import { flips, tamperings } from "./testing/tampering.ts";
import { verifyEvidence } from "./verify.ts";

let box: Box;
let work = "";
let keys: readonly PublicKey[] = [];

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "kerbside-verify-"));
  box = await openBox();
  await box.ledger.start();
  await box.keep("a1", 1);
  await box.keep("b2", 1);
  await box.keep("a1", 2);
  await box.keep("a1", 3);
  await box.ledger.stop();
  keys = readPublicKeys(readFileSync(join(box.dataFolder, "device.pub"), "utf8"));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
  rmSync(box.dataFolder, { recursive: true, force: true });
});

function copy(): string {
  const folder = mkdtempSync(join(work, "tree-"));
  cpSync(box.evidenceFolder, folder, { recursive: true });
  return folder;
}

test("an untouched tree passes, and so do a violation and a revision of it", async () => {
  expect(await verifyEvidence(box.evidenceFolder, { keys })).toMatchObject({
    ok: true,
    first: null,
    what: "tree",
    violations: 2,
    manifests: 4,
    files: 8,
    dropped: 0,
    newest: { number: 4 },
  });
  const violation = await verifyEvidence(join(box.evidenceFolder, "a1"), { keys });
  expect(violation).toMatchObject({ ok: true, what: "violation", manifests: 3, files: 6 });
  const revision = await verifyEvidence(join(box.evidenceFolder, "b2/0001"), { keys });
  expect(revision).toMatchObject({ ok: true, what: "revision", manifests: 1, files: 2 });
});

test("each of 1,000 random single-bit flips is found, and the file it is in is named", async () => {
  const folder = copy();
  for (const { file, at, undo } of flips(folder, 1_000)) {
    const { ok, first } = await verifyEvidence(folder, { keys });
    undo();
    const named = file.endsWith("manifest.sig") ? file.replace(".sig", ".json") : file;
    expect({ ok, names: first?.startsWith(`${named}:`) }, `${file} ${at}: ${first}`).toEqual({
      ok: false,
      names: true,
    });
  }
  expect((await verifyEvidence(folder, { keys })).ok).toBe(true);
}, 60_000);

describe("what is done to a tree is found and named", () => {
  for (const { name, change, first } of tamperings) {
    test(name, async () => {
      const folder = copy();
      change(folder);
      const found = await verifyEvidence(folder, { keys });
      expect(found.first).toMatch(first);
      expect(found.ok).toBe(false);
    });
  }
});

test("an older tree, put back whole, is found by who knows the newest manifest's hash", async () => {
  const older = copy();
  const { newest } = await verifyEvidence(box.evidenceFolder, { keys });
  rmSync(join(older, "a1/0003"), { recursive: true });
  const cut = await verifyEvidence(join(older, "a1"), { keys });
  expect(cut.ok, "a violation alone does not say how long it is").toBe(true);
  const known = { keys, last: newest?.sha256 ?? "" };
  expect((await verifyEvidence(join(older, "a1"), known)).first).toMatch(
    /^0002: the newest manifest has SHA-256 .*, expected /,
  );
  expect((await verifyEvidence(join(box.evidenceFolder, "a1"), known)).ok).toBe(true);
});

test("another device's key trusts nothing", async () => {
  const other = await openBox();
  const { first } = await verifyEvidence(box.evidenceFolder, { keys: [other.keys] });
  rmSync(other.dataFolder, { recursive: true });
  expect(first).toMatch(/^head: does not bear the signature of a trusted key/);
});

test("a key is replaced by one that it names; either of them verifies everything", async () => {
  const old = await openBox();
  await old.ledger.start();
  await old.keep("a1", 1);
  await old.ledger.stop();
  const { dataFolder, store } = old;
  const { from, to } = await rotateDeviceKey(dataFolder, { firstManifest: 2, nowMs: 0 });
  const fresh = await openBox({ dataFolder, store });
  expect(fresh.keys.id).toBe(to.id);
  await fresh.ledger.start();
  await fresh.keep("a1", 2);
  await fresh.ledger.stop();
  for (const key of [from, to]) {
    const found = await verifyEvidence(fresh.evidenceFolder, { keys: [key] });
    expect(found.first).toBeNull();
  }
  // The old key does not sign what comes after it.
  const statement = join(fresh.evidenceFolder, "keys/0002.json");
  const text = readFileSync(statement, "utf8");
  writeFileSync(statement, text.replace('"firstManifest": 2', '"firstManifest": 9'));
  const forged = await verifyEvidence(fresh.evidenceFolder, { keys: [from] });
  expect(forged.first).toMatch(/^keys\/0002\.json: is not signed by both its keys/);
  writeFileSync(statement, text);
  rmSync(join(fresh.evidenceFolder, "keys/0002.new.sig"));
  const halved = await verifyEvidence(fresh.evidenceFolder, { keys: [from] });
  expect(halved.first).toMatch(/^keys\/0002\.new\.sig: is missing/);
  rmSync(dataFolder, { recursive: true });
});
