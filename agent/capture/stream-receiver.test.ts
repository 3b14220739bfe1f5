/**
 * Goal: one stream comes back for ever, at a bounded rate, and says each change once. The way to
 * play is a fake that the test drives; time is simulated.
 */
import { describe, expect, test } from "vitest";
import { cameraId } from "../../pipelines/domain/ids.ts";
import { h264, rtpPacket } from "../../test-fixtures/receiving/test-stream.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import { CaptureError } from "./capture-error.ts";
import type { StreamState } from "./encoded-picture.ts";
import type { Play } from "./play.ts";
import type { PictureBuilder } from "./rtp/picture-builder.ts";
import { StreamReceiver } from "./stream-receiver.ts";
import type { StreamSettings } from "./stream-settings.ts";

type Input = Parameters<Play>[0];

class Bed {
  readonly clock = new SimulatedClock();
  readonly states: StreamState[] = [];
  readonly startedAtMs: number[] = [];
  readonly bugs: string[] = [];
  readonly receiver: StreamReceiver;
  readonly #abort = new AbortController();
  readonly done: Promise<void>;
  notices = 0;

  constructor(
    play: (bed: Bed, input: Input, attempt: number) => Promise<void>,
    url = "rtsp://u:hunter22@c/s",
    more: Pick<StreamSettings, "shownUrl" | "secrets"> = {},
  ) {
    this.receiver = new StreamReceiver({
      settings: { cameraId: cameraId("c"), stream: "main", url, everyMs: 2_000, ...more },
      clock: this.clock,
      random: () => 0,
      sink: {
        onNotice: () => {
          this.notices += 1;
        },
        onState: (state) => this.states.push(state),
        onRingNeed: () => undefined,
        onBug: ({ message }) => this.bugs.push(message),
      },
      play: async (input) => {
        this.startedAtMs.push(Math.round(this.clock.monoMs()));
        await play(this, input, this.startedAtMs.length);
        throw new CaptureError("reset", "the camera closed the connection");
      },
    });
    this.done = this.receiver.run(this.#abort.signal);
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error("stop"));
    await this.clock.advance(0);
    await this.done;
  }

  story(): string[] {
    return this.states.map(({ state, failure }) =>
      failure === undefined ? state : `${state} ${failure}`,
    );
  }
}

interface SendOptions {
  readonly forMs?: number;
  readonly keyEveryMs?: number;
  readonly kind?: "both" | "inter";
}

/** Sends pictures until the signal aborts or the time is over; a keyframe every so often. */
async function send(
  bed: Bed,
  { pictures, onPlaying, signal }: Input,
  { forMs = Number.POSITIVE_INFINITY, keyEveryMs = 1_000, kind = "both" }: SendOptions = {},
): Promise<void> {
  const builder: PictureBuilder = pictures.open({
    codec: "h264",
    payloadType: 96,
    clockRate: 90_000,
    parameterSets: [h264.sps, h264.pps],
  });
  onPlaying();
  const startedMs = bed.clock.monoMs();
  for (let index = 0; bed.clock.monoMs() - startedMs < forMs; index++) {
    const isKey = kind === "both" && (index * 200) % keyEveryMs === 0;
    const payload = isKey ? h264.idr() : h264.inter();
    const packet = rtpPacket({ sequence: index, rtpTime: index * 18_000, payload, isMarked: true });
    builder.push(packet, 0, packet.length);
    await bed.clock.sleep(200, signal);
  }
}

const failing = (failure: "refused" | "unauthorised") => (): Promise<void> =>
  Promise.reject(new CaptureError(failure, `no hunter22 at rtsp://u:hunter22@c/s`));

describe("what a hostile camera echoes", () => {
  const token = "t0ken/of=stream";
  const echoes = [
    `no hunter22 here`,
    `login ${btoa("u:hunter22")} refused`,
    `nothing at /live?k=${token}`,
    `nothing at /live?k=${encodeURIComponent(token)}`,
    `key ${Buffer.from(token).toString("hex")}`,
  ];
  for (const echo of echoes) {
    test(`is not in a state: ${echo}`, async () => {
      const settings = { shownUrl: "rtsp://***@c/live?k=***", secrets: [token] };
      const play = (): Promise<void> => Promise.reject(new CaptureError("refused", echo));
      const bed = new Bed(play, `rtsp://u:hunter22@c/live?k=${token}`, settings);
      await bed.clock.advance(1_000);
      for (const told of [bed.states[1]?.detail, bed.receiver.stats().detail]) {
        expect(told).toContain("***");
        expect(told).not.toMatch(/hunter22|t0ken|dW|6875|7430/);
      }
      await bed.stop();
    });
  }

  test("is not in the address that a living stream is told by", async () => {
    const settings = { shownUrl: "rtsp://***@c/live?k=***", secrets: [token] };
    const bed = new Bed(
      (it, input) => send(it, input),
      `rtsp://u:hunter22@c/live?k=${token}`,
      settings,
    );
    await bed.clock.advance(5_000);
    expect(bed.states.at(-1)).toMatchObject({ state: "live" });
    expect(bed.states.at(-1)?.detail).toMatch(/from rtsp:\/\/\*\*\*@c\/live\?k=\*\*\*$/);
    await bed.stop();
  });
});

