import { expect, test } from "vitest";
import { lineOf, summary, sumOfReport } from "./test-summary.ts";

const report = (changes: object): string =>
  JSON.stringify({
    success: true,
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...changes,
  });
const oneFailed = { status: "failed", assertionResults: [{ status: "failed" }] };
const notLoaded = { status: "failed", assertionResults: [] };

const rows = [
  { name: "all passed", text: report({}), want: "3 passed, 0 failed" },
  {
    name: "a failed test",
    text: report({ success: false, numFailedTests: 1, testResults: [oneFailed] }),
    want: "3 passed, 1 failed",
  },
  {
    name: "a file that did not load",
    text: report({ success: false, testResults: [notLoaded] }),
    want: "3 passed, 1 failed",
  },
  {
    name: "a run that failed outside of its tests",
    text: report({ success: false }),
    want: "3 passed, 1 failed",
  },
  {
    name: "skipped and planned tests",
    text: report({ numPendingTests: 2, numTodoTests: 1 }),
    want: "3 passed, 0 failed, 3 skipped",
  },
  { name: "no report", text: undefined, want: "0 passed, 1 failed" },
  { name: "half a report", text: '{"success":', want: "0 passed, 1 failed" },
  { name: "another thing's report", text: "{}", want: "0 passed, 1 failed" },
];
for (const { name, text, want } of rows) {
  test(`counts ${name}`, () => {
    expect(lineOf(sumOfReport(text))).toBe(want);
  });
}

test("unit and end-to-end tests are added up, failed parts of the check too", () => {
  const unit = { passed: 10, failed: 1, skipped: 0 };
  const e2e = { passed: 5, failed: 0, skipped: 2 };
  expect(lineOf(summary(["unit tests"], [unit, e2e]))).toBe("15 passed, 1 failed, 2 skipped");
  expect(lineOf(summary(["format", "lint"], [e2e]))).toBe("5 passed, 2 failed, 2 skipped");
});
