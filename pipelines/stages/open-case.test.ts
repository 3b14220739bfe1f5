import { expect, test } from "vitest";
import { type OpenCase, stagesReached } from "./open-case.ts";

const rows: readonly {
  readonly name: string;
  readonly stage?: OpenCase["stage"];
  readonly dwellMs: number;
  readonly warnAfterMs?: number;
  readonly reportAfterMs?: number;
  readonly evidenceRequire?: "none" | "complete";
  readonly isComplete?: boolean;
  readonly want: readonly string[];
}[] = [
  { name: "below the warning nothing is reached", dwellMs: 59_999, want: [] },
  { name: "at the warning time it is warned", dwellMs: 60_000, want: ["warned"] },
  { name: "once warned, not again", stage: "warned", dwellMs: 90_000, want: [] },
  {
    name: "at the report time it is reported",
    stage: "warned",
    dwellMs: 300_000,
    want: ["reported"],
  },
  { name: "one look may cross both, in order", dwellMs: 400_000, want: ["warned", "reported"] },
  { name: "once reported, nothing more", stage: "reported", dwellMs: 900_000, want: [] },
  {
    name: "a warning time of zero warns at the first sight",
    dwellMs: 0,
    warnAfterMs: 0,
    want: ["warned"],
  },
  {
    name: "both at zero report at the first sight",
    dwellMs: 0,
    warnAfterMs: 0,
    reportAfterMs: 0,
    want: ["warned", "reported"],
  },
  {
    name: "a rule that requires complete evidence holds at warned",
    dwellMs: 900_000,
    evidenceRequire: "complete",
    want: ["warned"],
  },
  {
    name: "and reports once it is complete",
    stage: "warned",
    dwellMs: 300_000,
    evidenceRequire: "complete",
    isComplete: true,
    want: ["reported"],
  },
  {
    name: "complete evidence makes no time: a report has to wait for its own",
    stage: "warned",
    dwellMs: 299_999,
    evidenceRequire: "complete",
    isComplete: true,
    want: [],
  },
  {
    name: "a report never comes without its warning",
    dwellMs: 300_000,
    warnAfterMs: 600_000,
    want: ["warned", "reported"],
  },
];
for (const { name, stage = "clue", dwellMs, want, ...row } of rows) {
  test(name, () => {
    const { warnAfterMs = 60_000, reportAfterMs = 300_000, evidenceRequire = "none" } = row;
    const thresholds = { warnAfterMs, reportAfterMs, evidenceRequire };
    expect(stagesReached(stage, dwellMs, thresholds, row.isComplete ?? false)).toEqual(want);
  });
}
