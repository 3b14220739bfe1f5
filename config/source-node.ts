/**
 * A configuration as a tree that remembers where everything was written.
 *
 * Files are joined, secrets put in and wrong parts cut out on this tree, so that a finding can
 * always name file, line and column. Trees are never changed in place.
 */
export interface Place {
  /** As the caller or the `include:` named it: for messages. */
  readonly file: string;
  /** Folder that relative names in this file start from. */
  readonly folder: string;
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

/** A piece of a text: literal, or what `${env:NAME}` or `${file:NAME}` stood for. */
export interface TextPiece {
  readonly text: string;
  readonly isSubstituted: boolean;
}

export interface ScalarNode {
  readonly type: "scalar";
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** As written. */
  readonly source: string;
  /** Only where a substitution stood. */
  readonly pieces?: readonly TextPiece[];
  /** A finding has been reported for it: what follows from it is not reported. */
  readonly isBroken?: true;
}

/** A container from whose inside something wrong was cut out. */
interface MayBeCut {
  readonly hasCut?: true;
}

export interface SequenceNode extends MayBeCut {
  readonly type: "sequence";
  readonly place: Place;
  readonly items: readonly SourceNode[];
  /** Where each item stood before others were cut out. Absent: where it stands. */
  readonly writtenAt?: readonly number[];
}

export interface MappingEntry {
  readonly keyPlace: Place;
  readonly node: SourceNode;
}

export interface MappingNode extends MayBeCut {
  readonly type: "mapping";
  readonly place: Place;
  /** Keys that were written and cut out. */
  readonly cutKeys?: ReadonlySet<string>;
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

export type SourceNode = ScalarNode | SequenceNode | MappingNode;

export function childOf(node: SourceNode, key: string | number): SourceNode | undefined {
  if (node.type === "sequence" && typeof key === "number") return node.items[key];
  if (node.type === "mapping") return node.entries.get(String(key))?.node;
  return undefined;
}

export function nodeAt(root: SourceNode, path: Path): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const key of path) node = node && childOf(node, key);
  return node;
}

/** Where to point for this path: the nearest thing that was really written. */
export function placeAt(root: SourceNode, path: Path): Place {
  let node = root;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) break;
    node = child;
  }
  return node.place;
}

/** The plain value, as a JSON parser would have given it. */
export function plainOf(node: SourceNode): unknown {
  if (node.type === "scalar") return node.value;
  if (node.type === "sequence") return node.items.map(plainOf);
  // Without a prototype: a key `__proto__` is a key like any other.
  const plain = Object.create(null) as Record<string, unknown>; // lib types it `any`
  for (const [key, entry] of node.entries) plain[key] = plainOf(entry.node);
  return plain;
}

/** The same tree without the node at `path`; what it was cut from says so. */
export function without(root: SourceNode, path: Path): SourceNode {
  const [key, ...rest] = path;
  if (key === undefined) return root;
  if (root.type === "sequence" && typeof key === "number") {
    const child = root.items[key];
    if (child === undefined) return root;
    const isHere = rest.length === 0;
    const writtenAt = root.writtenAt ?? root.items.map((_, index) => index);
    return {
      ...root,
      hasCut: true,
      items: isHere ? root.items.toSpliced(key, 1) : root.items.with(key, without(child, rest)),
      writtenAt: isHere ? writtenAt.toSpliced(key, 1) : writtenAt,
    };
  }
  if (root.type === "mapping") {
    const name = String(key);
    const entry = root.entries.get(name);
    if (entry === undefined) return root;
    const entries = new Map(root.entries);
    if (rest.length > 0) {
      entries.set(name, { ...entry, node: without(entry.node, rest) });
      return { ...root, hasCut: true, entries };
    }
    entries.delete(name);
    return { ...root, hasCut: true, entries, cutKeys: new Set([...(root.cutKeys ?? []), name]) };
  }
  return root;
}

/** True when nothing at or under the path was cut out. */
export function isWholeAt(root: SourceNode, path: Path): boolean {
  let node = root;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) {
      return node.type !== "mapping" || node.cutKeys?.has(String(key)) !== true;
    }
    node = child;
  }
  return node.type === "scalar" ? node.isBroken !== true : node.hasCut !== true;
}

/** `cameras[0].zones[1].id`, with the indices that the file has. */
export function printPath(root: SourceNode, path: Path): string {
  let text = "";
  let node: SourceNode | undefined = root;
  for (const key of path) {
    if (typeof key === "number") {
      const index: number = (node?.type === "sequence" ? node.writtenAt?.[key] : undefined) ?? key;
      text += `[${index}]`;
    } else text += text === "" ? key : `.${key}`;
    node = node && childOf(node, key);
  }
  return text;
}
