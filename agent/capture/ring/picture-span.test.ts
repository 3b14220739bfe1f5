/**
 * Goal: a span has every picture of its time that can be decoded, what they build on, and nothing
 * twice when it is taken in pieces. Pictures are pushed by hand; time is simulated.
 */
import { expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { packetise } from "../../../test-fixtures/camera-server/packetise.ts";
import { h264, rtpPacket } from "../../../test-fixtures/receiving/test-stream.ts";
import { SimulatedClock } from "../../runtime/clock.ts";
import type { EncodedSpan } from "../encoded-picture.ts";
import { StreamPictures } from "./stream-pictures.ts";

/** A camera with a picture each 40 ms and a keyframe each fifth; some of them are lost. */
class Bed {
  readonly clock = new SimulatedClock();
  readonly pictures: StreamPictures;
  #sequence = 0;

  constructor({ ringBytes = 100_000 } = {}) {
    this.pictures = new StreamPictures({
      cameraId: cameraId("c"),
      stream: "main",
      everyMs: 10_000,
      ringBytes,
      ringSeconds: 1,
      ringBytesMax: ringBytes,
      grantedBytes: ringBytes,
      clock: this.clock,
      sink: {
        onNotice: () => undefined,
        onGroupTooLong: () => undefined,
        onRingNeed: () => undefined,
      },
    });
  }

  async send(count: number, { lost = -1, sets = [h264.sps, h264.pps] } = {}): Promise<void> {
    const track = { codec: "h264", payloadType: 96, clockRate: 90_000 } as const;
    const builder = this.pictures.builder ?? this.pictures.open({ ...track, parameterSets: sets });
    for (let index = 0; index < count; index++) {
      await this.clock.advance(40);
      const rtpTime = Math.round(this.clock.monoMs() * 90) >>> 0;
      const nals = [index % 5 === 0 ? h264.idr(300) : h264.inter(100)];
      const cut = { codec: "h264", payloadBytesMax: 1_400, aggregate: false } as const;
      for (const payload of packetise(nals, cut)) {
        const sequence = this.#sequence++;
        if (index === lost) continue;
        const packet = rtpPacket({ sequence, rtpTime, payload, isMarked: true });
        builder.push(packet, 0, packet.length);
      }
    }
  }

  /** In milliseconds from the first picture. */
  span(fromMs: number, toMs: number, afterPicture?: number): EncodedSpan | undefined {
    const firstMs = this.clock.wallMs() - this.clock.monoMs() + 40;
    return this.pictures.span({ fromMs: firstMs + fromMs, toMs: firstMs + toMs, afterPicture });
  }
}

const numbers = (span: EncodedSpan | undefined) =>
  span?.pictures.map(({ pictureNumber }) => pictureNumber);
const shown = (span: EncodedSpan | undefined) =>
  span?.pictures.filter(({ isShown }) => isShown).map(({ pictureNumber }) => pictureNumber);
const upTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("a span begins with what its first picture builds on, which is not shown", async () => {
  const bed = new Bed();
  await bed.send(20);
  const span = bed.span(12 * 40, 17 * 40);
  expect(numbers(span)).toEqual(upTo(10, 17));
  expect(shown(span)).toEqual(upTo(12, 17));
  expect(span?.pictures[0]).toMatchObject({ isKey: true, isShown: false });
  expect(span?.parameterSets.byteLength).toBeGreaterThan(30);
});

test("pieces join without a gap, and nothing is in two of them", async () => {
  const bed = new Bed();
  await bed.send(8);
  const first = bed.span(0, 1_000);
  await bed.send(0);
  expect(numbers(first)).toEqual(upTo(0, 7));
  await bed.clock.advance(0);
  const again = bed.span(0, 1_000, 4);
  expect(numbers(again)).toEqual([5, 6, 7]);
  const within = bed.span(0, 1_000, 5);
  expect(numbers(within)).toEqual([6, 7]);
  expect(bed.span(0, 1_000, 7)).toBeUndefined();
});

test("after a loss nothing is in it until the next picture that decodes alone", async () => {
  const bed = new Bed();
  await bed.send(15, { lost: 7 });
  expect(numbers(bed.span(0, 1_000))?.length).toBe(12);
  expect(shown(bed.span(0, 1_000))).toEqual([...upTo(0, 6), ...upTo(9, 13)]);
});

test("what left the ring is not in it, nor what built on that", async () => {
  const bed = new Bed({ ringBytes: 1_800 });
  await bed.send(20);
  const span = bed.span(0, 1_000);
  const [first = -1] = numbers(span) ?? [];
  expect(first).toBeGreaterThan(4);
  expect(first % 5).toBe(0);
  expect(numbers(span)).toEqual(upTo(first, 19));
  const [after = -1] = numbers(bed.span(0, 1_000, 2)) ?? [];
  expect(after).toBe(first);
});

test("pictures of a span lie in one block that can be handed over", async () => {
  const bed = new Bed();
  await bed.send(20);
  const blocks = new Set(bed.span(0, 1_000)?.pictures.map(({ unit }) => unit.buffer));
  expect(blocks.size).toBe(1);
  expect(bed.span(5_000, 6_000)).toBeUndefined();
});
