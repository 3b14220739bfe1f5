/** What MQTT.js's encoder holds when thousands of messages of all lengths have left. */
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { sharePacketLengths } from "./packet-lengths.ts";

test("messages of every length leave no memory behind", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heldBytes = (): number => {
    // Buffers are swept beside the program: the second collection waits for the first one's sweep.
    collect();
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const ofMqtt = createRequire(createRequire(import.meta.url).resolve("mqtt"));
  const { writeToStream } = ofMqtt("mqtt-packet") as {
    readonly writeToStream: (packet: object, stream: object, options: object) => boolean;
  };
  const nobody = { write: () => true };
  sharePacketLengths();
  const payload = Buffer.alloc(6_000);
  const head = { cmd: "publish", topic: "kerbside/v1/1/box/event", qos: 1, messageId: 7 };
  const properties = { contentType: "application/json" };
  const before = heldBytes();
  for (let length = 3_000; length < payload.length; length++) {
    const packet = { ...head, properties, payload: payload.subarray(0, length) };
    expect(writeToStream(packet, nobody, { protocolVersion: 5 })).toBe(true);
    // What an agent needs small buffers for between two events.
    for (let other = 0; other < 4; other++) Buffer.allocUnsafe(20_000);
  }
  expect(heldBytes() - before).toBeLessThan(1_000_000);
});
