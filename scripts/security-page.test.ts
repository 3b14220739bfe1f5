/**
 * Goal: docs/security.md names no test that is not there.
 * Method: each reference, a file and a part of a title, is looked up in that file.
 */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = readFileSync("docs/security.md", "utf8");
const references = [...page.matchAll(/`([\w./-]+\.test\.ts)`: "([^"]+)"/g)].map(
  ([, file = "", title = ""]) => ({ file, title }),
);

test("every test that the page names exists", () => {
  const missing = references.filter(
    ({ file, title }) => !existsSync(file) || !readFileSync(file, "utf8").includes(title),
  );
  expect(missing).toEqual([]);
  expect(references.length).toBeGreaterThan(30);
});

test("every threat has a test", () => {
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| threat"));
  expect(rows.filter((row) => !/\.test\.ts`: "/.test(row))).toEqual([]);
});

test("each part says what does not hold", () => {
  const parts = page.split(/^## /m).slice(1);
  const withTable = parts.filter((part) => part.includes("| threat |"));
  expect(withTable.filter((part) => !part.includes("**What does not hold.**"))).toEqual([]);
});
