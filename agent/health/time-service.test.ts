import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTimeService as readAll, type TimePlaces } from "./time-service.ts";

let folder = "";
let places: TimePlaces;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-time-"));
  places = {
    timesync: join(folder, "timesync"),
    clocks: join(folder, "rtc"),
    bootId: join(folder, "boot_id"),
    timedatectl: join(folder, "timedatectl"),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Nobody says how far the clock is off. */
const readTimeService = (some: TimePlaces) => readAll(some, async () => undefined);

function answer(script: string): void {
  writeFileSync(places.timedatectl, `#!/bin/sh\n${script}\n`);
  chmodSync(places.timedatectl, 0o755);
}

test("nobody knows where nobody can be asked", async () => {
  const nobody = { isSynced: null, hasBatteryClock: false, bootId: null };
  expect(await readTimeService(places)).toEqual(nobody);
});

test("systemd-timesyncd says when it has set the clock, and nobody else is asked", async () => {
  answer("echo yes");
  mkdirSync(places.timesync);
  expect((await readTimeService(places)).isSynced).toBe(false);
  writeFileSync(join(places.timesync, "synchronized"), "");
  expect((await readTimeService(places)).isSynced).toBe(true);
});

test("who says how far the clock is off keeps it, unless somebody says that nobody does", async () => {
  const offset = { offsetMs: 3, boundMs: 20 };
  const read = () => readAll(places, async () => offset);
  expect(await read()).toMatchObject({ isSynced: true, offset });
  answer("echo no");
  expect(await read()).toMatchObject({ isSynced: false, offset });
});

const answers = [
  { name: "the kernel's clock is kept by a service", script: "echo yes", want: true },
  { name: "it is not", script: "echo no", want: false },
  { name: "the bus is not there", script: "echo Failed >&2; exit 1", want: null },
  { name: "an answer of another version", script: "echo NTPSynchronized=maybe", want: null },
];
for (const { name, script, want } of answers) {
  test(`${name}: ${want}`, async () => {
    answer(`test "$*" = "show --property=NTPSynchronized --value" || exit 1; ${script}`);
    expect((await readTimeService(places)).isSynced).toBe(want);
  });
}

test("a clock with a battery is one that set the time; the boot has a name", async () => {
  for (const [name, word] of [
    ["rtc0", "0"],
    ["rtc1", "1"],
  ] as const) {
    mkdirSync(join(places.clocks, name), { recursive: true });
    writeFileSync(join(places.clocks, name, "hctosys"), `${word}\n`);
    expect((await readTimeService(places)).hasBatteryClock).toBe(word === "1");
  }
  writeFileSync(places.bootId, "3f1c\n");
  expect((await readTimeService(places)).bootId).toBe("3f1c");
});