describe("trying again", () => {
  test("doubles its delays up to a minute, for ever, and says so once", async () => {
    const bed = new Bed(failing("refused"));
    await bed.clock.advance(400_000);
    expect(bed.startedAtMs.slice(0, 9)).toEqual([
      0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 123_000, 183_000,
    ]);
    expect(bed.story()).toEqual(["connecting", "failed refused"]);
    expect(bed.states[1]?.detail).toBe("no *** at rtsp://***@c/s");
    expect(bed.receiver.stats()).toMatchObject({
      state: "failed",
      failure: "refused",
      reconnects: bed.startedAtMs.length,
    });
    await bed.stop();
  });

  test("a wrong login is tried rarely from the start", async () => {
    const bed = new Bed(failing("unauthorised"));
    await bed.clock.advance(125_000);
    expect(bed.startedAtMs).toEqual([0, 30_000, 60_000, 90_000, 120_000]);
    await bed.stop();
  });

  test("begins anew with short delays after pictures for a while", async () => {
    const bed = new Bed(async (bed, input, attempt) => {
      if (attempt === 5) await send(bed, input, { forMs: 15_000 });
    });
    await bed.clock.advance(60_000);
    expect(bed.startedAtMs.slice(0, 7)).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 33_000]);
    expect(bed.story()).toEqual(["connecting", "failed reset", "live", "failed reset"]);
    await bed.stop();
  });

  test("a stream that breaks off every second is one failure", async () => {
    const bed = new Bed((bed, input) => send(bed, input, { forMs: 900 }));
    await bed.clock.advance(300_000);
    expect(bed.story()).toEqual(["connecting", "live", "failed reset"]);
    expect(bed.notices).toBe(bed.startedAtMs.length);
    await bed.stop();
  });

  test("a bug is told, and stays with the stream that brought it out", async () => {
    const bed = new Bed(() => Promise.reject(new TypeError("undefined is not a picture")));
    await bed.clock.advance(1_500);
    expect(bed.story()).toEqual(["connecting", "failed corrupt"]);
    expect(bed.bugs).toEqual(Array(2).fill("a bug in receiving: undefined is not a picture"));
    await bed.stop();
  });
});

describe("the watchdog", () => {
  const rows = [
    {
      name: "no picture at all",
      options: { forMs: 0 },
      playsOn: true,
      want: "failed frozen",
      atMs: 10_000,
    },
    {
      name: "pictures that stop",
      options: { forMs: 5_000 },
      playsOn: true,
      want: "failed frozen",
      atMs: 14_000,
    },
    {
      name: "pictures that stop, of a stream with keyframes every 6 s",
      options: { forMs: 20_000, keyEveryMs: 6_000 },
      playsOn: true,
      want: "failed frozen",
      atMs: 37_000,
    },
    {
      name: "pictures without any keyframe",
      options: { kind: "inter" } as const,
      playsOn: true,
      want: "failed keyframe-distance-too-long",
      atMs: 60_000,
    },
  ];
  for (const { name, options, want, atMs } of rows) {
    test(name, async () => {
      const bed = new Bed(async (bed, input) => {
        await send(bed, input, options);
        await bed.clock.sleep(1e9, input.signal);
      });
      let failedAtMs = 0;
      for (let ms = 0; failedAtMs === 0 && ms < 90_000; ms += 500) {
        await bed.clock.advance(500);
        if (bed.story().some((state) => state.startsWith("failed")))
          failedAtMs = bed.clock.monoMs();
      }
      expect(bed.story().at(-1)).toBe(want);
      expect(Math.abs(failedAtMs - atMs)).toBeLessThanOrEqual(2_500);
      await bed.stop();
    });
  }

  test("keyframes every twenty seconds are waited for", async () => {
    const bed = new Bed((bed, input) => send(bed, input, { keyEveryMs: 20_000 }));
    await bed.clock.advance(90_000);
    expect(bed.story()).toEqual(["connecting", "live"]);
    await bed.stop();
  });

  test("a camera that drips its answers is given up", async () => {
    const bed = new Bed((bed, { signal }) => bed.clock.sleep(1e9, signal));
    await bed.clock.advance(32_000);
    expect(bed.story()).toEqual(["connecting", "failed timeout"]);
    await bed.stop();
  });
});

test("stopping ends the run at once, whatever it waits for", async () => {
  const waiting = new Bed(failing("refused"));
  await waiting.clock.advance(500);
  await waiting.stop();
  const playing = new Bed((bed, input) => send(bed, input));
  await playing.clock.advance(500);
  await playing.stop();
  expect(playing.story()).toEqual(["connecting", "live"]);
});
