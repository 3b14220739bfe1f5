/**
 * A broker that lies, floods, stalls and sends rubbish costs the uplink a connection, nothing else.
 *
 * Method: on a real socket, the first connection gets the trick, the next ones a broker that
 * behaves. Whatever the trick: the rows that waited arrive, in order; few lines are told, short and
 * printable; memory stays; nobody is obeyed who did not ask rightly.
 */
import { expect, test } from "vitest";
import {
  numberProperty,
  type Peer,
  packet,
  publishPacket,
  type SentMessage,
  startScriptedBroker,
  textProperty,
} from "../../test-fixtures/scripted-broker.ts";
import {
  drained,
  makeTestUplink,
  type TestUplink,
  testAddress,
  testEvent,
} from "../../test-fixtures/test-uplink.ts";
import { topicOf } from "./topics.ts";

/** Of holds and retries: what takes a second takes a tenth. */
const pace = 10;
const patienceMs = 300;
const commandTopic = topicOf(testAddress, "command");
const megabyte = 1_000_000;

interface Trick {
  readonly name: string;
  /** In the place of a greeting. */
  readonly onConnect?: (peer: Peer) => void;
  /** In the place of the grant. */
  readonly onSubscribe?: (peer: Peer, messageId: number) => void;
  /** In the place of an acknowledgement. */
  readonly onPublish?: (peer: Peer, message: SentMessage) => void;
  /** The connection that is tricked is kept: the trick does not even cost that. */
  readonly isHarmless?: true;
}

const silent = (): void => {};
/** Greets and grants, then this. */
const afterGrant =
  (trick: (peer: Peer) => void | Promise<void>) =>
  (peer: Peer, messageId: number): void => {
    peer.suback(messageId);
    void trick(peer);
  };

/** Again and again, as fast as they are read, until the client has gone. */
async function flood(peer: Peer, bytes: Uint8Array, count: number): Promise<void> {
  for (let sent = 0; sent < count && !peer.isGone; sent++) await peer.raw(bytes);
}

const puback = (messageId: number): Buffer =>
  packet(4, 0, Buffer.of(messageId >> 8, messageId & 0xff));
const many = (one: Uint8Array, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => one));
const command = (value: unknown): Buffer =>
  publishPacket(commandTopic, Buffer.from(JSON.stringify(value)));

const tricks: readonly Trick[] = [
  { name: "accepts and never greets", onConnect: silent },
  { name: "greets and is silent", onSubscribe: silent },
  { name: "answers pings and acknowledges nothing", onPublish: silent },
  { name: "closes at once", onConnect: (peer) => peer.cut() },
  { name: "says goodbye at once", onSubscribe: (peer) => peer.disconnect(0x8b) },
  {
    name: "a goodbye of 60,000 characters, with control characters",
    onSubscribe: (peer) => peer.disconnect(0x80, textProperty(0x1f, "\u001b[2J".repeat(15_000))),
  },
  { name: "an HTTP page", onConnect: (peer) => void peer.raw(Buffer.from("HTTP/1.1 200 OK\r\n")) },
  {
    name: "an endless packet in the place of the greeting",
    onConnect: (peer) => {
      void peer.raw(packet(2, 0, Buffer.alloc(0), 268_435_455));
      void flood(peer, Buffer.alloc(megabyte), 200);
    },
  },
  {
    name: "a message of 256 MB",
    onSubscribe: afterGrant(async (peer) => {
      await peer.raw(packet(3, 0b010, Buffer.alloc(0), 268_435_455));
      await flood(peer, Buffer.alloc(megabyte), 200);
    }),
  },
  {
    name: "a retained command of 4 MB",
    onSubscribe: afterGrant((peer) => {
      return peer.publish(commandTopic, Buffer.alloc(4 * megabyte, "x"), { retain: true });
    }),
  },
  {
    name: "a length of five bytes",
    onSubscribe: afterGrant((peer) => peer.raw(Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0xff))),
  },
  {
    name: "a topic longer than its packet",
    onSubscribe: afterGrant((peer) => peer.raw(packet(3, 0, Buffer.of(0xff, 0xff, 0x61)))),
  },
  {
    name: "a grant that is too short",
    onSubscribe: (peer) => void peer.raw(packet(9, 0, Buffer.of(0))),
  },
  {
    name: "an acknowledgement of one byte",
    onPublish: (peer) => void peer.raw(packet(4, 0, Buffer.of(0))),
  },
  { name: "a second greeting", onSubscribe: afterGrant((peer) => peer.connack()) },
  {
    name: "a greeting that promises impossible things",
    onConnect: (peer) => peer.connack(0, Buffer.concat([numberProperty(0x21, 0, 2)])),
    isHarmless: true,
  },
  {
    name: "acknowledges what was never sent",
    onSubscribe: afterGrant((peer) => {
      for (let id = 1; id < 150; id++) void peer.raw(puback(id));
    }),
    isHarmless: true,
  },
  {
    name: "a flood of acknowledgements",
    onSubscribe: afterGrant((peer) => flood(peer, many(puback(40_000), 5_000), 200)),
  },
  {
    name: "a flood of pings",
    onSubscribe: afterGrant((peer) =>
      flood(peer, many(packet(13, 0, Buffer.alloc(0)), 9_000), 200),
    ),
  },
  {
    name: "messages at QoS 2",
    onSubscribe: afterGrant(async (peer) => {
      for (let id = 1; id <= 1_000 && !peer.isGone; id++) {
        const body = Buffer.concat([Buffer.of(0, 1, 0x61, id >> 8, id & 0xff, 0), Buffer.alloc(9)]);
        await peer.raw(packet(3, 0b100, body));
      }
    }),
  },
  {
    name: "an alias for a topic that was never agreed",
    onSubscribe: afterGrant((peer) => {
      return peer.raw(packet(3, 0, Buffer.of(0, 0, 3, 0x23, 0, 1, 0x61)));
    }),
  },
  {
    name: "commands on other topics",
    onSubscribe: afterGrant(async (peer) => {
      const wish = Buffer.from(JSON.stringify({ command: "test-event", id: "t", note: "obeyed" }));
      for (const topic of ["kerbside/v1/445102/other/command", "#", "", "\u0000", "../command"]) {
        await peer.publish(topic, wish);
      }
    }),
    isHarmless: true,
  },
  {
    name: "a hundred thousand wrong commands, no answer acknowledged",
    onSubscribe: afterGrant((peer) => {
      return flood(peer, many(command({ command: "run", id: "r", file: "/etc/passwd" }), 500), 200);
    }),
    onPublish: (peer, { topic, messageId }) => {
      if (!topic.endsWith("/result")) peer.puback(messageId);
    },
  },
];

