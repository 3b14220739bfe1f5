/**
 * Puts `${env:NAME}` and `${file:NAME}` into texts, and remembers which pieces came from there.
 *
 * It works on single values after the file was parsed: what a variable holds can never become a
 * key, a list or a comment. A fault is reported on the line of the text itself.
 */
import { isAbsolute, resolve } from "node:path";
import { type ReadFile, tryRead } from "./file-access.ts";
import { type Finding, findingAt } from "./finding.ts";
import type { MappingEntry, ScalarNode, SourceNode, TextPiece } from "./source-node.ts";

export interface SubstitutionContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
  readonly errors: Finding[];
  readonly warnings: Finding[];
  /** Every secret that was put in: none may stand in a message. */
  readonly secrets: Set<string>;
  readonly budget: SubstitutionBudget;
}

const secretName = /^\$\{(?:file:|env:.*(?:pass|pw|secret|token|key|cred))/i;

/** Keeps what is around a missing piece in shape, so that the rest can be judged. */
const standIn = "unset";

const secretFileCharactersMax = 65_536;
/** Of one load: a few passwords and certificates, never a file repeated until memory ends. */
const substitutionsMax = 10_000;
const substitutedCharactersMax = 1024 * 1024;

export function substitute(root: SourceNode, context: SubstitutionContext): SourceNode {
  return inNode(root, "", context);
}

/** What was put in so far; each file is read once. */
export class SubstitutionBudget {
  readonly files = new Map<string, LookUp>();
  #count = 0;
  #characters = 0;

  take({ length }: string): boolean {
    this.#count += 1;
    this.#characters += length;
    return this.#count <= substitutionsMax && this.#characters <= substitutedCharactersMax;
  }
}

function inNode(node: SourceNode, path: string, context: SubstitutionContext): SourceNode {
  if (node.type === "scalar") return inScalar(node, path, context);
  if (node.type === "sequence") {
    return {
      ...node,
      items: node.items.map((item, index) => inNode(item, `${path}[${index}]`, context)),
    };
  }
  const entries = new Map<string, MappingEntry>();
  for (const [key, entry] of node.entries) {
    const entryPath = path === "" ? key : `${path}.${key}`;
    entries.set(key, { ...entry, node: inNode(entry.node, entryPath, context) });
  }
  return { ...node, entries };
}

function inScalar(node: ScalarNode, path: string, context: SubstitutionContext): ScalarNode {
  if (typeof node.value !== "string" || !node.value.includes("${")) return node;
  const pieces: TextPiece[] = [];
  let isBroken = false;
  for (const part of node.value.split(/(\$\{[^}]*\}?)/)) {
    if (!part.startsWith("${")) {
      if (part !== "") pieces.push({ text: part, isSubstituted: false });
      continue;
    }
    const result = affordable(lookUp(part, node, context), context);
    if (result.ok && result.text === "") {
      context.warnings.push(findingAt(node.place, path, `${part} is empty`));
    }
    if (!result.ok) {
      isBroken = true;
      context.errors.push(findingAt(node.place, path, result.message));
    }
    if (result.ok && secretName.test(part)) context.secrets.add(result.text);
    pieces.push({ text: result.ok ? result.text : standIn, isSubstituted: true });
  }
  const value = pieces.map((piece) => piece.text).join("");
  return { ...node, value, pieces, ...(isBroken ? { isBroken } : {}) };
}

type LookUp =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

function affordable(result: LookUp, { budget }: SubstitutionContext): LookUp {
  if (!result.ok || budget.take(result.text)) return result;
  const message = `more than ${substitutionsMax} variables and files, or ${substitutedCharactersMax} characters of them, are put in: write fewer`;
  return { ok: false, message };
}

function lookUp(part: string, node: ScalarNode, context: SubstitutionContext): LookUp {
  const [, source, name] = /^\$\{(env|file):([^}]+)\}$/.exec(part) ?? [];
  if (name === undefined) {
    return { ok: false, message: `expected \${env:NAME} or \${file:NAME}, found ${part}` };
  }
  if (source === "env") {
    const text = Object.hasOwn(context.env, name) ? context.env[name] : undefined;
    if (text !== undefined) return { ok: true, text };
    return { ok: false, message: `the environment variable ${name} is not set` };
  }
  const absolutePath = isAbsolute(name) ? name : resolve(node.place.folder, name);
  const { files } = context.budget;
  const known = files.get(absolutePath);
  if (known !== undefined) return known;
  const result = secretFile(name, absolutePath, context);
  files.set(absolutePath, result);
  return result;
}

function secretFile(name: string, absolutePath: string, context: SubstitutionContext): LookUp {
  const file = tryRead(context.readFile, absolutePath, "secret");
  if (!file.ok) return { ok: false, message: `the file ${name} ${file.reason}` };
  const text = new TextDecoder().decode(file.bytes).replace(/\r?\n$/, "");
  if (text.length > secretFileCharactersMax || text.includes("\0") || text.includes("\ufffd")) {
    return {
      ok: false,
      message: `the file ${name} holds no text of at most ${secretFileCharactersMax} characters`,
    };
  }
  return { ok: true, text };
}
