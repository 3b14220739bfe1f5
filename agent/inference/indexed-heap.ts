/**
 * A binary heap whose items can be taken out from anywhere: smallest key first, O(log n).
 *
 * Equal keys leave in the order they came, so that the same input gives the same order. An item
 * brings its place along, which is made once: nothing is allocated when it comes and goes.
 */

/** Where an item stands in one heap; the heap alone changes it. */
export class HeapPlace<Item> {
  readonly item: Item;
  key = 0;
  order = 0;
  /** -1: not in the heap. */
  index = -1;

  constructor(item: Item) {
    this.item = item;
  }
}

export class IndexedHeap<Item> {
  readonly #places: HeapPlace<Item>[] = [];
  #nextOrder = 0;

  get size(): number {
    return this.#places.length;
  }

  /** The item must not be in the heap. */
  push(place: HeapPlace<Item>, key: number): void {
    if (place.index >= 0) throw new RangeError("the item is in the heap already");
    place.key = key;
    place.order = this.#nextOrder++;
    this.#places.push(place);
    this.#up(this.#places.length - 1, place);
  }

  first(): HeapPlace<Item> | undefined {
    return this.#places[0];
  }

  /** Nothing happens when the item is not in the heap. */
  remove(place: HeapPlace<Item>): void {
    const { index } = place;
    if (index < 0) return;
    place.index = -1;
    const last = this.#places.pop();
    if (last === undefined || last === place) return;
    this.#up(index, last);
    this.#down(last.index, last);
  }

  #up(start: number, place: HeapPlace<Item>): void {
    let index = start;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#places[above];
      if (parent === undefined || !isBefore(place, parent)) break;
      this.#put(index, parent);
      index = above;
    }
    this.#put(index, place);
  }

  #down(start: number, place: HeapPlace<Item>): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const leftPlace = this.#places[left];
      const rightPlace = this.#places[left + 1];
      if (leftPlace === undefined) break;
      const isRight = rightPlace !== undefined && isBefore(rightPlace, leftPlace);
      const child = isRight ? rightPlace : leftPlace;
      if (!isBefore(child, place)) break;
      this.#put(index, child);
      index = isRight ? left + 1 : left;
    }
    this.#put(index, place);
  }

  #put(index: number, place: HeapPlace<Item>): void {
    this.#places[index] = place;
    place.index = index;
  }
}

function isBefore<Item>(a: HeapPlace<Item>, b: HeapPlace<Item>): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}
