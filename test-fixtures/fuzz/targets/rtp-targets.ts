/**
 * From interleaved packets to pictures in the ring, with sender reports between them: one target a
 * codec. What comes out is checked: whole, within its bounds, at a time that can be.
 */
import fc from "fast-check";
import type { Codec } from "../../../agent/capture/encoded-picture.ts";
import { groupBytesMax, ringBytesMax } from "../../../agent/capture/limits.ts";
import { StreamPictures } from "../../../agent/capture/ring/stream-pictures.ts";
import { findSenderReport, hasBye } from "../../../agent/capture/rtp/sender-report.ts";
import { systemClock } from "../../../agent/runtime/clock.ts";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { framesOf, recordedPackets } from "../sessions.ts";

const camera = cameraId("east");
const ringBytes = 96 * 1_024;
/** When the recording begins. */
const wallMs = Date.UTC(2026, 0, 5);

function rtpTarget(name: string, codec: Codec): FuzzTarget {
  return {
    name,
    corpus: () => recordedPackets(codec === "h265" ? "h265" : "h264"),
    tokens: packetTokens,
    arbitrary: packets(codec),
    run: (bytes) => play(bytes, codec),
    isExpected: () => false,
    memoryBoundBytes: 16 * 1_024 * 1_024,
  };
}

/** As over reconnects, a stream goes on over some inputs: its memory is costly to make. */
const inputsPerStream = 64;
let inputCount = 0;
let monoMs = 1_000;
let pictures = newStream();

/** One connection; then it comes back and plays the same again, into the same ring. */
function play(bytes: Uint8Array, codec: Codec): void {
  inputCount += 1;
  if (inputCount % inputsPerStream === 0) pictures = newStream();
  const track = { codec, payloadType: 96, clockRate: 90_000, parameterSets: [] };
  const frames = framesOf(bytes);
  for (let connection = 0; connection < 2; connection++) {
    const builder = pictures.open(track);
    for (const [index, frame] of frames.entries()) {
      if (frame.channel % 2 === 0) builder.push(frame.bytes, 0, frame.bytes.length);
      else takeReport(frame.bytes);
      monoMs += 20;
      if (index % 16 === 0) checkNewest(codec);
    }
    builder.flush();
    checkNewest(codec);
    pictures.close();
  }
}

function newStream(): StreamPictures {
  const stream: StreamPictures = new StreamPictures({
    cameraId: camera,
    stream: "main",
    everyMs: 100,
    ringBytes,
    ringBytesMax: ringBytes,
    clock: { ...systemClock, wallMs: () => wallMs + monoMs, monoMs: () => monoMs },
    sink: {
      onNotice: ({ capturedAtMs, keyframeDistanceMs }) => {
        if (!(capturedAtMs <= wallMs + monoMs + 1)) throw new Error(`from ${capturedAtMs}`);
        if (!(keyframeDistanceMs >= 0)) throw new Error(`keyframes ${keyframeDistanceMs} ms apart`);
      },
      onGroupTooLong: () => undefined,
      onRingNeed: ({ needBytes }) => stream.grantRing(needBytes),
    },
  });
  return stream;
}

function takeReport(bytes: Uint8Array): void {
  const report = findSenderReport(bytes, 0, bytes.length);
  if (report !== undefined) pictures.addReport(report, monoMs);
  hasBye(bytes, 0, bytes.length);
}

function checkNewest(codec: Codec): void {
  if (pictures.ringBytes > ringBytesMax) throw new Error(`a ring of ${pictures.ringBytes} bytes`);
  if (!Number.isFinite(pictures.ringReachMs)) throw new Error("a ring that reaches nowhere");
  const newest = pictures.newest();
  if (newest === undefined) return;
  const size = newest.units.reduce((sum, unit) => sum + unit.length, 0);
  if (size > groupBytesMax + ringBytesMax) throw new Error(`a group of ${size} bytes`);
  if (!Number.isFinite(newest.capturedAtMs) || !(newest.capturedUncertaintyMs >= 0)) {
    throw new Error(`captured at ${newest.capturedAtMs} ± ${newest.capturedUncertaintyMs}`);
  }
  for (const unit of newest.units) {
    const isAnnexB = unit[0] === 0 && unit[1] === 0 && unit[2] === 0 && unit[3] === 1;
    if (unit.length === 0 || (codec !== "mjpeg" && !isAnnexB)) throw new Error("no access unit");
  }
}

