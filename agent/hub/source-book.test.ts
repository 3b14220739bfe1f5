import fc from "fast-check";
import { expect, test } from "vitest";
import { SourceBook } from "./source-book.ts";

type Step =
  | number
  | { readonly dropped: readonly [number, number]; readonly at: number }
  | { readonly restartAt: number };

function play(steps: readonly Step[], book = new SourceBook()): SourceBook {
  for (const step of steps) {
    if (typeof step === "number") {
      book.note(`event.${step}`, step);
    } else if ("dropped" in step) {
      const [first, last] = step.dropped;
      book.note(`dropped.${first}-${last}`, step.at, { first, last });
    } else {
      book.note(`store.${step.restartAt}`, step.restartAt);
      book.noteRestart(step.restartAt);
    }
  }
  return book;
}

const rows: readonly {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly lost?: number;
  readonly dropped?: number;
  readonly outOfOrder?: number;
}[] = [
  { name: "a hub that comes late has lost nothing", steps: [4_711, 4_712] },
  { name: "numbers that never come are lost", steps: [1, 2, 5, 9], lost: 5 },
  { name: "one that comes late is out of order, not lost", steps: [1, 3, 2], outOfOrder: 1 },
  { name: "a double is neither", steps: [1, 2, 1, 2, 3] },
  {
    name: "a notice in the place of what was dropped",
    steps: [1, { dropped: [2, 5], at: 5 }, 6],
    dropped: 4,
  },
  {
    name: "a notice behind what was refused",
    steps: [1, 3, { dropped: [2, 2], at: 4 }],
    dropped: 1,
  },
  {
    name: "what came although it was dropped was not dropped",
    steps: [1, 2, 3, { dropped: [2, 4], at: 4 }],
    dropped: 1,
  },
  {
    name: "a drop declared beside a loss",
    steps: [1, { dropped: [4, 5], at: 5 }],
    lost: 2,
    dropped: 2,
  },
  { name: "numbers left out at a restart were never given", steps: [1, 2, { restartAt: 9 }, 10] },
  {
    name: "a gap elsewhere is still a loss",
    steps: [1, { restartAt: 9 }, 11],
    lost: 1,
  },
];
for (const { name, steps, lost = 0, dropped = 0, outOfOrder = 0 } of rows) {
  test(name, () => {
    const book = play(steps);
    expect(book.tally()).toEqual({ lostCount: lost, droppedCount: dropped });
    expect(book.outOfOrderCount).toBe(outOfOrder);
  });
}

test("a double is known as long as its id is among the newest", () => {
  const book = new SourceBook({ idsMax: 3 });
  expect([1, 2, 3, 1].map((n) => book.note(`event.${n}`, n))).toEqual([
    "new",
    "new",
    "new",
    "double",
  ]);
  book.note("event.4", 4);
  expect(book.note("event.1", 1)).toBe("new");
  expect(book.outOfOrderCount).toBe(1);
});

test("a box full of gaps is counted as one whose gaps are all kept", () => {
  const gap = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(gap, fc.boolean()), { maxLength: 60 }), (gaps) => {
      const steps: Step[] = [1];
      let sequence = 1;
      for (const [length, isDeclared] of gaps) {
        const first = sequence + 1;
        sequence += length;
        const isNotice = isDeclared && sequence > first;
        steps.push(isNotice ? { dropped: [first, sequence], at: sequence } : sequence);
      }
      const bounded = play(steps, new SourceBook({ rangesMax: 5 }));
      expect(bounded.tally()).toEqual(play(steps).tally());
    }),
  );
});
