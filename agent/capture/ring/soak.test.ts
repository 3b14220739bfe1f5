/**
 * Goal: what a stream keeps does not grow with its age.
 * Method: a camera's pictures of some hours, pushed by hand without waiting, with everything that
 * happens to a camera in a year: losses, new parameter sets, new sources, connections begun again,
 * groups of all lengths, a grant that rises and falls. Memory is compared after each quarter, with
 * the garbage collected.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { packetise } from "../../../test-fixtures/camera-server/packetise.ts";
import { h264, rtpPacket } from "../../../test-fixtures/receiving/test-stream.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { PictureBuilder } from "../rtp/picture-builder.ts";
import { StreamPictures } from "./stream-pictures.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void; // The flag above makes it one.

const picturesPerQuarter = 50_000;
const pictureMs = 40;

/** Packets as they came from a socket once; number, time and source are written anew each time. */
const packetsOf = (...nals: readonly Uint8Array[]): readonly Buffer[] =>
  packetise(nals, { codec: "h264", payloadBytesMax: 1_400, aggregate: false }).map(
    (payload, index, all) =>
      rtpPacket({ sequence: 0, rtpTime: 0, payload, isMarked: index === all.length - 1 }),
  );

const keyframe = packetsOf(h264.idr(4_000));
const inter = packetsOf(h264.inter(700));
const recovery = packetsOf(h264.recovery(3), h264.inter(900));
const withNewSets = Array.from({ length: 64 }, (_, index) =>
  packetsOf(h264.sps, Buffer.concat([h264.pps, Buffer.from([index + 1])]), h264.idr(3_000)),
);

class AgingCamera {
  #nowMs = 0;
  #sequence = 0;
  #source = 1;
  #count = 0;
  #builder: PictureBuilder;
  noticeCount = 0;
  servedCount = 0;
  needCount = 0;
  readonly pictures: StreamPictures;

  constructor() {
    const clock: Clock = {
      wallMs: () => Date.UTC(2026, 0, 5) + this.#nowMs,
      monoMs: () => this.#nowMs,
      sleep: () => Promise.resolve(),
      after: () => () => undefined,
    };
    this.pictures = new StreamPictures({
      cameraId: cameraId("c"),
      stream: "main",
      everyMs: 400,
      ringBytes: 200_000,
      ringSeconds: 5,
      clock,
      sink: {
        onNotice: () => {
          this.noticeCount += 1;
        },
        onGroupTooLong: () => undefined,
        onRingNeed: () => {
          this.needCount += 1;
        },
      },
    });
    this.#builder = this.#connect();
  }

  live(pictures: number): void {
    for (const end = this.#count + pictures; this.#count < end; this.#count++) this.#step();
  }

  #step(): void {
    const count = this.#count;
    this.#nowMs += pictureMs;
    if (count % 7_001 === 0) this.#builder = this.#connect();
    if (count % 5_003 === 0) this.#source += 1;
    if (count % 997 === 0) this.#sequence += 3;
    if (count % 3_001 === 0) this.pictures.grantRing(100_000 + (count % 11) * 40_000);
    const groupPictures = count % 20_000 < 10_000 ? 50 : 250;
    if (count % 1_500 === 0) this.#send(withNewSets[(count / 1_500) % 64] ?? keyframe);
    else if (count % groupPictures === 0) this.#send(keyframe);
    else if (count % 611 === 0) this.#send(recovery);
    else this.#send(inter);
    if (count % 25 === 0 && this.pictures.newest() !== undefined) this.servedCount += 1;
    if (count % 125 === 0) this.#report();
  }

  #send(packets: readonly Buffer[]): void {
    for (const packet of packets) {
      packet.writeUInt16BE(this.#sequence++ & 0xffff, 2);
      packet.writeUInt32BE(this.#rtpTime(), 4);
      packet.writeUInt32BE(this.#source, 8);
      this.#builder.push(packet, 0, packet.length);
    }
  }

  #report(): void {
    const report = { ssrc: this.#source, cameraWallMs: this.#nowMs, rtpTime: this.#rtpTime() };
    this.pictures.addReport(report, this.#nowMs);
    this.pictures.noteRoundTrip(3);
  }

  #rtpTime(): number {
    return (this.#nowMs * 90) >>> 0;
  }

  #connect(): PictureBuilder {
    this.pictures.close();
    return this.pictures.open({
      codec: "h264",
      payloadType: 96,
      clockRate: 90_000,
      parameterSets: [h264.sps, h264.pps],
    });
  }
}

function memory(): { readonly heapBytes: number; readonly bufferBytes: number } {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers };
}

test("two hundred thousand pictures leave no more behind than fifty thousand", () => {
  const camera = new AgingCamera();
  camera.live(picturesPerQuarter);
  const young = memory();
  camera.live(3 * picturesPerQuarter);
  const old = memory();
  // What is flat is a stream that works; where the grant was small, groups did not fit.
  expect(camera.noticeCount).toBeGreaterThan(10_000);
  expect(camera.servedCount).toBeGreaterThan(6_000);
  expect(camera.needCount).toBeLessThan(2_000);
  expect(old.bufferBytes - young.bufferBytes).toBeLessThan(150_000);
  expect(old.heapBytes - young.heapBytes).toBeLessThan(150_000);
});
