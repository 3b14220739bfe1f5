/**
 * No password comes out of the log, however it went in; and what comes out can be read.
 */
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, test } from "vitest";
import { AgentError } from "../runtime/agent-error.ts";
import { createLog, type LogOptions } from "./log.ts";
import { createRedactor } from "./redactor.ts";

const password = 'p@ss/w"ord#1 ü';

function logged(
  write: (log: ReturnType<typeof createLog>) => void,
  options: Partial<LogOptions> = {},
): string[] {
  const lines: string[] = [];
  const log = createLog({ level: "debug", write: (line) => lines.push(line), ...options });
  write(log);
  return lines;
}

const withCause = new Error(`cannot reach rtsp://cam:${encodeURIComponent(password)}@10.0.0.1/a`, {
  cause: new AgentError("UPLINK_REFUSED", `login with ${password} failed`, `not ${password}`),
});
const withFields = Object.assign(new Error("no"), { url: `rtsp://cam:${password}@10.0.0.1/a` });
const circular: Record<string, unknown> = { password };
circular["self"] = circular;
class Secret {
  readonly value = password;
  toJSON(): string {
    return "***";
  }
}

const rows: readonly { name: string; fields: object; message?: string }[] = [
  { name: "an address in the message", fields: {}, message: `rtsp://u:${password}@h/x is away` },
  { name: "the bare password in the message", fields: {}, message: `it said: ${password}.` },
  { name: "an address in a field", fields: { url: `rtsp://cam:${password}@10.0.0.1/main` } },
  { name: "an escaped password", fields: { url: `/a?x=${encodeURIComponent(password)}` } },
  { name: "a field named password", fields: { password: "another, unknown one" } },
  { name: "a nested field", fields: { hub: { user: "u", password: "another, unknown one" } } },
  { name: "a token", fields: { accessToken: "another, unknown one" } },
  { name: "a list", fields: { args: ["-i", `rtsp://cam:${password}@10.0.0.1/main`] } },
  { name: "an error and its cause", fields: { err: withCause } },
  { name: "an error's own fields", fields: { err: withFields } },
  { name: "an error instead of fields", fields: withCause },
  { name: "a Basic login", fields: { said: `Basic ${btoa("cam:another, unknown one")}` } },
  { name: "a header", fields: { said: "Authorization: Digest another, unknown one" } },
  { name: "a query", fields: { said: "/live?token=another, unknown one".replaceAll(" ", "_") } },
  { name: "JSON in a text", fields: { said: JSON.stringify({ password }) } },
  { name: "a map", fields: { said: new Map([["password", password]]) } },
  { name: "a set", fields: { said: new Set([password]) } },
  { name: "bytes", fields: { said: Buffer.from(password) } },
  { name: "the name of a field", fields: { [password]: 1, deep: [{ [password]: 2 }] } },
  { name: "hexadecimal", fields: { said: Buffer.from(password).toString("hex") } },
  {
    name: "a login without its word",
    fields: { said: btoa(`cam:${encodeURIComponent(password)}`) },
  },
  { name: "something circular", fields: circular },
  { name: "a secret that knows itself", fields: { said: new Secret() } },
];
for (const { name, fields, message = "camera lost" } of rows) {
  for (const isTerminal of [false, true]) {
    test(`no password comes out of ${name}${isTerminal ? " on a terminal" : ""}`, () => {
      const text = logged((log) => log.with({ camera: "east" }).warn(fields, message), {
        redactor: createRedactor([password]),
        isTerminal,
      }).join("");
      for (const spelling of [
        password,
        encodeURIComponent(password),
        encodeURI(password),
        JSON.stringify(password).slice(1, -1),
        btoa(encodeURIComponent(password)),
        "another, unknown one",
        "another,_unknown_one",
        btoa("cam:another, unknown one"),
      ]) {
        assert.ok(!text.includes(spelling), `${spelling} is in ${text}`);
      }
      assert.match(text, /camera/);
    });
  }
}

test("no known secret comes out of any value", () => {
  const secret = fc.string({ minLength: 6 }).filter((text) => /[^*]{6}/.test(text.trim()));
  const property = fc.property(secret, fc.object(), fc.string(), (known, fields, message) => {
    const all = { ...fields, said: `${message}${known}`, deep: { list: [known] } };
    const redactor = createRedactor([known]);
    const [line = ""] = logged((log) => log.error(all, message + known), { redactor });
    const said = JSON.stringify((JSON.parse(line) as { said: string }).said);
    assert.ok(!said.includes(JSON.stringify(known).slice(1, -1)), line);
  });
  fc.assert(property);
});

test("a secret of a configuration that was read again is masked from then on", () => {
  const lines: string[] = [];
  const redactor = createRedactor(["old-one"]);
  const log = createLog({ level: "debug", write: (line) => lines.push(line), redactor });
  const bound = log.with({ camera: "east" });
  redactor.learn(["new-one"]);
  bound.warn({ said: "new-one" }, "old-one and new-one");
  assert.ok(!/old-one|new-one/.test(lines.join("")), lines.join(""));
});

describe("a line", () => {
  test("is one JSON object with time, level and message", () => {
    const [line = ""] = logged((log) => log.with({ camera: "east" }).info({ lostMs: 5 }, "back"));
    const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual(rest, { level: "info", camera: "east", lostMs: 5, message: "back" });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("below the level is not written", () => {
    const lines = logged(
      (log) => {
        log.info({}, "no");
        log.warn({}, "yes");
      },
      { level: "warn" },
    );
    assert.equal(lines.length, 1);
  });

  test("carries an error's code and remedy", () => {
    const error = new AgentError("STORE_FAILED", "the disk is full", "Free space.");
    const [line = ""] = logged((log) => log.error({ err: error }, "not committed"));
    const { err } = JSON.parse(line) as { err: Record<string, unknown> };
    const { stack, ...rest } = err;
    assert.deepEqual(rest, {
      type: "AgentError",
      message: "the disk is full",
      code: "STORE_FAILED",
      remedy: "Free space.",
    });
    assert.match(String(stack), /AgentError/);
  });

  test("on a terminal has its words first, then fields, then the remedy", () => {
    const error = new AgentError("STORE_FAILED", "the disk is full", "Free space.");
    const [line = ""] = logged((log) => log.error({ err: error, n: 2, a: "b c" }, "not written"), {
      isTerminal: true,
    });
    const bare = stripVTControlCharacters(line);
    assert.match(
      bare,
      /^\d\d:\d\d:\d\d error not written n=2 a="b c"\n {9}the disk is full\n {9}Free space.\n$/,
    );
  });

  test("cannot be broken or faked by a field, and has a bound", () => {
    const [line = "", more] = logged((log) => log.warn({ said: "a\nb" }, "x".repeat(100_000)));
    assert.equal(more, undefined);
    assert.equal(line.split("\n").length, 2);
    assert.ok(line.length < 10_000);
  });
});
