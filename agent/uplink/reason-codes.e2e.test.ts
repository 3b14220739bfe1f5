/**
 * What the uplink does with every reason code that MQTT 5 knows, in PUBACK, DISCONNECT and CONNACK.
 *
 * Goal: a row that can never be taken is parked with an alarm and a notice, whatever else is wrong
 * holds the drain, nothing is tried in a loop. Method: a scripted broker on a real socket refuses
 * the second of three rows; codes that MQTT does not allow in a packet are sent all the same.
 */
import { expect, test } from "vitest";
import {
  numberProperty,
  type Peer,
  type SentMessage,
  startScriptedBroker,
  textProperty,
} from "../../test-fixtures/scripted-broker.ts";
import {
  drained,
  makeTestUplink,
  type TestUplink,
  testEvent,
} from "../../test-fixtures/test-uplink.ts";
import { systemClock } from "../runtime/clock.ts";

/** Of holds and retries: what takes a second takes a tenth. */
const pace = 10;
const eventId = ({ payload }: SentMessage): string => JSON.parse(payload.toString()).id;
const isEvent = ({ topic }: SentMessage): boolean => topic.endsWith("/event");
const hex = (code: number): string => `0x${code.toString(16).padStart(2, "0")}`;

async function withRows(
  refuse: (peer: Peer, message: SentMessage, time: number) => void,
  check: (parts: TestUplink & { readonly handed: () => string[] }) => Promise<void>,
  { inFlightMax = 1 } = {},
): Promise<void> {
  let refusedCount = 0;
  const broker = await startScriptedBroker({
    onConnect: (peer) => peer.connack(0, numberProperty(0x21, inFlightMax, 2)),
    onPublish: (peer, message) => {
      if (isEvent(message) && eventId(message) === "two") refuse(peer, message, ++refusedCount);
      else peer.puback(message.messageId);
    },
  });
  const parts = makeTestUplink({ url: broker.url }, { pace });
  for (const id of ["one", "two", "three"]) {
    await parts.store.appendEvent(testEvent(id), Date.now());
  }
  const handed = () => broker.messages.filter(isEvent).map(eventId);
  parts.uplink.start();
  try {
    await check({ ...parts, handed });
  } finally {
    await parts.uplink.stop();
    await broker.stop();
  }
}

/** Of PUBACK, as MQTT 5 lists them (3.4.2.1), and what other brokers send there. */
const heldCodes = [
  0x10, // No matching subscribers.
  0x80, // Unspecified error.
  0x83, // Implementation specific error.
  0x87, // Not authorised.
  0x90, // Topic name invalid: all rows have this one.
  0x91, // Packet identifier in use.
  0x97, // Quota exceeded.
  0x81, // Malformed packet: not in the table of PUBACK.
  0x96, // Message rate too high: not in the table.
  0xff, // Not in any table.
];
const parkedCodes = [
  0x99, // Payload format invalid.
  0x95, // Packet too large: not in the table of PUBACK, sent there all the same.
];

for (const code of heldCodes) {
  test.concurrent(`PUBACK ${hex(code)}: the drain holds at the row, and goes on in order`, async () => {
    await withRows(
      (peer, { messageId }, time) => peer.puback(messageId, time === 1 ? code : 0),
      async ({ store, told, handed, uplink }) => {
        await until(() => told.length > 0);
        const reason = code === 0x10 ? "nobody-listens" : "refused";
        expect(told).toEqual([`held ${reason}: sequence 2, reason code ${hex(code)}`]);
        // Health must not call it connected and well.
        expect(uplink.state.state).not.toBe("online");
        await drained(store);
        expect(handed()).toEqual(["one", "two", "two", "three"]);
        expect((await store.outboxStats()).parkedCount).toBe(0);
      },
    );
  });
}

for (const code of parkedCodes) {
  test.concurrent(`PUBACK ${hex(code)}: the row is parked, alarmed, and not tried again`, async () => {
    await withRows(
      (peer, { messageId }) => peer.puback(messageId, code),
      async ({ store, told, handed }) => {
        await drained(store);
        expect(told).toEqual([`parked 2: broker: reason code ${hex(code)}`]);
        expect((await store.outboxStats()).parkedCount).toBe(1);
        // The notice that tells the hub of the gap is the fourth row, and went.
        const [, , , notice] = await store.events({ afterSequence: 0, countMax: 9 });
        const { type, data } = JSON.parse(Buffer.from(notice?.payload ?? "").toString());
        expect(type).toBe("city.kerbside.dropped.v1");
        expect(data).toMatchObject({ firstSequence: 2, lastSequence: 2, reason: "refused" });
        expect(handed().filter((id) => id === "two").length).toBe(1);
      },
    );
  });
}

/** Of DISCONNECT from a broker (3.14.2.1): the way MQTT means "packet too large". */
const goodbyes: readonly { readonly code: number; readonly isParked: boolean }[] = [
  { code: 0x95, isParked: true },
  { code: 0x99, isParked: true },
  ...[
    0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x96, 0x97,
    0x98, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
  ].map((code) => ({ code, isParked: false })),
];

