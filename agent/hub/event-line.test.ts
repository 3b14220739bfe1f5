import { expect, test } from "vitest";
import { eventLine, liveLine } from "./event-line.ts";
import { readMessage } from "./read-message.ts";
import { address, eventMessage, example, json, type Message, violation } from "./testing/box.ts";

function lineOf({ topic, payload }: Message): string | undefined {
  const read = readMessage(topic, payload);
  if (read.what === "wrong") throw new Error(read.problem);
  return read.what === "event" ? eventLine(read.event) : liveLine(address, read.live);
}

const onTopic = (name: string, changes: object = {}): Message => ({
  topic: `kerbside/v1/445102/cz-paifang-03/${name}`,
  payload: json({ ...example(name), ...changes }),
});
const violationId = "0f3a9c1e7b20d568";

const rows: readonly { readonly name: string; readonly message: Message; readonly want: string }[] =
  [
    {
      name: "a warning",
      message: eventMessage(violation(41, { violation: violationId })),
      want: "08:01:00  warned     yellow  illegal-parking (motor-vehicle)  cz-paifang-03 east/kerb  seen 60 s  score 0.80  0f3a9c1e7b20  #41",
    },
    {
      name: "a report with a gap, sent late",
      message: eventMessage(
        violation(
          42,
          {
            violation: violationId,
            revision: 2,
            stage: "reported",
            reportedAt: "2026-07-01T08:05:10.000+08:00",
            observedMs: 301_000,
            unobservedMs: 9_000,
          },
          { historical: true },
        ),
      ),
      want: "08:05:10  reported   yellow  illegal-parking (motor-vehicle)  cz-paifang-03 east/kerb  seen 5 min + 9 s unobserved  score 0.80  0f3a9c1e7b20  #42  historical",
    },
    {
      name: "a second look after the end",
      message: eventMessage(
        violation(43, {
          violation: violationId,
          revision: 4,
          stage: "cleared",
          clearedAt: "2026-07-01T08:12:00.000+08:00",
          recheck: { outcome: "stays-clear", clearMs: 600_000, recurredAs: null },
        }),
      ),
      want: "08:12:00  cleared    yellow  illegal-parking (motor-vehicle)  cz-paifang-03 east/kerb  seen 60 s  checked again: stays-clear  score 0.80  0f3a9c1e7b20  #43",
    },
    {
      name: "a drop",
      message: eventMessage(example("dropped-event")),
      want: "00:00:00Z dropped    cz-paifang-03 gave up 28 events (#1180 to #1207): rows  #1207",
    },
    {
      name: "a healed store",
      message: eventMessage(example("store-event")),
      want: "08:00:00  store      cz-paifang-03: database disk image is malformed  #20001",
    },
    {
      name: "a surge",
      message: eventMessage(example("surge-event")),
      want: "08:00:00  surge      cz-paifang-03 grid 445102001001001: 9 street-vending in an hour, usually 0.4  #45",
    },
    {
      name: "a test",
      message: eventMessage(example("test-event")),
      want: "08:00:00  test       cz-paifang-03: asked by hub: after the move to the new broker  #44",
    },
    {
      name: "a box that came",
      message: onTopic("status"),
      want: "08:00:00  online     cz-paifang-03 (started), 2 cameras",
    },
    {
      name: "a box that went",
      message: onTopic("status", { online: false, reason: "connection-lost" }),
      want: "08:00:00  offline    cz-paifang-03 (connection-lost)",
    },
    {
      name: "an answer",
      message: onTopic("result"),
      want: "00:00:00Z result     cz-paifang-03: c-7 done: a test event is in the outbox",
    },
  ];
for (const { name, message, want } of rows) {
  test(`${name} is one readable line`, () => expect(lineOf(message)).toBe(want));
}

test("health and counts are no news", () => {
  expect(lineOf(onTopic("health"))).toBeUndefined();
  expect(lineOf(onTopic("counts"))).toBeUndefined();
});
