/**
 * What boxes send, as `kerbside hub` reads it: the topic up to the first line end, then the payload.
 *
 * Holds for every input: a value comes back, never an error; what is taken is in the box's own name.
 */
import { contractExamples } from "../../../agent/hub/contract-examples.ts";
import { readMessage } from "../../../agent/hub/read-message.ts";
import { sourceOf, topicNames, topicOf } from "../../../agent/uplink/topics.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { hostileIn, type Json } from "../hostile-values.ts";

const address = { division: "445102", device: "cz-paifang-03" };
const message = (topic: string, payload: unknown): Buffer =>
  Buffer.from(`${topic}\n${JSON.stringify(payload)}`);

const examples = Object.entries(await contractExamples()).flatMap(([name, list]) => {
  const word = topicNames.find((topic) => topic === name) ?? "event";
  return list.map(({ payload }) => ({ topic: topicOf(address, word), payload }));
});

export const boxMessages: FuzzTarget = {
  name: "box-messages",
  corpus: () => examples.map(({ topic, payload }) => message(topic, payload)),
  tokens: [
    '"source":',
    '"sequence":"',
    '"__proto__":',
    "kerbside/v1/",
    "/event\n",
    "1e999",
    "\\u0000",
  ],
  arbitrary: hostileIn(examples.map(({ topic, payload }) => ({ topic, payload: payload as Json }))) // JSON of ours.
    .map((value) => {
      const { topic, payload = null } =
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? (value as Readonly<Record<string, Json>>) // An object, as just asked.
          : {};
      return message(typeof topic === "string" ? topic : topicOf(address, "event"), payload);
    }),
  run: (bytes) => {
    const end = bytes.indexOf(0x0a);
    const topic = Buffer.from(bytes.subarray(0, Math.max(0, end))).toString("utf8");
    const read = readMessage(topic, bytes.subarray(end + 1));
    switch (read.what) {
      case "event":
        if (read.event.source !== sourceOf(read.address)) throw new Error("in another's name");
        if (!Number.isSafeInteger(read.sequence)) throw new Error("no sequence");
        if (/[\r\n]/.test(read.text)) throw new Error("an event of several lines");
        break;
      case "live":
        if (read.live.message.source !== sourceOf(read.address)) throw new Error("another's name");
        break;
      case "wrong":
        if (read.problem === "") throw new Error("refused without a reason");
    }
  },
  isExpected: () => false,
  memoryBoundBytes: 64 * 1_024 * 1_024,
  testInputs: 300,
};
