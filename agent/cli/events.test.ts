/** The commands as a person types them, beside a store that is open. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRedactor } from "../health/redactor.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { eventOf, revisionOf } from "../store/sample-rows.ts";
import { openStore, type SqliteStore } from "../store/sqlite-store.ts";
import { eventsCommands } from "./events.ts";

let cwd: string;
let store: SqliteStore;
const nowMs = Date.now();
const hourMs = 3_600_000;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-events-"));
  store = await openStore({ folder: join(cwd, "data") });
});
afterEach(async () => {
  await store.close();
  await rm(cwd, { recursive: true });
});

async function kerbside(line: string) {
  const [, verb = "", ...args] = line.split(" ");
  const command = eventsCommands.find(({ name }) => name === `events ${verb}`);
  if (command === undefined) throw new Error(`no command in ${line}`);
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: (text: string) => {
      written.stdout += text;
    },
    stderr: (text: string) => {
      written.stderr += text;
    },
    env: {},
    cwd,
    isTty: false,
    signal: new AbortController().signal,
    redactor: createRedactor(),
  };
  const end = await command.run(args, io).catch((error: unknown) => {
    if (error instanceof AgentError) return `${error.code}: ${error.message}`;
    throw error;
  });
  return { end, ...written };
}

async function fill() {
  const stagesOf = [
    ["v1", 1, "warned", "illegal-parking", nowMs - 30 * hourMs],
    ["v1", 2, "reported", "illegal-parking", nowMs - 2 * hourMs],
    ["v2", 1, "warned", "overflowing-bin", nowMs - hourMs],
  ] as const;
  for (const [violation, revision, stage, kind, atMs] of stagesOf) {
    const id = `${violation}.${revision}`;
    const data = { kind, stage, severity: "yellow", camera: "east", zone: "bus-stop" };
    const event = { ...eventOf(id, data), time: "2026-05-01T08:00:00.250+08:00" };
    const row = revisionOf(violation, revision, stage, { kind, event });
    await store.commit({ cameraStates: [], revisions: [row], nowMs: atMs });
  }
  await store.appendEvent({ ...eventOf("test-1", {}), type: "city.kerbside.test.v1" }, nowMs);
  await store.outboxDone([1], nowMs);
  await store.outboxParked(2, "0x99", nowMs);
}

test("list prints the newest events as a table, the newest at the bottom", async () => {
  await fill();
  const { end, stdout } = await kerbside("events list --limit 4");
  expect(end).toBe(0);
  expect(stdout).toBe(
    [
      "TIME                       KIND             STAGE     CAMERA/ZONE    SEVERITY  ID           OUTBOX",
      "2026-05-01 08:00:00+08:00  illegal-parking  reported  east/bus-stop  yellow    v1.2         refused",
      "2026-05-01 08:00:00+08:00  overflowing-bin  warned    east/bus-stop  yellow    v2.1         waiting",
      "2026-05-01 08:00:00Z       test                                                test-1       waiting",
      `${new Date(nowMs).toISOString().replace("T", " ").replace(/\.\d+/, "")}       dropped                                             dropped.2-2  waiting`,
      "",
    ].join("\n"),
  );
});

const filters = [
  { line: "--kind illegal-parking", ids: ["v1.1", "v1.2"] },
  { line: "--stage warned", ids: ["v1.1", "v2.1"] },
  { line: "--since 1d --kind illegal-parking", ids: ["v1.2"] },
  { line: "--limit 1", ids: ["dropped.2-2"] },
  { line: "--limit 0", ids: [] },
];
for (const { line, ids } of filters) {
  test(`list ${line} gives ${ids.length} events`, async () => {
    await fill();
    const { stdout } = await kerbside(`events list ${line} --json`);
    const { events } = JSON.parse(stdout) as { events: { id: string }[] };
    expect(events.map(({ id }) => id)).toEqual(ids);
  });
}

test("a box without events says so", async () => {
  expect(await kerbside("events list")).toEqual({ end: 0, stdout: "no events\n", stderr: "" });
});

test("export gives every event as it is stored, in order", async () => {
  await fill();
  const { stdout } = await kerbside("events export");
  const stored = await store.events({ afterSequence: 0, countMax: 99 });
  expect(stdout).toBe(stored.map(({ payload }) => `${Buffer.from(payload).toString()}\n`).join(""));
  const later = await kerbside("events export --after 4");
  expect(JSON.parse(later.stdout)).toMatchObject({ id: "dropped.2-2" });
});

test("export --out writes a file and says how many", async () => {
  await fill();
  const { end, stdout, stderr } = await kerbside("events export --out events.jsonl");
  expect({ end, stdout }).toEqual({ end: 0, stdout: "" });
  expect(stderr).toBe(`5 events are in ${join(cwd, "events.jsonl")}\n`);
  const lines = (await readFile(join(cwd, "events.jsonl"), "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([
    "v1.1",
    "v1.2",
    "v2.1",
    "test-1",
    "dropped.2-2",
  ]);
});

const wrong = [
  { line: "list --kind parking", end: /^USAGE: --kind parking: expected one of street-vending/ },
  { line: "list --stage done", end: /^USAGE: --stage done/ },
  { line: "list --since yesterday", end: /^USAGE: --since yesterday: expected a duration/ },
  { line: "export --after x", end: /^USAGE: --after x: expected a whole number/ },
  { line: "list --data elsewhere", end: /^STORE_FAILED: there is no store in .*elsewhere/ },
  { line: "export --out no/such/folder", end: /^STORE_FAILED: .*no such file/ },
];
for (const { line, end } of wrong) {
  test(`events ${line} is one clear line`, async () => {
    expect((await kerbside(`events ${line}`)).end).toMatch(end);
  });
}
