/**
 * Puts the contract's real examples into a guide: the block of JSON after
 * `<!-- example: MESSAGE/NAME -->` is replaced, the rest stays as its author wrote it.
 */
import type { ContractExample } from "./contract-examples.ts";

const block = /(<!-- example: ([a-z-]+)\/([a-z-]+) -->\n\n```json\n)[^`]*?(\n```)/g;

export function withExamples(
  markdown: string,
  examples: Readonly<Record<string, readonly ContractExample[]>>,
): string {
  return markdown.replaceAll(
    block,
    (_, before: string, message: string, name: string, after: string) => {
      const example = examples[message]?.find((candidate) => candidate.name === name);
      if (example === undefined) throw new RangeError(`no example is ${message}/${name}`);
      return `${before}${readable(example.payload)}${after}`;
    },
  );
}

/** JSON as people write it: what fits on a line stays there. */
function readable(value: unknown, indent = ""): string {
  const line = JSON.stringify(value, null, 1).replaceAll(/\n */g, " ");
  if (typeof value !== "object" || value === null || indent.length + line.length <= 90) {
    return line;
  }
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const parts = Array.isArray(value)
    ? value.map((part) => readable(part, inner))
    : Object.entries(value).map(
        ([key, part]) => `${JSON.stringify(key)}: ${readable(part, inner)}`,
      );
  return `${open}\n${parts.map((part) => `${inner}${part}`).join(",\n")}\n${indent}${close}`;
}
