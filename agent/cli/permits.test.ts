/**
 * The permit commands as people type them: lists in and out of a folder, states of a store that an
 * agent left.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCameraState, stepCamera } from "../../pipelines/camera.ts";
import { serialiseCameraState } from "../../pipelines/camera-state.ts";
import { appearanceBytes } from "../../pipelines/domain/appearance.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { lookAt, ruleOf, rulesOf, zoneOf } from "../../pipelines/testing/street.ts";
import { openStore } from "../store/sqlite-store.ts";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-permits-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const io = testIo({ cwd: folder, env: { CAM_PW: "x" } });
  const code = await runLine(["permits", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const header = "number,kinds,camera,zone,from,to,confirmed\n";

const configuration = `version: 1
device: { id: corner, division: "445102" }
permits: permits.yaml
cameras:
  - id: east
    url: rtsp://cam:\${env:CAM_PW}@192.0.2.11/main
    zones:
      - { id: wall, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], rules: [{ kind: unlicensed-signage }] }
  - id: west
    url: rtsp://cam:\${env:CAM_PW}@192.0.2.12/main
`;

test("a CSV list is imported, and lists what holds on a day", async () => {
  write(
    "list.csv",
    `${header}A-1,unlicensed-signage,east,wall,2026-01-01,2026-06-30,\nA-2,unlicensed-signage,east,,2026-01-01,,\nA-3,street-vending,west,,2026-01-01,,no\n`,
  );
  write("c.yaml", configuration);
  const imported = await run("import", "list.csv", "--out", "permits.yaml", "--version", "2026-1");
  expect([imported.code, imported.out]).toEqual([0, ""]);
  expect(imported.err).toContain("3 permits are in");
  const inTime = await run("list", "c.yaml", "--at", "2026-06-30");
  expect(inTime.out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["NUMBER", "STATE", "KINDS", "PLACE", "FROM", "TO"],
    ["A-1", "holds", "unlicensed-signage", "east/wall", "2026-01-01", "2026-06-30"],
    ["A-2", "holds", "unlicensed-signage", "east, all of it", "2026-01-01", "-"],
    ["A-3", "unconfirmed", "street-vending", "west, all of it", "2026-01-01", "-"],
    [""],
  ]);
  const late = await run("list", "c.yaml", "--at", "2026-07-01", "--camera", "east", "--json");
  const { version, permits } = JSON.parse(late.out);
  expect(version).toBe("2026-1");
  expect(permits.map(({ number, state }: Record<string, string>) => `${number} ${state}`)).toEqual([
    "A-1 lapsed",
    "A-2 holds",
  ]);
});

test("a wrong list is not imported, and every fault has its place", async () => {
  write("list.csv", `${header}A-1,signs,east,wall,2026-01-01,,\n`);
  const { code, out } = await run("import", "list.csv", "--out", "permits.yaml");
  expect(code).toBe(2);
  expect(out).toMatch(/^list\.csv:2:5 {2}permits\[0\]\.kinds {2}expected one or more of /);
  await expect(readFile(join(folder, "permits.yaml"))).rejects.toThrow("ENOENT");
  const checked = await run("check", "list.csv", "--json");
  expect(checked.code).toBe(2);
  expect(JSON.parse(checked.out)).toMatchObject({ ok: false, errors: [{ line: 2, column: 5 }] });
});

test("a right list is said to be right", async () => {
  write("list.csv", `${header}A-1,street-vending,east,wall,2026-01-01,,false\n`);
  const { code, out } = await run("check", "list.csv");
  expect(code).toBe(0);
  expect(out).toMatch(
    /^list\.csv is right: version [0-9a-f]{12}, 1 permits, 1 of them not confirmed/,
  );
});

const wrongUse: readonly { args: readonly string[]; text: string }[] = [
  { args: ["import", "list.csv"], text: "--out names the file to write" },
  { args: ["check"], text: "expected one file, got 0" },
  { args: ["check", "nowhere.csv"], text: "cannot read nowhere.csv" },
  { args: ["list", "c.yaml", "--at", "tomorrow"], text: "--at tomorrow: expected a date" },
  { args: ["list", "c.yaml", "--camera", "north"], text: "the configuration has east, west" },
  { args: ["learn"], text: "--camera names the camera" },
  { args: ["learn", "--camera", "north", "--data", "."], text: "there is no store" },
];
for (const { args, text } of wrongUse) {
  test(`permits ${args.join(" ")}: ${text}`, async () => {
    write("c.yaml", configuration);
    write("permits.yaml", "permits: []\n");
    const { code, err } = await run(...args);
    expect(err).toContain(text);
    expect(code).toBeGreaterThanOrEqual(2);
  });
}

/** Signs of two days and one of an hour, as an agent would have saved them. */
async function filledStore(): Promise<void> {
  const rule = ruleOf({
    kind: "unlicensed-signage",
    everyMs: 1_800_000,
    warnAfterMs: 0,
    reportAfterMs: 0,
    clearAfterMs: 86_400_000,
    signs: { sightings: 10, days: 2, daylight: "always" },
  });
  const view = { everyMs: 1_800_000 };
  const base = rulesOf({ zones: [zoneOf({ rules: [rule] })] });
  const rules = { ...base, views: base.views.map((each) => ({ ...each, ...view })) };
  const lasting: NormBox = { xMin: 0.2, yMin: 0.5, xMax: 0.4, yMax: 0.6 };
  const passing: NormBox = { xMin: 0.6, yMin: 0.5, xMax: 0.7, yMax: 0.6 };
  let state = createCameraState(rules);
  for (let half = 0; half < 96; half += 1) {
    const boxes = half < 5 ? [lasting, passing] : [lasting];
    const look = lookAt(
      half * 1_800,
      boxes.map((box) => ({ box, label: "signboard" })),
    );
    const appearances = new Uint8Array(boxes.length * appearanceBytes).fill(120);
    const detections = { ...look.detections, appearances };
    state = stepCamera(rules, state, { ...look, detections }).state;
  }
  const store = await openStore({ folder });
  const cameraStates = [{ cameraId: rules.cameraId, stateJson: serialiseCameraState(state) }];
  await store.commit({ cameraStates, revisions: [], nowMs: 1 });
  await store.close();
}

