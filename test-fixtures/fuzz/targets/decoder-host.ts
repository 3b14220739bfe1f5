/**
 * Pictures that are broken, through the real decoder host with its native decoder: the host may die
 * of one, the agent may not, and each is answered.
 *
 * Each input is a camera of its own, so that none is set aside for what another did.
 */
import sharp from "sharp";
import { DecoderHost } from "../../../agent/capture/decoder/decoder-host.ts";
import type { Codec } from "../../../agent/capture/encoded-picture.ts";
import { StreamPictures } from "../../../agent/capture/ring/stream-pictures.ts";
import { systemClock } from "../../../agent/runtime/clock.ts";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { cropOf } from "../../encoded-pictures.ts";
import { agentErrors, type FuzzTarget } from "../fuzz-target.ts";
import { framesOf, recordedPackets } from "../sessions.ts";

const codecs = ["h264", "h265", "mjpeg"] as const satisfies readonly Codec[];
const crops = [cropOf({ width: 64, height: 64 })];
/** The host is given two seconds and some for a picture; then it is killed and answers for it. */
const answerMsMax = 6_000;

let host: DecoderHost | undefined;
let inputCount = 0;
let deaths = 0;

/** The first byte says which codec; then one access unit with its parameter sets. */
export const decoderHost: FuzzTarget = {
  name: "decoder-host",
  corpus: async () => [...pictures("h264", 0), ...pictures("h265", 1), ...(await jpegs())],
  tokens: [Uint8Array.of(0, 0, 0, 1), Uint8Array.of(0, 0, 3), Uint8Array.of(0xff, 0xda)],
  run: async (bytes) => {
    host ??= startedHost();
    inputCount += 1;
    const codec = codecs[(bytes[0] ?? 0) % codecs.length] ?? "h264";
    const [crop] = await host.decode(
      {
        cameraId: cameraId(`camera-${inputCount}`),
        stream: "main",
        codec,
        parameterSets: new Uint8Array(0),
        units: [Uint8Array.from(bytes.subarray(1))],
        pictureNumber: inputCount,
        capturedAtMs: 0,
        capturedUncertaintyMs: 0,
        clockSource: "arrival",
      },
      crops,
    );
    if (crop?.planes.length !== 3 * 64 * 64) throw new Error("no planes");
    if (!(crop.pictureWidth * crop.pictureHeight > 0)) throw new Error("an empty picture");
  },
  isExpected: agentErrors("DECODER_FAILED"),
  memoryBoundBytes: 16 * 1_024 * 1_024,
  timeBoundMs: answerMsMax,
  testInputs: 0,
  notes: () => ({
    decoded: host?.stats().decodedCount ?? 0,
    hostDeaths: deaths,
    hostRestarts: host?.restartCount ?? 0,
  }),
  stop: async () => {
    await host?.stop();
    host = undefined;
  },
};

function startedHost(): DecoderHost {
  const started = new DecoderHost({
    onHostGone: () => {
      deaths += 1;
    },
  });
  started.start();
  return started;
}

/** What receiving makes of the recorded packets. */
function pictures(codec: "h264" | "h265", first: number): Buffer[] {
  const found: Buffer[] = [];
  const stream: StreamPictures = new StreamPictures({
    cameraId: cameraId("recorded"),
    stream: "main",
    everyMs: 100,
    clock: systemClock,
    sink: {
      onNotice: () => {
        const { parameterSets, units = [] } = stream.newest() ?? {};
        const [unit] = units;
        if (parameterSets === undefined || unit === undefined) return;
        found.push(Buffer.concat([Buffer.of(first), parameterSets, unit]));
      },
      onGroupTooLong: () => undefined,
      onRingNeed: ({ needBytes }) => stream.grantRing(needBytes),
    },
  });
  for (const piece of recordedPackets(codec)) {
    const builder = stream.open({ codec, payloadType: 96, clockRate: 90_000, parameterSets: [] });
    for (const { channel, bytes } of framesOf(piece)) {
      if (channel === 0) builder.push(bytes, 0, bytes.length);
    }
    builder.flush();
  }
  return found;
}

async function jpegs(): Promise<Buffer[]> {
  const create = { width: 64, height: 48, channels: 3 as const, background: "#345" };
  const picture = sharp({ create });
  return [
    Buffer.concat([Buffer.of(2), await picture.jpeg().toBuffer()]),
    Buffer.concat([Buffer.of(2), await picture.jpeg({ progressive: true }).toBuffer()]),
  ];
}
