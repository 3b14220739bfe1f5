/**
 * What a hub remembers of one box: which events it has, which numbers came, which never will.
 *
 * Bounded, so that a hub may run for years: the newest `idsMax` ids (a box has at most 128 events
 * in flight, so a double comes soon after its first), and the numbers as ranges. A box with more
 * gaps than `rangesMax` has its older half counted up and closed. An event older than all that is
 * taken as new: a hub that cannot know must not lose.
 */
import { type SequenceRange, SequenceRanges } from "./sequence-ranges.ts";

const idsMax = 1_000;
const rangesMax = 2_000;
const restartsMax = 100;

export class SourceBook {
  readonly #rangesMax: number;
  readonly #idsMax: number;
  /** In order of arrival: the first one is forgotten first. */
  readonly #ids = new Set<string>();
  #received = new SequenceRanges();
  #declaredDropped = new SequenceRanges();
  /** Numbers before which the box itself left some out; they were never given. */
  readonly #restarts = new Set<number>();
  /** Below this everything is counted in `#closed` and forgotten. */
  #openFrom: number | undefined;
  #closed: Tally = { lostCount: 0, droppedCount: 0 };
  #highest = 0;
  #outOfOrderCount = 0;

  constructor(limits: { readonly idsMax?: number; readonly rangesMax?: number } = {}) {
    this.#idsMax = limits.idsMax ?? idsMax;
    this.#rangesMax = limits.rangesMax ?? rangesMax;
  }

  /** Events that came after one with a higher number. */
  get outOfOrderCount(): number {
    return this.#outOfOrderCount;
  }

  /** Whether the event is a new one; `dropped` is what a notice says will not come. */
  note(id: string, sequence: number, dropped?: SequenceRange): "new" | "double" {
    // A notice has the number of the last event that it stands for: that one did not come.
    const isInPlace =
      dropped !== undefined && dropped.first <= sequence && sequence <= dropped.last;
    if (!isInPlace) this.noteSequence(sequence);
    if (dropped !== undefined) this.#noteDropped(dropped);
    if (this.#ids.has(id)) return "double";
    this.#ids.add(id);
    if (this.#ids.size > this.#idsMax) this.#ids.delete(first(this.#ids));
    if (sequence < this.#highest) this.#outOfOrderCount += 1;
    this.#highest = Math.max(this.#highest, sequence);
    return "new";
  }

  /** The number came, whatever came with it. */
  noteSequence(sequence: number): void {
    if (sequence < (this.#openFrom ?? 0)) return;
    this.#received.add({ first: sequence, last: sequence });
    this.#closeOlderHalf();
  }

  #noteDropped(range: SequenceRange): void {
    const from = Math.max(range.first, this.#openFrom ?? 0);
    if (from > range.last) return;
    this.#declaredDropped.add({ first: from, last: range.last });
    this.#closeOlderHalf();
  }

  /** The box began its numbers anew at `sequence`, above all that it may have given before. */
  noteRestart(sequence: number): void {
    this.#restarts.add(sequence);
    if (this.#restarts.size > restartsMax) this.#restarts.delete(first(this.#restarts));
  }

  /** Whatever the order of arrival was. */
  tally(): Tally {
    return sum(this.#closed, this.#tallyOf(this.#received, this.#declaredDropped));
  }

  #tallyOf(received: SequenceRanges, declaredDropped: SequenceRanges, end?: number): Tally {
    const known = received.union(declaredDropped);
    let lostCount = 0;
    let next = this.#openFrom ?? known.ranges[0]?.first ?? 0;
    for (const range of known.ranges) {
      if (!this.#restarts.has(range.first)) lostCount += range.first - next;
      next = range.last + 1;
    }
    if (end !== undefined) lostCount += end - next;
    return { lostCount, droppedCount: known.count - received.count };
  }

  #closeOlderHalf(): void {
    const ranges = [...this.#received.ranges, ...this.#declaredDropped.ranges];
    if (ranges.length <= this.#rangesMax) return;
    const starts = ranges.map((range) => range.first).toSorted((a, b) => a - b);
    const openFrom = starts[Math.floor(starts.length / 2)] ?? 0;
    const older = [this.#received.below(openFrom), this.#declaredDropped.below(openFrom)] as const;
    const end = this.#restarts.has(openFrom) ? undefined : openFrom;
    this.#closed = sum(this.#closed, this.#tallyOf(...older, end));
    this.#received = this.#received.from(openFrom);
    this.#declaredDropped = this.#declaredDropped.from(openFrom);
    this.#openFrom = openFrom;
  }
}

export interface Tally {
  /** Numbers that neither came nor were declared dropped. */
  readonly lostCount: number;
  /** Numbers that the box gave up and said so. */
  readonly droppedCount: number;
}

export function sum(a: Tally, b: Tally): Tally {
  return {
    lostCount: a.lostCount + b.lostCount,
    droppedCount: a.droppedCount + b.droppedCount,
  };
}

function first<T>(set: ReadonlySet<T>): T {
  const [value] = set;
  if (value === undefined) throw new RangeError("the set is empty");
  return value;
}
