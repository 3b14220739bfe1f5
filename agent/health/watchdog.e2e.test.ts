/**
 * A hung main thread is ended and back soon, with a stand-in for systemd.
 *
 * The supervisor here does what `Restart=always` does; a script in the place of `systemd-notify`
 * writes down what it was told. Real processes, real seconds, but few of them.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, test } from "vitest";

const childPath = fileURLToPath(new URL("./watchdog-child.ts", import.meta.url));

let folder = "";
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-watchdog-"));
  const script = `#!/bin/sh\necho "$NOTIFY_SOCKET $1 $HUB_PASSWORD" >> ${folder}/told\n`;
  writeFileSync(join(folder, "notify"), script, { mode: 0o755 });
  writeFileSync(join(folder, "told"), "");
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const told = () => readFileSync(join(folder, "told"), "utf8").trimEnd().split("\n");

function start(mode: "hang" | "live", notifyCommand = join(folder, "notify")) {
  const env = {
    PATH: process.env["PATH"],
    NOTIFY_SOCKET: "/run/stand-in",
    WATCHDOG_USEC: "2000000",
    HUB_PASSWORD: "secret",
  };
  const started = spawn(process.execPath, [childPath, mode, notifyCommand], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  const said = { stdout: "", stderr: "" };
  started.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  started.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  return { child: started, said };
}

test("a hung main thread is ended with one line, restarted, and lives again", async () => {
  const hung = start("hang");
  const [code, signal] = (await once(hung.child, "exit")) as [number | null, string | null];
  assert.deepEqual([code, signal], [null, "SIGKILL"]);
  assert.match(hung.said.stdout, /hanging/);
  const lines = hung.said.stderr.trimEnd().split("\n");
  assert.equal(lines.length, 1, hung.said.stderr);
  assert.match(lines[0] ?? "", /"level":"error".*has not moved for 3 s/);

  const again = start("live");
  await once(again.child.stdout, "data");
  again.child.kill("SIGTERM");
  assert.deepEqual(await once(again.child, "exit"), [0, null]);
});

test("one that moves is left alone, and systemd hears ready, alive and stopping", async () => {
  const { child: started, said } = start("live");
  const exited = once(started, "exit");
  await once(started.stdout, "data");
  // Longer than a hang may last.
  await sleep(4_500);
  assert.equal(started.exitCode, null);
  started.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
  assert.equal(said.stderr, "");
  // The last word may be on its way for a moment longer than the process.
  while (!told().some((line) => line.includes("STOPPING=1"))) await sleep(50);
  const words = told();
  assert.equal(words[0], "/run/stand-in READY=1 ", "and nothing of our environment");
  assert.ok(words.filter((line) => line.includes("WATCHDOG=1")).length >= 2, words.join("\n"));
  assert.match(words.at(-1) ?? "", /STOPPING=1/);
});

test("a hung one is not called alive", async () => {
  const { child: started } = start("hang");
  await once(started, "exit");
  const aliveCount = told().filter((line) => line.includes("WATCHDOG=1")).length;
  assert.ok(aliveCount <= 2, told().join("\n"));
});

test("a missing systemd-notify is one line, not one a second, and no end is late for it", async () => {
  const { child: started, said } = start("live", join(folder, "missing"));
  await once(started.stdout, "data");
  await sleep(3_500);
  const toldMonoMs = performance.now();
  started.kill("SIGTERM");
  await once(started, "exit");
  assert.ok(performance.now() - toldMonoMs < 3_000, "it stops as soon as any other");
  assert.equal(said.stderr.trimEnd().split("\n").length, 1, said.stderr);
  assert.match(said.stderr, /the machine systemd-notify/);
});
