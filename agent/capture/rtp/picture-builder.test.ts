/**
 * Goal: access units begin and end where they should, and what is missing is never handed on as
 * decodable. Packets are made by hand or by the fixtures' packetiser.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { h264, rtpPacket, TestStream } from "../../../test-fixtures/receiving/test-stream.ts";
import { assemble } from "../ring/assemble.ts";

const facts = (stream: TestStream): string[] =>
  stream.pictures.map(
    ({ isWhole, picturesUntilRight, isChainBroken }) =>
      `${isWhole ? "whole" : "damaged"} ${picturesUntilRight}${isChainBroken ? " broken" : ""}`,
  );

describe("pictures", () => {
  test("an IDR with its parameter sets, then pictures that refer to it", () => {
    const stream = new TestStream();
    stream.send([h264.sps, h264.pps, h264.idr(4_000)], 100);
    stream.send([h264.inter(3_000)], 3_700);
    stream.send([h264.inter()], 7_300);
    expect(facts(stream)).toEqual(["whole 0 broken", "whole -1", "whole -1"]);
    expect(stream.sets.isComplete).toBe(true);
    expect(stream.builder.counters.lost).toBe(0);
  });

  test("parameter sets and slices share packets", () => {
    const stream = new TestStream();
    stream.send([h264.sps, h264.pps, h264.idr()], 100, { aggregate: true });
    expect(stream.builder.counters.packets).toBe(1);
    expect(facts(stream)).toEqual(["whole 0 broken"]);
  });

  test("several slices make one picture, and all must be intra to decode alone", () => {
    const stream = new TestStream();
    stream.send([h264.intra(), h264.laterSlice(0x61)], 1);
    stream.send([h264.intra(), Buffer.from([0x61, 0x16, 0x60, 1, 2])], 2);
    expect(facts(stream)).toEqual(["whole 0 broken", "whole -1"]);
  });

  const recoveries = [
    { name: "exact recovery at once", sei: h264.recovery(0), want: "whole 0 broken" },
    { name: "recovery after five pictures", sei: h264.recovery(5), want: "whole 5 broken" },
    {
      name: "recovery at once, but only nearly",
      sei: Buffer.from([6, 6, 1, 0x84, 0x80]),
      want: "whole -1 broken",
    },
    { name: "a broken link", sei: Buffer.from([6, 6, 1, 0xe4, 0x80]), want: "whole -1 broken" },
    {
      name: "a recovery point behind other messages",
      sei: Buffer.from([6, 5, 3, 9, 9, 9, 6, 1, 0xc4, 0x80]),
      want: "whole 0 broken",
    },
    {
      name: "a message that claims more than there is",
      sei: Buffer.from([6, 255, 255, 255, 255]),
      want: "whole -1 broken",
    },
  ];
  for (const { name, sei, want } of recoveries) {
    test(name, () => {
      const stream = new TestStream();
      stream.send([sei, h264.inter()], 1);
      expect(facts(stream)).toEqual([want]);
    });
  }

  test("H.265: random access pictures begin, others do not", () => {
    const stream = new TestStream("h265");
    const nal = (type: number, bytes = 3_000): Buffer =>
      Buffer.concat([Buffer.from([type << 1, 1, 0x80]), Buffer.alloc(bytes, 0x55)]);
    for (const [index, type] of [19, 1, 21, 9, 16, 0].entries()) {
      stream.send([nal(type)], index, { codec: "h265" });
    }
    expect(facts(stream)).toEqual([
      "whole 0 broken",
      "whole -1",
      "whole 0",
      "whole -1",
      "whole 0",
      "whole -1",
    ]);
  });
});

describe("where pictures end", () => {
  test("without markers a new time ends the picture", () => {
    const stream = new TestStream();
    for (const [index, rtpTime] of [1, 1, 2, 2, 3].entries()) {
      stream.push(
        rtpPacket({
          sequence: index,
          rtpTime,
          payload: index % 2 === 0 ? h264.idr() : h264.laterSlice(),
        }),
      );
    }
    expect(facts(stream)).toEqual(["whole 0 broken", "whole 0"]);
    stream.builder.flush();
    expect(stream.pictures).toHaveLength(3);
  });

  test("a marker on parameter sets ends nothing", () => {
    const stream = new TestStream();
    stream.push(rtpPacket({ sequence: 1, rtpTime: 5, payload: h264.sps, isMarked: true }));
    stream.push(rtpPacket({ sequence: 2, rtpTime: 5, payload: h264.pps, isMarked: true }));
    stream.push(rtpPacket({ sequence: 3, rtpTime: 5, payload: h264.idr(), isMarked: true }));
    expect(stream.pictures).toHaveLength(1);
    expect(stream.pictures[0]).toMatchObject({ packetCount: 3, isWhole: true });
  });

  test("parameter sets with the time of the picture before belong to the next one", () => {
    const stream = new TestStream();
    stream.push(rtpPacket({ sequence: 1, rtpTime: 5, payload: h264.idr(), isMarked: true }));
    stream.push(rtpPacket({ sequence: 2, rtpTime: 6, payload: h264.sps }));
    stream.push(rtpPacket({ sequence: 3, rtpTime: 7, payload: h264.idr(), isMarked: true }));
    expect(stream.pictures.map(({ rtpTime, packetCount }) => [rtpTime, packetCount])).toEqual([
      [5, 1],
      [7, 2],
    ]);
  });

  test("a camera that marks every slice is found out and its pictures stay together", () => {
    const stream = new TestStream();
    let sequence = 0;
    for (const rtpTime of [10, 20, 30]) {
      stream.push(
        rtpPacket({ sequence: sequence++, rtpTime, payload: h264.idr(), isMarked: true }),
      );
      stream.push(
        rtpPacket({ sequence: sequence++, rtpTime, payload: h264.laterSlice(), isMarked: true }),
      );
    }
    stream.builder.flush();
    expect(stream.pictures.map(({ rtpTime }) => rtpTime)).toEqual([10, 20, 30]);
    expect(stream.extended).toBe(1);
    expect(stream.pictures[2]).toMatchObject({ packetCount: 2 });
  });
});

test("a marked slice in fragments joins its picture, and the next picture is whole", () => {
  const stream = new TestStream();
  stream.send([h264.idr()], 10);
  const later = Buffer.concat([h264.laterSlice(), Buffer.alloc(5_000, 0x55)]);
  stream.send([later], 10);
  const laterInter = Buffer.concat([h264.laterSlice(0x61), Buffer.alloc(5_000, 0x55)]);
  stream.send([h264.inter(), laterInter], 20);
  stream.builder.flush();
  expect(stream.extended).toBe(4);
  expect(facts(stream)).toEqual(["whole 0 broken", "whole -1"]);
});

test("a marked slice that stops in its middle is damage, and its rest begins no picture", () => {
  const stream = new TestStream();
  stream.send([h264.idr()], 10);
  const later = Buffer.concat([h264.laterSlice(), Buffer.alloc(5_000, 0x55)]);
  const packets = stream.unit([later], 10);
  for (const packet of packets.slice(0, 2)) stream.push(packet);
  // The rest comes with another time: nothing of it may stand in front of the next picture.
  for (const packet of packets.slice(2)) {
    packet.writeUInt32BE(20, 4);
    stream.push(packet);
  }
  stream.send([h264.sps, h264.pps, h264.inter()], 20);
  stream.send([h264.idr()], 30);
  stream.builder.flush();
  expect(facts(stream)).toEqual(["whole 0 broken", "damaged -1 broken", "whole 0 broken"]);
});

test("what follows a marked picture with its time, but is no slice, leads to the next picture", () => {
  const stream = new TestStream();
  stream.send([h264.idr()], 10);
  stream.push(rtpPacket({ sequence: stream.sequence++, rtpTime: 10, payload: h264.recovery(0) }));
  stream.send([h264.inter()], 20);
  stream.send([h264.inter()], 30);
  expect(stream.pictures.map(({ packetCount }) => packetCount)).toEqual([1, 2, 1]);
  expect(facts(stream)).toEqual(["whole 0 broken", "whole 0", "whole -1"]);
});

describe("what cannot be", () => {
  const rows = [
    { name: "a forbidden bit", nal: Buffer.from([0xe5, 0x88, 0x80]) },
    { name: "an IDR that nobody refers to", nal: Buffer.from([0x05, 0x88, 0x80]) },
    { name: "an IDR that is not intra", nal: Buffer.from([0x65, 0x9a, 0x80]) },
    { name: "a slice type of 10", nal: Buffer.from([0x61, 0x8b, 0x80]) },
    { name: "a parameter set that the stream has not", nal: Buffer.from([0x65, 0x88, 0x40, 0x80]) },
    { name: "a slice that ends at once", nal: Buffer.from([0x65]) },
  ];
  for (const { name, nal } of rows) {
    test(name, () => {
      const stream = new TestStream();
      stream.send([h264.sps, h264.pps, h264.idr()], 1);
      stream.send([nal], 2);
      expect(facts(stream)).toEqual(["whole 0 broken", "damaged -1 broken"]);
    });
  }
});

describe("what is missing", () => {
  test("a lost packet damages its picture; nothing decodes until the next clean start", () => {
    const stream = new TestStream();
    stream.send([h264.idr(5_000)], 1);
    const hurt = stream.unit([h264.inter(5_000)], 2);
    for (const [index, packet] of hurt.entries()) if (index !== 2) stream.push(packet);
    stream.send([h264.inter()], 3);
    stream.send([h264.idr()], 4);
    stream.send([h264.inter()], 5);
    expect(facts(stream)).toEqual([
      "whole 0 broken",
      "damaged -1 broken",
      "whole -1 broken",
      "whole 0 broken",
      "whole -1",
    ]);
    expect(stream.builder.counters.lost).toBe(1);
  });

  test("a lost last packet damages the picture before the gap, a whole lost picture the chain", () => {
    const stream = new TestStream();
    stream.send([h264.idr()], 1);
    for (const packet of stream.unit([h264.inter(5_000)], 2).slice(0, -1)) stream.push(packet);
    stream.send([h264.inter()], 3);
    stream.send([h264.idr()], 4);
    stream.unit([h264.inter()], 5);
    stream.send([h264.inter()], 6);
    expect(facts(stream)).toEqual([
      "whole 0 broken",
      "damaged -1 broken",
      "whole -1 broken",
      "whole 0 broken",
      "whole -1 broken",
    ]);
  });

  test("the first packet of an IDR is missing", () => {
    const stream = new TestStream();
    stream.send([h264.idr()], 1);
    for (const packet of stream.unit([h264.idr(5_000)], 2).slice(1)) stream.push(packet);
    expect(facts(stream)).toEqual(["whole 0 broken", "damaged -1 broken"]);
  });

  test("joining in the middle of a picture", () => {
    const stream = new TestStream();
    for (const packet of stream.unit([h264.idr(5_000)], 1).slice(2)) stream.push(packet);
    stream.push(
      rtpPacket({
        sequence: stream.sequence++,
        rtpTime: 2,
        payload: h264.laterSlice(),
        isMarked: true,
      }),
    );
    expect(facts(stream)).toEqual(["damaged -1 broken", "damaged -1 broken"]);
  });

  test("late packets are dropped, a camera that counts anew is followed", () => {
    const stream = new TestStream();
    stream.sequence = 1_000;
    stream.send([h264.idr()], 1);
    stream.push(rtpPacket({ sequence: 990, rtpTime: 0, payload: h264.idr() }));
    stream.send([h264.inter()], 2);
    expect(facts(stream)).toEqual(["whole 0 broken", "whole -1"]);
    stream.sequence = 5;
    for (let rtpTime = 10; rtpTime < 40; rtpTime++) stream.send([h264.idr()], rtpTime);
    expect(stream.builder.counters.late).toBe(17);
    expect(stream.pictures.length).toBe(2 + 14);
  });

  test("another source on the channel starts anew", () => {
    const stream = new TestStream();
    stream.send([h264.idr()], 1);
    stream.push(
      rtpPacket({ sequence: 9, rtpTime: 7, payload: h264.inter(), isMarked: true, ssrc: 2 }),
    );
    expect(stream.newSources).toBe(1);
    expect(facts(stream)).toEqual(["whole 0 broken", "whole -1 broken"]);
  });

  const odd = [
    { name: "an empty packet", packet: Buffer.alloc(0) },
    {
      name: "version 1",
      packet: Buffer.from(rtpPacket({ sequence: 0, rtpTime: 0, payload: h264.idr() })).fill(
        0x40,
        0,
        1,
      ),
    },
    {
      name: "another payload type",
      packet: rtpPacket({ sequence: 0, rtpTime: 0, payload: h264.idr(), payloadType: 97 }),
    },
    {
      name: "an extension longer than the packet",
      packet: Buffer.concat([Buffer.from([0x90]), Buffer.alloc(13, 255)]),
    },
    {
      name: "padding longer than the packet",
      packet: Buffer.concat([Buffer.from([0xa0, 96]), Buffer.alloc(12, 255)]),
    },
  ];
  for (const { name, packet } of odd) {
    test(`${name} is counted and passed over`, () => {
      const stream = new TestStream();
      stream.push(packet);
      stream.builder.flush();
      expect(stream.builder.counters.odd).toBe(1);
      expect(stream.pictures).toEqual([]);
    });
  }

  test("packetisations that nobody uses are told apart from damage", () => {
    const stream = new TestStream();
    stream.push(
      rtpPacket({ sequence: 1, rtpTime: 1, payload: Buffer.from([25, 0, 0, 0, 1, 0x65]) }),
    );
    stream.push(rtpPacket({ sequence: 2, rtpTime: 1, payload: Buffer.from([30, 0, 0]) }));
    expect(stream.builder.counters.unsupported).toBe(1);
  });

  test("a picture larger than the ring is damaged, and the ring stays as large as it was", () => {
    const stream = new TestStream("h264", 20_000);
    stream.send([h264.idr(50_000)], 1);
    expect(facts(stream)).toEqual(["damaged -1 broken"]);
    expect(stream.ring.capacityBytes).toBe(20_000);
  });
});

describe("laws", () => {
  const nal264 = fc
    .tuple(
      fc.constantFrom(0x65, 0x61, 0x41, 0x06),
      fc.uint8Array({ minLength: 1, maxLength: 4_000 }),
    )
    .map(([head, body]) => Buffer.concat([Buffer.from([head, 0x88]), body]));
  const nal265 = fc
    .tuple(
      fc.constantFrom(0, 1, 19, 21, 39),
      fc.nat(6),
      fc.uint8Array({ minLength: 1, maxLength: 4_000 }),
    )
    .map(([type, layer, body]) => Buffer.concat([Buffer.from([type << 1, layer + 1, 0x80]), body]));

  for (const codec of ["h264", "h265"] as const) {
    test(`${codec}: what was cut into packets is put together the same`, () => {
      const nals = fc.array(codec === "h264" ? nal264 : nal265, { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(
          nals,
          fc.integer({ min: 40, max: 1_500 }),
          fc.boolean(),
          (units, mtu, aggregate) => {
            const stream = new TestStream(codec);
            const first = stream.ring.nextPacket;
            const packets = stream.unit(units, 1, { mtu, aggregate, codec });
            for (const packet of packets) stream.push(packet);
            stream.builder.flush();
            const ranges = [{ firstPacket: first, packetCount: stream.ring.nextPacket - first }];
            const built = assemble(stream.ring, codec, ranges, new Uint8Array(0));
            const want = Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]));
            expect(Buffer.from(built?.units[0] ?? []).equals(want)).toBe(true);
          },
        ),
        { seed: 8, numRuns: 200 },
      );
    });

    test(`${codec}: random packets never throw, and what is built lies in the ring`, () => {
      const packet = fc
        .tuple(fc.nat(20), fc.nat(5), fc.uint8Array({ maxLength: 200 }), fc.boolean())
        .map(([sequence, rtpTime, payload, isMarked]) =>
          rtpPacket({ sequence, rtpTime, payload, isMarked }),
        );
      fc.assert(
        fc.property(
          fc.array(fc.oneof(packet, fc.uint8Array({ maxLength: 60 })), { maxLength: 60 }),
          (packets) => {
            const stream = new TestStream(codec, 3_000);
            for (const bytes of packets) stream.push(bytes);
            stream.builder.flush();
            for (const { firstPacket, packetCount, isWhole } of stream.pictures) {
              expect(firstPacket + packetCount).toBeLessThanOrEqual(stream.ring.nextPacket);
              if (isWhole)
                assemble(stream.ring, codec, [{ firstPacket, packetCount }], new Uint8Array(0));
            }
          },
        ),
        { seed: 9, numRuns: 300 },
      );
    });
  }
});
