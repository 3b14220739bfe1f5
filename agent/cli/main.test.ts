import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { createRedactor } from "../health/redactor.ts";
import { AgentError } from "../runtime/agent-error.ts";
import type { Command } from "./command.ts";
import { allCommands, commandsOf } from "./commands.ts";
import { runLine } from "./main.ts";
import { statusCommand } from "./status.ts";
import { testIo } from "./testing.ts";

const commands = await allCommands();

afterEach(() => {
  vi.restoreAllMocks();
});

async function run(...args: readonly string[]) {
  const io = testIo();
  const code = await runLine(args, io);
  return { code, out: io.out(), err: io.err() };
}

for (const { name, summary, usage, example } of commands) {
  test(`${name} --help says what it does, how, and shows an example`, async () => {
    for (const flag of ["--help", "-h"]) {
      const { code, out, err } = await run(...name.split(" "), flag);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toContain(`kerbside ${name}: ${summary}`);
      expect(out).toContain(`\nUsage: kerbside ${name}`);
      expect(out).toContain(`\nExample:\n  ${example}\n`);
      expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
    }
    expect(usage).toMatch(new RegExp(`^Usage: kerbside ${name}\\b`));
    expect(example).toMatch(new RegExp(`^kerbside ${name}\\b`));
    expect(summary).toMatch(/^[a-z].*[^.]$/);
  });
}

test("kerbside --help lists every command on one line of a terminal", async () => {
  const { code, out } = await run("--help");
  expect(code).toBe(0);
  for (const { name, summary } of commands) {
    expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
  }
  expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
});

test("every command that a file here exports is listed, once", async () => {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "main.ts",
  );
  const exported: Command[] = [];
  for (const file of files) {
    const module: Record<string, unknown> = await import(join(import.meta.dirname, file));
    exported.push(...Object.values(module).flat().filter(isCommand));
  }
  const names = (list: readonly Command[]) => list.map(({ name }) => name).toSorted();
  expect(names(commands)).toEqual(names(exported));
  expect(new Set(names(commands)).size).toBe(commands.length);
});

test("a command is found by its first word", async () => {
  for (const command of commands) {
    expect(await commandsOf(command.name.split(" ")[0] ?? "")).toContain(command);
  }
});

const wrongLines = [
  { name: "nothing", args: [], code: 2, out: /^kerbside: cameras in/, err: /^$/ },
  {
    name: "an unknown command",
    args: ["rum", "x.yaml"],
    code: 2,
    out: /^$/,
    err: /^kerbside: there is no command "rum"\.\n {2}See kerbside --help\.\n$/,
  },
  {
    name: "a name of every object",
    args: ["constructor"],
    code: 2,
    out: /^$/,
    err: /no command "constructor"/,
  },
  {
    name: "half a command",
    args: ["models"],
    code: 2,
    out: /^$/,
    err: /needs one of: models list, models add, models verify/,
  },
  {
    name: "help on half a command",
    args: ["models", "--help"],
    code: 0,
    out: /models verify/,
    err: /^$/,
  },
  {
    name: "an unknown option",
    args: ["status", "--jsn"],
    code: 2,
    out: /^$/,
    err: /^kerbside status: .*--jsn.*\n {2}See kerbside status --help\.\n$/s,
  },
  {
    name: "an argument too many",
    args: ["status", "now"],
    code: 2,
    out: /^$/,
    err: /^kerbside status: .*now/,
  },
];
for (const { name, args, code, out, err } of wrongLines) {
  test(`${name} is answered with exit code ${code}`, async () => {
    const answer = await run(...args);
    expect(answer.code).toBe(code);
    expect(answer.out).toMatch(out);
    expect(answer.err).toMatch(err);
  });
}

const ends = [
  {
    name: "wrong use",
    error: new AgentError("USAGE", "one of --a and --b is needed", "Give one."),
    code: 2,
    err: "kerbside status: one of --a and --b is needed\n  Give one.\n",
  },
  {
    name: "a wrong configuration",
    error: new AgentError("CONFIG_INVALID", "x.yaml is not right", "Correct it."),
    code: 2,
    err: "kerbside status: x.yaml is not right\n  Correct it.\n",
  },
  {
    name: "a world that failed",
    error: new AgentError("STORE_FAILED", "the disk is full", "Make room."),
    code: 3,
    err: "kerbside status: the disk is full\n  Make room.\n",
  },
  {
    name: "a file that is quoted and would repaint the terminal",
    error: new AgentError("USAGE", "x.json: unexpected \u001b[2J\r\u202e\nline 2", "Correct it."),
    code: 2,
    err: "kerbside status: x.json: unexpected \u{FFFD}[2J\u{FFFD}\u{FFFD}\nline 2\n  Correct it.\n",
  },
];
for (const { name, error, code, err } of ends) {
  test(`${name} is one readable block and exit code ${code}`, async () => {
    vi.spyOn(statusCommand, "run").mockRejectedValue(error);
    expect(await run("status")).toEqual({ code, out: "", err });
  });
}

test("a bug is called one, with its stack and exit code 3", async () => {
  vi.spyOn(statusCommand, "run").mockRejectedValue(new TypeError("x is not a function"));
  const { code, err } = await run("status");
  expect(code).toBe(3);
  expect(err).toMatch(/^kerbside status: a bug: TypeError: x is not a function\n {4}at /);
});

test("a secret that was read is in neither an error nor a bug, with all that hangs on it", async () => {
  const secret = "sesame/open";
  const io = testIo({ redactor: createRedactor([secret]) });
  const cause = Object.assign(new Error("below"), { url: `rtsp://u:${secret}@h`, at: [secret] });
  const failures = [
    new AgentError("STORE_FAILED", `no ${secret} here`, `not ${encodeURIComponent(secret)}`),
    new TypeError(`x is not ${secret}`, { cause }),
    secret,
    { secret },
  ];
  for (const failure of failures) {
    vi.spyOn(statusCommand, "run").mockRejectedValueOnce(failure);
    await runLine(["status"], io);
  }
  expect(io.err()).toContain("no *** here\n  not ***\n");
  expect(io.err()).not.toMatch(/sesame/);
});

test("a command's own exit code is the line's", async () => {
  vi.spyOn(statusCommand, "run").mockResolvedValue(1);
  expect((await run("status")).code).toBe(1);
});

function isCommand(value: unknown): value is Command {
  return typeof value === "object" && value !== null && "usage" in value && "run" in value;
}
