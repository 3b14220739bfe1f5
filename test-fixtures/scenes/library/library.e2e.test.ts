/**
 * Every scene of the library through the rules, with perfect detections: what is due comes, at its
 * time, and nothing else.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Judge, parseTruth } from "../../../agent/replay/truth.ts";
import { type ReplayedViolation, ViolationList } from "../../../agent/replay/violation-list.ts";
import { VirtualBox } from "../../../agent/replay/virtual-box.ts";
import { loadConfig } from "../../../config/load.ts";
import { configurationOf, filesBeside } from "./configuration.ts";
import { dueViolations } from "./due-violations.ts";
import { library } from "./index.ts";
import type { LibraryScene } from "./library-scene.ts";
import { looksOf } from "./scene-looks.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-scenes-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("names are unique", () => {
  const names = library.map(({ scene }) => scene.name);
  expect(new Set(names).size).toBe(names.length);
});

for (const entry of library.filter(({ zones }) => zones.length > 0)) {
  test(`${entry.scene.name}: ${entry.about}`, { timeout: 120_000 }, () => {
    const told = toldOf(entry);
    const judge = new Judge();
    judge.add(parseTruth({ violations: dueViolations(entry) }, entry.scene.name), told);
    const { missed, wrong, kinds } = judge.judgement();
    expect({ missed, wrong }).toEqual({ missed: [], wrong: [] });
    for (const { timeErrorPeriods } of Object.values(kinds)) {
      expect(Math.abs(timeErrorPeriods ?? 0)).toBeLessThanOrEqual(1);
    }
  });
}

function toldOf(entry: LibraryScene): readonly ReplayedViolation[] {
  const file = join(folder, `${entry.scene.name}.yaml`);
  const startMs = Date.parse(entry.startsAt);
  writeFileSync(file, configurationOf(entry));
  for (const [name, text] of filesBeside(entry)) writeFileSync(join(folder, name), text);
  const loaded = loadConfig(file, { env: {}, nowMs: startMs, models: ["street-nano"] });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors, null, 2));
  const box = new VirtualBox({ config: loaded.config, agentVersion: "test" });
  const list = new ViolationList({ startMs: () => startMs, timeZone: "Asia/Shanghai" });
  for (const look of looksOf(entry)) {
    if (look === "restart") box.restart();
    else for (const { change } of box.offer(look)) list.add(change);
  }
  return list.rows();
}
