/**
 * Gives comments at the end of something to what they are written for.
 *
 * The library hangs every comment that follows a list on the innermost thing that ended there. A
 * comment that a person wrote in the column of the next camera is about that camera: it must not
 * wander along when a zone of the one before is added or moved. The column decides.
 */
import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

type Collection = YAMLMap | YAMLSeq;

interface Step {
  readonly collection: Collection;
  /** Of the item that leads on. */
  readonly index: number;
}

export function homeComments(document: Document, text: string): void {
  walk(document.contents, [], text);
}

function walk(node: unknown, way: readonly Step[], text: string): void {
  if (!isCollection(node)) return;
  const collection: Collection = node;
  if (collection.flow !== true) settle(collection, way, text);
  for (const [index, item] of collection.items.entries()) {
    walk(isPair(item) ? item.value : item, [...way, { collection, index }], text);
  }
}

function settle(collection: Collection, way: readonly Step[], text: string): void {
  const { range, comment } = collection;
  if (!range || typeof comment !== "string") return;
  const written = text.slice(range[1], range[2]).split("\n");
  const lines = written.filter((line) => line.trimStart().startsWith("#"));
  const own: string[] = [];
  const moved: { readonly step: Step; readonly said: string }[] = [];
  for (const line of lines) {
    const column = line.indexOf("#");
    const said = line.slice(column + 1);
    const home =
      column >= columnOf(collection, text)
        ? undefined
        : (way.findLast((step) => columnOf(step.collection, text) <= column) ?? way[0]);
    if (home === undefined) own.push(said);
    else moved.push({ step: home, said });
  }
  if (moved.length === 0) return;
  collection.comment = own.length > 0 ? own.join("\n") : null;
  for (const { step, said } of moved.toReversed()) give(step, said);
}

/** Where its items begin. */
function columnOf({ range }: Collection, text: string): number {
  const start = range?.[0] ?? 0;
  return start - (text.lastIndexOf("\n", start - 1) + 1);
}

/** From the last line to the first: each goes before what is there. */
function give({ collection, index }: Step, said: string): void {
  const next = nodeOf(collection, index + 1);
  if (next !== undefined) {
    next.commentBefore =
      typeof next.commentBefore !== "string" ? said : `${said}\n${next.commentBefore}`;
  } else
    collection.comment =
      typeof collection.comment !== "string" ? said : `${said}\n${collection.comment}`;
}

function nodeOf(collection: Collection, index: number): Node | undefined {
  const item: unknown = collection.items[index];
  if (isMap(collection)) return isPair(item) && isScalar(item.key) ? item.key : undefined;
  return isScalar(item) || isCollection(item) ? item : undefined;
}
