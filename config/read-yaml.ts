/**
 * Turns the text of one file into a tree that knows its places, with every fault as a finding.
 *
 * YAML 1.2 core only: `no` is a text, dates are texts. Nodes and depth are bounded, so aliases
 * that multiply, and brackets without end, cost nothing.
 */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from "yaml";
import { type FindingSink, findingAt } from "./finding.ts";
import type { MappingEntry, Place, SourceNode } from "./source-node.ts";

const nodesMax = 50_000;
const depthMax = 32;

export interface YamlFile {
  /** As messages name it. */
  readonly name: string;
  readonly folder: string;
}

/** Undefined when the file gives no tree; then at least one finding was reported. */
export function readYaml(
  file: YamlFile,
  bytes: Uint8Array,
  report: FindingSink,
): SourceNode | undefined {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return {
      file: file.name,
      folder: file.folder,
      line: Math.max(1, line),
      column: Math.max(1, col),
    };
  };
  const text = decodeText(bytes);
  if (typeof text !== "string") {
    report(findingAt({ ...placeOf(0), ...text.place }, "", text.message));
    return undefined;
  }
  const document = parseDocument(shieldSubstitutions(text), {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
    version: "1.2",
    schema: "core",
  });
  const faults = [...document.errors, ...document.warnings];
  for (const fault of worthSaying(faults)) {
    report(findingAt(placeOf(Math.min(fault.pos[0], text.length)), "", explain(fault)));
  }
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== "1.2") {
    const message = `expected YAML 1.2, found the directive %YAML ${document.directives.yaml.version}: leave it out`;
    report(findingAt(placeOf(0), "", message));
    return undefined;
  }
  if (faults.length > 0) return undefined;
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) {
    report(
      findingAt(
        placeOf(0),
        "",
        "the file is empty: it must hold at least version, device and cameras",
      ),
    );
    return undefined;
  }
  return new TreeBuilder(placeOf, report).build(root);
}

/**
 * `${env:NAME}` may stand unquoted anywhere, also between `{` and `}`, where YAML would take its
 * braces for its own. Characters of the same length that no text contains stand for them meanwhile.
 */
const shields = [
  ["{", "\ufdd0"],
  ["}", "\ufdd1"],
  [",", "\ufdd2"],
] as const;

function shieldSubstitutions(text: string): string {
  return text.replaceAll(/\$\{[^{}\r\n]*\}/g, (part) =>
    shields.reduce((shielded, [sign, shield]) => shielded.replaceAll(sign, shield), part),
  );
}

function unshield(text: string): string {
  return shields.reduce((plain, [sign, shield]) => plain.replaceAll(shield, sign), text);
}

class TooMuch extends Error {}

class TreeBuilder {
  readonly #placeOf: (offset: number) => Place;
  readonly #report: FindingSink;
  readonly #anchors = new Map<string, Node>();
  #nodeCount = 0;

  constructor(placeOf: (offset: number) => Place, report: FindingSink) {
    this.#placeOf = placeOf;
    this.#report = report;
  }

  build(root: Node): SourceNode | undefined {
    try {
      return this.#node(root, "", 0);
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      return undefined;
    }
  }

