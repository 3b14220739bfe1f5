/** Two bad pages cost what is on them, not what stands between them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, test } from "vitest";
import { type Found, readableRows } from "./readable-rows.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-rows-"));
  path = join(folder, "rows.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rowCount = 2_000;

function filled(): Buffer {
  const db = new Database(path);
  db.exec("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)");
  const insert = db.prepare("INSERT INTO rows VALUES (?, ?)");
  for (let number = 1; number <= rowCount; number++) {
    insert.run(number, `row ${number} ${"x".repeat(200)}`);
  }
  db.close();
  return readFileSync(path);
}

function found(bytes: Buffer, rowidMax?: number) {
  writeFileSync(path, bytes);
  const db = new Database(path, { readonly: true });
  const all: Found[] = [...readableRows(db, "rows", rowidMax)];
  db.close();
  return {
    rowids: all.flatMap((one) => ("row" in one ? [one.rowid] : [])).toSorted((a, b) => a - b),
    gaps: all.flatMap((one) => ("gap" in one ? [one.gap] : [])),
  };
}

test("a sound table is read once, in order, without a gap", () => {
  const { rowids, gaps } = found(filled());
  assert.deepEqual(
    rowids,
    Array.from({ length: rowCount }, (_, index) => index + 1),
  );
  assert.deepEqual(gaps, []);
});

test("rows on torn pages are gaps, all others are there", () => {
  const bytes = filled();
  for (const row of [500, 1_500]) {
    const page = Math.floor(bytes.indexOf(`row ${row} `) / 4_096) * 4_096;
    bytes.fill(0xff, page, page + 4_096);
  }
  const { rowids, gaps } = found(bytes);
  assert.ok(rowids.length > rowCount - 60, `${rowids.length} rows`);
  assert.equal(new Set(rowids).size, rowids.length, "a row twice");
  const isInGap = (row: number) => gaps.some(({ from, to }) => from <= row && row <= to);
  const there = new Set(rowids);
  for (let row = 1; row <= rowCount; row++) {
    assert.equal(there.has(row), !isInGap(row), `row ${row}`);
  }
});

test("a table of which nothing can be read is one range after a bounded number of tries", () => {
  const bytes = filled();
  bytes.fill(0xff, 4_096, 8_192);
  const { rowids, gaps } = found(bytes, 1_000_000);
  assert.deepEqual(rowids, []);
  assert.equal(Math.min(...gaps.map(({ from }) => from)), 1);
  assert.equal(Math.max(...gaps.map(({ to }) => to)), 1_000_000);
});