async function attacked(
  trick: Trick,
  check: (parts: TestUplink & { readonly taken: () => readonly string[] }) => Promise<void>,
  answerTimeoutMs = patienceMs,
): Promise<void> {
  let tricked: Peer | undefined;
  const isTricked = (peer: Peer): boolean => {
    tricked ??= peer;
    return tricked === peer;
  };
  const broker = await startScriptedBroker({
    onConnect: (peer) => {
      if (isTricked(peer) && trick.onConnect !== undefined) trick.onConnect(peer);
      else peer.connack();
    },
    onSubscribe: (peer, messageId) => {
      if (isTricked(peer) && trick.onSubscribe !== undefined) trick.onSubscribe(peer, messageId);
      else peer.suback(messageId);
    },
    onPublish: (peer, message) => {
      if (isTricked(peer) && trick.onPublish !== undefined) trick.onPublish(peer, message);
      else peer.puback(message.messageId);
    },
  });
  const parts = makeTestUplink(
    { url: broker.url, protocol: "5", connectTimeoutMs: patienceMs, answerTimeoutMs },
    { pace },
  );
  for (const id of ["one", "two", "three"])
    await parts.store.appendEvent(testEvent(id), Date.now());
  const taken = () =>
    broker.messages
      .filter(({ topic }) => topic.endsWith("/event"))
      .map(({ payload }): string => JSON.parse(payload.toString()).id);
  parts.uplink.start();
  try {
    await check({ ...parts, taken });
  } finally {
    await parts.uplink.stop();
    await broker.stop();
  }
}

for (const trick of tricks) {
  test(`${trick.name}: the rows arrive all the same`, async () => {
    const before = process.memoryUsage();
    await attacked(trick, async ({ store, states, obeyed, taken }) => {
      await drained(store);
      expect(taken().slice(-3)).toEqual(["one", "two", "three"]);
      expect(obeyed).toEqual([]);
      const words = states.map(({ state }) => state);
      const ways = trick.isHarmless
        ? [["online"]]
        : [
            ["failed", "online"],
            ["online", "failed", "online"],
          ];
      expect(ways).toContainEqual(words);
      for (const { detail } of states) {
        expect(detail.length).toBeLessThan(300);
        expect(detail).not.toMatch(/\p{Cc}/u);
      }
      const { rss, external } = process.memoryUsage();
      expect((external - before.external) / megabyte).toBeLessThan(16);
      expect((rss - before.rss) / megabyte).toBeLessThan(96);
    });
  });
}

test("a flood of commands is obeyed at its rate, and the rows go on meanwhile", async () => {
  const wish = command({ command: "test-event", id: "t", note: "n" });
  const trick = {
    name: "flood",
    onSubscribe: afterGrant((peer) => flood(peer, many(wish, 1_000), 4)),
  };
  await attacked(
    trick,
    async ({ store, states, obeyed, taken }) => {
      await drained(store);
      expect(taken()).toEqual(["one", "two", "three"]);
      expect(states.map(({ state }) => state)).toEqual(["online"]);
      // The burst, and what is allowed in the seconds that a test may take at this pace.
      expect(obeyed.length).toBeLessThan(200 + 20 * pace * 10);
    },
    10_000,
  );
});
