/**
 * Whatever is done to a folder of evidence is found and named; an untouched one passes.
 *
 * Flips are drawn from a seed over every byte of every file; the rest is a table of what a person
 * could do to the folder without the key.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rotateDeviceKey } from "./device-keys.ts";
import { type PublicKey, readPublicKeys } from "./signing.ts";
import { type Box, openBox } from "./testing/kept-evidence.ts";
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

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

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
  const files = filesIn(folder);
  const bytes = files.map((file) => statSync(join(folder, file)).size);
  const total = bytes.reduce((sum, count) => sum + count, 0);
  let state = 20_261_123;
  const draw = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let flip = 0; flip < 1_000; flip++) {
    let at = draw(total);
    const index = bytes.findIndex((count) => {
      if (at < count) return true;
      at -= count;
      return false;
    });
    const file = files[index] ?? "";
    const path = join(folder, file);
    const before = readFileSync(path);
    const flipped = Buffer.from(before);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << draw(8));
    writeFileSync(path, flipped);
    const { ok, first } = await verifyEvidence(folder, { keys });
    writeFileSync(path, before);
    const named = file.endsWith("manifest.sig") ? file.replace(".sig", ".json") : file;
    expect({ ok, names: first?.startsWith(`${named}:`) }, `${file} ${at}: ${first}`).toEqual({
      ok: false,
      names: true,
    });
  }
  expect((await verifyEvidence(folder, { keys })).ok).toBe(true);
}, 60_000);

const swap = (folder: string, a: string, b: string) => {
  renameSync(join(folder, a), join(folder, "swap"));
  renameSync(join(folder, b), join(folder, a));
  renameSync(join(folder, "swap"), join(folder, b));
};

const rows: readonly {
  readonly name: string;
  readonly change: (folder: string) => void;
  readonly first: RegExp;
}[] = [
  {
    name: "two pictures of a revision swapped",
    change: (folder) => swap(folder, "a1/0001/view.jpg", "a1/0001/close-up.jpg"),
    first: /^a1\/0001\/view\.jpg: has SHA-256 [0-9a-f]{64}, the manifest says/,
  },
  {
    name: "a picture of another revision in its place",
    change: (folder) => swap(folder, "a1/0001/view.jpg", "a1/0002/view.jpg"),
    first: /^a1\/0001\/view\.jpg: has SHA-256/,
  },
  {
    name: "a manifest of another revision, with its signature",
    change: (folder) => {
      swap(folder, "a1/0001/manifest.json", "a1/0002/manifest.json");
      swap(folder, "a1/0001/manifest.sig", "a1/0002/manifest.sig");
    },
    first: /^a1\/0001/,
  },
  {
    name: "a signature of another manifest",
    change: (folder) => swap(folder, "a1/0001/manifest.sig", "a1/0002/manifest.sig"),
    first: /^a1\/0001\/manifest\.json: does not bear the signature/,
  },
  {
    name: "two revisions in each other's place",
    change: (folder) => swap(folder, "a1/0002", "a1/0003"),
    first: /^a1\/0002: holds revision 3/,
  },
  {
    name: "a revision under another violation's name",
    change: (folder) => renameSync(join(folder, "b2"), join(folder, "b3")),
    first: /^b3\/0001: belongs to violation b2/,
  },
  {
    name: "a picture missing",
    change: (folder) => rmSync(join(folder, "a1/0002/view.jpg")),
    first: /^a1\/0002\/view\.jpg: is missing/,
  },
  {
    name: "a manifest missing",
    change: (folder) => rmSync(join(folder, "a1/0002/manifest.json")),
    first: /^a1\/0002\/manifest\.json: is missing/,
  },
  {
    name: "a signature missing",
    change: (folder) => rmSync(join(folder, "a1/0002/manifest.sig")),
    first: /^a1\/0002\/manifest\.sig: is missing/,
  },
  {
    name: "a signature that is too long",
    change: (folder) =>
      writeFileSync(
        join(folder, "a1/0001/manifest.sig"),
        Buffer.concat([readFileSync(join(folder, "a1/0001/manifest.sig")), Buffer.from("x")]),
      ),
    first: /^a1\/0001\/manifest\.sig: has 65 bytes, expected 64/,
  },
  {
    name: "a picture cut short",
    change: (folder) => {
      const path = join(folder, "a1/0001/view.jpg");
      writeFileSync(path, readFileSync(path).subarray(1));
    },
    first: /^a1\/0001\/view\.jpg: has 699 bytes, the manifest says 700/,
  },
  {
    name: "a file added to a revision",
    change: (folder) => writeFileSync(join(folder, "a1/0001/notes.txt"), "x"),
    first: /^a1\/0001\/notes\.txt: is not in the manifest/,
  },
  {
    name: "a file added to a violation",
    change: (folder) => writeFileSync(join(folder, "a1/notes.txt"), "x"),
    first: /^a1\/notes\.txt: is no folder of a revision/,
  },
  {
    name: "a file added to the tree",
    change: (folder) => writeFileSync(join(folder, "notes.txt"), "x"),
    first: /^notes\.txt: is no folder of a violation/,
  },
  {
    name: "a folder added to the tree",
    change: (folder) => mkdirSync(join(folder, "c3")),
    first: /^c3: is empty/,
  },
  {
    name: "a link in place of a picture",
    change: (folder) => {
      const path = join(folder, "a1/0001/view.jpg");
      renameSync(path, join(folder, "../elsewhere.jpg"));
      symlinkSync("../../../elsewhere.jpg", path);
    },
    first: /^a1\/0001\/view\.jpg: is no plain file/,
  },
  {
    name: "a picture renamed",
    change: (folder) =>
      renameSync(join(folder, "a1/0001/view.jpg"), join(folder, "a1/0001/other.jpg")),
    first: /^a1\/0001\/view\.jpg: is missing/,
  },
  {
    name: "a revision copied to a place of its own",
    change: (folder) =>
      cpSync(join(folder, "a1/0003"), join(folder, "a1/0004"), { recursive: true }),
    first: /^a1\/0004: holds revision 3/,
  },
  {
    name: "a revision missing from the middle",
    change: (folder) => rmSync(join(folder, "a1/0002"), { recursive: true }),
    first: /^a1\/0003: names revision 2 with SHA-256 .* there is revision 1/,
  },
  {
    name: "the first revision missing",
    change: (folder) => rmSync(join(folder, "a1/0001"), { recursive: true }),
    first: /^a1\/0002: names revision 1 before it, which is missing/,
  },
  {
    name: "a whole violation missing",
    change: (folder) => rmSync(join(folder, "b2"), { recursive: true }),
    first: /^a1\/0002: is manifest 3, 2 is missing/,
  },
  {
    name: "the chain's end cut off",
    change: (folder) => rmSync(join(folder, "a1/0003"), { recursive: true }),
    first: /^head: says that the chain ends with manifest 4, it ends with 3/,
  },
  {
    name: "the chain's end cut off, and what says where it ended",
    change: (folder) => {
      rmSync(join(folder, "a1/0003"), { recursive: true });
      rmSync(join(folder, "head"));
    },
    first: /^head: is missing: nothing says where the chain ends/,
  },
  {
    name: "everything gone but the head",
    change: (folder) => {
      rmSync(join(folder, "a1"), { recursive: true });
      rmSync(join(folder, "b2"), { recursive: true });
    },
    first: /^head: says that the chain ends with manifest 4, it ends with none/,
  },
  {
    name: "a note that files were dropped, made of another signed text",
    change: (folder) =>
      writeFileSync(join(folder, "a1/0001/dropped"), readFileSync(join(folder, "head"))),
    first: /^a1\/0001\/dropped: is signed, but no note of a drop/,
  },
];

describe("what is done to a tree is found and named", () => {
  for (const { name, change, first } of rows) {
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
