/** What a node says as a plain value, aliases followed, `${…}` as written. */
import { type Document, isAlias, isMap, isScalar, isSeq } from "yaml";
import { unshield } from "../shield.ts";
import type { JsonValue } from "./json-value.ts";

const depthMax = 64;

export function plainValue(document: Document, node: unknown, depth = 0): JsonValue {
  if (depth > depthMax) return null;
  if (isAlias(node)) return plainValue(document, node.resolve(document), depth + 1);
  if (isSeq(node)) return node.items.map((item) => plainValue(document, item, depth + 1));
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : String(key);
      return [unshield(name), plainValue(document, value, depth + 1)] as const;
    });
    return Object.fromEntries(entries);
  }
  if (!isScalar(node)) return null;
  const { value } = node;
  if (typeof value === "string") return unshield(value);
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}