  #node(node: Node | null, path: string, depth: number): SourceNode {
    const place = this.#placeOf(node?.range?.[0] ?? 0);
    this.#nodeCount += 1;
    if (this.#nodeCount > nodesMax) {
      this.#giveUp(
        place,
        path,
        `the file grows to more than ${nodesMax} values (do aliases multiply?)`,
      );
    }
    if (depth > depthMax) {
      this.#giveUp(place, path, `values are nested more than ${depthMax} levels deep`);
    }
    if (node === null) return { type: "scalar", place, value: null, source: "" };
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined) return this.#node(target, path, depth + 1);
      this.#report(findingAt(place, path, `the alias *${node.source} names no anchor before it`));
      return { type: "scalar", place, value: null, source: "", isBroken: true };
    }
    if ("anchor" in node && typeof node.anchor === "string") this.#anchors.set(node.anchor, node);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.#node(asNode(item), `${path}[${index}]`, depth + 1),
      );
      return { type: "sequence", place, items };
    }
    if (isMap(node))
      return { type: "mapping", place, entries: this.#entries(node.items, path, depth) };
    if (isScalar(node)) return this.#scalar(node, place, path);
    return { type: "scalar", place, value: null, source: "" };
  }

  #entries(items: readonly unknown[], path: string, depth: number): Map<string, MappingEntry> {
    const entries = new Map<string, MappingEntry>();
    for (const pair of items) {
      if (!isPair(pair)) continue;
      const key = asNode(pair.key);
      const keyPlace = this.#placeOf(key?.range?.[0] ?? 0);
      if (!isScalar(key) || !isPlain(key.value)) {
        this.#report(
          findingAt(keyPlace, path, "expected a plain word as a key, found something else"),
        );
        continue;
      }
      const name = unshield(String(key.value));
      const entryPath = path === "" ? name : `${path}.${name}`;
      const first = entries.get(name);
      if (first !== undefined) {
        const message = `the key "${name}" was already given on line ${first.keyPlace.line}`;
        this.#report(findingAt(keyPlace, entryPath, message));
      }
      const node = this.#node(asNode(pair.value), entryPath, depth + 1);
      // An empty value has no place of its own worth showing.
      const isEmpty = node.type === "scalar" && node.source === "" && node.value === null;
      if (first === undefined) {
        entries.set(name, { keyPlace, node: isEmpty ? { ...node, place: keyPlace } : node });
      }
    }
    return entries;
  }

  #scalar(node: { value: unknown; source?: string }, place: Place, path: string): SourceNode {
    const { value } = node;
    const source = unshield(node.source ?? String(value));
    if (typeof value === "string") return { type: "scalar", place, value: unshield(value), source };
    if (value === null || typeof value === "number" || typeof value === "boolean") {
      return { type: "scalar", place, value, source };
    }
    this.#report(findingAt(place, path, "expected a plain value, found one with a YAML type tag"));
    return { type: "scalar", place, value: null, source, isBroken: true };
  }

  #giveUp(place: Place, path: string, message: string): never {
    this.#report(findingAt(place, path, message));
    throw new TooMuch();
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** In a parsed document keys, values and items are nodes; the library's types allow anything. */
function asNode(value: unknown): Node | null {
  return value !== null && typeof value === "object" ? (value as Node) : null; // see above
}

type DecodedText =
  | string
  | { readonly place: Pick<Place, "line" | "column">; readonly message: string };

function decodeText(bytes: Uint8Array): DecodedText {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return {
      place: positionOf(bytes, nul),
      message: "this is not a text file: it holds a zero byte",
    };
  }
  try {
    // Removes a byte order mark as well.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return {
      place: positionOf(bytes, firstBadByte(bytes)),
      message: "this is not text in UTF-8: save the file in that encoding",
    };
  }
}

function positionOf(bytes: Uint8Array, offset: number): Pick<Place, "line" | "column"> {
  const before = bytes.subarray(0, offset);
  let line = 1;
  for (const byte of before) if (byte === 0x0a) line += 1;
  const column = new TextDecoder().decode(before.subarray(before.lastIndexOf(0x0a) + 1)).length + 1;
  return { line, column };
}

/** Halving: a prefix decodes as a stream exactly when it holds no bad byte. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    if (decodesSoFar(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  return good;
}

function decodesSoFar(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** After the first fault the parser stumbles over much that is right. */
function worthSaying(faults: readonly YAMLError[]): YAMLError[] {
  return faults
    .filter((fault, index) => index === 0 || fault.code !== "UNEXPECTED_TOKEN")
    .slice(0, 20);
}

/** The library's words are right for people who know YAML; these are for the others. */
const explanations: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab stands where the line is indented: use spaces",
  BAD_INDENT: "the indentation does not fit the lines above, or a bracket is not closed",
  MISSING_CHAR: "something is not closed or a sign is missing",
  BLOCK_AS_IMPLICIT_KEY:
    "two things stand on one line where one is expected, or the line above has no end",
  MULTIPLE_DOCS: 'the file holds a second document ("---"): only one is read',
  RESOURCE_EXHAUSTION: "values are nested too deeply",
  TAG_RESOLVE_FAILED: "YAML type tags are not read",
};

function explain(fault: YAMLError): string {
  const words = explanations[fault.code];
  const detail = unshield(fault.message).split("\n", 1)[0] ?? "";
  return words === undefined ? `YAML: ${detail}` : `${words} (YAML: ${detail})`;
}
