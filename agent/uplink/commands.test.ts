import { expect, test } from "vitest";
import { answerCommand } from "./commands.ts";
import { resultSchema } from "./messages.ts";

const address = { division: "445102", device: "box" };

async function answer(text: string | Uint8Array) {
  const acknowledged: unknown[] = [];
  const notes: string[] = [];
  const result = await answerCommand(typeof text === "string" ? Buffer.from(text) : text, {
    address,
    nowMs: Date.UTC(2026, 2, 1),
    doers: {
      acknowledge: async (events) => void acknowledged.push(...events),
      testEvent: async (note) => {
        if (note === "full") throw new Error("the disk is full");
        notes.push(note);
      },
    },
  });
  return { result, acknowledged, notes };
}

test("an acknowledgement is taken and not answered", async () => {
  const events = [{ id: "a.1", outcome: "accepted", caseNo: "2026-17" }];
  const { result, acknowledged } = await answer(
    JSON.stringify({ command: "acknowledge", id: "1", events }),
  );
  expect(result).toBeUndefined();
  expect(acknowledged).toEqual(events);
});

test("a test event is done and answered", async () => {
  const { result, notes } = await answer('{"command":"test-event","id":"7","note":"hello"}');
  expect(notes).toEqual(["hello"]);
  expect(resultSchema.parse(result)).toEqual({
    source: "/kerbside/445102/box",
    command: "7",
    outcome: "done",
    reason: "a test event is in the outbox",
    at: "2026-03-01T00:00:00.000+00:00",
  });
});

test("what cannot be done says why", async () => {
  const { result } = await answer('{"command":"test-event","id":"7","note":"full"}');
  expect(result).toMatchObject({ command: "7", outcome: "refused", reason: "the disk is full" });
});

const tooManyEvents = Array.from({ length: 1_001 }, () => ({ id: "x", outcome: "accepted" }));
const wrong: readonly {
  name: string;
  text: string | Uint8Array;
  id: string | null;
  reason: RegExp;
}[] = [
  { name: "no JSON", text: "{", id: null, reason: /^not JSON in UTF-8$/ },
  { name: "no UTF-8", text: Uint8Array.of(0xff, 0xfe), id: null, reason: /^not JSON in UTF-8$/ },
  { name: "an empty message", text: "", id: null, reason: /^not JSON/ },
  { name: "an array", text: "[]", id: null, reason: /^message: / },
  { name: "null", text: "null", id: null, reason: /^message: / },
  {
    name: "an unknown command",
    text: '{"command":"reboot","id":"9"}',
    id: "9",
    reason: /^command: /,
  },
  { name: "no id", text: '{"command":"test-event"}', id: null, reason: /^id: / },
  {
    name: "a long note",
    text: JSON.stringify({ command: "test-event", id: "9", note: "x".repeat(201) }),
    id: "9",
    reason: /^note: /,
  },
  {
    name: "too many events",
    text: JSON.stringify({ command: "acknowledge", id: "9", events: tooManyEvents }),
    id: "9",
    reason: /^events: /,
  },
  {
    name: "an unknown outcome",
    text: '{"command":"acknowledge","id":"9","events":[{"id":"a","outcome":"maybe"}]}',
    id: "9",
    reason: /^events\.0\.outcome: /,
  },
  {
    name: "a huge message",
    text: new Uint8Array(300_000),
    id: null,
    reason: /^larger than 262144 bytes$/,
  },
];
for (const { name, text, id, reason } of wrong) {
  test(`${name} is refused with a reason, and changes nothing`, async () => {
    const { result, acknowledged, notes } = await answer(text);
    expect(result).toMatchObject({ command: id, outcome: "refused" });
    expect(result?.reason).toMatch(reason);
    expect([...acknowledged, ...notes]).toEqual([]);
  });
}
