import { expect, test } from "vitest";
import { ThreadState } from "./thread-state.ts";

test("a thread outside the runtime may be terminated, and does not go in any more", () => {
  const agent = new ThreadState();
  const thread = new ThreadState(agent.shared);
  expect(thread.enter()).toBe(true);
  expect(thread.leave()).toBe(true);
  expect(agent.askToEnd()).toBe("outside");
  expect(thread.enter()).toBe(false);
});

test("a thread inside the runtime learns that it shall end when it comes out", () => {
  const agent = new ThreadState();
  const thread = new ThreadState(agent.shared);
  expect(thread.enter()).toBe(true);
  expect(agent.askToEnd()).toBe("inside");
  expect(thread.leave()).toBe(false);
});
