/** Goal: what is asked of the encoder for a moment. The camera, the encoder and time are made up. */
import { expect, test } from "vitest";
import { cameraId } from "../../pipelines/domain/ids.ts";
import type { ClipEncoder, ClipRequest } from "../capture/decoder/clip.ts";
import type { EncodedSpan, SpanSource } from "../capture/encoded-picture.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import { ClipMaker, type ClipMoment } from "./clip.ts";

const east = cameraId("east");
const startMs = Date.UTC(2026, 0, 5);

/** A picture each 40 ms, a keyframe each second; a ring of three seconds. */
class Camera implements SpanSource {
  readonly asked: (number | undefined)[] = [];
  readonly #clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  async pictures(
    _cameraId: typeof east,
    fromMs: number,
    toMs: number,
    { afterPicture = -1 }: { readonly afterPicture?: number | undefined } = {},
  ): Promise<EncodedSpan | undefined> {
    this.asked.push(afterPicture);
    const nowMs = this.#clock.wallMs();
    const pictures = Array.from({ length: 1_000 }, (_, index) => ({
      unit: Uint8Array.of(index % 256),
      pictureNumber: index,
      capturedAtMs: startMs + index * 40,
      capturedUncertaintyMs: 5,
      isKey: index % 25 === 0,
      isShown: startMs + index * 40 >= fromMs,
    })).filter(({ pictureNumber, capturedAtMs }) => {
      const isThere = capturedAtMs <= nowMs - 100 && capturedAtMs > nowMs - 3_000;
      return isThere && capturedAtMs <= toMs && pictureNumber > afterPicture;
    });
    if (pictures.length === 0) return undefined;
    const parameterSets = Uint8Array.of(1);
    return { cameraId: east, stream: "main", codec: "h264", parameterSets, pictures };
  }
}

class Encoder implements ClipEncoder {
  readonly requests: ClipRequest[] = [];
  async encode(_cameraId: typeof east, request: ClipRequest) {
    this.requests.push(request);
    const shown = request.units.flatMap(({ isShown }, index) => (isShown ? [index] : []));
    const [firstUnit = 0, lastUnit = 0] = [shown[0], shown.at(-1)];
    return {
      bytes: Uint8Array.of(1),
      width: 1_280,
      height: 720,
      pictureCount: shown.length,
      firstUnit,
      lastUnit,
    };
  }
  async stop(): Promise<void> {}
}

async function bed() {
  const clock = new SimulatedClock({ wallMs: startMs });
  await clock.advance(10_000);
  const camera = new Camera(clock);
  const encoder = new Encoder();
  return { clock, camera, encoder, maker: new ClipMaker({ pictures: camera, encoder, clock }) };
}

const aroundMs = startMs + 9_480;
const moment = (changes: Partial<ClipMoment> = {}): ClipMoment => ({
  cameraId: east,
  fromMs: aroundMs - 5_000,
  toMs: aroundMs + 5_000,
  aroundMs,
  regionsAt: () => [],
  polygons: [],
  fileBytesMax: 1_000_000,
  name: "clip-warned.mp4",
  ...changes,
});

async function settled<Result>(clock: SimulatedClock, work: Promise<Result>): Promise<Result> {
  for (let step = 0; step < 12; step++) await clock.advance(1_000);
  return await work;
}

test("a clip reaches from what the ring still holds to its end, and shows its moment", async () => {
  const { clock, camera, encoder, maker } = await bed();
  const file = await settled(clock, maker.make(moment()));

  expect(file).toMatchObject({
    name: "clip-warned.mp4",
    role: "clip",
    mediaType: "video/mp4",
    frame: "exact",
    distanceMs: 0,
    capturedToMs: aroundMs + 4_960,
  });
  expect(file.capturedAtMs).toBeLessThan(aroundMs - 2_300);
  expect(camera.asked.length).toBeGreaterThan(2);
  const units = encoder.requests[0]?.units ?? [];
  const times = units.map(({ atMs }) => atMs);
  expect(new Set(times).size).toBe(times.length);
  expect(times.at(-1)).toBe((times.length - 1) * 40);
  // Every second picture of 25 a second, and the one of the moment.
  const shown = units.filter(({ isShown }) => isShown).map(({ atMs }) => atMs);
  expect(shown.slice(1).every((atMs, index) => atMs - (shown[index] ?? 0) === 80)).toBe(true);
  expect(shown.map((atMs) => atMs % 80)).toContain(shown[0]);
});

test("regions are asked for what is shown, and told", async () => {
  const { clock, encoder, maker } = await bed();
  const head = { what: "head", xMin: 0, yMin: 0, xMax: 0.1, yMax: 0.1, block: 0.01 } as const;
  const polygon = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0, y: 1 },
  ];
  const asked: number[] = [];
  const regionsAt = (atMs: number) => {
    asked.push(atMs);
    return atMs > aroundMs ? [head, head] : [head];
  };
  const file = await settled(clock, maker.make(moment({ regionsAt, polygons: [polygon] })));
  expect(file.protection).toEqual({
    masked: { heads: 2, plates: 0, polygons: 1, plateEstimate: false },
  });
  const shown = (encoder.requests[0]?.units ?? []).filter(({ isShown }) => isShown);
  expect(asked.length).toBe(shown.length);
  expect(shown.every(({ regions }) => regions.length > 0)).toBe(true);
  expect(encoder.requests[0]?.polygons).toEqual([polygon]);
});

test("where regions cannot be found nothing is encoded", async () => {
  const { clock, encoder, maker } = await bed();
  const regionsAt = () => Promise.reject(new Error("no analysis of that time"));
  const made = maker.make(moment({ regionsAt })).catch((error: unknown) => error);
  expect(await settled(clock, made)).toMatchObject({ message: "no analysis of that time" });
  expect(encoder.requests).toEqual([]);
});

test("a moment that nobody has pictures of has no clip", async () => {
  const { clock, maker } = await bed();
  const long = { fromMs: startMs, toMs: startMs + 4_000, aroundMs: startMs + 2_000 };
  await expect(settled(clock, maker.make(moment(long)))).rejects.toThrow("can be decoded");
});

test("more clips at a time than fit are refused, and a stop ends those that wait", async () => {
  const { maker } = await bed();
  const made = Array.from({ length: 9 }, () => maker.make(moment()).catch((error) => `${error}`));
  expect(await made[8]).toContain("8 clips are being made already");
  await Promise.resolve();
  maker.stop();
  expect(await made[0]).toContain("not wanted any more");
});
