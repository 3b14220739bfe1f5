/** Goal: what the rules decided stands when it is asked again, and what was changed does not. */
import { expect, test } from "vitest";
import { decidesAgain } from "./decides-again.ts";
import {
  carAt,
  looksEvery,
  ruleOf,
  rulesOf,
  rulesWith,
  runLooks,
  zoneOf,
} from "./testing/street.ts";
import type { ViolationChange } from "./violation-change.ts";

const rules = rulesOf();
const { changes } = runLooks(
  rules,
  looksEvery(2, 400, (seconds) => (seconds < 330 ? [{ box: carAt(0.3) }] : [])),
);
const reported = changes.find(({ stage }) => stage === "reported");

test("every change of a street is decided again", () => {
  expect(changes.map(({ stage }) => stage)).toEqual(["warned", "reported", "cleared"]);
  expect(changes.map((change) => decidesAgain(rules, change))).toEqual([true, true, true]);
});

const allDay = [{ startMinute: 0, endMinute: 1_440 }];
const rows = [
  { name: "too little was observed", rules, changed: { observedMs: 299_999 } },
  { name: "it lies elsewhere", rules, changed: { box: carAt(0.3, 0.2) } },
  { name: "the rule is gone", rules: rulesOf({ zones: [zoneOf({ rules: [] })] }), changed: {} },
  { name: "the rule has other times", rules: rulesWith({ reportAfterMs: 60_000 }), changed: {} },
  { name: "it was allowed then", rules: rulesWith(ruleOf({ allowed: allDay })), changed: {} },
  {
    name: "it was reported without a time",
    rules,
    changed: { reportedAtMs: null, warnedAtMs: null },
  },
];
for (const { name, rules: asked, changed } of rows) {
  test(`not when ${name}`, () => {
    const change = { ...reported, ...changed } as ViolationChange; // Of a change that is there.
    expect(decidesAgain(asked, change)).toBe(false);
  });
}
