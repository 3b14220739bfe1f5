/** NAL units: parameter sets that lie, slice heads, supplements; and raw streams cut into pictures. */
import { pictureSplitter } from "../../../agent/capture/fallback/picture-splitter.ts";
import { accessUnitBytesMax, pictureSidePxMax } from "../../../agent/capture/limits.ts";
import { ParameterSets } from "../../../agent/capture/rtp/parameter-sets.ts";
import { pictureFormat } from "../../../agent/capture/rtp/picture-size.ts";
import { UnitFacts } from "../../../agent/capture/rtp/unit-facts.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { recordedUnits, type SessionCodec } from "../sessions.ts";
import { isCaptureError } from "./rtsp-targets.ts";

const megabyte = 1_024 * 1_024;
const codecs = ["h264", "h265"] as const;

const sets: Readonly<Record<SessionCodec, readonly string[]>> = {
  h264: ["67640028acd940780227e5c044000003000400000300c83c60c658", "68ebe3cb22c0", "6742001e95a0"],
  h265: ["40010c01ffff01600000030000030000030000030078ac09", "4401c172b46240"],
};
const seedsOf = (codec: SessionCodec): Buffer[] => [
  ...sets[codec].map((text) => Buffer.from(text, "hex")),
  ...recordedUnits(codec).map((unit) => unit.subarray(0, 300)),
];

/** As they come between the pictures: one behind the other, each with its length in front. */
export const nalUnits: FuzzTarget = {
  name: "nal-units",
  corpus: () =>
    codecs.flatMap((codec, first) =>
      seedsOf(codec).map((unit) => Buffer.concat([Buffer.of(first, 0, unit.length & 0xff), unit])),
    ),
  tokens: [Uint8Array.of(0, 0, 3), Uint8Array.of(0, 0, 0, 1), Uint8Array.of(0xff, 0xff, 0xff)],
  run: (bytes) => {
    const codec = codecs[(bytes[0] ?? 0) & 1] ?? "h264";
    const known = new ParameterSets(codec);
    const facts = new UnitFacts(known);
    for (let at = 1; at + 2 < bytes.length; ) {
      const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      const end = Math.min(bytes.length, at + 2 + size);
      checkUnit(known, facts, codec, bytes, at + 2, end);
      at = end;
    }
    if ((known.bytesOf(known.version())?.length ?? 0) > megabyte) throw new Error("sets too long");
  },
  isExpected: () => false,
  memoryBoundBytes: 4 * megabyte,
};

function checkUnit(
  known: ParameterSets,
  facts: UnitFacts,
  codec: SessionCodec,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  facts.reset();
  const head = bytes[start] ?? 0;
  if (!known.offer(bytes, start, end)) {
    if (codec === "h264") facts.addH264(head, bytes, start + 1, end);
    else facts.addH265((head << 8) | (bytes[start + 1] ?? 0), bytes, start + 2, end);
  }
  if (!(facts.picturesUntilRight >= -1)) throw new Error(`right in ${facts.picturesUntilRight}`);
  for (const format of [known.format, pictureFormat(codec, bytes.subarray(start, end))]) {
    const { widthPx = 16, heightPx = 16 } = format ?? {};
    const isPicture = Math.min(widthPx, heightPx) >= 16;
    if (!isPicture || Math.max(widthPx, heightPx) > pictureSidePxMax) {
      throw new Error(`a picture of ${widthPx}×${heightPx}`);
    }
  }
}

/** What ffmpeg pipes to us: the first byte says which codec and how long its chunks are. */
export const pictureStream: FuzzTarget = {
  name: "picture-stream",
  corpus: () => [
    ...codecs.map((codec, first) =>
      Buffer.concat([
        Buffer.of(first + 64),
        ...recordedUnits(codec).flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]),
      ]),
    ),
    Buffer.from([2, 0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9, 0xff, 0xd8, 0xff, 4, 0xff, 0xd9]),
  ],
  tokens: [Uint8Array.of(0, 0, 1), Uint8Array.of(0xff, 0xd8, 0xff), Uint8Array.of(0xff, 0xd9)],
  run: (bytes) => {
    const first = bytes[0] ?? 0;
    const codec = (["h264", "h265", "mjpeg"] as const)[first % 3] ?? "h264";
    const splitter = pictureSplitter(codec, (parts) => {
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      if (parts.length === 0 || size > accessUnitBytesMax) throw new Error(`${size} bytes`);
    });
    const size = 1 + (first >> 2) * 64;
    for (let at = 1; at < bytes.length; at += size) {
      splitter.push(Buffer.from(bytes.subarray(at, at + size)));
    }
    splitter.flush();
  },
  isExpected: isCaptureError,
  memoryBoundBytes: 32 * megabyte,
};
