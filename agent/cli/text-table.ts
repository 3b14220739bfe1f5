/** Rows of texts as a table for eyes: columns as wide as their widest cell, two spaces between. */
import { terminalText } from "../runtime/terminal-text.ts";

export function textTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [titles, ...rows.map((row) => row.map((cell) => terminalText(cell)))];
  const widths = titles.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  const print = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return `${all.map(print).join("\n")}\n`;
}
