import { expect, test } from "vitest";
import { answerCommand } from "./commands.ts";
import type { VerdictCommand } from "./messages.ts";
import { resultSchema } from "./messages.ts";

const address = { division: "445102", device: "box" };

async function answer(text: string | Uint8Array, mayObey = true) {
  const acknowledged: unknown[] = [];
  const notes: string[] = [];
  const verdicts: VerdictCommand[] = [];
  const cases: unknown[] = [];
  const files: unknown[] = [];
  const pictures = [true];
  const result = await answerCommand(typeof text === "string" ? Buffer.from(text) : text, {
    address,
    nowMs: Date.UTC(2026, 2, 1),
    mayObey: () => mayObey,
    mayPicture: () => pictures.shift() === true,
    doers: {
      acknowledge: async (events) => void acknowledged.push(...events),
      testEvent: async (note) => {
        if (note === "full") throw new Error("the disk is full");
        notes.push(note);
      },
      verdict: async (verdict) => {
        if (verdict.violation === "unwritable") throw new Error("the disk is full");
        verdicts.push(verdict);
        return { outcome: "accepted", reason: "the violation is withdrawn" };
      },
      noteCases: (noted) => void cases.push(...noted),
      acknowledgeEvidence: async (words) => void files.push(...words),
      freshPicture: async ({ camera }) => {
        if (camera !== "east") throw new Error(`no camera is called ${camera}`);
        return { eventId: "fresh.7" };
      },
    },
  });
  return { result, acknowledged, notes, verdicts, cases, files };
}

test("an acknowledgement is taken and not answered", async () => {
  const events = [{ id: "a.1", outcome: "accepted", caseNo: "2026-17" }];
  const { result, acknowledged, cases } = await answer(
    JSON.stringify({ command: "acknowledge", id: "1", events }),
  );
  expect(result).toBeUndefined();
  expect(acknowledged).toEqual(events);
  expect(cases).toEqual([{ eventId: "a.1", caseNo: "2026-17" }]);
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

test("a word on files of evidence is taken and not answered", async () => {
  const file = { violation: "v1", revision: 2, file: "manifest.json", outcome: "accepted" };
  const text = JSON.stringify({ command: "acknowledge-evidence", id: "1", files: [file] });
  const { result, files } = await answer(text);
  expect(result).toBeUndefined();
  expect(files).toEqual([file]);
});

test("a word on a file that names another folder is refused", async () => {
  const file = { violation: "..", revision: 2, file: "../key", outcome: "accepted" };
  const text = JSON.stringify({ command: "acknowledge-evidence", id: "1", files: [file] });
  const { result, files } = await answer(text);
  expect(result).toMatchObject({ outcome: "refused" });
  expect(files).toEqual([]);
});

test("a fresh picture is answered with its event, or with why there is none", async () => {
  const ask = (camera: string) =>
    answer(JSON.stringify({ command: "fresh-picture", id: "7", camera, zone: "kerb" }));
  expect((await ask("east")).result).toMatchObject({ outcome: "done", event: "fresh.7" });
  const refused = { outcome: "refused", reason: "no camera is called west" };
  expect((await ask("west")).result).toMatchObject(refused);
});

test("what cannot be done says why", async () => {
  const { result } = await answer('{"command":"test-event","id":"7","note":"full"}');
  expect(result).toMatchObject({ command: "7", outcome: "refused", reason: "the disk is full" });
});

test("a verdict is answered with its violation and the hub's case", async () => {
  const verdict = {
    command: "verdict",
    id: "8",
    violation: "v1",
    verdict: "dismissed",
    reason: "a loading bay",
    caseNo: "2026-17",
  };
  const { result, verdicts } = await answer(JSON.stringify(verdict));
  expect(verdicts).toEqual([verdict]);
  expect(resultSchema.parse(result)).toEqual({
    source: "/kerbside/445102/box",
    command: "8",
    outcome: "accepted",
    reason: "the violation is withdrawn",
    at: "2026-03-01T00:00:00.000+00:00",
    violation: "v1",
    caseNo: "2026-17",
  });
});

test("a verdict that cannot be written is rejected, and may come again", async () => {
  const { result } = await answer(
    '{"command":"verdict","id":"8","violation":"unwritable","verdict":"confirmed"}',
  );
  expect(result).toMatchObject({ command: "8", outcome: "rejected", reason: "the disk is full" });
});

test("what comes too fast is told so and not done; acknowledgements pass", async () => {
  const fast = (command: object) => answer(JSON.stringify(command), false);
  const verdict = { command: "verdict", id: "8", violation: "v1", verdict: "confirmed" };
  const { result, verdicts } = await fast(verdict);
  expect(result).toMatchObject({ command: "8", outcome: "rejected" });
  expect(result?.reason).toMatch(/^more than 20 commands a second/);
  expect(verdicts).toEqual([]);
  const test = await fast({ command: "test-event", id: "9" });
  expect(test.result).toMatchObject({ command: "9", outcome: "refused" });
  expect(test.notes).toEqual([]);
  const events = [{ id: "a.1", outcome: "accepted" }];
  expect((await fast({ command: "acknowledge", id: "1", events })).acknowledged).toEqual(events);
  // Nonsense in a flood gets no echo.
  expect((await answer("{", false)).result).toBeUndefined();
});

const wrongVerdicts: readonly { name: string; change: object; reason: RegExp }[] = [
  { name: "an unknown word", change: { verdict: "maybe" }, reason: /^verdict: / },
  { name: "no violation", change: { violation: undefined }, reason: /^violation: / },
  { name: "a long violation", change: { violation: "x".repeat(101) }, reason: /^violation: / },
  { name: "dismissed without a reason", change: { verdict: "dismissed" }, reason: /^reason: / },
  { name: "an endless reason", change: { reason: "x".repeat(201) }, reason: /^reason: / },
  { name: "a permit without an end", change: { verdict: "permitted" }, reason: /^until: / },
  {
    name: "a day that does not exist",
    change: { verdict: "permitted", until: "2026-02-30" },
    reason: /^until: expected a date/,
  },
  { name: "an empty case number", change: { caseNo: "" }, reason: /^caseNo: / },
];
for (const { name, change, reason } of wrongVerdicts) {
  test(`a verdict with ${name} is rejected with a reason, and changes nothing`, async () => {
    const verdict = { command: "verdict", id: "8", violation: "v1", verdict: "confirmed" };
    const { result, verdicts } = await answer(JSON.stringify({ ...verdict, ...change }));
    expect(result).toMatchObject({ command: "8", outcome: "rejected" });
    expect(result?.reason).toMatch(reason);
    expect(verdicts).toEqual([]);
  });
}

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
