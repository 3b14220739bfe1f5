/** Goal: what one side puts into a slot the other finds there, and memory stays bounded. */
import { fstatSync, writeSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { Exchange } from "./exchange.ts";
import { ProtocolError } from "./protocol.ts";

const open: Exchange[] = [];
afterEach(() => {
  for (const exchange of open.splice(0)) exchange.close();
});

function made(): Exchange {
  const exchange = new Exchange();
  open.push(exchange);
  return exchange;
}

/** As the host answers: planes in place of the request. */
function answer(exchange: Exchange, slot: number, planes: Uint8Array): void {
  writeSync(exchange.files[slot] ?? -1, planes, 0, planes.byteLength, 0);
}

test("planes that the host put there come out, one target after the other", () => {
  const exchange = made();
  const slot = exchange.put([Uint8Array.of(1, 2), Uint8Array.of(3)], 3);
  answer(exchange, slot, Uint8Array.of(5, 6, 7, 8, 9));
  const targets = [new Uint8Array(3), new Uint8Array(2)];
  exchange.take(slot, targets);
  expect(targets.map((target) => [...target])).toEqual([
    [5, 6, 7],
    [8, 9],
  ]);
});

test("pictures in flight lie apart, and a slot that is given back is used again", () => {
  const exchange = made();
  const first = exchange.put([Uint8Array.of(1)], 1);
  const second = exchange.put([Uint8Array.of(2)], 1);
  const target = new Uint8Array(1);
  exchange.take(first, [target]);
  expect([...target]).toEqual([1]);
  exchange.release(first);
  const later = Array.from({ length: 3 }, () => exchange.put([Uint8Array.of(3)], 1));
  expect(later).toContain(first);
  expect(later).not.toContain(second);
  expect(() => exchange.put([Uint8Array.of(4)], 1)).toThrow(RangeError);
});

test("planes that are missing are nonsense", () => {
  const exchange = made();
  const slot = exchange.put([Uint8Array.of(1, 2)], 2);
  expect(() => exchange.take(slot, [new Uint8Array(3)])).toThrow(ProtocolError);
});

test("what a long group took is given back", () => {
  const exchange = made();
  const [bytes, few] = [5_000_000, 300_000];
  for (const size of [bytes, few]) {
    const slot = exchange.put([new Uint8Array(size)], size);
    exchange.release(slot);
  }
  const kept = exchange.files.reduce((sum, file) => sum + fstatSync(file).size, 0);
  expect(kept).toBe(few);
});
