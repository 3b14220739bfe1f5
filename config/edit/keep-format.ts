/**
 * Keeps how a person laid out their file: of the lines that an edit does not touch not a space
 * changes.
 *
 * The library prints a whole document in its own way. So the document is printed twice, before and
 * after the edit; what differs between the two prints is the edit, and it alone is carried over
 * into the text as it was written. Whoever calls this checks that the result says the same.
 */
import { sameLines } from "./line-diff.ts";

export interface Prints {
  readonly written: string;
  /** The same document, as the library prints it. */
  readonly before: string;
  readonly after: string;
}

export function keepFormat({ written, before, after }: Prints): string {
  const [own, base, next] = [written, before, after].map((text) => text.split("\n"));
  if (own === undefined || base === undefined || next === undefined) return after;
  const toOwn = new Map(sameLines(base.map(withoutSpaces), own.map(withoutSpaces)));
  const toNext = new Map(sameLines(base, next));
  const out: string[] = [];
  let [atBase, atOwn, atNext] = [0, 0, 0];
  const until = (endBase: number, endOwn: number, endNext: number): void => {
    const isTouched =
      base.slice(atBase, endBase).join("\n") !== next.slice(atNext, endNext).join("\n");
    out.push(...(isTouched ? next.slice(atNext, endNext) : own.slice(atOwn, endOwn)));
    [atBase, atOwn, atNext] = [endBase, endOwn, endNext];
  };
  for (let line = 0; line < base.length; line += 1) {
    const [inOwn, inNext] = [toOwn.get(line), toNext.get(line)];
    if (inOwn === undefined || inNext === undefined) continue;
    until(line, inOwn, inNext);
    out.push(own[inOwn] ?? "");
    [atBase, atOwn, atNext] = [line + 1, inOwn + 1, inNext + 1];
  }
  until(base.length, own.length, next.length);
  return out.join("\n");
}

function withoutSpaces(line: string): string {
  return line.replaceAll(/\s+/g, "");
}
