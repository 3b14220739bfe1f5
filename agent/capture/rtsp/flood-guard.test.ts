import { expect, test } from "vitest";
import { SimulatedClock } from "../../runtime/clock.ts";
import {
  connectionBytesPerSecondMax,
  connectionMessagesPerSecondMax,
  connectionPacketsPerSecondMax,
} from "../limits.ts";
import { FloodGuard } from "./flood-guard.ts";

const times = (count: number, action: () => void): void => {
  for (let index = 0; index < count; index++) action();
};

const rows: {
  name: string;
  most: (guard: FloodGuard) => void;
  more: (guard: FloodGuard) => void;
}[] = [
  {
    name: "bytes",
    most: (guard) => guard.addBytes(connectionBytesPerSecondMax),
    more: (guard) => guard.addBytes(1),
  },
  {
    name: "packets",
    most: (guard) => times(connectionPacketsPerSecondMax, () => guard.addPacket()),
    more: (guard) => {
      guard.addPacket();
      guard.addBytes(1);
    },
  },
  {
    name: "messages",
    most: (guard) => times(connectionMessagesPerSecondMax, () => guard.addMessage()),
    more: (guard) => guard.addMessage(),
  },
];

for (const { name, most, more } of rows) {
  test(`the most ${name} of a second pass, second after second, and no more`, async () => {
    const clock = new SimulatedClock();
    const guard = new FloodGuard({ clock });
    for (let second = 0; second < 3; second++) {
      guard.addBytes(0);
      most(guard);
      await clock.advance(1_000);
    }
    guard.addBytes(0);
    most(guard);
    expect(() => more(guard)).toThrow(`${name} within a second`);
  });
}
