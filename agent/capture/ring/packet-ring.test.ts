import fc from "fast-check";
import { expect, test } from "vitest";
import { PacketRing } from "./packet-ring.ts";

const packetOf = (number: number, length: number): Buffer => Buffer.alloc(length, number);

function contents(ring: PacketRing): string[] {
  const packets: string[] = [];
  for (let packet = ring.firstPacket; packet < ring.nextPacket; packet++) {
    const place = ring.placeOf(packet);
    packets.push(ring.bytes.subarray(place, place + ring.lengthOf(packet)).toString("hex"));
  }
  return packets;
}

/** In hexadecimal digits: two a byte. */
function newestWithin(bytes: number, packets: readonly string[]): readonly string[] {
  let left = 2 * bytes;
  const from = packets.findLastIndex((packet) => {
    left -= packet.length;
    return left < 0;
  });
  return packets.slice(from + 1);
}

/** What does not fit into the whole ring is not taken. */
function append(ring: PacketRing, packet: Buffer, all: string[]): void {
  const isTaken = ring.append(packet, 0, packet.length);
  expect(isTaken).toBe(packet.length <= ring.capacityBytes);
  if (isTaken) all.push(packet.toString("hex"));
}

test("what is in the ring is always the newest packets, byte for byte", () => {
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.record({ length: fc.integer({ min: 0, max: 60 }) }) },
    { weight: 2, arbitrary: fc.record({ resize: fc.integer({ min: 1, max: 300 }) }) },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(step, { maxLength: 200 }),
      (bytes, steps) => {
        const ring = new PacketRing({ bytes, bytesMax: 300 });
        const all: string[] = [];
        for (const [index, made] of steps.entries()) {
          const kept = "resize" in made ? newestWithin(made.resize, contents(ring)) : undefined;
          if ("resize" in made) ring.resize(made.resize);
          else append(ring, packetOf(index, made.length), all);
          expect(contents(ring)).toEqual(kept ?? all.slice(ring.firstPacket));
          expect(ring.nextPacket).toBe(all.length);
        }
      },
    ),
    { seed: 8, numRuns: 500 },
  );
});

test("packets stay as long as there is room", () => {
  const ring = new PacketRing({ bytes: 100 });
  for (let index = 0; index < 4; index++) ring.append(packetOf(index, 25), 0, 25);
  expect(ring.firstPacket).toBe(0);
  ring.append(packetOf(9, 1), 0, 1);
  expect(ring.firstPacket).toBe(1);
});

test("the range of a larger buffer is what is copied", () => {
  const ring = new PacketRing({ bytes: 100 });
  ring.append(Buffer.from([1, 2, 3, 4]), 1, 3);
  expect(contents(ring)).toEqual(["0203"]);
  ring.clear();
  expect(contents(ring)).toEqual([]);
  expect(ring.nextPacket).toBe(1);
});

test("a ring of no size cannot be made", () => {
  expect(() => new PacketRing({ bytes: 0 })).toThrow(
    "bytes must be a whole number from 1 up, got 0",
  );
});

test("appended bytes count on over all rounds", () => {
  const ring = new PacketRing({ bytes: 100 });
  for (let index = 0; index < 10; index++) ring.append(packetOf(index, 30), 0, 30);
  expect(ring.append(packetOf(0, 101), 0, 101)).toBe(false);
  expect(ring.appendedBytes).toBe(300);
});

test("a ring cannot be made beyond its own limit", () => {
  expect(() => new PacketRing({ bytes: 2, bytesMax: 1 })).toThrow("bytesMax is 1, below 2 bytes");
});
