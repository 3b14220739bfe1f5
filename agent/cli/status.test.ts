import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type HealthMessage, healthSchema } from "../health/health-report.ts";
import { startHealthServer } from "../health/health-server.ts";
import { contractExamples } from "../hub/contract-examples.ts";
import { type AgentFile, writeAgentFile } from "../runtime/agent-file.ts";
import { statusCommand } from "./status.ts";
import { ageText, statusTable } from "./status-table.ts";
import { testIo } from "./testing.ts";

const examples = await contractExamples();
const oneCameraAway = healthSchema.parse(examples["health"]?.[0]?.payload);
const allWell: HealthMessage = {
  ...oneCameraAway,
  status: "ok",
  problems: [],
  cameras: oneCameraAway.cameras.filter(({ state }) => state === "live"),
};

let folder = "";
let closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-status-"));
});
afterEach(async () => {
  for (const close of closers) await close();
  closers = [];
  await rm(folder, { recursive: true });
});

async function agentThatSays(health: object): Promise<void> {
  const server = await startHealthServer({
    host: "127.0.0.1",
    port: 0,
    metrics: async () => "",
    metricsContentType: "text/plain",
    health: () => health,
    isReady: () => true,
  });
  closers.push(() => server.close());
  await writeAgent({ health: { host: "127.0.0.1", port: Number(new URL(server.url).port) } });
}

async function writeAgent(changes: Partial<AgentFile>): Promise<void> {
  await writeAgentFile(folder, {
    pid: process.pid,
    startedAt: "2026-07-01T08:00:00.000+08:00",
    configurationFile: "junction.yaml",
    health: null,
    ...changes,
  });
}

async function status(...args: readonly string[]) {
  const io = testIo({ env: { KERBSIDE_DATA: folder } });
  const code = await statusCommand.run(args, io);
  return { code, out: io.out() };
}

test("a box with a camera away: everything at a glance, the problem in words", () => {
  expect(statusTable(oneCameraAway, { warned: 3, reported: 1 })).toBe(`\
device      cz-paifang-03: degraded, up 1 d 0 h
version     0.1.0 on Node 24.11.0, 3f9a4c1e7b20
hub         online: MQTT 5
outbox      0 waiting; 0 refused, 28 dropped
looks       0.5/s, 0.0 % missed, 95 % within 84 ms (street-nano@0123456789ab)
restarts    decoder 0, inference 0
violations  3 warned, 1 reported
store       works
disk        20.0 GiB of 29.0 GiB free
memory      384 MiB

camera  stream  state   for        picture  met    missed  detail
east    main    live    1 h 0 min  1 s      43190  3       H.264 1920x1080
west    main    failed  1 h 0 min  1 min    41400  1793    refused: 192.0.2.12:554 refuses connections

problems
  degraded: west (main): refused: 192.0.2.12:554 refuses connections (camera-failed)
`);
});

test("what a camera says cannot repaint the terminal", () => {
  const hostile = { ...allWell, uplink: { state: "failed", detail: "\u001b[2J\u001b]0;x\u0007" } };
  expect(statusTable(hostile, undefined)).not.toMatch(/[^\P{Cc}\n]/u);
});

test("all is well: exit code 0", async () => {
  await agentThatSays(allWell);
  const { code, out } = await status();
  expect(code).toBe(0);
  expect(out).toMatch(/^device {6}cz-paifang-03: ok, up 1 d 0 h$/m);
  expect(out).toMatch(/^violations {2}unknown: the store cannot be read$/m);
  expect(out).not.toContain("problems");
});

test("something is wrong: exit code 1", async () => {
  await agentThatSays(oneCameraAway);
  expect((await status()).code).toBe(1);
});

test("--json is the health message as the agent sent it", async () => {
  const later = { ...oneCameraAway, addedLater: 1 };
  await agentThatSays(later);
  const { code, out } = await status("--json");
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual(later);
  expect(out.trimEnd()).not.toContain("\n");
});

test("an agent that starts is not well yet", async () => {
  await agentThatSays({ status: "starting" });
  expect(await status()).toEqual({ code: 1, out: "the agent starts\n" });
  expect(await status("--json")).toEqual({ code: 1, out: '{"status":"starting"}\n' });
});

test("no agent: exit code 3", async () => {
  const { code, out } = await status();
  expect({ code, out }).toEqual({ code: 3, out: `no agent runs with its data in ${folder}\n` });
  expect(JSON.parse((await status("--json")).out)).toMatchObject({ status: "not-running" });
});

test("what a crash left behind is no agent, and said so", async () => {
  await writeAgent({ pid: 2 ** 31 - 1, health: { host: "127.0.0.1", port: 9 } });
  const { code, out } = await status();
  expect(code).toBe(3);
  expect(out).toBe(
    "the agent does not run: process 2147483647, started 2026-07-01T08:00:00.000+08:00, " +
      "is gone without a word\n",
  );
});

test("an agent whose page is turned off is only known to be there", async () => {
  await writeAgent({ health: null });
  const { code, out } = await status();
  expect(code).toBe(0);
  expect(out).toMatch(/runs since 2026-07-01T08:00:00.000\+08:00; how it is cannot be asked/);
});

test("a port where nobody listens any more is no answer", async () => {
  await agentThatSays(allWell);
  for (const close of closers) await close();
  closers = [];
  const { code, out } = await status();
  expect(code).toBe(3);
  expect(out).toMatch(/runs and does not answer at http:\/\/127.0.0.1:\d+\/health: .*ECONNREFUSED/);
});

test("somebody else at the port is no answer", async () => {
  await agentThatSays({ status: "green" });
  const { code, out } = await status();
  expect(code).toBe(3);
  expect(out).toContain("something else answers there");
});

const ages = [
  { ms: 900, want: "0 s" },
  { ms: 59_999, want: "59 s" },
  { ms: 60_000, want: "1 min" },
  { ms: 3_599_999, want: "59 min" },
  { ms: 3_600_000, want: "1 h 0 min" },
  { ms: 90_060_000, want: "1 d 1 h" },
];
for (const { ms, want } of ages) {
  test(`${ms} ms are ${want}`, () => expect(ageText(ms)).toBe(want));
}
