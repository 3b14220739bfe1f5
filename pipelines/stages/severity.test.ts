import { expect, test } from "vitest";
import { type SeverityFacts, severityOf } from "./severity.ts";

const plain: SeverityFacts = {
  zoneTags: [],
  stage: "warned",
  occurrencesDays7: 1,
  clusterCount: 1,
};
const rows: readonly {
  readonly name: string;
  readonly facts: Partial<SeverityFacts>;
  readonly want: readonly [string, string];
}[] = [
  { name: "a first warning is blue", facts: {}, want: ["blue", "default"] },
  {
    name: "an ignored warning is yellow",
    facts: { stage: "reported" },
    want: ["yellow", "warning-ignored"],
  },
  {
    name: "the third time in seven days is yellow",
    facts: { occurrencesDays7: 3 },
    want: ["yellow", "repeated:3"],
  },
  { name: "the second is not", facts: { occurrencesDays7: 2 }, want: ["blue", "default"] },
  { name: "three together are yellow", facts: { clusterCount: 3 }, want: ["yellow", "cluster:3"] },
  {
    name: "a fire lane is red",
    facts: { zoneTags: ["market", "fire-lane"] },
    want: ["red", "tag:fire-lane"],
  },
  {
    name: "the most urgent tag is named",
    facts: { zoneTags: ["school", "fire-lane"] },
    want: ["red", "tag:fire-lane"],
  },
  {
    name: "how often is a setting",
    facts: { occurrencesDays7: 2, repeatedMin: 2 },
    want: ["yellow", "repeated:2"],
  },
  { name: "a crowd is red", facts: { crowdCount: 12 }, want: ["red", "crowd:12"] },
  { name: "some people are no crowd", facts: { crowdCount: 9 }, want: ["blue", "default"] },
  { name: "a peak hour is yellow", facts: { isPeakHour: true }, want: ["yellow", "peak-hour"] },
  { name: "a rule raises it", facts: { severityMin: "yellow" }, want: ["yellow", "rule"] },
  {
    name: "a rule never lowers it",
    facts: { severityMin: "yellow", zoneTags: ["crossing"] },
    want: ["red", "tag:crossing"],
  },
  {
    name: "where the facts suffice, the rule is not the reason",
    facts: { severityMin: "yellow", stage: "reported" },
    want: ["yellow", "warning-ignored"],
  },
];
for (const { name, facts, want } of rows) {
  test(name, () => {
    const { severity, fact } = severityOf({ ...plain, ...facts });
    expect([severity, fact]).toEqual(want);
  });
}
