import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TimerQueue } from "./timer-queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function queue(tickMs = 5): TimerQueue {
  return new TimerQueue({ tickMs, monoNow: () => performance.now() });
}

test("everything runs once, not early, in the order of its time, within a tick", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 })), (delays) => {
      const timers = queue();
      const startMs = performance.now();
      const ran: { readonly delayMs: number; readonly lateMs: number }[] = [];
      for (const delayMs of delays) {
        timers.after(delayMs, () => {
          ran.push({ delayMs, lateMs: performance.now() - startMs - delayMs });
        });
      }
      vi.advanceTimersByTime(600);
      expect(ran.map(({ delayMs }) => delayMs)).toEqual(delays.toSorted((a, b) => a - b));
      expect(ran.every(({ lateMs }) => lateMs >= 0 && lateMs <= 6)).toBe(true);
    }),
  );
});

test("what is cancelled does not run", () => {
  const timers = queue();
  const ran: string[] = [];
  const cancelled = timers.after(10, () => ran.push("cancelled"));
  timers.after(10, () => ran.push("kept"));
  cancelled.cancel();
  vi.advanceTimersByTime(50);
  expect(ran).toEqual(["kept"]);
});

test("something that is due may ask for more, earlier than everything that waits", () => {
  const timers = queue();
  const ran: string[] = [];
  timers.after(100, () => ran.push("late"));
  timers.after(10, () => timers.after(10, () => ran.push("asked for")));
  vi.advanceTimersByTime(50);
  expect(ran).toEqual(["asked for"]);
});

test("a time beyond what a timer can hold is waited for, not run at once", () => {
  const timers = queue();
  const run = vi.fn<() => void>();
  timers.after(2 ** 40, run);
  vi.advanceTimersByTime(200_000_000);
  expect(run).not.toHaveBeenCalled();
  timers.stop();
});

test("after stop nothing runs", () => {
  const timers = queue();
  const run = vi.fn<() => void>();
  timers.after(10, run);
  timers.stop();
  vi.advanceTimersByTime(50);
  expect(run).not.toHaveBeenCalled();
});
