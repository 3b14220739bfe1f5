/**
 * Edits one YAML file: what it says becomes what is wanted, every comment stays, and so do the
 * order and the layout of all that is not touched.
 *
 * The result is read again before it is handed out: a text that says anything else than what was
 * wanted, or that lost a comment, is never returned.
 */
import { type Document, isAlias, isCollection, isMap, isSeq, parseDocument, visit } from "yaml";
import { shieldSubstitutions, unshield } from "../shield.ts";
import { homeComments } from "./comment-homes.ts";
import { lostComments } from "./comments.ts";
import { isSameValue, type JsonValue } from "./json-value.ts";
import { keepFormat } from "./keep-format.ts";
import { createNode, mergeNode } from "./merge-node.ts";
import { plainValue } from "./plain-value.ts";

/** What the file says; undefined when it is no YAML. */
export function readPlain(text: string): JsonValue | undefined {
  const document = parsed(text);
  return document === undefined ? undefined : plainValue(document, document.contents);
}

/** Undefined when the text is no YAML that can be edited. */
export function editYaml(text: string, wanted: JsonValue): string | undefined {
  const isCrLf = text.includes("\r\n");
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const written = text.slice(mark.length).replaceAll("\r\n", "\n");
  const current = readPlain(written);
  if (current === undefined) return undefined;
  if (isSameValue(current, wanted)) return text;
  const isRight = (edited: string | undefined): edited is string =>
    edited !== undefined &&
    isSameValue(readPlain(edited), wanted) &&
    lostComments(written, edited).length === 0;
  for (const attempt of attempts(written, wanted)) {
    if (!isRight(attempt)) continue;
    return mark + (isCrLf ? attempt.replaceAll("\n", "\r\n") : attempt);
  }
  return undefined;
}

/** The least change first; the library's own layout where that cannot be had. */
function* attempts(written: string, wanted: JsonValue): Generator<string | undefined> {
  for (const hasOwnAliases of [true, false]) {
    const base = parsed(written);
    const edited = parsed(written);
    if (base === undefined || edited === undefined) return;
    if (!hasOwnAliases) {
      // An edit of what an alias repeats would change both: each becomes a thing of its own.
      resolveAliases(base);
      resolveAliases(edited);
    }
    const merged = mergeNode(edited, edited.contents, wanted);
    edited.contents = merged.node as typeof edited.contents; // the same kind of root
    if (merged.homeless.length > 0) {
      edited.comment = [edited.comment, ...merged.homeless]
        .filter((one) => typeof one === "string")
        .join("\n");
    }
    const prints = indents(written).map((indent) => ({
      written,
      before: printed(base, written, indent),
      after: printed(edited, written, indent),
    }));
    for (const print of prints) yield keepFormat(print);
    yield prints[0]?.after;
  }
}

function parsed(text: string): Document | undefined {
  const shielded = shieldSubstitutions(text);
  const document = parseDocument(shielded, {
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
    version: "1.2",
    schema: "core",
    keepSourceTokens: false,
  });
  if (document.errors.length > 0) return undefined;
  homeComments(document, shielded);
  return document;
}

function printed(document: Document, written: string, indent: number): string {
  keepPadding(document, written);
  const text = document.toString({
    lineWidth: 0,
    indent,
    indentSeq: isListIndented(written),
  });
  return unshield(text);
}

/** Widths of a step to the right, that of the cameras first: a file may have several. */
function indents(text: string): readonly number[] {
  const ofCameras = /^cameras:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)-/m.exec(text);
  return [...new Set([ofCameras?.[1]?.length ?? 2, 2, 4])];
}

function isListIndented(text: string): boolean {
  return !/^cameras:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*- /m.test(text);
}

interface Printing {
  readonly flowCollectionPadding?: string;
}

/** `[0.1, 0.2]` stays without, `{ kind: … }` with spaces, as each was written; lists without. */
function keepPadding(document: Document, written: string): void {
  visit(document, {
    Collection(_, node) {
      const start = node.range?.[0];
      const sign = start === undefined ? undefined : written[start];
      const isOwn = sign === "[" || sign === "{";
      const isWide = isOwn && start !== undefined ? written[start + 1] === " " : isMap(node);
      const print = node.toString.bind(node);
      node.toString = (context?: Printing, ...rest: never[]) =>
        print(
          context === undefined
            ? undefined
            : ({ ...context, flowCollectionPadding: isWide ? " " : "" } as never), // the library's own
          ...rest,
        );
    },
  });
}

function resolveAliases(document: Document): void {
  visit(document, {
    Alias(_, alias) {
      const value = plainValue(document, alias);
      const node = createNode(document, value);
      if (isCollection(node) && (isMap(node) || isSeq(node))) node.flow = true;
      return node;
    },
  });
  visit(document, {
    Node(_, node) {
      if (!isAlias(node) && node.anchor !== undefined) delete node.anchor;
    },
  });
}
