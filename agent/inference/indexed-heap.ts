/**
 * A binary heap whose items can be taken out from anywhere: smallest key first, O(log n).
 *
 * Equal keys leave in the order they came, so that the same input gives the same order.
 */
interface Entry<Item> {
  readonly item: Item;
  readonly key: number;
  readonly order: number;
}

export class IndexedHeap<Item> {
  readonly #entries: Entry<Item>[] = [];
  readonly #indices = new Map<Item, number>();
  #nextOrder = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The item must not be in the heap. */
  push(item: Item, key: number): void {
    if (this.#indices.has(item)) throw new RangeError("the item is in the heap already");
    const entry = { item, key, order: this.#nextOrder++ };
    this.#entries.push(entry);
    this.#up(this.#entries.length - 1, entry);
  }

  first(): { readonly item: Item; readonly key: number } | undefined {
    return this.#entries[0];
  }

  /** Nothing happens when the item is not in the heap. */
  remove(item: Item): void {
    const index = this.#indices.get(item);
    if (index === undefined) return;
    this.#indices.delete(item);
    const last = this.#entries.pop();
    if (last === undefined || last.item === item) return;
    this.#up(index, last);
    this.#down(this.#indices.get(last.item) ?? index, last);
  }

  #up(start: number, entry: Entry<Item>): void {
    let index = start;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#entries[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      this.#put(index, parent);
      index = above;
    }
    this.#put(index, entry);
  }

  #down(start: number, entry: Entry<Item>): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const [leftEntry, rightEntry] = [this.#entries[left], this.#entries[left + 1]];
      if (leftEntry === undefined) break;
      const isRight = rightEntry !== undefined && isBefore(rightEntry, leftEntry);
      const child = isRight ? rightEntry : leftEntry;
      if (!isBefore(child, entry)) break;
      this.#put(index, child);
      index = isRight ? left + 1 : left;
    }
    this.#put(index, entry);
  }

  #put(index: number, entry: Entry<Item>): void {
    this.#entries[index] = entry;
    this.#indices.set(entry.item, index);
  }
}

function isBefore<Item>(a: Entry<Item>, b: Entry<Item>): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}
