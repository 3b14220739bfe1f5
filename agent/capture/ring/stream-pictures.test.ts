/**
 * Goal: what a look gets is the newest picture that decodes, with everything it needs and nothing
 * from another connection. Pictures are pushed by hand; time is simulated.
 */
import { describe, expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { packetise } from "../../../test-fixtures/camera-server/packetise.ts";
import { h264, rtpPacket } from "../../../test-fixtures/receiving/test-stream.ts";
import { SimulatedClock } from "../../runtime/clock.ts";
import type { PictureNotice } from "../encoded-picture.ts";
import { keyframesPerSecondMax } from "../limits.ts";
import type { PictureBuilder } from "../rtp/picture-builder.ts";
import type { RingNeed } from "./ring-shares.ts";
import { StreamPictures } from "./stream-pictures.ts";

class Bed {
  readonly clock = new SimulatedClock();
  readonly notices: PictureNotice[] = [];
  readonly tooLong: number[] = [];
  readonly needs: RingNeed[] = [];
  readonly pictures: StreamPictures;
  #builder: PictureBuilder | undefined;
  #sequence = 0;

  constructor({
    everyMs = 10_000,
    ringBytes = 100_000,
    ringSeconds = 1,
    grantedBytes = Number.POSITIVE_INFINITY,
  } = {}) {
    this.pictures = new StreamPictures({
      cameraId: cameraId("c"),
      stream: "main",
      everyMs,
      ringBytes,
      ringSeconds,
      grantedBytes,
      clock: this.clock,
      sink: {
        onNotice: (notice) => this.notices.push(notice),
        onGroupTooLong: (distanceMs) => this.tooLong.push(Math.round(distanceMs)),
        onRingNeed: (need) => this.needs.push(need),
      },
    });
  }

  open(parameterSets: readonly Uint8Array[] = [h264.sps, h264.pps]): void {
    this.#builder = this.pictures.open({
      codec: "h264",
      payloadType: 96,
      clockRate: 90_000,
      parameterSets,
    });
  }

  async send(nals: readonly Uint8Array[], afterMs = 40): Promise<void> {
    await this.clock.advance(afterMs);
    const rtpTime = Math.round(this.clock.monoMs() * 90) >>> 0;
    const payloads = packetise(nals, { codec: "h264", payloadBytesMax: 1_400, aggregate: false });
    for (const [index, payload] of payloads.entries()) {
      const packet = rtpPacket({
        sequence: this.#sequence++,
        rtpTime,
        payload,
        isMarked: index === payloads.length - 1,
      });
      this.#builder?.push(packet, 0, packet.length);
    }
  }

  lose(packets = 1): void {
    this.#sequence += packets;
  }

  numbers(): number[] {
    return this.notices.map(({ pictureNumber }) => pictureNumber);
  }
}

const annexB = (...nals: readonly Uint8Array[]): string =>
  Buffer.concat(nals.flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal])).toString("hex");
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");

test("a keyframe is announced, and given with the sets of the description", async () => {
  const bed = new Bed();
  bed.open();
  expect(bed.pictures.newest()).toBeUndefined();
  await bed.send([h264.idr(3_000)]);
  await bed.send([h264.inter()]);
  const picture = bed.pictures.newest();
  expect(bed.numbers()).toEqual([0]);
  expect(picture).toMatchObject({ pictureNumber: 0, codec: "h264", clockSource: "arrival" });
  expect(picture?.units.map(hex)).toEqual([annexB(h264.idr(3_000))]);
  expect(hex(picture?.parameterSets)).toBe(annexB(h264.sps, h264.pps));
  expect(picture?.capturedAtMs).toBe(bed.clock.wallMs() - 40);
});

test("all parts of a picture lie in one block that can be handed over", async () => {
  const bed = new Bed();
  bed.open();
  await bed.send([h264.idr(3_000)]);
  const picture = bed.pictures.newest();
  expect(picture?.units[0]?.buffer).toBe(picture?.parameterSets.buffer);
  expect(bed.pictures.newest()?.units[0]?.buffer).not.toBe(picture?.units[0]?.buffer);
});

