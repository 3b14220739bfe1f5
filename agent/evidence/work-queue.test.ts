/** Goal: the order of work, and that it is bounded. Pieces end by hand. */
import { expect, test } from "vitest";
import { WorkQueue } from "./work-queue.ts";

function bed() {
  const queue = new WorkQueue();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (urgency: "event" | "clue", violation: string, name: string) =>
    queue.add(urgency, violation, () => {
      begun.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(name, resolve);
      return promise;
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { queue, begun, add, end };
}

test("two violations at a time, events before clues", async () => {
  const { begun, add, end } = bed();
  void add("clue", "c", "clue c");
  void add("event", "a", "a");
  void add("event", "b", "b");
  await end("");
  expect(begun).toEqual(["a", "b"]);
  await end("b");
  expect(begun).toEqual(["a", "b", "clue c"]);
});

test("of one violation one at a time, and another one does not wait for it", async () => {
  const { queue, begun, add, end } = bed();
  void add("event", "a", "a warned");
  void add("event", "a", "a reported");
  void add("event", "b", "b");
  await end("");
  expect(begun).toEqual(["a warned", "b"]);
  await end("b");
  expect(begun).toEqual(["a warned", "b"]);
  await end("a warned");
  expect(begun).toEqual(["a warned", "b", "a reported"]);
  expect(queue.isIdle).toBe(false);
  await end("a reported");
  expect(queue.isIdle).toBe(true);
  await queue.idle();
});

test("what fails is told to who added it, and the next one begins", async () => {
  const queue = new WorkQueue();
  const failing = queue.add("event", "a", () => Promise.reject(new RangeError("no picture")));
  const next = queue.add("event", "a", async () => {});
  await expect(failing).rejects.toThrow("no picture");
  await next;
});

test("more than a dozen events are refused; a close gives up the clues that wait", async () => {
  const { queue, begun, add, end } = bed();
  const added = Array.from({ length: 14 }, (_, index) => add("event", `v${index}`, `v${index}`));
  expect(added.filter((one) => one === undefined)).toHaveLength(2);
  const clue = add("clue", "c", "clue");
  queue.close();
  await clue;
  for (let index = 0; index < 12; index++) await end(`v${index}`);
  await queue.idle();
  expect(begun).toHaveLength(12);
});
