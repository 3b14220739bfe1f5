/**
 * Goal: what the agent logged comes back in its order, with the starts between, within bounds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { cameraId } from "../../pipelines/domain/ids.ts";
import { DetectionReader, type LoggedStep, type LookQuery } from "./detection-reader.ts";
import { applyStep, migrations } from "./migrations.ts";
import { packDetections } from "./packed-detections.ts";
import { openStore } from "./sqlite-store.ts";
import type { LookLogRow } from "./store.ts";

const t0 = Date.UTC(2026, 4, 1, 8);
const whole = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };

function lookOf(seconds: number, changes: Partial<LookLogRow> = {}): LookLogRow {
  return {
    cameraId: cameraId("east"),
    viewId: "kerb",
    capturedAtMs: t0 + seconds * 1_000,
    capturedUncertaintyMs: 40,
    model: "tiny@0123456789ab",
    pictureWidth: 1920,
    pictureHeight: 1080,
    crop: whole,
    detections: new Uint8Array(0),
    ...changes,
  };
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-detections-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs of an agent, one after the other. */
async function write(
  runs: readonly (readonly LookLogRow[])[],
  limits: Parameters<typeof openStore>[0]["limits"] = {},
): Promise<void> {
  for (const rows of runs) {
    const store = await openStore({ folder, limits });
    for (let from = 0; from < rows.length; from += 500) {
      await store.logLooks(rows.slice(from, from + 500));
    }
    await store.close();
  }
}

/** `east@2`, or `start`. */
function read(query?: LookQuery): readonly string[] {
  const reader = new DetectionReader(folder);
  const told = (step: LoggedStep): string =>
    "startedAtMs" in step
      ? "start"
      : `${step.look.cameraId}@${(step.look.capturedAtMs - t0) / 1_000}`;
  const steps = [...reader.steps(query)].flat().map(told);
  reader.close();
  return steps;
}

const west = { cameraId: cameraId("west") };

