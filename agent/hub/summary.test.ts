import { expect, test } from "vitest";
import { Ledger } from "./ledger.ts";
import { isClean, summaryJson, summaryLine } from "./summary.ts";
import { eventMessage, source, violation } from "./testing/box.ts";

test("what was heard, for a program and for a person", () => {
  const ledger = new Ledger();
  const events = [
    violation(1, { violation: "a" }),
    violation(1, { violation: "a" }),
    violation(4, { violation: "a", revision: 2, stage: "reported" }),
  ];
  for (const { topic, payload } of events.map((event) => eventMessage(event))) {
    ledger.receive(topic, payload);
  }
  const summary = ledger.summary();
  expect(summaryJson(summary)).toEqual({
    violations: {
      "street-vending": [],
      "illegal-parking": [{ id: "a", source, stages: ["warned", "reported"] }],
      "overflowing-bin": [],
      "unlicensed-signage": [],
    },
    events: 2,
    duplicates: 1,
    lost: 2,
    dropped: 0,
    outOfOrder: 0,
    rejected: 0,
  });
  expect(summaryLine(summary)).toBe(
    "2 events, 1 violation, 1 double, 2 lost, 0 dropped by boxes, 0 out of order, 0 refused",
  );
  expect(isClean(summary)).toBe(false);
  expect(isClean({ ...summary, lostCount: 0 })).toBe(true);
});
