import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configurationPage, schemaJson } from "./generate.ts";

const root = resolve(import.meta.dirname, "..");
const rows = [
  { name: "config/schema.json", made: schemaJson },
  { name: "docs/configuration.md", made: configurationPage },
];

for (const { name, made } of rows) {
  test(`${name} says what the schema says`, () => {
    const file = resolve(root, name);
    if (process.env["UPDATE_GOLDEN"] === "1") {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, made());
    }
    expect(readFileSync(file, "utf8")).toBe(made());
  });
}

test("an editor with the JSON Schema accepts the examples and refuses an unknown key", () => {
  const validate = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false }).compile(
    JSON.parse(schemaJson()),
  );
  const example = readFileSync(resolve(import.meta.dirname, "examples/minimal.yaml"), "utf8");
  expect(validate(parse(example))).toBe(true);
  expect(validate({ ...parse(example), camera: [] })).toBe(false);
});

test("every setting is described", () => {
  const missing: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      if (path.endsWith("/properties") && !("description" in Object(child))) {
        missing.push(`${path}/${key}`);
      }
      visit(child, `${path}/${key}`);
    }
  };
  visit(JSON.parse(schemaJson()), "");
  expect(missing).toEqual([]);
});
