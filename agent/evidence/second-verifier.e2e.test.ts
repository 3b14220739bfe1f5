/**
 * The verifier that stands in `docs/evidence.md`, written from that page alone with openssl and a
 * short script, agrees with ours on everything that can be done to a tree.
 */
import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Box, openBox } from "../../test-fixtures/kept-evidence.ts";
import { rotateDeviceKey } from "./device-keys.ts";
import { flips, tamperings } from "./testing/tampering.ts";
import { verifyEvidence } from "./verify.ts";

/** `KERBSIDE_FLIPS=1000` looks at a thousand, in some minutes. */
const flipCount = Number(process.env["KERBSIDE_FLIPS"] ?? 24);
const hasTools =
  spawnSync("openssl", ["version"]).status === 0 && spawnSync("python3", ["-V"]).status === 0;

let work = "";
let script = "";
let box: Box;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "kerbside-second-"));
  script = join(work, "verify.py");
  const page = readFileSync(new URL("../../docs/evidence.md", import.meta.url), "utf8");
  writeFileSync(script, /```python\n(.*?)```/s.exec(page)?.[1] ?? "");
  box = await openBox();
  await box.ledger.start();
  for (const [violation, revision] of [
    ["a1", 1],
    ["b2", 1],
    ["a1", 2],
    ["a1", 3],
  ] as const) {
    await box.keep(violation, revision);
  }
  await box.ledger.stop();
});
afterAll(() => {
  for (const folder of [work, box.dataFolder]) rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** What it says of each folder, in their order. */
async function second(folders: readonly string[], key = join(box.dataFolder, "device.pub")) {
  const { stdout } = await promisify(execFile)("python3", [script, key, ...folders], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.startsWith("ok "));
}

function copyTo(name: string): string {
  const folder = join(work, name, "tree");
  mkdirSync(join(work, name));
  cpSync(box.evidenceFolder, folder, { recursive: true });
  return folder;
}

test.skipIf(!hasTools)(
  "an untouched tree passes, everything else does not",
  async () => {
    const folders = tamperings.map(({ change }, index) => {
      const folder = copyTo(`tampered-${index}`);
      change(folder);
      return folder;
    });
    const said = await second([box.evidenceFolder, ...folders]);
    expect(said).toEqual([true, ...tamperings.map(() => false)]);
  },
  60_000,
);

test.skipIf(!hasTools)(
  "single bits that are flipped anywhere are found",
  async () => {
    const source = copyTo("flipped");
    const folders: string[] = [];
    for (const { undo } of flips(source, flipCount)) {
      const folder = join(work, `flip-${folders.length}`);
      cpSync(source, folder, { recursive: true });
      folders.push(folder);
      undo();
    }
    expect(await second(folders)).toEqual(folders.map(() => false));
    for (const folder of folders) {
      expect((await verifyEvidence(folder, { keys: [box.keys] })).ok).toBe(false);
    }
  },
  600_000,
);

test.skipIf(!hasTools)(
  "a tree with a new key, and with dropped files, passes",
  async () => {
    const old = await openBox({ keepMsMax: 3_600_000 });
    await old.ledger.start();
    await old.keep("a1", 1);
    await old.clock.advance(3_600_001);
    await old.ledger.tidy();
    await old.ledger.stop();
    const { dataFolder, store, keys } = old;
    writeFileSync(join(work, "old.pub"), keys.pem);
    await rotateDeviceKey(dataFolder, { firstManifest: 2, nowMs: 0 });
    const fresh = await openBox({ dataFolder, store });
    await fresh.ledger.start();
    await fresh.keep("a1", 2);
    await fresh.ledger.stop();
    expect(await second([fresh.evidenceFolder], join(work, "old.pub"))).toEqual([true]);
    expect((await verifyEvidence(fresh.evidenceFolder, { keys: [keys] })).first).toBeNull();
    rmSync(dataFolder, { recursive: true });
  },
  60_000,
);
