/**
 * One thing wrong (or doubtful) in a configuration: where it stands, what was found, what would
 * be right. Findings are collected, never thrown: a person gets all of them at once.
 */
import { hideCredentials } from "./secret.ts";
import { type Path, type Place, placeAt, printPath, type SourceNode } from "./source-node.ts";

export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `cameras[0].zones[1].id`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export type FindingSink = (finding: Finding) => void;

export function findingAt(place: Place, path: string, message: string): Finding {
  const { file, line, column } = place;
  return { file, line, column, path, message: hideCredentials(message) };
}

/** A message quotes what stands in the file, which may be a line of a megabyte. */
const messageLengthMax = 2_000;
const pathLengthMax = 400;
/** More than anybody corrects before trying again. */
const findingsMax = 200;

/** What the checks report to: they name the path, the tree knows the place. */
export class Report {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];
  readonly #root: SourceNode;

  constructor(root: SourceNode) {
    this.#root = root;
  }

  error(path: Path, message: string): void {
    this.errors.push(this.#finding(path, message));
  }

  warn(path: Path, message: string): void {
    this.warnings.push(this.#finding(path, message));
  }

  /** `file:line` of something else that a message refers to. */
  lineOf(path: Path): string {
    const { file, line } = placeAt(this.#root, path);
    return `${file}:${line}`;
  }

  #finding(path: Path, message: string): Finding {
    return findingAt(placeAt(this.#root, path), printPath(this.#root, path), message);
  }
}

/** In reading order, each once, at most as many as a person looks at. */
export function inReadingOrder(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  const sorted = findings
    .filter((finding) => {
      const key = JSON.stringify(finding);
      return !seen.has(key) && seen.add(key);
    })
    .toSorted((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
  const shown = sorted.slice(0, findingsMax).map((finding) => ({
    ...finding,
    path: shortened(finding.path, pathLengthMax),
    message: shortened(finding.message, messageLengthMax),
  }));
  const next = sorted[findingsMax];
  if (next === undefined) return shown;
  const message = `and ${sorted.length - findingsMax} more from here on: correct those before first`;
  return [...shown, { ...next, path: "", message }];
}

function shortened(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
