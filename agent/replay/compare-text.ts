/** A comparison of two replays, to read: what appears, what goes, what changes and how. */
import type { Change, Comparison } from "./compare.ts";
import { offsetText } from "./replay-text.ts";
import type { ReplayedViolation } from "./violation-list.ts";

export function comparisonText(comparison: Comparison): string {
  const { same, disappeared, appeared, changed } = comparison;
  return [
    ...disappeared.map((violation) => `- ${lineOf(violation)}`),
    ...appeared.map((violation) => `+ ${lineOf(violation)}`),
    ...changed.map(({ before, changes }) => `~ ${lineOf(before)}: ${changes.map(told).join(", ")}`),
    `${disappeared.length} disappear, ${appeared.length} appear, ${changed.length} change, ${same} stay the same`,
    "",
  ].join("\n");
}

function lineOf(violation: ReplayedViolation): string {
  const { kind, camera, zone, stage, firstSeenAtMs, warnedAtMs, reportedAtMs } = violation;
  const at = offsetText(reportedAtMs ?? warnedAtMs ?? firstSeenAtMs);
  return `${at}  ${kind}  ${camera}/${zone}  ${stage}`;
}

function told({ what, before, after }: Change): string {
  const text = (value: Change["before"]): string => {
    if (value === null) return "never";
    return typeof value === "number" ? offsetText(value) : value;
  };
  return `${what} ${text(before)} → ${text(after)}`;
}
