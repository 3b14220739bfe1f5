/**
 * The drain against a simulated broker: order, refusals, nobody listening, the hub's word.
 *
 * Goal: whatever the broker answers, a row leaves the store only when it was accepted, and rows
 * reach listeners in order of sequence. Time is simulated; the store is the in-memory one.
 */
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import { MemoryStore } from "../store/memory-store.ts";
import { Drain } from "./drain.ts";
import { SimulatedConnection } from "./simulated-broker.ts";

async function setUp({
  rowCount,
  waitsForHub = false,
  perSecondMax = 1_000,
  createdAgoMs = 0,
}: {
  readonly rowCount: number;
  readonly createdAgoMs?: number;
  readonly waitsForHub?: boolean;
  readonly perSecondMax?: number;
}) {
  const clock = new SimulatedClock();
  const store = new MemoryStore();
  for (let row = 1; row <= rowCount; row++) {
    await store.appendEvent(testEvent(row), clock.wallMs() - createdAgoMs);
  }
  const connection = new SimulatedConnection();
  const told: string[] = [];
  const drain = new Drain({
    connection,
    store,
    clock,
    topic: "kerbside/v1/445102/box/event",
    perSecondMax,
    waitsForHub,
    onHeld: (reason) => told.push(`held: ${reason}`),
    onFlowing: () => told.push("flowing"),
    onParked: (entry, why) => told.push(`parked ${entry.sequence}: ${why}`),
    onSent: () => {},
  });
  const stopping = new AbortController();
  let failure: Error | undefined;
  const running = drain.run(stopping.signal).catch((error: Error) => {
    failure = error;
  });
  const stop = async () => {
    stopping.abort();
    await clock.advance(0);
    await running;
  };
  const sequences = () => connection.handed.map(({ text }) => Number(JSON.parse(text).sequence));
  const { signal } = stopping;
  return { clock, store, connection, drain, told, sequences, stop, signal, failure: () => failure };
}

