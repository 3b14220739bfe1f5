/**
 * Runs the schema over the tree and turns each of its issues into a finding with a place.
 *
 * When something is wrong, the wrong parts are cut out and the rest is parsed again, so that the
 * checks beyond types see the rest and a person gets all findings at once.
 */
import type { z } from "zod";
import { type Finding, findingAt } from "./finding.ts";
import { suggestion } from "./nearest.ts";
import { type ConfigDocument, documentSchema } from "./schema.ts";
import {
  childOf,
  type MappingNode,
  nodeAt,
  type Path,
  placeAt,
  plainOf,
  printPath,
  type ScalarNode,
  type SequenceNode,
  type SourceNode,
  without,
} from "./source-node.ts";

export interface ParsedDocument {
  /** Undefined when not even a part is usable. */
  readonly document: ConfigDocument | undefined;
  /** The tree that `document` was made from. */
  readonly tree: SourceNode;
  readonly errors: readonly Finding[];
}

const roundsMax = 40;
/**
 * More wrong values than this, and the file is not what it was taken for: it is not judged further,
 * because each value that is cut out costs as much as the file is long.
 */
const wrongMax = 500;

export function parseDocument(root: SourceNode): ParsedDocument {
  let tree = root;
  const errors: Finding[] = [];
  for (let round = 0; round < roundsMax; round += 1) {
    const { document, issues } = runSchema(documentSchema, tree);
    if (document !== undefined) return { document, tree, errors };
    if (round === 0) errors.push(...issues.flatMap((issue) => findingsOf(issue, root)));
    const before = tree;
    const wrongPaths = issues.flatMap((issue) => wrongPathsOf(issue, before));
    if (wrongPaths.length > wrongMax) break;
    // From the end, so that indices before it stay true.
    for (const path of wrongPaths.toSorted(comparePaths).toReversed()) tree = without(tree, path);
    tree = withStandIns(tree);
  }
  return { document: undefined, tree, errors };
}

/** Without these nothing can be judged; whoever left them out is told, and the rest is judged. */
function withStandIns(tree: SourceNode): SourceNode {
  if (tree.type !== "mapping") return tree;
  const { place } = tree;
  const broken = (value: string | number): ScalarNode => ({
    type: "scalar",
    place,
    value,
    source: String(value),
    isBroken: true,
  });
  const filled = (node: SourceNode | undefined, values: Readonly<Record<string, SourceNode>>) => {
    const base: MappingNode =
      node?.type === "mapping" ? node : { type: "mapping", place, entries: new Map() };
    const entries = new Map(base.entries);
    for (const [key, value] of Object.entries(values)) {
      if (!entries.has(key)) entries.set(key, { keyPlace: place, node: value });
    }
    const hasAdded = entries.size > base.entries.size;
    return { ...base, entries, ...(hasAdded ? { hasCut: true as const } : {}) };
  };
  const device = filled(childOf(tree, "device"), {
    id: broken("unset"),
    division: broken("000000"),
  });
  const cameras = childOf(tree, "cameras");
  const camera = filled(undefined, {
    id: broken("unset"),
    url: broken("unset"),
    zones: { type: "sequence", place, items: [], hasCut: true },
    location: broken("unset"),
  });
  const hasCamera = cameras?.type === "sequence" && cameras.items.length > 0;
  const { entries } = filled(tree, { version: broken(1) });
  const joined = new Map(entries).set("device", { keyPlace: device.place, node: device });
  if (!hasCamera) {
    const items: SequenceNode = { type: "sequence", place, items: [camera], hasCut: true };
    joined.set("cameras", { keyPlace: place, node: items });
  }
  return { ...tree, entries: joined, hasCut: true };
}

/** A schema's issue, with the keys that would have been known where it stands. */
export interface SchemaIssue {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  readonly unknownKeys: readonly string[];
  readonly knownKeys: readonly string[];
  readonly names: readonly string[];
}

/** Of one schema; what is behind them comes to light when these are corrected. */
const issuesMax = 1_000;

export function runSchema<Output>(
  schema: z.ZodType<Output>,
  tree: SourceNode,
): { readonly document?: Output; readonly issues: readonly SchemaIssue[] } {
  const knownKeys = new Map<string, readonly string[]>();
  const result = schema.safeParse(plainOf(tree), {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      knownKeys.set(JSON.stringify(issue.path ?? []), shapeKeys(issue.inst));
      return undefined;
    },
  });
  if (result.success) return { document: result.data, issues: [] };
  return {
    issues: result.error.issues.slice(0, issuesMax).map((issue) => {
      const path = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
      return {
        code: issue.code,
        path,
        message: issue.message,
        unknownKeys: issue.code === "unrecognized_keys" ? issue.keys : [],
        knownKeys: knownKeys.get(JSON.stringify(path)) ?? [],
        names: namesOf(issue),
      };
    }),
  };
}

