/**
 * Makes a YAML node say a new value with the least change: what is the same stays the node that it
 * was, with its comments, its quotes and its way of being written.
 *
 * Comments of what goes are never thrown away: they move to the next thing below, or to the end of
 * what they stood in.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { shieldSubstitutions } from "../shield.ts";
import { isObject, isSameValue, type JsonObject, type JsonValue } from "./json-value.ts";
import { pairItems } from "./pair-items.ts";
import { plainValue } from "./plain-value.ts";

interface Merged {
  readonly node: Node;
  /** Comments of what is gone that had no place inside. */
  readonly homeless: readonly string[];
}

export function mergeNode(document: Document, node: Node | null, value: JsonValue): Merged {
  if (node === null) return { node: createNode(document, value), homeless: [] };
  if (isSameValue(plainValue(document, node), value)) return { node, homeless: [] };
  if (isMap(node) && isObject(value)) return mergeMap(document, node, value);
  if (isSeq(node) && Array.isArray(value)) return mergeList(document, node, value);
  return replaced(document, node, value);
}

/** As a person would write it: lists of numbers and rules on one line, zones over several. */
export function createNode(document: Document, value: JsonValue): Node {
  const node = document.createNode(shielded(value)) as Node; // of a value, never of a pair
  visit(node, {
    Seq(_, list) {
      if (list.items.every((item) => isScalar(item) || (isSeq(item) && isFlat(item)))) {
        list.flow = true;
      }
    },
    Map(_, map) {
      if (map.has("kind") || map.has("daily") || map.has("crop")) map.flow = true;
    },
  });
  return node;
}

function isFlat(list: YAMLSeq): boolean {
  return list.items.every((item) => isScalar(item));
}

function shielded(value: JsonValue): JsonValue {
  if (typeof value === "string") return shieldSubstitutions(value);
  if (Array.isArray(value)) return value.map(shielded);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shielded(item)]));
}

function replaced(document: Document, node: Node, value: JsonValue): Merged {
  const homeless = isCollection(node) ? commentsInside(node) : [];
  if (isScalar(node) && !isObject(value) && !Array.isArray(value)) {
    const scalar = new Scalar(shielded(value));
    if (typeof value === "string" && typeof node.value === "string" && node.type !== undefined) {
      scalar.type = node.type;
    }
    return { node: asBefore(node, scalar), homeless };
  }
  return { node: asBefore(node, createNode(document, value)), homeless };
}

function asBefore<T extends Node>(old: Node, node: T): T {
  const { commentBefore, comment, spaceBefore } = old;
  if (typeof commentBefore === "string") node.commentBefore = commentBefore;
  if (typeof comment === "string") node.comment = comment;
  if (spaceBefore === true) node.spaceBefore = true;
  return node;
}

function mergeMap(document: Document, map: YAMLMap, value: JsonObject): Merged {
  const rest = new Map(Object.entries(value));
  const homes = new Homes(map);
  const items: Pair[] = [];
  for (const pair of map.items) {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    const wanted = rest.get(key);
    if (wanted === undefined) {
      homes.add(commentsInside(pair));
      continue;
    }
    rest.delete(key);
    const merged = mergeNode(document, (pair.value ?? null) as Node | null, wanted);
    pair.value = merged.node;
    homes.add(merged.homeless);
    homes.giveTo(pair.key as Node);
    items.push(pair);
  }
  for (const [key, wanted] of rest) {
    const node = createNode(document, wanted);
    items.push(document.createPair(key, node) as Pair);
  }
  map.items = items;
  return { node: map, homeless: homes.end() };
}

function mergeList(document: Document, list: YAMLSeq, value: readonly JsonValue[]): Merged {
  const old = list.items as Node[];
  const plain = old.map((node) => plainValue(document, node));
  const partners = pairItems(plain, value);
  const taken = new Set(partners);
  const homes = new Homes(list);
  const items: Node[] = [];
  let done = 0;
  const passGone = (until: number): void => {
    for (; done < until; done += 1) {
      const node = old[done];
      if (node !== undefined && !taken.has(done)) homes.add(commentsInside(node));
    }
  };
  for (const [index, wanted] of value.entries()) {
    const partner = partners[index];
    const node = partner === undefined ? undefined : old[partner];
    if (partner !== undefined) passGone(partner + 1);
    const merged =
      node === undefined
        ? { node: likeIts(list, createNode(document, wanted)), homeless: [] }
        : mergeNode(document, node, wanted);
    homes.add(merged.homeless);
    homes.giveTo(merged.node);
    items.push(merged.node);
  }
  passGone(old.length);
  // `[]` has no way of its own yet.
  const asNew = old.length === 0 ? createNode(document, value) : list;
  if (isCollection(asNew)) list.flow = asNew.flow === true;
  list.items = items;
  return { node: list, homeless: homes.end() };
}

/** A list of one-line things gets another one-line thing. */
function likeIts(list: YAMLSeq, node: Node): Node {
  const sibling = list.items.find((item) => isCollection(item));
  if (isCollection(node) && isCollection(sibling)) node.flow = sibling.flow === true;
  return node;
}

/** Where comments of what is gone find a new place. */
class Homes {
  readonly #container: YAMLMap | YAMLSeq;
  #waiting: string[] = [];

  constructor(container: YAMLMap | YAMLSeq) {
    this.#container = container;
  }

  add(comments: readonly string[]): void {
    this.#waiting.push(...comments);
  }

  giveTo(node: Node): void {
    // On one line there is no room for them.
    if (this.#waiting.length === 0 || this.#container.flow === true || isAlias(node)) return;
    node.commentBefore = joined([...this.#waiting, node.commentBefore]);
    this.#waiting = [];
  }

  /** What is left goes behind the last thing, or further up. */
  end(): readonly string[] {
    const left = this.#waiting;
    this.#waiting = [];
    const container = this.#container;
    if (container.flow === true) return left;
    if (container.items.length === 0) {
      // It becomes `[]` or `{}`, which holds no comment.
      const { comment } = container;
      container.comment = null;
      return typeof comment !== "string" ? left : [comment, ...left];
    }
    if (left.length > 0) container.comment = joined([container.comment, ...left]);
    return [];
  }
}

function joined(comments: readonly (string | null | undefined)[]): string {
  return comments.filter((comment) => typeof comment === "string").join("\n");
}

/** In the order in which they are written. */
function commentsInside(root: Node | Pair): readonly string[] {
  const before: string[] = [];
  const walk = (node: unknown): void => {
    if (isPair(node)) {
      walk(node.key);
      walk(node.value);
      return;
    }
    if (!isScalar(node) && !isCollection(node) && !isAlias(node)) return;
    if (typeof node.commentBefore === "string") before.push(node.commentBefore);
    if (isCollection(node)) for (const item of node.items) walk(item);
    if (typeof node.comment === "string") before.push(node.comment);
  };
  walk(root);
  return before;
}
