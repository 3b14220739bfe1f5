/**
 * Goal: whatever a broker hands over, reading it gives a value and the value tells the truth.
 * Method: a table of hostile messages, each a real one with one thing wrong; then random bytes and
 * random damage.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { publishedMessages } from "./contract.ts";
import { payloadBytesMax, readMessage } from "./read-message.ts";
import {
  digits,
  dropped,
  eventMessage,
  eventTopic,
  example,
  exampleMessage,
  json,
  type Message,
  violation,
} from "./testing/box.ts";

for (const [name, { topic }] of Object.entries(publishedMessages)) {
  if (topic === "command") continue;
  test(`the published example of ${name} is read`, () => {
    const message = exampleMessage(name);
    const read = readMessage(message.topic, message.payload);
    expect(read.what).toBe(topic === "event" ? "event" : "live");
  });
}

test("a key that a later release added is no fault", () => {
  const event = violation(9, {}, {});
  const { topic, payload } = eventMessage({
    ...event,
    later: 1,
    data: { ...(event["data"] as object), later: [] },
  });
  expect(readMessage(topic, payload)).toMatchObject({ what: "event", sequence: 9 });
});

test("an event over several lines becomes one line with the same meaning", () => {
  const event = violation(9, { severityFact: "tag:a b" });
  const payload = Buffer.from(JSON.stringify(event, null, 2).replaceAll("\n", "\r\n"));
  const read = readMessage(eventTopic, payload);
  const text = read.what === "event" ? read.text : "";
  expect(text).not.toMatch(/[\r\n]/);
  expect(JSON.parse(text)).toEqual(event);
});

const statusTopic = "kerbside/v1/445102/cz-paifang-03/status";
const id = violation(1)["id"];

interface Row {
  readonly name: string;
  readonly message: Message;
  readonly problem: RegExp;
  readonly id?: unknown;
  readonly sequence?: number;
}

const rows: readonly Row[] = [
  {
    name: "a topic of another system",
    message: eventMessage(violation(1), "zigbee2mqtt/lamp"),
    problem: /topic is not one of ours/,
  },
  {
    name: "a topic with a line end in the device",
    message: eventMessage(violation(1), "kerbside/v1/445102/a\nb/event"),
    problem: /topic is not one of ours/,
  },
  {
    name: "a huge payload",
    message: { topic: eventTopic, payload: new Uint8Array(payloadBytesMax + 1) },
    problem: /1048577 bytes, more than 1048576/,
  },
  {
    name: "bytes that are not UTF-8",
    message: { topic: eventTopic, payload: Uint8Array.of(0x22, 0xff, 0xfe, 0x22) },
    problem: /not JSON in UTF-8/,
  },
  { name: "nothing", message: { topic: eventTopic, payload: new Uint8Array() }, problem: /JSON/ },
  { name: "a number", message: eventMessage(7), problem: /expected object/ },
  { name: "null", message: eventMessage(null), problem: /expected object/ },
  { name: "a list", message: eventMessage([violation(1)]), problem: /expected object/ },
  {
    name: "very deep JSON",
    message: { topic: eventTopic, payload: Buffer.from("[".repeat(500_000)) },
    problem: /not JSON|expected object/,
  },
  {
    name: "an id that is a number",
    message: eventMessage({ ...violation(1), id: 12 }),
    problem: /id: .*expected string/,
  },
  {
    name: "an id that is too long to be acknowledged",
    message: eventMessage({ ...violation(1), id: "x".repeat(201) }),
    problem: /id: 201 characters/,
  },
  {
    name: "somebody else's source",
    message: eventMessage({ ...violation(1), source: "/kerbside/445102/other" }),
    problem: /source: \/kerbside\/445102\/other on the topic of \/kerbside\/445102\/cz-paifang-03/,
    id,
  },
  {
    name: "another major version of CloudEvents",
    message: eventMessage({ ...violation(1), specversion: "2.0" }),
    problem: /specversion/,
    id,
  },
  {
    name: "no sequence",
    message: eventMessage({ ...violation(1), sequence: undefined }),
    problem: /sequence/,
    id,
  },
  {
    name: "sequence 0",
    message: eventMessage({ ...violation(1), sequence: digits(0) }),
    problem: /sequence: not from 1/,
    id,
  },
  {
    name: "a sequence that no number holds",
    message: eventMessage({ ...violation(1), sequence: "9".repeat(20) }),
    problem: /sequence: not from 1/,
    id,
  },
  {
    name: "a type of another version",
    message: eventMessage({ ...violation(5), type: "city.kerbside.violation.v2" }),
    problem: /type: city.kerbside.violation.v2 is not one of v1/,
    id,
    sequence: 5,
  },
  {
    name: "a type that is a name of every object",
    message: eventMessage({ ...violation(5), type: "constructor" }),
    problem: /type: constructor is not one of v1/,
    id,
    sequence: 5,
  },
  {
    name: "a stage that is ours alone",
    message: eventMessage(violation(5, { stage: "clue" as "warned" })),
    problem: /data\.stage/,
    id,
    sequence: 5,
  },
  {
    name: "a score that is a word",
    message: eventMessage(violation(5, { score: "high" as unknown as number })),
    problem: /data\.score: .*expected number/,
    id,
    sequence: 5,
  },
  {
    name: "an id that is not the violation's",
    message: eventMessage({ ...violation(5), id: "v.7" }),
    problem: /id: not the violation's id and revision/,
    id: "v.7",
    sequence: 5,
  },
  {
    name: "a dropped range that ends before it begins",
    message: eventMessage(dropped(9, 5, 3)),
    problem: /data\.count/,
    id: "dropped.5-3",
    sequence: 9,
  },
  {
    name: "a status in another's name",
    message: {
      topic: statusTopic,
      payload: json({ ...example("status"), source: "/kerbside/445102/x" }),
    },
    problem: /status: source/,
  },
  {
    name: "a status without its state",
    message: { topic: statusTopic, payload: json({ ...example("status"), online: 1 }) },
    problem: /status: online/,
  },
  {
    name: "a command",
    message: exampleMessage("command"),
    problem: /command: not a topic that a hub hears/,
  },
];
for (const { name, message, problem, id: wantId = null, sequence } of rows) {
  test(`${name} is refused with its reason`, () => {
    const read = readMessage(message.topic, message.payload);
    if (read.what !== "wrong") throw new Error(`it was read as ${read.what}`);
    expect(read.problem).toMatch(problem);
    expect(read.id).toBe(wantId);
    expect(read.sequence).toBe(sequence);
  });
}

test("random bytes on any topic are answered with a value", () => {
  const topics = fc.constantFrom(eventTopic, statusTopic, statusTopic.replace("status", "health"));
  fc.assert(
    fc.property(fc.oneof(topics, fc.string()), fc.uint8Array(), (topic, payload) => {
      expect(readMessage(topic, payload).what).toBe("wrong");
    }),
  );
});

test("an event with any value anywhere is read or refused, and read only in its own name", () => {
  const paths = [...pathsOf(violation(1))];
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
      const event = violation(1);
      set(event, path, value);
      const read = readMessage(eventTopic, json(event));
      const itsOwn = violation(1)["source"];
      expect(read.what === "wrong" || (read.what === "event" && read.event.source === itsOwn)).toBe(
        true,
      );
    }),
    { numRuns: 500 },
  );
});

function* pathsOf(value: object, before: readonly string[] = []): Generator<readonly string[]> {
  for (const [key, inner] of Object.entries(value)) {
    yield [...before, key];
    if (typeof inner === "object" && inner !== null) yield* pathsOf(inner, [...before, key]);
  }
}

function set(target: object, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) Reflect.set(target, key, value);
  else set(Reflect.get(target, key), rest, value);
}
