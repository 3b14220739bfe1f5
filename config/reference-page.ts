/**
 * The reference page of the configuration, from the JSON Schema: a section for each group of
 * settings, a table of its keys. Descriptions and defaults come from the schema, never from here.
 */
import { kindsOfThisVersion } from "./rule-defaults.ts";
import type { SchemaNode } from "./schema-node.ts";

interface Section {
  readonly title: string;
  readonly node: SchemaNode;
}

export function referencePage(root: SchemaNode): string {
  return [intro, ...sectionsOf("The file", root).map(printSection)].join("\n\n").concat("\n");
}

const intro = `# Configuration

One YAML file describes one box. This page is made from the schema by \`npm run golden\`; editors
that know JSON Schema can use \`config/schema.json\`. Examples are in \`config/examples/\`.

\`kerbside check FILE\` says everything that is wrong with a file at once, with line and column.

- **Times** are texts with units: \`500ms\`, \`10s\`, \`5m\`, \`1h30m\`, \`1d\`.
- **Points** are shares of the camera's picture: \`[0, 0]\` is top left, \`[1, 1]\` bottom right.
- **Positions** are WGS 84, longitude first.
- **Secrets** stay outside: \`\${env:NAME}\` and \`\${file:NAME}\` may stand in any text.
  What they hold is put in as it is; in an address it needs no escapes.
- **File names** are relative to the file that names them.
- Unknown keys are errors.
- This version runs rules of the kind ${kindsOfThisVersion.map((kind) => `\`${kind}\``).join(", ")}; rules of
  the other kinds are checked and then ignored, with a warning.
- A file that is wrong never replaces one that is right: the agent goes on with the last good one.
- **Limits**: a file has at most 1 MiB, 400,000 words and signs, and 32 levels; 64 files belong together;
  at most 1 MiB of variables and files is put in. A permit list has at most 1 MiB and 20,000 rows.
  Of what is wrong the first 200 are said.`;

/** Depth first: a group stands behind the table that names it. */
function sectionsOf(title: string, node: SchemaNode): Section[] {
  const sections: Section[] = [{ title, node }];
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const group = groupOf(child);
    if (group === undefined) continue;
    if (group.oneOf === undefined) sections.push(...sectionsOf(titleOf(title, key, child), group));
    else {
      for (const choice of group.oneOf) {
        const kind = String(choice.properties?.["kind"]?.const ?? "");
        sections.push(...sectionsOf(`${titleOf(title, key, child)}, kind ${kind}`, choice));
      }
    }
  }
  // Groups that several rules share are explained once.
  const seen = new Set<string>();
  return sections.filter((section) => {
    const text = JSON.stringify(section.node);
    return !seen.has(text) && seen.add(text);
  });
}

function titleOf(parent: string, key: string, child: SchemaNode): string {
  const own = child.items === undefined ? key : `${key}[]`;
  const base = parent === "The file" ? "" : `${parent.replace(/, kind .*/, "")}.`;
  return `${base}${own}`;
}

/** The mapping, or choice of mappings, that a setting or each of its items is. */
function groupOf(node: SchemaNode): SchemaNode | undefined {
  const inner = node.items ?? node;
  return inner.properties !== undefined || inner.oneOf !== undefined ? inner : undefined;
}

function printSection({ title, node }: Section): string {
  const rows = Object.entries(node.properties ?? {}).map(([key, child]) => {
    const isRequired = node.required?.includes(key) === true;
    const cells = [`\`${key}\``, formOf(child), defaultOf(child, isRequired), meaningOf(child)];
    return `| ${cells.map(inCell).join(" | ")} |`;
  });
  const heading = title === "The file" ? `## ${title}` : `## \`${title}\``;
  const description = title === "The file" ? "" : `\n\n${node.description ?? ""}`;
  return [
    `${heading}${description}`,
    ["| key | what to write | default | meaning |", "|---|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}

function formOf(node: SchemaNode): string {
  if (node.form !== undefined) return rangeOf(node, node.form);
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((name) => `\`${String(name)}\``).join(", ");
  if (groupOf(node) !== undefined) return node.items === undefined ? "keys" : "list";
  if (node.items !== undefined) return `list of ${formOf(node.items)}`;
  const words: Readonly<Record<string, string>> = {
    boolean: "`true` or `false`",
    integer: "whole number",
    number: "number",
    string: "text",
  };
  return rangeOf(node, words[node.type ?? ""] ?? "text");
}

function rangeOf({ minimum, maximum }: SchemaNode, form: string): string {
  return minimum === undefined || maximum === undefined
    ? form
    : `${form}, ${minimum} to ${maximum}`;
}

function defaultOf(node: SchemaNode, isRequired: boolean): string {
  if (isRequired) return "required";
  if (node.defaultText !== undefined) return node.defaultText;
  if (groupOf(node) !== undefined || node.default === undefined) return "–";
  return `\`${typeof node.default === "string" ? node.default : JSON.stringify(node.default)}\``;
}

function meaningOf({ description = "", examples }: SchemaNode): string {
  const [example] = examples ?? [];
  return example === undefined ? description : `${description} Example: \`${String(example)}\``;
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
