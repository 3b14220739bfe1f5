/** Goal: a clip's picture waits while events are in work, and never for long. Virtual time. */
import { expect, test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import { EventsFirst } from "./events-first.ts";

function bed() {
  const clock = new SimulatedClock();
  const events = new EventsFirst(clock);
  const gone: string[] = [];
  const clip = async (name: string) => {
    await events.whenFree();
    gone.push(name);
  };
  return { clock, events, gone, clip };
}

test("without an event nothing waits", async () => {
  const { gone, clip } = bed();
  await clip("a");
  expect(gone).toEqual(["a"]);
});

test("a clip waits until the last event is over, and ending twice counts once", async () => {
  const { clock, events, gone, clip } = bed();
  const [first, second] = [events.begin(), events.begin()];
  const waiting = clip("a");
  first.end();
  first.end();
  await clock.advance(10);
  expect(gone).toEqual([]);
  second.end();
  await waiting;
  expect(gone).toEqual(["a"]);
});

test("a box that never rests makes its clips all the same", async () => {
  const { clock, events, gone, clip } = bed();
  events.begin();
  const waiting = clip("a");
  await clock.advance(999);
  expect(gone).toEqual([]);
  await clock.advance(1);
  await waiting;
  expect(gone).toEqual(["a"]);
});
