/**
 * How often still pictures raise the right kind, and how often they raise it for nothing.
 *
 * A picture counts once a kind: right when the kind was told and is due, wrong when it was told and
 * is not. The interval is Wilson's, 95 %: with forty pictures a rate is a rough sign.
 */
import { type Kind, kinds, type SubKind } from "../../pipelines/domain/kind.ts";
import type { JudgedStill } from "./stills.ts";

export interface StillFigures {
  /** In which it is due; in how many of them it was told, and told where it is. */
  readonly pictures: number;
  readonly right: number;
  readonly placed?: number;
  readonly rate: number | null;
  readonly rateLow: number | null;
  readonly rateHigh: number | null;
  /** In which it is not due; in how many of them it was told. */
  readonly without: number;
  readonly wrong: number;
  readonly wrongRate: number | null;
}

export interface KindStillFigures extends StillFigures {
  /** Where a kind can be more than one. */
  readonly subKinds?: Readonly<Partial<Record<SubKind, StillFigures>>>;
}

export type StillResult = Pick<JudgedStill, "name" | "kind" | "due" | "told" | "isPlaced">;

export function stillFigures(
  results: readonly StillResult[],
): Readonly<Partial<Record<Kind, KindStillFigures>>> {
  const entries = kinds.flatMap((kind) => {
    const own = results.filter((result) => result.kind === kind);
    return own.length === 0 ? [] : [[kind, figuresOfKind(own)] as const];
  });
  return Object.fromEntries(entries);
}

function figuresOfKind(results: readonly StillResult[]): KindStillFigures {
  const figures = figuresOf(
    results.map(({ due, told }) => ({ isDue: due.length > 0, isTold: told.length > 0 })),
  );
  const placed = results.filter(({ isPlaced }) => isPlaced).length;
  const subKinds = [...new Set(results.flatMap(({ due, told }) => [...due, ...told]))].toSorted();
  if (subKinds.length < 2) return { ...figures, placed };
  const ofEach = subKinds.map((subKind) => [
    subKind,
    figuresOf(
      results.map(({ due, told }) => ({
        isDue: due.includes(subKind),
        isTold: told.includes(subKind),
      })),
    ),
  ]);
  return { ...figures, placed, subKinds: Object.fromEntries(ofEach) };
}

function figuresOf(
  results: readonly { readonly isDue: boolean; readonly isTold: boolean }[],
): StillFigures {
  const count = (isDue: boolean, isTold: boolean): number =>
    results.filter((result) => result.isDue === isDue && result.isTold === isTold).length;
  const right = count(true, true);
  const pictures = right + count(true, false);
  const wrong = count(false, true);
  const without = wrong + count(false, false);
  const interval = wilson(right, pictures);
  return {
    pictures,
    right,
    rate: shareOf(right, pictures),
    rateLow: interval?.low ?? null,
    rateHigh: interval?.high ?? null,
    without,
    wrong,
    wrongRate: shareOf(wrong, without),
  };
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole);
}

const z95 = 1.96;

function wilson(right: number, all: number): { low: number; high: number } | undefined {
  if (all === 0) return undefined;
  const share = right / all;
  const middle = share + z95 ** 2 / (2 * all);
  const reach = z95 * Math.sqrt((share * (1 - share)) / all + z95 ** 2 / (4 * all ** 2));
  const scale = 1 + z95 ** 2 / all;
  return { low: rounded((middle - reach) / scale), high: rounded((middle + reach) / scale) };
}

function rounded(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}

/** A table for people. */
export function stillText(figures: ReturnType<typeof stillFigures>): string {
  const rows = kinds.flatMap((kind) => {
    const own = figures[kind];
    if (own === undefined) return [];
    const { subKinds = {} } = own;
    const parts = Object.entries(subKinds).map(([name, part]) => rowOf(`  ${name}`, part));
    return [rowOf(kind, own), ...parts];
  });
  const heading =
    "kind                   due   right   at its place   rate (95 % interval)   not due   wrong   rate";
  return `${[heading, ...rows].join("\n")}\n`;
}

function rowOf(name: string, figures: StillFigures): string {
  const { pictures, right, placed, rate, rateLow, rateHigh, without, wrong, wrongRate } = figures;
  const share = (value: number | null) => (value === null ? "-" : value.toFixed(2));
  const interval = rate === null ? "-" : `${share(rate)} (${share(rateLow)} to ${share(rateHigh)})`;
  return [
    name.padEnd(20),
    String(pictures).padStart(6),
    String(right).padStart(8),
    String(placed ?? "").padStart(15),
    interval.padStart(23),
    String(without).padStart(10),
    String(wrong).padStart(8),
    share(wrongRate).padStart(7),
  ]
    .join("")
    .trimEnd();
}
