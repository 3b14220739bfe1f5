/**
 * The last line of `scripts/test`: adds up what the test runner reported.
 *
 * Nothing that went wrong may look green: a report that is missing, a file that did not load, a run
 * that failed outside of its tests and a failed part of the check all count as one failed.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";

export interface Sum {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const reportSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

/** One report of the test runner, as text; undefined when it wrote none. */
export function sumOfReport(text: string | undefined): Sum {
  const report = reportSchema.safeParse(parseJson(text)).data;
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    (file) =>
      file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The whole run; `failedParts` are the names of the parts of the check that failed. */
export function summary(failedParts: readonly string[], reports: readonly Sum[]): Sum {
  const total = (pick: (sum: Sum) => number): number =>
    reports.reduce((sum, report) => sum + pick(report), 0);
  // The tests among the parts are counted one by one already.
  const otherParts = failedParts.filter((part) => part !== "unit tests").length;
  return {
    passed: total(({ passed }) => passed),
    failed: total(({ failed }) => failed) + otherParts,
    skipped: total(({ skipped }) => skipped),
  };
}

export function lineOf({ passed, failed, skipped }: Sum): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const [partsFile, ...reportFiles] = process.argv.slice(2);
  const parts = (readIfThere(partsFile ?? "") ?? "check").split("\n").filter(Boolean);
  const sums = reportFiles.map((file) => {
    const sum = sumOfReport(readIfThere(file));
    console.log(`${basename(file, ".json")}: ${lineOf(sum)}`);
    return sum;
  });
  if (parts.length > 0) console.log(`failed parts of the check: ${parts.join(", ")}`);
  const all = summary(parts, sums);
  console.log(lineOf(all));
  process.exitCode = all.failed > 0 ? 1 : 0;
}
