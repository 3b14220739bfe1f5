/**
 * Goal: the published files are what the code says, a tool that knows nothing of the code can use
 * them, and they accept what boxes send and nothing else.
 * Method: compare the files; validate the AsyncAPI document with AsyncAPI's own schema; validate
 * real and damaged messages with ajv and compare its answer with the code's own.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asyncApiSpecs from "@asyncapi/specs";
import { Ajv } from "ajv";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contractFiles, publishedMessages } from "./contract.ts";
import { contractExamples } from "./contract-examples.ts";
import { withExamples } from "./contract-guide.ts";

const folder = join(import.meta.dirname, "../../docs/contract");
const files = await contractFiles();
const examples = await contractExamples();

for (const [name, text] of files) {
  test(`docs/contract/${name} is what the code says (npm run contract)`, () => {
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(join(folder, name), text);
    expect(readFileSync(join(folder, name), "utf8")).toBe(text);
  });
}

test("docs/hub.md shows messages as they are (npm run contract)", () => {
  const path = join(folder, "../hub.md");
  const guide = readFileSync(path, "utf8");
  const current = withExamples(guide, examples);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, current);
  expect(readFileSync(path, "utf8")).toBe(current);
  const blocks = [...guide.matchAll(/```json\n([^`]*)\n```/g)].map(([, text = ""]) => text);
  expect(blocks.length).toBeGreaterThan(5);
  const payloads = Object.values(examples).flatMap((list) => list.map(({ payload }) => payload));
  for (const block of blocks) expect(payloads).toContainEqual(JSON.parse(block));
});

test("nothing else lies in docs/contract", () => {
  const others = readdirSync(folder).filter((name) => name.endsWith(".json") && !files.has(name));
  expect(others).toEqual([]);
});

const document = JSON.parse(files.get("asyncapi.json") ?? "");

test("the AsyncAPI document is one, by AsyncAPI's own schema", () => {
  // The schema brings the schema of schemas with it.
  const validator = new Ajv({ strict: false, meta: false, validateSchema: false });
  formats.default(validator);
  const validate = validator.compile(asyncApiSpecs.schemas["3.0.0"] as object);
  validate(document);
  expect(validate.errors).toBeNull();
  expect(validate({ ...document, asyncapi: "2.6.0" })).toBe(false);
  const { "send-event": sendEvent } = document.operations;
  const operations = { "send-event": { ...sendEvent, action: "publish" } };
  expect(validate({ ...document, operations })).toBe(false);
});

test("every reference in the AsyncAPI document leads somewhere", () => {
  const references = [...refsIn(document)];
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    const target = reference
      .slice(2)
      .split("/")
      .reduce((value: unknown, key) => Reflect.get(Object(value), key), document);
    expect(target, reference).toBeTypeOf("object");
  }
});

test("every message has an example, its topic, and a word on what it is", () => {
  for (const [name, { topic }] of Object.entries(publishedMessages)) {
    const message = document.components.messages[name];
    expect(message.examples.length, name).toBeGreaterThan(0);
    expect(message.summary.length, name).toBeGreaterThan(20);
    expect(Object.keys(document.channels[topic].messages)).toContain(name);
  }
});

const ajv = new Ajv2020({ allErrors: true, validateFormats: true });
formats.default(ajv);
const validators = new Map<string, ValidateFunction>(
  Object.keys(publishedMessages).map((name) => [
    name,
    ajv.compile(JSON.parse(files.get(`${name}.schema.json`) ?? "")),
  ]),
);

function validatorOf(name: string): ValidateFunction {
  const validator = validators.get(name);
  if (validator === undefined) throw new RangeError(`there is no schema of ${name}`);
  return validator;
}

const cases = Object.entries(examples).flatMap(([message, list]) =>
  list.map(({ name, payload }) => ({ message, name, payload })),
);
for (const { message, name, payload } of cases) {
  test(`${message} (${name}), as the box makes it, is valid`, () => {
    const validate = validatorOf(message);
    validate(payload);
    expect(validate.errors).toBeNull();
  });

  test(`${message} (${name}) with additions of a later release is still valid`, () => {
    const later = withAdditions(payload);
    const validate = validatorOf(message);
    validate(later);
    expect(validate.errors).toBeNull();
    expect(publishedMessages[message]?.schema.safeParse(later).success).toBe(true);
  });
}

const wrong: readonly {
  readonly message: string;
  readonly name: string;
  readonly change: Readonly<Record<string, unknown>>;
}[] = [
  { message: "violation-event", name: "no sequence", change: { sequence: undefined } },
  { message: "violation-event", name: "a bare number", change: { sequence: 41 } },
  { message: "violation-event", name: "short digits", change: { sequence: "41" } },
  { message: "violation-event", name: "no content type", change: { datacontenttype: undefined } },
  {
    message: "violation-event",
    name: "a time of no zone",
    change: { time: "2026-07-01T08:00:00" },
  },
  { message: "violation-event", name: "a strange source", change: { source: "cz-paifang-03" } },
  { message: "violation-event", name: "no data", change: { data: {} } },
  { message: "dropped-event", name: "another type", change: { type: "city.kerbside.gone.v1" } },
  { message: "status", name: "a word for yes", change: { online: "yes" } },
  { message: "health", name: "a state of its own", change: { status: "fine" } },
  { message: "counts", name: "an hour without its start", change: { hourStartAt: null } },
  { message: "result", name: "no outcome", change: { outcome: undefined } },
  { message: "command", name: "an unknown command", change: { command: "reboot" } },
  { message: "command", name: "no events", change: { events: [] } },
];
for (const { message, name, change } of wrong) {
  test(`${message} with ${name} is not valid`, () => {
    const payload = Object(examples[message]?.[0]?.payload);
    const damaged = JSON.parse(JSON.stringify({ ...payload, ...change }));
    expect(validatorOf(message)(damaged)).toBe(false);
  });
}

test("the schemas and the code agree on every damaged message", () => {
  const scene = fc.constantFrom(...cases).chain(({ message, payload }) =>
    fc.record({
      message: fc.constant(message),
      payload: fc.constant(payload),
      path: fc.constantFrom(...pathsOf(Object(payload))),
      value: fc.oneof(fc.jsonValue(), fc.constant(undefined)),
    }),
  );
  fc.assert(
    fc.property(scene, ({ message, payload, path, value }) => {
      const damaged = structuredClone(payload);
      set(damaged, path, value);
      const plain = JSON.parse(JSON.stringify(damaged));
      const byCode = publishedMessages[message]?.schema.safeParse(plain).success;
      expect(validatorOf(message)(plain)).toBe(byCode);
    }),
    { numRuns: 1_000 },
  );
});

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "$ref" && typeof inner === "string") yield inner;
    else yield* refsIn(inner);
  }
}

/** An unknown key in every object. */
function withAdditions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withAdditions);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value).map(([key, part]) => [key, withAdditions(part)]);
  return { ...Object.fromEntries(inner), addedLater: { since: 2 } };
}

function pathsOf(value: object, before: readonly string[] = []): (readonly string[])[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...before, key];
    const isObject = typeof inner === "object" && inner !== null;
    return isObject ? [path, ...pathsOf(inner, path)] : [path];
  });
}

function set(target: unknown, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) Reflect.set(Object(target), key, value);
  else set(Reflect.get(Object(target), key), rest, value);
}
