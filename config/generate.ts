/**
 * Makes what is published of the schema: the JSON Schema for editors and the reference page.
 *
 * Both are checked in; a test compares them with what the schema says now, and with
 * `UPDATE_GOLDEN=1` writes them anew.
 */
import { z } from "zod";
import { referencePage } from "./reference-page.ts";
import { documentSchema } from "./schema.ts";
import type { SchemaNode } from "./schema-node.ts";

/** Text of `config/schema.json`. */
export function schemaJson(): string {
  const text = JSON.stringify(
    schemaTree(),
    // What only the reference page shows; editors would not know it.
    (key, value: unknown) => (key === "defaultText" || key === "form" ? undefined : value),
    2,
  );
  return `${text}\n`;
}

/** Text of `docs/configuration.md`. */
export function configurationPage(): string {
  return referencePage(schemaTree());
}

function schemaTree(): SchemaNode {
  const tree = z.toJSONSchema(documentSchema, { io: "input", reused: "inline" });
  return tree as SchemaNode; // the library's type allows any JSON Schema; this one is ours
}
