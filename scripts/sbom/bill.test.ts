/**
 * Goal: the bill of materials is right in form, whole, and says nothing of where it was made.
 * Method: the schema of CycloneDX itself; the packages and models that the repository names.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { expect, test } from "vitest";
import { makeBill } from "./bill.ts";
import type { LicenceEntry } from "./component.ts";

const root = resolve(import.meta.dirname, "../..");
const bill = makeBill(root);
const named = (name: string) => bill.components.find((component) => component.name === name);

test("it is CycloneDX 1.5", () => {
  const library = createRequire(import.meta.url).resolve(
    "@cyclonedx/cyclonedx-library/package.json",
  );
  const schema = (name: string): object =>
    JSON.parse(
      readFileSync(join(dirname(library), `res/schema/${name}.SNAPSHOT.schema.json`), "utf8"),
    ) as object;
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  ajv.addFormat("iri-reference", true).addFormat("idn-email", true);
  ajv.addSchema(schema("spdx"), "http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json");
  ajv.addSchema(schema("jsf-0.82"), "http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json");
  const validate = ajv.compile(schema("bom-1.5"));
  expect(validate(bill) ? [] : validate.errors).toEqual([]);
});

test("it has each package of the product, with its hash", () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const without = Object.keys(dependencies).filter((name) => named(name)?.hashes === undefined);
  expect(without).toEqual([]);
});

test("it has what is inside binaries, the models that ship, and Node", () => {
  const inside = ["ffmpeg", "libavcodec", "libx264", "libvips", "libonnxruntime", "sqlite", "node"];
  expect(inside.filter((name) => named(name) === undefined)).toEqual([]);
  const hash = JSON.parse(readFileSync(join(root, "models/street-nano/manifest.json"), "utf8")) as {
    readonly file: { readonly sha256: string };
  };
  expect(named("street-nano")).toMatchObject({
    type: "machine-learning-model",
    hashes: [{ alg: "SHA-256", content: hash.file.sha256 }],
    licenses: [{ license: { id: "Apache-2.0" } }],
  });
});

test("what it says depends on is in it, once", () => {
  const refs = bill.components.map((component) => component["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
  const asked = bill.dependencies.flatMap(({ dependsOn }) => dependsOn);
  expect(asked.filter((ref) => !refs.includes(ref))).toEqual([]);
});

test("it names no registry, no folder of this machine and no date, and is the same again", () => {
  const text = JSON.stringify(bill);
  expect(text).not.toContain(root);
  expect(text).not.toMatch(/https?:\/\/|timestamp|urn:uuid/);
  expect(JSON.stringify(makeBill(root))).toBe(text);
});

test("every licence in it is one that docs/licences.md names", () => {
  const page = readFileSync(join(root, "docs/licences.md"), "utf8");
  const stated = new Set(bill.components.flatMap(({ licenses }) => licenses).map(nameOf));
  expect([...stated].filter((name) => !isNamed(page, name))).toEqual([]);
});

function nameOf(entry: LicenceEntry): string {
  if ("expression" in entry) return entry.expression;
  return "id" in entry.license ? entry.license.id : entry.license.name;
}

/** Families count by their name: the page says BSD where it means each of its forms. */
function isNamed(page: string, licence: string): boolean {
  return licence
    .split(/[()]| AND | OR /)
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .every((word) => page.includes(word) || page.includes(word.replace(/-\d-Clause$/, "")));
}
