import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { commandSchema } from "../uplink/messages.ts";
import { Answers, answerTo } from "./answers.ts";
import { type Finding, Ledger } from "./ledger.ts";
import { address, eventMessage, exampleMessage, type Message, violation } from "./testing/box.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function listen(beforeTelling: () => Promise<void> = async () => {}) {
  const sent: { topic: string; command: unknown }[] = [];
  const failures: unknown[] = [];
  const answers = new Answers({
    beforeTelling,
    publish: async (topic, command) => {
      sent.push({ topic, command });
    },
    onFailed: (error) => failures.push(error),
  });
  return { answers, sent, failures };
}

function findings(messages: readonly Message[]): Finding[] {
  const ledger = new Ledger();
  return messages.map(({ topic, payload }) => ledger.receive(topic, payload));
}

test("each event gets the word that fits it; what is no event gets none", () => {
  const messages = [
    eventMessage(violation(1)),
    eventMessage(violation(1)),
    eventMessage({ ...violation(2), time: "yesterday" }),
    eventMessage({ ...violation(3), id: 3 }),
    exampleMessage("status"),
  ];
  expect(findings(messages).map((finding) => answerTo(finding)?.outcome)).toEqual([
    "accepted",
    "duplicate",
    "rejected",
    undefined,
    undefined,
  ]);
});

test("a burst is one command to its box, after what was received is on disk", async () => {
  const disk = Promise.withResolvers<void>();
  const { answers, sent } = listen(() => disk.promise);
  const burst = [1, 2, 3].map((n) => eventMessage(violation(n, { violation: `v${n}` })));
  for (const finding of findings(burst)) answers.add(finding);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual([]);
  disk.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toMatchObject([
    {
      topic: "kerbside/v1/445102/cz-paifang-03/command",
      command: {
        command: "acknowledge",
        events: ["v1.1", "v2.1", "v3.1"].map((id) => ({ id, outcome: "accepted" })),
      },
    },
  ]);
});

test("when the disk refuses, nobody is told", async () => {
  const { answers, sent, failures } = listen(() => Promise.reject(new Error("no space")));
  for (const finding of findings([eventMessage(violation(1))])) answers.add(finding);
  await answers.flush();
  expect(sent).toEqual([]);
  expect(failures).toEqual([new Error("no space")]);
});

test("a flood goes in commands that a box takes", async () => {
  const { answers, sent } = listen();
  for (let n = 0; n < 250; n++) {
    const id = String(n).padEnd(200, "界");
    answers.add({ outcome: "rejected", address, id, problem: "牌".repeat(900) });
  }
  await answers.flush();
  expect(sent.length).toBe(3);
  for (const { command } of sent) {
    expect(commandSchema.safeParse(command).error).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(command))).toBeLessThan(256 * 1024);
  }
});
