/**
 * Goal: docs/licences.md tells the truth about every package the product names.
 * Method: its tables are compared with package.json and with what each package says of itself.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

const manifestSchema = z.object({
  license: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
const manifest = (folder: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(`${folder}package.json`, "utf8")));

/** The first two columns of the table under a heading. */
function tableUnder(heading: string): [name: string, licence: string][] {
  const page = readFileSync("docs/licences.md", "utf8");
  const section = page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| ([^|]+?) \| ([^|]+?) \|/gm)]
    .map(([, name = "", licence = ""]): [string, string] => [name, licence])
    .filter(([name]) => name !== "package");
}

const tables = [
  { heading: "Packages at run time", names: Object.keys(manifest("").dependencies) },
  { heading: "Tools for development", names: Object.keys(manifest("").devDependencies) },
];
for (const { heading, names } of tables) {
  test(`"${heading}" has each package with the licence that it states`, () => {
    const stated = names.map((name) => [name, manifest(`node_modules/${name}/`).license]);
    expect(tableUnder(heading)).toEqual(stated);
  });
}
