/** `kerbside evidence`: what a person sees of verify, audit and rotate-key, on a box's own folder. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { device, evidenceOf } from "../../test-fixtures/kept-evidence.ts";
import { openDeviceKeys } from "../evidence/device-keys.ts";
import { DeviceLedger } from "../evidence/ledger.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import { silentLog } from "../runtime/log.ts";
import { revisionOf, t0 } from "../store/sample-rows.ts";
import { openStore } from "../store/sqlite-store.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

async function runKerbside(args: readonly string[]) {
  const io = testIo();
  const exitCode = await runLine(args, io);
  return { exitCode, stdout: io.out() };
}

let data = "";
const day = new Date(t0 + 8 * 3_600_000).toISOString().slice(0, 10);

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "kerbside-cli-evidence-"));
  const store = await openStore({ folder: data });
  const clock = new SimulatedClock({ wallMs: t0 });
  const ledger = new DeviceLedger({
    dataFolder: data,
    store,
    keys: await openDeviceKeys(data),
    clock,
    log: silentLog,
    device,
    timeZone: "Asia/Shanghai",
    versions: () => ({ agent: "1.0.0" }),
    keepMsMax: 86_400_000,
    keepBytesMax: 1024 ** 3,
    onReleased: () => {},
  });
  await ledger.start();
  for (const revision of [1, 2]) {
    const row = revisionOf("a1", revision, revision === 1 ? "warned" : "reported");
    const named = { ...(row.event["data"] as object), violation: "a1", revision };
    const event = { ...row.event, data: named };
    await store.commit({
      cameraStates: [],
      revisions: [{ ...row, event, isHeld: true }],
      nowMs: t0,
    });
    await ledger.keep(evidenceOf("a1", revision));
  }
  await ledger.stop();
  await store.close();
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const verify = (...more: string[]) =>
  runKerbside(["evidence", "verify", join(data, "evidence"), ...more]);
const key = () => ["--key", join(data, "device.pub")];

test("an untouched folder is sound, a changed one is not, and what is said names it", async () => {
  expect(await verify(...key())).toMatchObject({
    exitCode: 0,
    stdout: "sound: 1 violations, 2 manifests, 4 files\n",
  });
  writeFileSync(join(data, "evidence/a1/0002/view.jpg"), "other");
  const changed = await verify(...key(), "--json");
  expect(changed.exitCode).toBe(1);
  expect(JSON.parse(changed.stdout)).toMatchObject({
    ok: false,
    first: "a1/0002/view.jpg: has 5 bytes, the manifest says 700",
  });
});

test("without a key, with none that is one, or without a folder nothing is verified", async () => {
  expect((await verify()).exitCode).toBe(2);
  writeFileSync(join(data, "no.pub"), "no key");
  expect(await verify("--key", join(data, "no.pub"))).toMatchObject({ exitCode: 2 });
  const gone = await runKerbside(["evidence", "verify", join(data, "gone"), ...key()]);
  expect(gone.exitCode).toBe(3);
});

test("a day's pictures lead to their events and back", async () => {
  const audit = () => runKerbside(["evidence", "audit", "--data", data, "--day", day]);
  const { exitCode, stdout } = await audit();
  expect(stdout).toMatch(/2 events, 2 of them with complete evidence \(100 %\)\n4 files/);
  expect(exitCode).toBe(0);
  rmSync(join(data, "evidence/a1/0001/view.jpg"));
  const missing = await audit();
  expect(missing.stdout).toContain("event a1.1: view.jpg is not there");
  expect(missing.exitCode).toBe(1);
});

test("a new key signs from the next manifest on, and the old one still verifies", async () => {
  const old = readFileSync(join(data, "device.pub"), "utf8");
  writeFileSync(join(data, "old.pub"), old);
  const { stdout, exitCode } = await runKerbside(["evidence", "rotate-key", "--data", data]);
  expect(stdout).toMatch(/^key [0-9a-f]{32} signs from manifest 3 on, key [0-9a-f]{32} before it/);
  expect(exitCode).toBe(0);
  expect(readFileSync(join(data, "device.pub"), "utf8")).not.toBe(old);
  expect((await verify(...key())).exitCode).toBe(0);
  expect((await verify("--key", join(data, "old.pub"))).exitCode).toBe(0);
});
