/**
 * Reads the main file and everything it includes, and joins them into one tree.
 *
 * Lists of cameras are put one after the other (own first, then the included files in their
 * order); mappings are joined key by key; anything else may be given in one file only.
 */
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type ReadFile, tryRead } from "./file-access.ts";
import { type FindingSink, findingAt } from "./finding.ts";
import { readYaml } from "./read-yaml.ts";
import type {
  MappingEntry,
  MappingNode,
  Place,
  ScalarNode,
  SequenceNode,
  SourceNode,
} from "./source-node.ts";
import { type SubstitutionContext, substitute } from "./substitution.ts";

const filesMax = 64;

export interface ReadContext extends SubstitutionContext {
  readonly readFile: ReadFile;
  readonly report: FindingSink;
  /** Folder that the main file's name starts from. */
  readonly cwd: string;
}

/** Undefined when the main file gives no tree. */
export function readTree(file: string, context: ReadContext): MappingNode | undefined {
  return new TreeReader(context).read(file, undefined, []);
}

/** Lists under these keys go on in the next file. */
const joinedLists: readonly string[] = ["cameras"];

class TreeReader {
  readonly #context: ReadContext;
  readonly #included = new Map<string, Place>();

  constructor(context: ReadContext) {
    this.#context = context;
  }

  read(
    name: string,
    from: ScalarNode | undefined,
    chain: readonly string[],
  ): MappingNode | undefined {
    const absolutePath = resolve(this.#context.cwd, name);
    const here: Place = { file: name, folder: dirname(absolutePath), line: 1, column: 1 };
    this.#included.set(absolutePath, from?.place ?? here);
    const { report, readFile } = this.#context;
    const content = tryRead(readFile, absolutePath);
    if (!content.ok) {
      const path = from === undefined ? "" : "include";
      const shown = from === undefined ? "the configuration" : `the file ${from.source}`;
      report(findingAt(from?.place ?? here, path, `${shown} ${content.reason}`));
      return undefined;
    }
    const written = readYaml({ name, folder: here.folder }, content.bytes, report);
    if (written === undefined) return undefined;
    if (written.type !== "mapping") {
      const found = written.type === "sequence" ? "a list" : "a single value";
      report(
        findingAt(
          written.place,
          "",
          `expected keys such as "version:" and "device:", found ${found}`,
        ),
      );
      return undefined;
    }
    const own = substitute(written, this.#context);
    return own.type === "mapping"
      ? this.#withIncluded(own, name, [...chain, absolutePath])
      : undefined;
  }

  #withIncluded(own: MappingNode, name: string, chain: readonly string[]): MappingNode {
    const include = own.entries.get("include")?.node;
    if (include === undefined) return own;
    const entries = new Map(own.entries);
    entries.delete("include");
    let joined: MappingNode = { ...own, entries };
    for (const wanted of this.#wantedFiles(include)) {
      const file = String(wanted.value);
      const path = isAbsolute(file) ? file : join(dirname(name), file);
      if (!this.#mayInclude(wanted, path, chain)) continue;
      const part = this.read(path, wanted, chain);
      if (part !== undefined) joined = this.#join(joined, part, "");
    }
    return joined;
  }

  #wantedFiles(include: SourceNode): readonly ScalarNode[] {
    const items = include.type === "sequence" ? include.items : [include];
    return items.filter((item): item is ScalarNode => {
      if (item.type === "scalar" && item.isBroken === true) return false;
      if (item.type === "scalar" && typeof item.value === "string" && item.value !== "")
        return true;
      this.#context.report(
        findingAt(item.place, "include", "expected the name of a file, or a list of names"),
      );
      return false;
    });
  }

  #mayInclude(wanted: ScalarNode, path: string, chain: readonly string[]): boolean {
    const { report } = this.#context;
    const absolutePath = resolve(this.#context.cwd, path);
    if (chain.includes(absolutePath)) {
      report(
        findingAt(wanted.place, "include", `the file ${wanted.source} includes itself in a circle`),
      );
      return false;
    }
    const first = this.#included.get(absolutePath);
    if (first !== undefined) {
      const message = `the file ${wanted.source} is already included on line ${first.line} of ${first.file}`;
      report(findingAt(wanted.place, "include", message));
      return false;
    }
    if (this.#included.size >= filesMax) {
      report(findingAt(wanted.place, "include", `more than ${filesMax} files are included`));
      return false;
    }
    return true;
  }

  #join(a: MappingNode, b: MappingNode, path: string): MappingNode {
    const entries = new Map<string, MappingEntry>(a.entries);
    for (const [key, entry] of b.entries) {
      const first = entries.get(key);
      const keyPath = path === "" ? key : `${path}.${key}`;
      if (first === undefined) entries.set(key, entry);
      else if (first.node.type === "mapping" && entry.node.type === "mapping") {
        entries.set(key, { ...first, node: this.#join(first.node, entry.node, keyPath) });
      } else if (
        first.node.type === "sequence" &&
        entry.node.type === "sequence" &&
        joinedLists.includes(keyPath)
      ) {
        entries.set(key, { ...first, node: concatenated(first.node, entry.node) });
      } else if (keyPath !== "version" || !isSameScalar(first.node, entry.node)) {
        const { file, line } = first.keyPlace;
        const message = `"${keyPath}" is already given on line ${line} of ${file}`;
        this.#context.report(findingAt(entry.keyPlace, keyPath, message));
      }
    }
    return { ...a, entries };
  }
}

/** Paths in findings count within the file that an item stands in. */
function concatenated(a: SequenceNode, b: SequenceNode): SequenceNode {
  const indices = (node: SequenceNode): readonly number[] =>
    node.writtenAt ?? node.items.map((_, index) => index);
  return {
    ...a,
    items: [...a.items, ...b.items],
    writtenAt: [...indices(a), ...indices(b)],
  };
}

/** Every file may say which version it is written for, as long as they agree. */
function isSameScalar(a: SourceNode, b: SourceNode): boolean {
  return a.type === "scalar" && b.type === "scalar" && a.value === b.value;
}
