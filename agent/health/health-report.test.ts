import assert from "node:assert/strict";
import { test } from "vitest";
import { type HealthInput, healthReport, healthSchema } from "./health-report.ts";

const nowMs = Date.UTC(2026, 4, 1, 8);
const camera = {
  camera: "east",
  stream: "main",
  state: "live",
  failure: null,
  detail: "",
  sinceMs: nowMs - 60_000,
  lastPictureAgeMs: 1_200,
  looksMet: 30,
  looksMissed: 0,
} as const;
const good: HealthInput = {
  source: "/kerbside/445102/cz-paifang-03",
  nowMs,
  uptimeMs: 60_000.4,
  versions: { agent: "0.1.0", node: "24.0.0" },
  configuration: "sha256:00",
  memoryBytes: 200_000_000,
  cameras: [camera],
  inference: {
    models: ["yolox-nano@695e750a5d57"],
    looksMetCount: 15,
    looksMissedCount: 0,
    overMs: 30_000,
    latencyMsP95: 120,
    sessionRestarts: 0,
    decoderRestarts: 0,
  },
  load: { isOverloaded: false, askedPerSecond: 0.5, madePerSecond: 0.5, stretch: 1 },
  shortRings: [],
  store: { bytes: 1_000, isFailing: false, wasHealed: false, looksNotLogged: 0 },
  outbox: {
    waitingCount: 0,
    waitingBytes: 0,
    oldestCreatedAtMs: undefined,
    parkedCount: 0,
    droppedCount: 3,
    droppedSinceCount: 0,
    lastSequence: 7,
  },
  uplink: { state: "online", detail: "MQTT 5" },
  clock: { isSynced: null },
  disk: { freeBytes: 5e9, totalBytes: 3e10 },
  calendarYearsMissing: [],
};

test("a box on which all is well says ok, and drops of old days are no problem of today", () => {
  const message = healthReport(good);
  assert.deepEqual(healthSchema.parse(message), message);
  assert.deepEqual([message.status, message.problems], ["ok", []]);
  assert.equal(message.inference.looksPerSecond, 0.5);
  assert.equal(message.cameras[0]?.since, "2026-05-01T07:59:00.000Z");
});