test("what a camera has seen is proposed, unconfirmed, and reads back as a list", async () => {
  await filledStore();
  const learnt = await run(
    "learn",
    "--camera",
    "east",
    "--data",
    ".",
    "--out",
    "p.yaml",
    "--from",
    "2026-07-03",
  );
  expect([learnt.code, learnt.out]).toEqual([0, ""]);
  const text = await readFile(join(folder, "p.yaml"), "utf8");
  expect(text).toMatch(
    /# zone kerb: seen 95 times on 3 days, first 2026-0\S+, last 2026-0\S+, score 0\.80; told of as suspected\n/,
  );
  expect(text).toContain(
    `  - { number: "baseline-east-1", kinds: ["unlicensed-signage"], camera: "east", polygon: [[0.17,0.485],[0.43,0.485],[0.43,0.615],[0.17,0.615]], from: "2026-07-03", confirmed: false, appearance: "${"78".repeat(48)}" }`,
  );
  const checked = await run("check", "p.yaml");
  expect(checked.out).toContain("1 permits, 1 of them not confirmed");
  const seldom = await run("learn", "--camera", "east", "--data", ".", "--sightings", "1000");
  expect(seldom.code).toBe(1);
});

test("what was seen too seldom is on the review list", async () => {
  await filledStore();
  const { out, code } = await run("review", "--data", ".", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    candidates: [{ camera: "east", zone: "kerb", state: "gone", sightings: 4, days: 1, times: 1 }],
    dropped: 0,
  });
  const table = await run("review", "--data", ".", "--camera", "east");
  expect(table.out).toMatch(/^CAMERA {2}ZONE {2}STATE/);
  expect((await run("review", "--data", ".", "--camera", "west")).out).toBe("no candidates\n");
});