test("without parameter sets nothing is announced until they come in band", async () => {
  const bed = new Bed();
  bed.open([]);
  await bed.send([h264.idr()]);
  await bed.send([h264.sps, h264.pps, h264.idr()]);
  expect(bed.numbers()).toEqual([1]);
  expect(bed.pictures.format).toMatchObject({ widthPx: 1_920 });
});

test("after a loss nothing is announced until the next picture that decodes alone", async () => {
  const bed = new Bed({ everyMs: 20 });
  bed.open();
  await bed.send([h264.idr()]);
  await bed.send([h264.inter()]);
  bed.lose();
  await bed.send([h264.inter()]);
  await bed.send([h264.inter()]);
  await bed.send([h264.idr()]);
  await bed.send([h264.inter()]);
  expect(bed.numbers()).toEqual([0, 1, 4, 5]);
});

test("a picture stays the newest one until another comes, and is gone with its connection", async () => {
  const bed = new Bed();
  bed.open();
  await bed.send([h264.idr()]);
  await bed.clock.advance(60_000);
  expect(bed.pictures.newest()?.pictureNumber).toBe(0);
  bed.pictures.close();
  expect(bed.pictures.newest()).toBeUndefined();
  bed.open();
  expect(bed.pictures.newest()).toBeUndefined();
  await bed.send([h264.inter()]);
  await bed.send([h264.idr()]);
  expect(bed.numbers()).toEqual([0, 2]);
});

describe("groups", () => {
  test("reach from the keyframe to the picture that is announced", async () => {
    const bed = new Bed({ everyMs: 200 });
    bed.open();
    await bed.send([h264.idr()]);
    for (let index = 0; index < 10; index++) await bed.send([h264.inter(100 + index)]);
    expect(bed.numbers()).toEqual([0, 6, 9]);
    const picture = bed.pictures.newest();
    expect(picture?.units.map(hex)).toEqual([
      annexB(h264.idr()),
      ...Array.from({ length: 9 }, (_, index) => annexB(h264.inter(100 + index))),
    ]);
  });

  test("begin at a recovery point when its pictures are right", async () => {
    const bed = new Bed();
    bed.open();
    await bed.send([h264.inter()]);
    await bed.send([h264.recovery(3), h264.inter()]);
    for (let index = 0; index < 4; index++) await bed.send([h264.inter()]);
    expect(bed.numbers()).toEqual([4]);
    expect(bed.pictures.newest()?.units).toHaveLength(4);
  });

  test("that the ring does not hold are a failure, said for each picture that is due", async () => {
    const bed = new Bed({ everyMs: 400, grantedBytes: 60_000 });
    bed.open();
    await bed.send([h264.idr(9_000)]);
    for (let index = 0; index < 30; index++) await bed.send([h264.inter(5_000)]);
    expect(bed.numbers()).toEqual([0]);
    expect(bed.tooLong).toEqual([480, 680, 880, 1_080]);
    await bed.send([h264.idr()]);
    expect(bed.numbers()).toEqual([0, 31]);
  });
});

