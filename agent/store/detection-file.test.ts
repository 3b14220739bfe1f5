/** Whatever is in the detection log's place, the agent starts, and looks are logged. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, test } from "vitest";
import { DetectionFile } from "./detection-file.ts";
import { DetectionReader } from "./detection-reader.ts";
import { storeLimits } from "./limits.ts";
import { openFolder } from "./open-folder.ts";
import { east, t0 } from "./sample-rows.ts";

const look = {
  cameraId: east,
  viewId: "kerb",
  capturedAtMs: t0,
  capturedUncertaintyMs: 1,
  model: "street-nano@1",
  pictureWidth: 1920,
  pictureHeight: 1080,
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  detections: new Uint8Array(21),
};

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-looks-"));
  path = join(folder, "detections.db");
  logLook();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function logLook(): void {
  const { store, detections, lock, healed } = openFolder(folder, storeLimits(), t0);
  assert.equal(healed, undefined);
  detections.add([look]);
  detections.close();
  store.close();
  lock.release();
}

function dropPages(): void {
  const db = new Database(path);
  db.exec("DROP TABLE look_pages");
  db.close();
}

const rows: readonly { readonly name: string; readonly damage: () => void }[] = [
  { name: "a text", damage: () => writeFileSync(path, "notes\n".repeat(2_000)) },
  { name: "a file that is empty", damage: () => writeFileSync(path, "") },
  { name: "a file that was cut short", damage: () => truncateSync(path, 5_000) },
  { name: "a database without its tables", damage: dropPages },
  {
    name: "a folder",
    damage: () => {
      rmSync(path);
      mkdirSync(path);
    },
  },
];
for (const { name, damage } of rows) {
  test(`${name} in its place is put aside, or filled`, () => {
    damage();
    logLook();
    const asides = readdirSync(folder).filter((file) => file.startsWith("detections.db.damaged-"));
    assert.ok(asides.length === 1 || name === "a file that is empty", asides.join(" "));
  });
}

test("damaged while it is written, it is begun anew", () => {
  const log = new DetectionFile(path, storeLimits(), t0);
  log.add([look]);
  dropPages();
  log.add([look]);
  log.forgetOld(t0);
  log.close();
  const reader = new DetectionReader(folder);
  const looks = [...reader.steps()].flat().filter((step) => "look" in step);
  reader.close();
  assert.equal(looks.length, 1, "what came after the damage");
});