function testEvent(row: number): Record<string, unknown> {
  return {
    specversion: "1.0",
    id: `test.${row}`,
    source: "/kerbside/445102/box",
    type: "city.kerbside.test.v1",
    time: "2026-01-05T00:00:00.000Z",
    datacontenttype: "application/json",
    data: { requestedBy: "test", note: "" },
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("rows leave in order, and the outbox is empty afterwards", async () => {
  const { clock, store, sequences, stop } = await setUp({ rowCount: 100 });
  await clock.advance(10_000);
  expect(sequences()).toEqual(numbers(100));
  expect((await store.outboxStats()).waitingCount).toBe(0);
  await stop();
});

test("a backlog drains at the bounded rate", async () => {
  const { clock, connection, stop } = await setUp({ rowCount: 200, perSecondMax: 20 });
  await clock.advance(5_000);
  expect(connection.handed.length).toBeGreaterThanOrEqual(100);
  expect(connection.handed.length).toBeLessThanOrEqual(121);
  await stop();
});

test("a row that nobody listens for stops the drain, and goes first when somebody does", async () => {
  const { clock, store, connection, told, sequences, stop } = await setUp({ rowCount: 3 });
  connection.script.push(0x10, 0x10, 0x10);
  await clock.advance(2_500);
  expect(sequences()).toEqual([1, 1]);
  expect((await store.outboxStats()).waitingCount).toBe(3);
  await clock.advance(60_000);
  expect(sequences()).toEqual([1, 1, 1, 1, 2, 3]);
  expect(told).toEqual(["held: nobody-listens", "flowing"]);
  expect((await store.outboxStats()).waitingCount).toBe(0);
  await stop();
});

test("a row that is wrong for ever is parked, alarmed, and the rest goes on", async () => {
  const { clock, store, connection, told, stop } = await setUp({ rowCount: 3 });
  connection.script.push(0x95);
  await clock.advance(10_000);
  expect(told).toEqual(["parked 1: broker: reason code 0x95"]);
  const texts = connection.handed.map(({ text }) => JSON.parse(text));
  expect(texts.map(({ id }) => id)).toContain("test.3");
  expect((await store.outboxStats()).parkedCount).toBe(1);
  await stop();
});

test("a broker that refuses the device is asked again at most once a minute", async () => {
  const { clock, store, connection, told, stop } = await setUp({ rowCount: 2 });
  for (let n = 0; n < 1_000; n++) connection.script.push(0x87);
  await clock.advance(600_000);
  expect(connection.handed.length).toBeLessThan(20);
  expect(told).toEqual(["held: refused"]);
  expect((await store.outboxStats()).waitingCount).toBe(2);
  await stop();
});

test("the receive maximum bounds what is in flight", async () => {
  const { clock, connection, sequences, stop } = await setUp({ rowCount: 100 });
  connection.script.push(0, ...Array.from({ length: 50 }, () => "silent" as const));
  await clock.advance(10_000);
  expect(sequences()).toEqual(numbers(1 + connection.receiveMaximum));
  await stop();
});

test("a lost connection ends the drain, and the row still waits", async () => {
  const { clock, store, connection, failure, stop } = await setUp({ rowCount: 2 });
  connection.script.push("lose");
  await clock.advance(1_000);
  expect(failure()?.message).toBe("cut");
  expect((await store.outboxStats()).waitingCount).toBe(2);
  await stop();
});

test("with acknowledgement, rows leave on the hub's word alone", async () => {
  const { clock, store, drain, connection, sequences, stop } = await setUp({
    rowCount: 3,
    waitsForHub: true,
  });
  await clock.advance(5_000);
  expect(sequences()).toEqual([1, 2, 3]);
  expect((await store.outboxStats()).waitingCount).toBe(3);
  await drain.acknowledged([
    { id: "test.1", outcome: "accepted" },
    { id: "test.2", outcome: "duplicate" },
    { id: "of nobody", outcome: "accepted" },
  ]);
  expect((await store.outboxStats()).waitingCount).toBe(1);
  await clock.advance(70_000); // The hub stays silent on 3: it is sent again.
  expect(connection.handed.filter(({ text }) => JSON.parse(text).id === "test.3").length).toBe(2);
  await drain.acknowledged([{ id: "test.3", outcome: "accepted" }]);
  expect((await store.outboxStats()).waitingCount).toBe(0);
  await stop();
});

test("what the hub rejects is parked, and a person hears of it", async () => {
  const { clock, store, drain, told, stop } = await setUp({ rowCount: 1, waitsForHub: true });
  await clock.advance(1_000);
  await drain.acknowledged([{ id: "test.1", outcome: "rejected", reason: "unknown device" }]);
  expect(told).toEqual(["parked 1: hub: unknown device"]);
  expect((await store.outboxStats()).parkedCount).toBe(1);
  await stop();
});

test("an event older than a minute says that it is historical, and stays the same otherwise", async () => {
  const young = await setUp({ rowCount: 1, createdAgoMs: 59_000 });
  await young.clock.advance(10);
  await young.stop();
  const old = await setUp({ rowCount: 1, createdAgoMs: 61_000 });
  await old.clock.advance(10);
  await old.stop();
  const sent = ({ connection }: typeof old) => JSON.parse(connection.handed[0]?.text ?? "");
  expect(sent(young).historical).toBeUndefined();
  expect(sent(old)).toEqual({ ...sent(young), historical: true });
});

test("a row that was under way when an earlier one was refused does not open the window", async () => {
  const { clock, connection, sequences, stop } = await setUp({ rowCount: 30 });
  // The first alone, then 20 at once: the second is refused, the others behind it are taken.
  connection.script.push(0, 0x10, ...Array.from({ length: 19 }, () => 0), 0x10, 0x10);
  const publish = connection.publish.bind(connection);
  connection.publish = async (...message) => {
    const code = await publish(...message);
    await clock.sleep(100);
    return code;
  };
  // In small steps: what is due gets its turn before the first answers come.
  for (let step = 0; step < 80; step++) await clock.advance(2);
  expect(sequences()).toEqual(numbers(21));
  await clock.advance(1_500);
  expect(sequences().slice(21)).toEqual([2]);
  await clock.advance(2_000);
  expect(sequences().slice(21)).toEqual([2, 2]);
  await stop();
});

test("a connection that stands for long holds nothing for the waits that are over", async () => {
  const { clock, store, drain, stop, signal } = await setUp({ rowCount: 0 });
  for (let row = 1; row <= 50; row++) {
    await store.appendEvent(testEvent(row), clock.wallMs());
    drain.wake();
    await clock.advance(6_000);
  }
  expect(getEventListeners(signal, "abort").length).toBe(1);
  await stop();
});

test("whatever the broker answers, nothing is lost and listeners get rows in order", async () => {
  const answer = fc.constantFrom<number | "lose">(0, 0, 0, 0x10, 0x87, 0x97, "lose");
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { maxLength: 30 }), async (script) => {
      const clock = new SimulatedClock();
      const store = new MemoryStore();
      for (const row of numbers(20)) await store.appendEvent(testEvent(row), clock.wallMs());
      const delivered: number[] = [];
      const answers = [...script];
      for (let attempt = 0; attempt <= script.length; attempt++) {
        const connection = new SimulatedConnection({ receiveMaximum: 1 });
        connection.script.push(...answers);
        const drain = new Drain({
          connection: {
            receiveMaximum: 1,
            publish: async (topic, payload) => {
              answers.shift();
              const code = await connection.publish(topic, payload);
              if (code === 0)
                delivered.push(Number(JSON.parse(Buffer.from(payload).toString()).sequence));
              return code;
            },
          },
          store,
          clock,
          topic: "t",
          perSecondMax: 1_000,
          waitsForHub: false,
          onHeld: () => {},
          onFlowing: () => {},
          onParked: () => {},
          onSent: () => {},
        });
        const stopping = new AbortController();
        const running = drain.run(stopping.signal).catch(() => {});
        await clock.advance(3_600_000);
        stopping.abort();
        await clock.advance(0);
        await running;
      }
      expect((await store.outboxStats()).waitingCount).toBe(0);
      expect(delivered).toEqual(numbers(20));
    }),
    { numRuns: 50 },
  );
});
