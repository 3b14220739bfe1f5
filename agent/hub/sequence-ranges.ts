/**
 * A set of sequence numbers as ranges: a box that loses nothing is one range, however long it runs.
 *
 * Invariant: ranges rise, do not overlap and do not touch.
 */
export interface SequenceRange {
  /** Both inclusive. */
  readonly first: number;
  readonly last: number;
}

export class SequenceRanges {
  #ranges: SequenceRange[] = [];

  static of(ranges: Iterable<SequenceRange>): SequenceRanges {
    const made = new SequenceRanges();
    for (const range of ranges) made.add(range);
    return made;
  }

  get ranges(): readonly SequenceRange[] {
    return this.#ranges;
  }

  /** How many numbers it holds. */
  get count(): number {
    return this.#ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  add({ first, last }: SequenceRange): void {
    const newest = this.#ranges.at(-1);
    if (newest === undefined || first > newest.last + 1) {
      this.#ranges.push({ first, last });
      return;
    }
    const before = this.#ranges.filter((range) => range.last < first - 1);
    const after = this.#ranges.filter((range) => range.first > last + 1);
    const joined = this.#ranges.slice(before.length, this.#ranges.length - after.length);
    const merged = {
      first: Math.min(first, joined[0]?.first ?? first),
      last: Math.max(last, joined.at(-1)?.last ?? last),
    };
    this.#ranges = [...before, merged, ...after];
  }

  union(other: SequenceRanges): SequenceRanges {
    return SequenceRanges.of(
      [...this.#ranges, ...other.#ranges].toSorted((a, b) => a.first - b.first),
    );
  }

  /** What lies below `sequence`. */
  below(sequence: number): SequenceRanges {
    return SequenceRanges.of(
      this.#ranges
        .filter(({ first }) => first < sequence)
        .map(({ first, last }) => ({ first, last: Math.min(last, sequence - 1) })),
    );
  }

  /** What lies at or above `sequence`. */
  from(sequence: number): SequenceRanges {
    return SequenceRanges.of(
      this.#ranges
        .filter(({ last }) => last >= sequence)
        .map(({ first, last }) => ({ first: Math.max(first, sequence), last })),
    );
  }
}
