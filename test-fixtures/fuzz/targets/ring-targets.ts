/** The ring and the clock of a stream, driven by bytes: whatever a camera sends, in any order. */
import { CaptureClock } from "../../../agent/capture/clock/capture-clock.ts";
import { PacketRing } from "../../../agent/capture/ring/packet-ring.ts";
import { findSenderReport } from "../../../agent/capture/rtp/sender-report.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { framesOf, recordedPackets } from "../sessions.ts";

const ringBytesMax = 2_000;
const source = Buffer.alloc(ringBytesMax + 300);

/** Three bytes a step: a packet of some length, another size, or nothing any more. */
export const packetRing: FuzzTarget = {
  name: "packet-ring",
  corpus: () => [
    Buffer.from(Array.from({ length: 120 }, (_, index) => (index * 37) % 251)),
    Buffer.from(Array.from({ length: 120 }, (_, index) => (index % 3 === 0 ? 0 : 90 + index))),
  ],
  run: (bytes) => {
    const ring = new PacketRing({ bytes: 200, bytesMax: ringBytesMax });
    for (let at = 0; at + 2 < bytes.length; at += 3) {
      const value = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      const choice = (bytes[at] ?? 0) % 16;
      if (choice === 0) ring.resize(1 + (value % ringBytesMax));
      else if (choice === 1) ring.clear();
      else append(ring, value % (choice < 4 ? ringBytesMax + 300 : 200));
      if (at % 48 === 0) checkRing(ring);
    }
    checkRing(ring);
  },
  isExpected: () => false,
  inputBytesMax: 8 * 1_024,
  memoryBoundBytes: 16 * 1_024 * 1_024,
};

/** Filled with the number that it gets. */
function append(ring: PacketRing, length: number): void {
  source.fill(ring.nextPacket & 0xff, 0, length);
  const isTaken = ring.append(source, 0, length);
  if (isTaken !== length <= ring.capacityBytes) throw new Error(`${length} bytes: ${isTaken}`);
}

function checkRing(ring: PacketRing): void {
  for (let packet = ring.firstPacket; packet < ring.nextPacket; packet++) {
    const place = ring.placeOf(packet);
    const end = place + ring.lengthOf(packet);
    if (end > ring.capacityBytes) throw new Error(`packet ${packet} ends at ${end}`);
    for (const at of end === place ? [] : [place, end - 1]) {
      if (ring.bytes[at] !== (packet & 0xff)) throw new Error(`packet ${packet} is overwritten`);
    }
  }
}

/** Reports (odd channels) and pictures (even ones) in any order, at any time. */
export const captureClock: FuzzTarget = {
  name: "capture-clock",
  corpus: () => [...recordedPackets("h264"), ...recordedPackets("h265")],
  tokens: [Uint8Array.of(0x24, 1, 0, 28, 0x80, 200, 0, 6), Uint8Array.of(0x24, 0, 0, 12)],
  run: (bytes) => {
    const clock = new CaptureClock({ clockRate: 90_000 });
    let [monoMs, lastKeyMs] = [1_000, 0];
    for (const { channel, bytes: frame } of framesOf(bytes)) {
      monoMs += (frame.at(-1) ?? 0) / 4;
      if (channel % 2 === 1) {
        const report = findSenderReport(frame, 0, frame.length);
        if (report !== undefined) clock.addReport(report, monoMs);
        continue;
      }
      const rtpTime = frame.length < 8 ? 0 : Buffer.from(frame).readUInt32BE(4);
      const isKey = (frame.at(-1) ?? 0) % 4 === 0;
      const time = clock.stamp({ rtpTime, arrivedAtMonoMs: monoMs, isKey });
      if (!(time.capturedAtMonoMs <= monoMs + 1e-3)) throw new Error("captured after it came");
      if (!(time.uncertaintyMs >= 0 && time.uncertaintyMs < Infinity)) throw new Error("uncertain");
      if (isKey && time.capturedAtMonoMs < lastKeyMs) throw new Error("backwards");
      if (isKey) lastKeyMs = time.capturedAtMonoMs;
    }
  },
  isExpected: () => false,
  memoryBoundBytes: 16 * 1_024 * 1_024,
};