const bytesOf = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

/** Heads of packets and of NAL units, and a sender report. */
const packetTokens = [
  bytesOf(0x24, 0, 0, 16, 0x80, 0xe0),
  bytesOf(0x24, 1, 0, 28, 0x80, 200, 0, 6),
  bytesOf(0x90, 0x60, 0, 1),
  bytesOf(0xb0, 0xe0),
  ...[0x67, 0x68, 0x65, 0x41, 0x06, 0x78, 0x7c, 0x5c, 0x18, 0x1d].map((head) => bytesOf(head)),
  ...[0x40, 0x42, 0x44, 0x26, 0x28, 0x02, 0x60, 0x62].map((head) => bytesOf(head, 0x01)),
  bytesOf(0x7c, 0x85),
  bytesOf(0x7c, 0x45),
  bytesOf(0x62, 0x01, 0x93),
  bytesOf(0x62, 0x01, 0x53),
];

/** A run of packets whose heads are right but for a field here and there. */
function packets(codec: Codec): fc.Arbitrary<Uint8Array> {
  const step = fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 0, -1, 300, 40_000);
  const timeStep = fc.constantFrom(0, 0, 0, 3_600, 3_600, -3_600, 1, 0x7fffffff, -0x7fffffff);
  const first = fc.constantFrom(0x80, 0x80, 0x80, 0x80, 0xa0, 0x90, 0x8f, 0x40, 0xb3);
  const payload = fc.tuple(
    fc.constantFrom(...headsOf(codec)),
    fc.uint8Array({ maxLength: 24 }),
    fc.constantFrom(0, 0, 0, 200),
  );
  const packet = fc.record({
    first,
    step,
    timeStep,
    payload,
    type: fc.constantFrom(96, 96 + 128, 96, 97),
    ssrc: fc.constantFrom(1, 1, 1, 1, 1, 1, 2),
    isReport: fc.nat({ max: 9 }).map((roll) => roll === 0),
  });
  return fc.array(packet, { minLength: 1, maxLength: 40 }).map((made) => {
    let [sequence, time] = [65_530, 0xffff_f000];
    return Buffer.concat(
      made.map((fields) => {
        sequence += fields.step;
        time += fields.timeStep;
        const [head, rest, padding] = fields.payload;
        const body = Buffer.concat([Buffer.from(head), rest, Buffer.alloc(padding)]);
        const bytes = Buffer.alloc(16 + body.length);
        bytes.set([0x24, fields.isReport ? 1 : 0]);
        bytes.writeUInt16BE(12 + body.length, 2);
        bytes.set(fields.isReport ? [0x80, 200, 0, 6] : [fields.first, fields.type], 4);
        if (!fields.isReport) bytes.writeUInt16BE(sequence & 0xffff, 6);
        bytes.writeUInt32BE(time >>> 0, 8);
        bytes.writeUInt32BE(fields.ssrc, 12);
        bytes.set(body, 16);
        return bytes;
      }),
    );
  });
}

function headsOf(codec: Codec): number[][] {
  const sets = [
    [0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27],
    [0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0],
  ];
  if (codec === "h264") {
    const slices = [
      [0x65, 0x88, 0x80],
      [0x61, 0x9a],
      [0x65, 0x16, 0x20],
      [0x06, 6, 1, 0xc4],
    ];
    const others = [
      [0x78, 0, 2, 0x67, 0x64],
      [0x7c, 0x85, 0x88],
      [0x7c, 0x05],
      [0x7c, 0x45],
    ];
    return [...sets, ...slices, ...others, [0x79], [0x1d], []];
  }
  if (codec === "mjpeg") return [[0xff, 0xd8, 0xff], [0, 0, 0, 0, 1, 50, 8, 6], []];
  const heads = [0x40, 0x42, 0x44, 0x26, 0x28, 0x02, 0x4e, 0x60, 0x64];
  const fragments = [
    [0x62, 1, 0x93],
    [0x62, 1, 0x13],
    [0x62, 1, 0x53],
    [0x60, 1, 0, 3, 2, 1, 9],
  ];
  return [...heads.map((head) => [head, 0x01, 0xa0]), ...fragments, []];
}

export const rtpH264: FuzzTarget = rtpTarget("rtp-h264", "h264");
export const rtpH265: FuzzTarget = rtpTarget("rtp-h265", "h265");
export const rtpMjpeg: FuzzTarget = rtpTarget("rtp-mjpeg", "mjpeg");
