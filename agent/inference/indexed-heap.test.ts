/** Goal: whatever is pushed and removed in whatever order, the heap equals a sorted list. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { HeapPlace, IndexedHeap } from "./indexed-heap.ts";

const command = fc.oneof(
  fc.record({ type: fc.constant("push" as const), key: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ type: fc.constant("remove" as const), at: fc.nat(20) }),
  fc.constant({ type: "shift" as const }),
);

test("the first item is always the smallest, and of equals the one that came first", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const heap = new IndexedHeap<number>();
      const list: { item: number; key: number; place: HeapPlace<number> }[] = [];
      commands.forEach((next, item) => {
        if (next.type === "push") {
          const place = new HeapPlace(item);
          heap.push(place, next.key);
          list.push({ item, key: next.key, place });
          list.sort((a, b) => a.key - b.key || a.item - b.item);
        } else {
          const [gone] = list.splice(next.type === "remove" ? next.at : 0, 1);
          if (gone !== undefined) heap.remove(gone.place);
        }
        expect(heap.size).toBe(list.length);
        expect(heap.first()?.item).toBe(list[0]?.item);
      });
    }),
  );
});

test("an item is in the heap once, and removing what is not there does nothing", () => {
  const heap = new IndexedHeap<string>();
  const place = new HeapPlace("a");
  heap.push(place, 1);
  expect(() => heap.push(place, 2)).toThrow(RangeError);
  heap.remove(new HeapPlace("b"));
  expect(heap.size).toBe(1);
});

test("an item that left may come again with the same place", () => {
  const heap = new IndexedHeap<string>();
  const [a, b] = [new HeapPlace("a"), new HeapPlace("b")];
  heap.push(a, 1);
  heap.push(b, 2);
  heap.remove(a);
  heap.push(a, 3);
  expect(heap.first()?.item).toBe("b");
  heap.remove(b);
  expect(heap.first()).toMatchObject({ item: "a", key: 3 });
});