for (const { code, isParked } of goodbyes) {
  const title = isParked ? "the row is parked" : "the row waits for the next connection";
  test.concurrent(`DISCONNECT ${hex(code)}: ${title}`, async () => {
    await withRows(
      (peer, { messageId }, time) => {
        if (isParked || time === 1) peer.disconnect(code, textProperty(0x1f, "no\u0007\nmore"));
        else peer.puback(messageId);
      },
      async ({ store, told, handed, states }) => {
        await drained(store);
        const { parkedCount } = await store.outboxStats();
        expect(parkedCount).toBe(isParked ? 1 : 0);
        expect(told).toEqual(isParked ? [`parked 2: broker: reason code ${hex(code)}`] : []);
        expect(handed().filter((id) => id === "two").length).toBeLessThanOrEqual(2);
        expect(handed().at(-1)).not.toBe("two");
        const lost = states.find(({ state }) => state === "failed");
        expect(lost?.detail).toBe(`the connection was lost: no more (0x${code.toString(16)})`);
      },
    );
  });
}

/** Of CONNACK (3.2.2.2): the word for each, told once however often it is tried. */
const refusals: readonly { readonly code: number; readonly failure: string }[] = [
  { code: 0x84, failure: "protocol" },
  { code: 0x86, failure: "password" },
  { code: 0x87, failure: "not-authorised" },
  ...[
    0x80, 0x81, 0x82, 0x83, 0x85, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c,
    0x9d, 0x9f,
  ].map((code) => ({ code, failure: "lost" })),
];

for (const { code, failure } of refusals) {
  test.concurrent(`CONNACK ${hex(code)}: ${failure}, told once, tried slowly`, async () => {
    const elsewhere = await startScriptedBroker();
    const broker = await startScriptedBroker({
      // A broker that names another one: whoever may do that decides where a city's events go.
      onConnect: (peer) => {
        peer.connack(code, textProperty(0x1c, `127.0.0.1:${elsewhere.port}`));
      },
    });
    const { uplink, store, states, reached } = makeTestUplink(
      { url: broker.url, protocol: "5" },
      { pace },
    );
    await store.appendEvent(testEvent("one"), Date.now());
    uplink.start();
    await reached("failed");
    await systemClock.sleep(900 / pace);
    expect(states).toHaveLength(1);
    expect(states[0]).toMatchObject({ state: "failed", failure });
    expect(states[0]?.remedy).toBeTruthy();
    expect(broker.connectionCount).toBeLessThanOrEqual(2);
    expect(elsewhere.connectionCount).toBe(0);
    await uplink.stop();
    await Promise.all([broker.stop(), elsewhere.stop()]);
  });
}

test("a broker that leaves at a row too large finds it among those under way", async () => {
  await withRows(
    (peer) => peer.disconnect(0x95),
    async ({ store, told, handed }) => {
      await drained(store);
      expect(told).toEqual(["parked 2: broker: reason code 0x95"]);
      expect(handed()).toContain("three");
    },
    { inFlightMax: 20 },
  );
});

test("a row larger than the broker says it takes is parked unsent, and the connection stays", async () => {
  const broker = await startScriptedBroker({
    onConnect: (peer) => peer.connack(0, numberProperty(0x27, 1_000, 4)),
  });
  const { uplink, store, told, states } = makeTestUplink({ url: broker.url });
  const large = { ...testEvent("large"), data: { requestedBy: "test", note: "x".repeat(2_000) } };
  await store.appendEvent(large, Date.now());
  await store.appendEvent(testEvent("small"), Date.now());
  uplink.start();
  await drained(store);
  expect(told).toEqual(["parked 1: broker: reason code 0x95"]);
  expect(broker.messages.filter(isEvent).map(eventId)[0]).toBe("small");
  expect(states.map(({ state }) => state)).toEqual(["online"]);
  await uplink.stop();
  await broker.stop();
});

test("a broker without retained messages gets none, one without QoS 1 is refused in words", async () => {
  const plain = await startScriptedBroker({
    onConnect: (peer) => peer.connack(0, numberProperty(0x25, 0, 1)),
  });
  const first = makeTestUplink({ url: plain.url });
  first.uplink.start();
  await first.reached("online");
  await first.uplink.stop();
  expect(plain.messages.map(({ isRetained }) => isRetained)).toEqual([false, false]);
  await plain.stop();

  const careless = await startScriptedBroker({
    onConnect: (peer) => peer.connack(0, numberProperty(0x24, 0, 1)),
  });
  const second = makeTestUplink({ url: careless.url });
  second.uplink.start();
  await second.reached("failed");
  expect(second.states[0]?.detail).toMatch(/acknowledges nothing/);
  await second.uplink.stop();
  await careless.stop();
});

async function until(isReached: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isReached(); turn++) await systemClock.sleep(5);
  expect(isReached()).toBe(true);
}