export function findingsOf(issue: SchemaIssue, tree: SourceNode): Finding[] {
  const at = (path: Path, message: string): Finding =>
    findingAt(placeAt(tree, path), printPath(tree, path), message);
  if (issue.code === "unrecognized_keys") {
    return issue.unknownKeys.slice(0, issuesMax).map((key) => {
      const path = [...issue.path, key];
      const message = `unknown key "${key}"${keyHint(key, issue.knownKeys)}`;
      return findingAt(keyPlaceAt(tree, issue.path, key), printPath(tree, path), message);
    });
  }
  const node = nodeAt(tree, issue.path);
  const expected = expectation(issue);
  if (node === undefined) {
    const key = issue.path.at(-1);
    return [at(issue.path, `"${key ?? ""}" is missing: ${expected}`)];
  }
  if (node.type === "scalar" && node.isBroken === true) return [];
  return [
    at(issue.path, `${expected}, found ${describe(node, issue.path)}${valueHint(node, issue)}`),
  ];
}

function keyHint(key: string, knownKeys: readonly string[]): string {
  if (key === "<<") return ": merge keys are not read, repeat the settings";
  return suggestion(key, knownKeys) || `, known here: ${knownKeys.join(", ")}`;
}

function valueHint(node: SourceNode, issue: SchemaIssue): string {
  if (node.type !== "scalar") return "";
  if (typeof node.value === "string") {
    const isQuoted = issue.names.includes(node.value);
    return isQuoted ? ": leave the quotes out" : suggestion(node.value, issue.names);
  }
  if (typeof node.value === "number" && /text|digits|an id/.test(issue.message)) {
    return ": put it in quotes";
  }
  return "";
}

const expectedTypes: Readonly<Record<string, string>> = {
  object: "expected keys with values",
  array: "expected a list",
  string: "expected a text",
  number: "expected a number",
};

function expectation(issue: SchemaIssue): string {
  if (issue.message.startsWith("expected ")) return issue.message;
  if (issue.names.length > 0) return `expected one of ${issue.names.join(", ")}`;
  const [, type] = /expected (\w+)/.exec(issue.message) ?? [];
  return expectedTypes[type ?? ""] ?? issue.message;
}

/** Values whose text may be secret are named by their type alone. */
const secretKeys: readonly string[] = ["password", "url", "substream", "user"];

function describe(node: SourceNode, path: Path): string {
  if (node.type === "sequence") {
    const count = node.items.length;
    if (count === 0) return "an empty list";
    return `a list of ${count} ${count === 1 ? "item" : "items"}`;
  }
  if (node.type === "mapping") return "keys with values";
  if (node.value === null) return "nothing";
  // What a variable or file held is not for a message; what the file says instead is.
  const shown = node.pieces === undefined ? String(node.value) : node.source;
  const isSecret = secretKeys.includes(String(path.at(-1)));
  if (typeof node.value === "string") return isSecret ? "another text" : `"${shorten(shown)}"`;
  return isSecret ? `a ${typeof node.value}` : shorten(node.source);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function keyPlaceAt(tree: SourceNode, path: Path, key: string) {
  const parent = nodeAt(tree, path);
  const entry = parent?.type === "mapping" ? parent.entries.get(key) : undefined;
  return entry?.keyPlace ?? placeAt(tree, path);
}

function shapeKeys(inst: unknown): readonly string[] {
  if (typeof inst !== "object" || inst === null || !("shape" in inst)) return [];
  return Object.keys(inst.shape ?? {});
}

/** The names that a choice allows: values of an enum, kinds of a rule. */
function namesOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union") return [];
  const { options } = issue as { options?: unknown }; // newer than the published type
  return Array.isArray(options) ? options.map(String) : [];
}

/** What must go so that the rest can be judged. */
function wrongPathsOf(issue: SchemaIssue, tree: SourceNode): Path[] {
  if (issue.code === "unrecognized_keys") {
    return issue.unknownKeys.map((key) => [...issue.path, key]);
  }
  let path = issue.path;
  while (path.length > 0 && nodeAt(tree, path) === undefined) path = path.slice(0, -1);
  // Half a polygon or half a position would be judged as if it were meant: away with the whole.
  while (typeof path.at(-1) === "number" && nodeAt(tree, path)?.type !== "mapping") {
    path = path.slice(0, -1);
  }
  return [path];
}

function comparePaths(a: Path, b: Path): number {
  for (const [index, key] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (key === other) continue;
    if (typeof key === "number" && typeof other === "number") return key - other;
    return String(key) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}