describe("the ring", () => {
  test("grows until it reaches back as far as it should, and no further than its limit", async () => {
    const bed = new Bed({ ringBytes: 50_000, ringSeconds: 4 });
    bed.open();
    for (let second = 0; second < 20; second++) {
      await bed.send([h264.idr(20_000)]);
      for (let index = 0; index < 24; index++) await bed.send([h264.inter(4_000)]);
    }
    // About 116 kB a second.
    expect(bed.pictures.ringBytes).toBeGreaterThan(420_000);
    expect(bed.pictures.ringBytes).toBeLessThan(560_000);
  });

  test("stays as it is when it reaches back far enough", async () => {
    const bed = new Bed({ ringBytes: 100_000, ringSeconds: 4 });
    bed.open();
    for (let second = 0; second < 20; second++) {
      await bed.send([h264.idr(2_000)]);
      for (let index = 0; index < 24; index++) await bed.send([h264.inter(200)]);
    }
    expect(bed.pictures.ringBytes).toBe(100_000);
  });

  test("makes room for keyframes that fill it", async () => {
    const bed = new Bed({ ringBytes: 100_000, ringSeconds: 1 });
    bed.open();
    await bed.send([h264.idr(80_000)]);
    expect(bed.pictures.ringBytes).toBeGreaterThan(240_000);
    expect(bed.pictures.newest()?.units[0]?.length).toBe(4 + h264.idr(80_000).length);
  });

  test("takes what it is granted, keeps the newest in it, and says that it is short", async () => {
    const bed = new Bed({ ringBytes: 100_000, ringSeconds: 4, grantedBytes: 200_000 });
    bed.open();
    const second = async () => {
      await bed.send([h264.idr(20_000)]);
      for (let index = 0; index < 24; index++) await bed.send([h264.inter(4_000)]);
    };
    for (let count = 0; count < 6; count++) await second();
    const told = bed.needs.length;
    for (let count = 0; count < 6; count++) await second();
    expect(bed.needs, "a camera that stays as it is has said what it needs").toHaveLength(told);
    expect(bed.pictures.ringBytes).toBe(200_000);
    expect(bed.pictures.isRingShort).toBe(true);
    expect(bed.pictures.ringReachMs).toBeLessThan(2_000);
    const need = bed.needs.at(-1);
    expect(need?.needBytes).toBeGreaterThan(460_000);
    expect(need?.floorBytes).toBeGreaterThan(116_000);
    expect(need?.floorBytes).toBeLessThan(180_000);

    bed.pictures.grantRing(150_000);
    expect(bed.pictures.ringBytes).toBe(150_000);
    await second();
    expect(bed.pictures.newest()?.units[0]?.length).toBe(4 + h264.idr(20_000).length);

    bed.pictures.grantRing(1_000_000);
    expect(bed.pictures.ringBytes).toBe(need?.needBytes);
    for (let count = 0; count < 6; count++) await second();
    expect(bed.pictures.isRingShort).toBe(false);
    expect(bed.pictures.ringReachMs).toBeGreaterThan(3_600);
  });

  test("grows with a group that is longer than its seconds, so that each look has its picture", async () => {
    const bed = new Bed({ everyMs: 400, ringBytes: 60_000, ringSeconds: 1 });
    bed.open();
    for (let group = 0; group < 3; group++) {
      await bed.send([h264.idr(9_000)]);
      for (let index = 0; index < 124; index++) await bed.send([h264.inter(3_000)]);
    }
    expect(bed.tooLong).toEqual([]);
    expect(bed.pictures.ringBytes).toBeGreaterThan(124 * 3_000);
    expect(bed.pictures.ringBytes).toBeLessThan(2 * 124 * 3_000);
  });

  test("tells when it needs much less, and keeps its size as long as nobody else wants it", async () => {
    const bed = new Bed({ ringBytes: 100_000, ringSeconds: 2 });
    bed.open();
    const send = async (seconds: number, bytes: number) => {
      for (let count = 0; count < seconds; count++) {
        await bed.send([h264.idr(5 * bytes)]);
        for (let index = 0; index < 24; index++) await bed.send([h264.inter(bytes)]);
      }
    };
    await send(10, 8_000);
    const { ringBytes } = bed.pictures;
    const most = bed.needs.at(-1)?.needBytes ?? 0;
    await send(10, 1_000);
    expect(bed.needs.at(-1)?.needBytes).toBeLessThan(most / 6);
    expect(bed.pictures.ringBytes).toBe(ringBytes);
  });

  test("one picture that needs the whole bound does not ask again and again", async () => {
    const bed = new Bed({ grantedBytes: 50_000 });
    bed.open();
    for (let index = 0; index < 50; index++) await bed.send([h264.idr(200_000)]);
    expect(bed.needs.length).toBeLessThanOrEqual(2);
    expect(bed.pictures.ringBytes).toBe(50_000);
    expect(bed.pictures.newest()).toBeUndefined();
  });
});

test("a camera that sends nothing but keyframes, far more than any, fails its stream", async () => {
  const bed = new Bed();
  bed.open();
  for (let second = 0; second < 2; second++) {
    for (let count = 0; count < keyframesPerSecondMax; count++) {
      await bed.send([h264.idr()], 1_000 / keyframesPerSecondMax);
    }
  }
  expect(bed.notices.length).toBe(2 * keyframesPerSecondMax);
  const flood = async (): Promise<void> => {
    for (let count = 0; count < 2 * keyframesPerSecondMax; count++) await bed.send([h264.idr()], 1);
  };
  await expect(flood()).rejects.toThrow("keyframes within a second");
});
