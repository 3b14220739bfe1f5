/**
 * A CSV file as the same kind of tree that a YAML file becomes: every cell knows line and column,
 * so a list that is wrong is told like a configuration that is wrong.
 *
 * RFC 4180: commas, double quotes, quotes doubled inside quotes, line ends inside quotes. The first
 * line names the columns. Empty cells are left out, empty lines too.
 */
import { type FindingSink, findingAt } from "../finding.ts";
import { suggestion } from "../nearest.ts";
import type { MappingEntry, Place, SourceNode } from "../source-node.ts";

interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** As many permits as a list may hold. */
const rowsMax = 20_000;

export interface CsvFile {
  readonly name: string;
  readonly folder: string;
  readonly text: string;
}

/** `{ [listKey]: rows }`; undefined when not even the columns can be read. */
export function csvTree(
  file: CsvFile,
  listKey: string,
  columns: readonly string[],
  report: FindingSink,
): SourceNode | undefined {
  const placeOf = ({ line, column }: Pick<Cell, "line" | "column">): Place => ({
    file: file.name,
    folder: file.folder,
    line,
    column,
  });
  const start = placeOf({ line: 1, column: 1 });
  const cells = readCells(file.text, (cell, message) =>
    report(findingAt(placeOf(cell), "", message)),
  );
  const [header, ...rows] = cells.filter((row) => row.some(({ text }) => text !== ""));
  if (header === undefined) {
    report(
      findingAt(
        start,
        "",
        `the file is empty: its first line names columns: ${columns.join(", ")}`,
      ),
    );
    return undefined;
  }
  if (header.length > columns.length) {
    const message = `expected at most ${columns.length} columns, found ${header.length}: ${columns.join(", ")}`;
    report(findingAt(start, "", message));
    return undefined;
  }
  if (rows.length > rowsMax) {
    const place = placeOf(rows[rowsMax]?.[0] ?? { line: 1, column: 1 });
    report(findingAt(place, "", `expected at most ${rowsMax} rows, found ${rows.length}`));
    return undefined;
  }
  let isSound = true;
  const names = header.map((cell, index) => {
    const name = cell.text;
    const isKnown = columns.includes(name);
    const isDouble = header.findIndex(({ text }) => text === name) < index;
    if (isKnown && !isDouble) return name;
    isSound = false;
    const message = isDouble
      ? `the column "${name}" was named before`
      : `unknown column "${name}"${suggestion(name, columns) || `, known here: ${columns.join(", ")}`}`;
    report(findingAt(placeOf(cell), "", message));
    return name;
  });
  if (!isSound) return undefined;
  const items = rows.map((row): SourceNode => {
    const [first] = row;
    const place = placeOf(first ?? { line: 1, column: 1 });
    const entries = new Map<string, MappingEntry>();
    const beyond = row.slice(names.length).find(({ text }) => text !== "");
    if (beyond !== undefined) {
      const message = `a cell beyond the last column, found "${beyond.text.slice(0, 40)}": is a comma not in quotes?`;
      report(findingAt(placeOf(beyond), "", message));
    }
    for (const [index, name] of names.entries()) {
      const cell = row[index];
      if (cell === undefined) break;
      const cellPlace = placeOf(cell);
      if (cell.text === "") continue;
      const node: SourceNode = {
        type: "scalar",
        place: cellPlace,
        value: cell.text,
        source: cell.text,
      };
      entries.set(name, { keyPlace: cellPlace, node });
    }
    return { type: "mapping", place, entries };
  });
  const list: SourceNode = { type: "sequence", place: start, items };
  return {
    type: "mapping",
    place: start,
    entries: new Map([[listKey, { keyPlace: start, node: list }]]),
  };
}

/** Cells are trimmed; columns count characters from 1. */
function readCells(text: string, wrong: (cell: Cell, message: string) => void): Cell[][] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  while (at <= text.length) {
    const begin = { line, column: at - lineStart + 1 };
    let value = "";
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const character = text[at];
        if (character === undefined) {
          wrong({ ...begin, text: "" }, "this quote is never closed");
          break;
        }
        if (character === '"' && text[at + 1] === '"') {
          value += '"';
          at += 2;
          continue;
        }
        at += 1;
        if (character === '"') break;
        if (character === "\n") {
          line += 1;
          lineStart = at;
        }
        value += character;
      }
    }
    while (at < text.length && text[at] !== "," && text[at] !== "\n") {
      value += text[at];
      at += 1;
    }
    row.push({ ...begin, text: value.trim() });
    if (text[at] !== ",") {
      rows.push(row);
      row = [];
      line += 1;
      lineStart = at + 1;
    }
    at += 1;
  }
  return rows;
}