const rows: readonly { name: string; change: Partial<HealthInput>; want: string; text: RegExp }[] =
  [
    {
      name: "a camera is away",
      change: {
        cameras: [{ ...camera, state: "failed", failure: "timeout", detail: "no answer" }],
      },
      want: "degraded camera-failed",
      text: /east \(main\): timeout: no answer/,
    },
    {
      name: "another configuration runs than the file says",
      change: { configurationRefused: "the file is not right, the one before runs: a.yaml:1:1" },
      want: "degraded configuration-refused",
      text: /the one before runs/,
    },
    {
      name: "the clock is wrong, which says more than that nobody set it",
      change: { clock: { isSynced: false, isWrong: true } },
      want: "failing clock-wrong",
      text: /not judged until a time service sets it/,
    },
    {
      name: "the disk has less room than its floor",
      change: {
        disk: { freeBytes: 2e8, totalBytes: 3e10, floorBytes: 2 ** 28, sparing: ["samples"] },
      },
      want: "failing disk-low",
      text: /191 MiB are free, limits\.freeDisk is 256 MiB; given up: kept pictures; see what/,
    },
    {
      name: "events were dropped, by reason",
      change: {
        outbox: {
          ...good.outbox,
          droppedSinceCount: 2,
          droppedCounts: { rows: 5, bytes: 0, age: 1, refused: 0 },
        },
      },
      want: "failing outbox-dropped",
      text: /^2 events were dropped at a limit \(since the box was set up: rows 5, age 1\)$/,
    },
    {
      name: "a few looks are late",
      change: { inference: { ...good.inference, looksMetCount: 95, looksMissedCount: 5 } },
      want: "degraded looks-missed",
      text: /5\.0 %/,
    },
    {
      name: "most looks are late",
      change: { inference: { ...good.inference, looksMetCount: 1, looksMissedCount: 9 } },
      want: "failing looks-missed",
      text: /90\.0 %/,
    },
    {
      name: "more is asked for than can be made",
      change: {
        load: { isOverloaded: true, askedPerSecond: 60, madePerSecond: 25, stretch: 2.4 },
      },
      want: "degraded overloaded",
      text: /60\.0 looks .* 25\.0 are made: every view waits 2\.4 times its period; use fewer cameras/,
    },
    {
      name: "rings are shortened",
      change: {
        shortRings: [
          { camera: "east", stream: "main", reachMs: 4_100 },
          { camera: "west", stream: "sub", reachMs: 1_240 },
        ],
      },
      want: "degraded rings-short",
      text: /^2 streams keep less .* west \(sub\) 1\.2 s; raise limits\.ringTotal/,
    },
    {
      name: "the disk refuses",
      change: { store: { ...good.store, isFailing: true } },
      want: "failing store-failing",
      text: /cannot be written/,
    },
    {
      name: "the database was damaged",
      change: { store: { ...good.store, wasHealed: true } },
      want: "degraded store-healed",
      text: /put aside/,
    },
    {
      name: "an event waits for long",
      change: {
        outbox: { ...good.outbox, waitingCount: 9, oldestCreatedAtMs: nowMs - 3_600_000 },
      },
      want: "degraded outbox-old",
      text: /9 events wait, one for 60 minutes/,
    },
    {
      name: "events were dropped since the report before",
      change: { outbox: { ...good.outbox, droppedSinceCount: 2 } },
      want: "failing outbox-dropped",
      text: /^2 events/,
    },
    {
      name: "events were refused",
      change: { outbox: { ...good.outbox, parkedCount: 1 } },
      want: "degraded outbox-parked",
      text: /refused/,
    },
    {
      name: "the hub is away",
      change: { uplink: { state: "failed", detail: "d".repeat(1_000) } },
      want: "degraded uplink-down",
      text: /^failed: d+$/,
    },
    {
      name: "the clock is wrong",
      change: { clock: { isSynced: false } },
      want: "degraded clock-unsynced",
      text: /clock/,
    },
    {
      name: "the clock may be off by more than a second",
      change: { clock: { isSynced: true, offsetMs: 200, boundMs: 1_600 } },
      want: "degraded clock-unsynced",
      text: /1\.6 s.*not enforceable/,
    },
    {
      name: "the disk gets full",
      change: { disk: { freeBytes: 500 * 1024 ** 2, totalBytes: 3e10 } },
      want: "degraded disk-low",
      text: /500 MiB/,
    },
    {
      name: "the disk is full",
      change: { disk: { freeBytes: 0, totalBytes: 3e10 } },
      want: "failing disk-low",
      text: /0 MiB/,
    },
    {
      name: "a year has no calendar",
      change: { calendarYearsMissing: [2027] },
      want: "degraded calendar-missing",
      text: /2027/,
    },
  ];
for (const { name, change, want, text } of rows) {
  test(`${name}: ${want}`, () => {
    const message = healthReport({ ...good, ...change });
    assert.deepEqual(healthSchema.parse(message), message);
    const [problem] = message.problems;
    assert.equal(`${message.status} ${problem?.code}`, want);
    assert.match(problem?.detail ?? "", text);
  });
}

test("a clock that was set back gives no negative age", () => {
  const outbox = { ...good.outbox, waitingCount: 1, oldestCreatedAtMs: nowMs + 1e9 };
  assert.equal(healthReport({ ...good, outbox }).outbox.oldestAgeMs, 0);
});

test("before the first look nothing is missed", () => {
  const inference = { ...good.inference, looksMetCount: 0, looksMissedCount: 0, overMs: 0 };
  const message = healthReport({ ...good, inference });
  assert.deepEqual([message.inference.looksPerSecond, message.inference.missedRatio], [0, 0]);
});

test("the age of an event that was written with a wrong clock is not known", () => {
  const outbox = { ...good.outbox, waitingCount: 1, oldestCreatedAtMs: 0 };
  const { outbox: told, problems } = healthReport({ ...good, outbox });
  assert.deepEqual([told.oldestAgeMs, problems], [null, []]);
});