describe("the log of detections", () => {
  test("comes back in the order in which it was written, whatever the capture times", async () => {
    await write([[lookOf(2), lookOf(1, west), lookOf(4), lookOf(3, west)]]);
    expect(read()).toEqual(["east@2", "west@1", "east@4", "west@3"]);
  });

  test("says where the agent was started again, but not where the log begins", async () => {
    await write([[lookOf(0), lookOf(2)], [lookOf(60)], [], [lookOf(90)]]);
    expect(read()).toEqual(["east@0", "east@2", "start", "east@60", "start", "east@90"]);
  });

  const rows = [
    { name: "from a time on", query: { sinceMs: t0 + 2_000 }, want: ["west@2", "east@4"] },
    { name: "until before a time", query: { untilMs: t0 + 2_000 }, want: ["east@0"] },
    { name: "of one camera", query: { cameraId: cameraId("west") }, want: ["west@2"] },
    { name: "of a camera that is not there", query: { cameraId: cameraId("north") }, want: [] },
  ];
  for (const { name, query, want } of rows) {
    test(`is read ${name}`, async () => {
      await write([[lookOf(0), lookOf(2, west), lookOf(4)]]);
      expect(read(query)).toEqual(want);
    });
  }

  test("is read page by page: more than a page comes whole, with a start at its border", async () => {
    const first = Array.from({ length: 2_048 }, (_, index) => lookOf(index));
    const second = Array.from({ length: 2_050 }, (_, index) => lookOf(3_000 + index));
    await write([first, second]);
    const steps = read();
    expect(steps).toHaveLength(2_048 + 1 + 2_050);
    expect(steps.slice(2_046, 2_051)).toEqual([
      "east@2046",
      "east@2047",
      "start",
      "east@3000",
      "east@3001",
    ]);
  });

  test("keeps what was looked at beside what was seen", async () => {
    const crop = { xMin: 0, yMin: 0.35, xMax: 1, yMax: 1 };
    await write([[lookOf(0), lookOf(2, { crop }), lookOf(4, { pictureWidth: 1280 })]]);
    const reader = new DetectionReader(folder);
    const sources = [...reader.steps()]
      .flat()
      .flatMap((step) => ("look" in step ? [step.look] : []));
    expect(reader.span()).toEqual({ fromMs: t0, toMs: t0 + 4_000 });
    reader.close();
    expect(sources.map((source) => [source.crop, source.pictureWidth])).toEqual([
      [whole, 1920],
      [crop, 1920],
      [whole, 1280],
    ]);
  });

  test("keeps which looks repeat an analysis, beside those of the same view that do not", async () => {
    await write([[lookOf(0), lookOf(2, { isReused: true }), lookOf(4)]]);
    const reader = new DetectionReader(folder);
    const looks = [...reader.steps()].flat().flatMap((step) => ("look" in step ? [step.look] : []));
    reader.close();
    expect(looks.map(({ isReused }) => isReused)).toEqual([undefined, true, undefined]);
    expect(looks[1]).toEqual({ ...looks[0], capturedAtMs: t0 + 2_000, isReused: true });
  });

  test("a look that was taken with a wrong clock says so again", async () => {
    await write([[lookOf(0), lookOf(2, { isClockWrong: true, isReused: true }), lookOf(4)]]);
    const reader = new DetectionReader(folder);
    const looks = [...reader.steps()].flat().flatMap((step) => ("look" in step ? [step.look] : []));
    reader.close();
    expect(looks.map(({ isClockWrong }) => isClockWrong)).toEqual([undefined, true, undefined]);
    expect(looks[1]?.isReused).toBe(true);
  });

  test("keeps its starts where a camera's looks are far apart", async () => {
    const others = (from: number) =>
      Array.from({ length: 6_000 }, (_, index) => lookOf(from + index, west));
    await write([[lookOf(0)], others(10), [lookOf(20_000)]]);
    expect(read({ cameraId: cameraId("east") })).toEqual([
      "east@0",
      "start",
      "start",
      "east@20000",
    ]);
  });

  const damages = [
    {
      name: "a byte of a head",
      sql: "UPDATE look_pages SET looks = CAST(x'ff' || substr(looks, 2) AS BLOB)",
    },
    { name: "the sizes of parts", sql: "UPDATE look_pages SET looks = zeroblob(length(looks))" },
    { name: "an end", sql: "UPDATE look_pages SET looks = substr(looks, 1, length(looks) - 5)" },
    { name: "a count", sql: "UPDATE look_pages SET look_count = 4000000000" },
    { name: "a count below nothing", sql: "UPDATE look_pages SET look_count = -7" },
    { name: "a source", sql: "UPDATE sources SET source_id = source_id + 100" },
  ];
  test.each(damages)("whose disk damaged $name is read as far as it is sound", async ({ sql }) => {
    const car = { label: "car" as const, score: 0.8, box: whole };
    await write([[lookOf(0, { detections: packDetections(detectionsOf([car])) }), lookOf(1)]]);
    const db = new Database(join(folder, "detections.db"));
    db.prepare(sql).run();
    db.close();
    const reader = new DetectionReader(folder);
    const looks = [...reader.steps()].flat();
    // One byte of a time says nothing; all else is known for what it is.
    expect(looks.length === 2 || reader.damagedCount > 0).toBe(true);
    reader.close();
  });

  test("of an earlier version, a row a look, comes back whole", async () => {
    const db = new Database(join(folder, "detections.db"));
    for (const step of migrations.detections.slice(0, 2)) applyStep(db, step);
    db.pragma("user_version = 2");
    db.exec("INSERT INTO sources VALUES (1, 'east', 'kerb', 'm', 1920, 1080, 0, 0, 1, 1)");
    const insert = db.prepare("INSERT INTO looks VALUES (?, 1, ?, 12.5, ?, NULL)");
    const box = { xMin: 0.25, yMin: 0.5, xMax: 0.5, yMax: 0.75 };
    const seen = detectionsOf([{ label: "car", score: 0.5, box }]);
    for (let id = 41; id < 141; id++) insert.run(id, t0 + id * 1_000, packDetections(seen));
    db.exec(`INSERT INTO starts VALUES (43, ${t0 + 43_500})`);
    db.close();
    await write([[lookOf(200)]]);
    const steps = read();
    expect(steps).toHaveLength(103);
    expect(steps.slice(0, 5)).toEqual(["east@41", "east@42", "east@43", "start", "east@44"]);
    expect(steps.slice(-3)).toEqual(["east@140", "start", "east@200"]);
    const reader = new DetectionReader(folder);
    const [first] = [...reader.steps()].flat();
    reader.close();
    expect(first).toMatchObject({ look: { detections: seen, capturedUncertaintyMs: 12.5 } });
  });

  test("takes no more bytes than its limit: the oldest looks go", async () => {
    const detections = new Uint8Array(2_100);
    const looks = Array.from({ length: 4_000 }, (_, index) => lookOf(index, { detections }));
    await write([looks], { lookBytesMax: 2 * 1024 ** 2 });
    const steps = read();
    expect(steps.length).toBeGreaterThan(300);
    expect(steps.length * 2_100).toBeLessThan(2.5 * 1024 ** 2);
    expect(steps.at(-1)).toBe("east@3999");
  });

  test("that is not there is an error that says what to do", () => {
    expect(() => new DetectionReader(folder)).toThrow(/there is no detection log in/);
  });
});
