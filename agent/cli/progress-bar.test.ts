import { expect, test } from "vitest";
import { progressBar } from "./progress-bar.ts";

function barOn({ isTty }: { readonly isTty: boolean }) {
  const state = { nowMs: 0, written: "" };
  const stderr = (text: string) => {
    state.written += text;
  };
  const bar = progressBar({ stderr, isTty }, "looking", () => state.nowMs);
  const at = (nowMs: number, done: number) => {
    state.nowMs = nowMs;
    bar.update(done, 200);
  };
  return { state, bar, at };
}

test("nothing is drawn within the first second, then how far it is and how long it takes", () => {
  const { state, at } = barOn({ isTty: true });
  at(900, 10);
  expect(state.written).toBe("");
  at(2000, 50);
  expect(state.written).toBe(
    `\r\x1b[Klooking ${"█".repeat(8)}${"░".repeat(22)} 50 of 200, 6 s left`,
  );
});

test("it is drawn ten times a second at most", () => {
  const { state, at } = barOn({ isTty: true });
  at(2000, 50);
  const before = state.written;
  at(2099, 60);
  expect(state.written).toBe(before);
  at(2100, 60);
  expect(state.written).not.toBe(before);
});

test("its end takes the line away, once", () => {
  const { state, bar, at } = barOn({ isTty: true });
  at(2000, 50);
  bar.end();
  bar.end();
  expect(state.written.split("\r\x1b[K")).toHaveLength(3);
  at(9000, 200);
  expect(state.written.endsWith("\r\x1b[K")).toBe(true);
});

test("without a terminal nothing is written", () => {
  const { state, bar, at } = barOn({ isTty: false });
  at(5000, 50);
  bar.end();
  expect(state.written).toBe("");
});
