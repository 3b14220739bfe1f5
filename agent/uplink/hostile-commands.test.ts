/**
 * Goal: a hub that was taken over can waste a box's time within a bound, and no more: no command
 * reads a file, runs a program or changes what is not its own.
 * Method: hostile commands through the door that all of them take, a flood in one second of virtual
 * time, and a look at what the files behind the door import.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CommandRate } from "./command-rate.ts";
import { answerCommand } from "./commands.ts";
import { commandSchema, resultSchema } from "./messages.ts";

const address = { division: "445102", device: "box" };

interface Done {
  readonly what: "test-event" | "verdict" | "cases" | "acknowledge" | "files" | "picture";
  readonly with: unknown;
}

async function send(text: string, mayObey = () => true) {
  const done: Done[] = [];
  const answer = await answerCommand(Buffer.from(text), {
    address,
    nowMs: Date.UTC(2026, 2, 1),
    mayObey,
    mayPicture: () => true,
    doers: {
      testEvent: async (note) => void done.push({ what: "test-event", with: note }),
      verdict: async (verdict) => {
        done.push({ what: "verdict", with: verdict });
        return { outcome: "accepted", reason: "" };
      },
      noteCases: (cases) => void (cases.length > 0 && done.push({ what: "cases", with: cases })),
      acknowledge: async (events) => void done.push({ what: "acknowledge", with: events }),
      acknowledgeEvidence: async (files) => void done.push({ what: "files", with: files }),
      freshPicture: async (request) => {
        done.push({ what: "picture", with: request });
        return { eventId: "fresh" };
      },
    },
  });
  return { answer, done };
}

const deep = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const refusedRows: readonly { readonly name: string; readonly text: string }[] = [
  { name: "a path as a command", text: '{"command":"../../bin/sh","id":"1"}' },
  { name: "a shell line as a command", text: '{"command":"test-event;reboot","id":"1"}' },
  { name: "the name of a method", text: '{"command":"constructor","id":"1"}' },
  { name: "the prototype as a command", text: '{"command":"__proto__","id":"1"}' },
  { name: "a command that is an object", text: '{"command":{"toString":"test-event"},"id":"1"}' },
  { name: "a huge number for an id", text: '{"command":"test-event","id":1e308}' },
  { name: "a number without end", text: `{"command":"test-event","id":${"9".repeat(10_000)}}` },
  { name: "a list in the place of the note", text: `{"command":"test-event","id":"1","note":[1]}` },
  { name: "deep nesting", text: deep(100_000) },
  {
    name: "deep nesting in a field",
    text: `{"command":"test-event","id":"1","note":${deep(50_000)}}`,
  },
  {
    name: "a verdict on a list of violations",
    text: '{"command":"verdict","id":"1","violation":["a","b"],"verdict":"confirmed"}',
  },
  {
    name: "a permit for ever",
    text: '{"command":"verdict","id":"1","violation":"v","verdict":"permitted","until":"+999999-01-01"}',
  },
  {
    name: "a thousand and one acknowledgements",
    text: JSON.stringify({
      command: "acknowledge",
      id: "1",
      events: Array.from({ length: 1_001 }, () => ({ id: "x", outcome: "accepted" })),
    }),
  },
];
for (const { name, text } of refusedRows) {
  test(`${name} is refused in one bounded answer, and nothing is done`, async () => {
    const { answer, done } = await send(text);
    expect(done).toEqual([]);
    expect(resultSchema.parse(answer).outcome).toMatch(/^(refused|rejected)$/);
    expect(JSON.stringify(answer).length).toBeLessThan(1_000);
  });
}

test("keys that are not known are not taken along, and no prototype is touched", async () => {
  const hostile =
    '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"file":"/etc/passwd"';
  const { done } = await send(`{"command":"test-event","id":"1","note":"n",${hostile}}`);
  expect(done).toEqual([{ what: "test-event", with: "n" }]);
  const verdict = await send(
    `{"command":"verdict","id":"1","violation":"v","verdict":"confirmed",${hostile}}`,
  );
  expect(verdict.done.map((one) => Object.keys(one.with as object))).toEqual([
    ["command", "id", "violation", "verdict"],
  ]);
  expect("polluted" in {}).toBe(false);
});

test("a path where a text may stand stays a text: it is told back or stored, never opened", async () => {
  const path = "../../../../etc/passwd";
  const { answer, done } = await send(`{"command":"test-event","id":"${path}","note":"${path}"}`);
  expect(done).toEqual([{ what: "test-event", with: path }]);
  expect(answer).toMatchObject({ command: path, source: "/kerbside/445102/box" });
});

test("of 10,000 commands in a second 220 are obeyed, the others answered or dropped", async () => {
  const rate = new CommandRate();
  let nowMonoMs = 0;
  const mayObey = () => rate.take(nowMonoMs);
  let doneCount = 0;
  let answerCount = 0;
  for (let index = 0; index < 10_000; index++) {
    nowMonoMs = index / 10;
    const isRubbish = index % 2 === 1;
    const { answer, done } = await send(
      isRubbish ? "{" : `{"command":"test-event","id":"${index}"}`,
      mayObey,
    );
    doneCount += done.length;
    answerCount += answer === undefined ? 0 : 1;
  }
  // Rubbish takes from the same store: it is not a way around.
  expect(doneCount).toBeLessThanOrEqual(220);
  expect(doneCount).toBeGreaterThanOrEqual(100);
  expect(answerCount).toBeLessThanOrEqual(5_000 + 220);
});

test("there are five commands, and nothing behind the door can read a file or run a program", () => {
  const known = commandSchema.options.map((option) =>
    "options" in option ? "verdict" : option.shape.command.value,
  );
  expect(known.toSorted()).toEqual([
    "acknowledge",
    "acknowledge-evidence",
    "fresh-picture",
    "test-event",
    "verdict",
  ]);
  const files = ["commands.ts", "command-rate.ts", "messages.ts", "uplink.ts", "../verdicts.ts"];
  const imports = files.flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, file), "utf8");
    return [...text.matchAll(/from "(node:[^"]+)"|import\("([^"]+)"\)/g)].map(
      ([, built, lazy]) => `${file}: ${built ?? lazy}`,
    );
  });
  expect(imports.filter((one) => !/node:(crypto|util)$/.test(one))).toEqual([]);
});
