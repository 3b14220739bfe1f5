/**
 * Which lines two texts share, in order (Myers), and the difference as a person reads it.
 *
 * Bounded: texts that have little in common beyond `stepsMax` changes are told as one change in
 * the middle, which is right and no less readable.
 */
const stepsMax = 4_000;

/** Pairs of line numbers, from 0, that are the same in both; both rise. */
export function sameLines(
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) {
    pairs.push([head, head]);
    head += 1;
  }
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail += 1;
  const middle = myers(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  for (const [i, j] of middle) pairs.push([head + i, head + j]);
  for (let back = tail; back > 0; back -= 1) pairs.push([a.length - back, b.length - back]);
  return pairs;
}

function myers(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const traces: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let steps = 0; steps <= Math.min(a.length + b.length, stepsMax); steps += 1) {
    const next = new Map<number, number>(reach);
    traces.push(reach);
    for (let k = -steps; k <= steps; k += 2) {
      let x = isDown(reach, k, steps) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && x - k >= 0 && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(traces, a.length, b.length);
    }
    reach = next;
  }
  return [];
}

function isDown(reach: ReadonlyMap<number, number>, k: number, steps: number): boolean {
  return k === -steps || (k !== steps && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
}

function walkBack(
  traces: readonly ReadonlyMap<number, number>[],
  aLength: number,
  bLength: number,
): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  let [x, y] = [aLength, bLength];
  for (let steps = traces.length - 1; steps >= 0; steps -= 1) {
    const reach = traces[steps];
    if (reach === undefined) break;
    const k = x - y;
    const from = isDown(reach, k, steps) ? k + 1 : k - 1;
    const fromX = reach.get(from) ?? 0;
    const fromY = fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      pairs.push([x - 1, y - 1]);
      x -= 1;
      y -= 1;
    }
    if (steps > 0) [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

export interface DiffLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
  /** From 1, in the old and in the new text. */
  readonly before: number | null;
  readonly after: number | null;
}

const contextLines = 2;

/** Changed lines with two around them; where lines were left out, `null` stands. */
export function diffOf(before: string, after: string): readonly (DiffLine | null)[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  const all: DiffLine[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...sameLines(a, b), [a.length, b.length] as const]) {
    for (; i < x; i += 1) all.push({ sign: "-", text: a[i] ?? "", before: i + 1, after: null });
    for (; j < y; j += 1) all.push({ sign: "+", text: b[j] ?? "", before: null, after: j + 1 });
    if (x < a.length) all.push({ sign: " ", text: a[x] ?? "", before: x + 1, after: y + 1 });
    [i, j] = [x + 1, y + 1];
  }
  const isShown = all.map((_, index) =>
    all
      .slice(Math.max(0, index - contextLines), index + contextLines + 1)
      .some(({ sign }) => sign !== " "),
  );
  const shown: (DiffLine | null)[] = [];
  for (const [index, line] of all.entries()) {
    if (isShown[index] === true) shown.push(line);
    else if (shown.length > 0 && shown.at(-1) !== null) shown.push(null);
  }
  if (shown.at(-1) === null) shown.pop();
  return shown;
}
