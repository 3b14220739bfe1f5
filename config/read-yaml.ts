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
} from "yaml";
import { decodeText } from "./decode-text.ts";
import { type FindingSink, findingAt } from "./finding.ts";
import { shieldSubstitutions, unshield } from "./shield.ts";
import type { MappingEntry, Place, SourceNode } from "./source-node.ts";
import { boundsFault } from "./yaml-bounds.ts";
import { explain, worthSaying } from "./yaml-faults.ts";

const nodesMax = 250_000;
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
  const shielded = shieldSubstitutions(text);
  const bounds = boundsFault(shielded);
  if (bounds !== undefined) {
    const { line, column } = lineAndColumn(shielded, bounds.offset);
    report(findingAt({ ...placeOf(0), line, column }, "", bounds.message));
    return undefined;
  }
  const document = parseDocument(shielded, {
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

/** Then the file is not what it was taken for, and nobody reads on. */
const faultsMax = 200;

function lineAndColumn(text: string, offset: number): Pick<Place, "line" | "column"> {
  const before = text.slice(0, offset);
  const lines = before.split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

class TooMuch extends Error {}

class TreeBuilder {
  readonly #placeOf: (offset: number) => Place;
  readonly #report: FindingSink;
  readonly #anchors = new Map<string, Node>();
  #nodeCount = 0;
  #faultCount = 0;

  constructor(placeOf: (offset: number) => Place, report: FindingSink) {
    this.#placeOf = placeOf;
    this.#report = (finding) => {
      report(finding);
      this.#faultCount += 1;
      if (this.#faultCount >= faultsMax) throw new TooMuch();
    };
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
