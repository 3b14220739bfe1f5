import fc from "fast-check";
import { expect, test } from "vitest";
import type { ViolationData } from "../../pipelines/domain/event.ts";
import { Ledger } from "./ledger.ts";
import {
  dropped,
  eventMessage,
  exampleMessage,
  json,
  type Message,
  restarted,
  violation,
} from "./testing/box.ts";

function hear(messages: readonly Message[]): Ledger {
  const ledger = new Ledger();
  for (const { topic, payload } of messages) ledger.receive(topic, payload);
  return ledger;
}

const outcomes = (messages: readonly Message[]) => {
  const ledger = new Ledger();
  return messages.map(({ topic, payload }) => ledger.receive(topic, payload).outcome);
};

test("an event is accepted once", () => {
  const message = eventMessage(violation(41));
  const late = eventMessage({ historical: true, ...violation(41) });
  expect(outcomes([message, late, message])).toEqual(["accepted", "duplicate", "duplicate"]);
  expect(hear([message, late, message]).summary()).toMatchObject({
    eventCount: 1,
    duplicateCount: 2,
    lostCount: 0,
    outOfOrderCount: 0,
  });
});

test("what is no event is not counted as one", () => {
  const messages = ["status", "health", "counts", "result"].map(exampleMessage);
  expect(outcomes(messages)).toEqual(["live", "live", "live", "live"]);
  expect(hear(messages).summary()).toMatchObject({ eventCount: 0, rejectedCount: 0 });
});

test("the number of a refused event came: it is refused, not lost", () => {
  const wrong = eventMessage(violation(2, { severity: "pink" as ViolationData["severity"] }));
  const others = [1, 3].map((n) => eventMessage(violation(n, { violation: `v${n}` })));
  expect(hear([...others, wrong]).summary()).toMatchObject({ lostCount: 0, rejectedCount: 1 });
});

test("boxes are counted apart", () => {
  const other = (sequence: number): Message => ({
    topic: "kerbside/v1/445102/other/event",
    payload: json(violation(sequence, {}, { source: "/kerbside/445102/other" })),
  });
  const summary = hear([
    eventMessage(violation(5)),
    other(1),
    eventMessage(violation(5)),
  ]).summary();
  expect(summary).toMatchObject({ eventCount: 2, lostCount: 0, outOfOrderCount: 0 });
});

test("somebody who invents boxes fills no memory", () => {
  const ledger = new Ledger();
  const from = (box: number) => {
    const topic = `kerbside/v1/445102/box-${box}/event`;
    const event = violation(1, {}, { source: `/kerbside/445102/box-${box}` });
    return ledger.receive(topic, json(event)).outcome;
  };
  for (let box = 0; box < 2_000; box++) expect(from(box)).toBe("accepted");
  expect(from(2_000)).toBe("rejected");
  expect(from(7)).toBe("duplicate");
});

/** What a box may have sent: events, gaps, declared drops, a restart; numbers rise from 1. */
const boxMessages = fc
  .array(
    fc.constantFrom<"warned" | "reported" | "cleared" | "lost" | "dropped" | "restart">(
      "warned",
      "reported",
      "cleared",
      "lost",
      "dropped",
      "restart",
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((plan) => {
    const messages: Message[] = [];
    const revisions = new Map<number, number>();
    let sequence = 0;
    (["warned", ...plan] as const).forEach((what, index) => {
      sequence += 1;
      if (what === "lost") return;
      if (what === "dropped") {
        messages.push(eventMessage(dropped(sequence + 2, sequence, sequence + 2)));
        sequence += 2;
      } else if (what === "restart") {
        sequence += 10;
        messages.push(eventMessage(restarted(sequence)));
      } else {
        const thing = index % 3;
        const revision = (revisions.get(thing) ?? 0) + 1;
        revisions.set(thing, revision);
        const data = { violation: `v${thing}`, revision, stage: what };
        messages.push(eventMessage(violation(sequence, data)));
      }
    });
    return messages;
  });

test("any order of arrival, with doubles, gives the same summary but for the order", () => {
  const scene = boxMessages.chain((messages) =>
    fc.record({
      messages: fc.constant(messages),
      // Each message at least once, in any order; the rest are doubles.
      heard: fc.array(fc.nat({ max: messages.length - 1 }), { maxLength: 20 }).chain((doubles) =>
        fc.shuffledSubarray([...messages.keys(), ...doubles], {
          minLength: messages.length + doubles.length,
        }),
      ),
    }),
  );
  fc.assert(
    fc.property(scene, ({ messages, heard }) => {
      const inOrder = hear(messages).summary();
      const { duplicateCount, ...any } = hear(
        heard.flatMap((index) => messages[index] ?? []),
      ).summary();
      expect(any).toEqual({
        ...inOrder,
        duplicateCount: undefined,
        outOfOrderCount: any.outOfOrderCount,
      });
      expect(duplicateCount).toBe(heard.length - messages.length);
      expect(inOrder.outOfOrderCount).toBe(0);
    }),
    { numRuns: 60 },
  );
});
