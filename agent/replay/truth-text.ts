/** How well a replay told the truth, to read. */
import type { Judgement, KindFigures } from "./truth.ts";

/** More of them would hide the table. */
const listedMax = 20;

export function judgementText({ kinds, missed, wrong }: Judgement): string {
  const rows = Object.entries(kinds).map(([kind, figures]) => rowOf(kind, figures));
  return [
    "kind                  due  told  precision  recall  time error (periods)  unobserved error (s)",
    ...rows,
    ...listed("missed", missed),
    ...listed("not true", wrong),
    "",
  ].join("\n");
}

function rowOf(kind: string, figures: KindFigures): string {
  const { due, told, precision, recall, timeErrorPeriods, unobservedErrorMs } = figures;
  return [
    kind.padEnd(20),
    String(due).padStart(5),
    String(told).padStart(6),
    number(precision, 2).padStart(11),
    number(recall, 2).padStart(8),
    number(timeErrorPeriods, 1).padStart(22),
    number(unobservedErrorMs === null ? null : unobservedErrorMs / 1_000, 1).padStart(22),
  ].join("");
}

function number(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits);
}

function listed(what: string, lines: readonly string[]): readonly string[] {
  const more = lines.length - listedMax;
  return [
    ...lines.slice(0, listedMax).map((line) => `${what}: ${line}`),
    ...(more > 0 ? [`${what}: and ${more} more`] : []),
  ];
}
