/**
 * The supervisor with a host that does as the test says and a clock that stands still: every
 * picture comes back once, and what a host does to itself costs the picture in work alone.
 */
import { describe, expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import { SimulatedClock } from "../../runtime/clock.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import type { CropRequest } from "./decoder.ts";
import { DecoderHost, type DecoderHostOptions } from "./decoder-host.ts";
import type { HostEvents, HostLink } from "./host-link.ts";
import { type DecodeFailure, type EncodedRequest, limits } from "./protocol.ts";

const crop: CropRequest = {
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  width: 4,
  height: 2,
  fit: "stretch",
  fill: 0,
  channels: "rgb",
};

function pictureOf(camera: string, unit = new Uint8Array(100)): EncodedPicture {
  return {
    cameraId: cameraId(camera),
    stream: "main",
    codec: "h264",
    parameterSets: new Uint8Array(0),
    units: [unit],
    pictureNumber: 1,
    capturedAtMs: 0,
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  };
}

class FakeHost implements HostLink {
  readonly pid = 1;
  readonly sent: { readonly request: EncodedRequest; readonly targets: readonly Uint8Array[] }[] =
    [];
  isKilled = false;
  readonly #events: HostEvents;

  constructor(events: HostEvents) {
    this.#events = events;
  }

  send(request: EncodedRequest, targets: readonly Uint8Array[]): void {
    this.sent.push({ request, targets });
  }

  kill(): void {
    this.isKilled = true;
    queueMicrotask(() => this.#events.onGone("killed"));
  }

  ready(): void {
    this.#events.onReady();
  }

  die(why = "it ended with SIGSEGV"): void {
    this.#events.onGone(why);
  }

  answer({
    failure,
    residentKilobytes = 100_000,
  }: {
    readonly failure?: DecodeFailure;
    readonly residentKilobytes?: number;
  } = {}): void {
    const next = this.sent.shift();
    if (next === undefined) throw new Error("the host has nothing to do");
    next.targets[0]?.fill(9);
    this.#events.onReply({
      head: {
        id: next.request.id,
        failure,
        cropCount: failure === undefined ? 1 : 0,
        textBytes: 0,
        pictureWidth: 200,
        pictureHeight: 100,
        decodeMicros: 1,
        scaleMicros: 1,
        residentKilobytes,
      },
      places: [
        {
          cropX: 0,
          cropY: 50,
          cropWidth: 200,
          cropHeight: 50,
          contentX: 0,
          contentY: 0,
          contentWidth: 4,
          contentHeight: 2,
        },
      ].slice(0, next.targets.length),
      text: failure === undefined ? "" : "the text",
    });
  }
}

function startedHost(options: DecoderHostOptions = {}) {
  const clock = new SimulatedClock();
  const hosts: FakeHost[] = [];
  const deaths: string[] = [];
  const setAside: (readonly [string, number])[] = [];
  const decoder = new DecoderHost({
    clock,
    startHost: (events) => {
      const host = new FakeHost(events);
      hosts.push(host);
      return host;
    },
    onHostGone: (why, camera) => deaths.push(`${camera ?? "nobody"}: ${why}`),
    onSetAside: (camera, untilMs) => setAside.push([camera, untilMs - clock.wallMs()]),
    ...options,
  });
  decoder.start();
  const host = (index: number): FakeHost => {
    const found = hosts[index];
    if (found === undefined) throw new Error(`host ${index} was not started`);
    return found;
  };
  /** A death, and the next host is ready. */
  const restart = async (): Promise<FakeHost> => {
    await clock.advance(10_000);
    const next = host(hosts.length - 1);
    next.ready();
    return next;
  };
  return { clock, decoder, hosts, host, deaths, setAside, restart };
}

/** Looks at a promise without waiting for it. */
function watched(promise: Promise<unknown>): { text: string } {
  const state = { text: "open" };
  promise.then(
    () => (state.text = "decoded"),
    (error: unknown) => (state.text = error instanceof Error ? error.message : "rejected"),
  );
  return state;
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe("a picture", () => {
  test("waits until the host is ready and comes back as crops with their place", async () => {
    const { decoder, host } = startedHost();
    const into = new Uint8Array(24);
    const decoded = decoder.decode(pictureOf("east"), [{ ...crop, into }]);
    expect(host(0).sent).toHaveLength(0);
    host(0).ready();
    host(0).answer();
    const [result] = await decoded;
    expect(result).toEqual({
      planes: into,
      contentX: 0,
      contentY: 0,
      contentWidth: 4,
      contentHeight: 2,
      pictureWidth: 200,
      pictureHeight: 100,
      crop: { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 },
    });
    expect(into.every((byte) => byte === 9)).toBe(true);
  });

  test("is sent while the one before it is in work, but no more than that", () => {
    const { decoder, host } = startedHost();
    host(0).ready();
    for (let count = 0; count < 5; count++) watched(decoder.decode(pictureOf("east"), [crop]));
    expect(host(0).sent).toHaveLength(2);
    host(0).answer();
    expect(host(0).sent).toHaveLength(2);
    expect(decoder.stats().queuedCount).toBe(4);
  });

  test("that is damaged rejects alone", async () => {
    const { decoder, host, deaths } = startedHost();
    host(0).ready();
    const first = watched(decoder.decode(pictureOf("east"), [crop]));
    const second = watched(decoder.decode(pictureOf("west"), [crop]));
    host(0).answer({ failure: "damaged" });
    host(0).answer();
    await settle();
    expect(first.text).toBe("camera east: picture not decoded (damaged): the text");
    expect(second.text).toBe("decoded");
    expect(deaths).toEqual([]);
    expect(decoder.stats().failedCounts.damaged).toBe(1);
  });

  test("beyond the queue's end is refused", async () => {
    const { decoder } = startedHost({ queuePicturesMax: 2 });
    const states = [1, 2, 3].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
    await settle();
    expect(states.map(({ text }) => text.slice(0, 52))).toEqual([
      "open",
      "open",
      "camera east: picture not decoded (queue-full): 2 pic",
    ]);
  });

  test("beyond what the protocol takes is refused", async () => {
    const { decoder } = startedHost();
    const state = watched(
      decoder.decode(pictureOf("east", new Uint8Array(limits.requestBytesMax + 1)), [crop]),
    );
    await settle();
    expect(state.text).toMatch(/camera east: picture not decoded \(too-large\)/);
  });

  test("with a target of the wrong size is a mistake in the program", async () => {
    const { decoder } = startedHost();
    const into = new Uint8Array(5);
    await expect(decoder.decode(pictureOf("east"), [{ ...crop, into }])).rejects.toThrow(
      RangeError,
    );
  });
});

describe("a host", () => {
  test("that dies costs the picture in work; those behind it are decoded by the next", async () => {
    const { decoder, host, deaths, restart } = startedHost();
    host(0).ready();
    const states = ["east", "west", "north"].map((id) =>
      watched(decoder.decode(pictureOf(id), [crop])),
    );
    host(0).die();
    const next = await restart();
    for (let count = 0; count < 2; count++) next.answer();
    await settle();
    expect(states.map(({ text }) => text)).toEqual([
      "camera east: picture not decoded (host-died): it ended with SIGSEGV",
      "decoded",
      "decoded",
    ]);
    expect(deaths).toEqual(["east: it ended with SIGSEGV"]);
    expect(decoder.stats().restartCount).toBe(1);
  });

  test("that hangs is killed after its time, which grows with the picture", async () => {
    const { clock, decoder, host } = startedHost({ pictureMsMax: 2_000 });
    host(0).ready();
    const state = watched(decoder.decode(pictureOf("east", new Uint8Array(1024 * 1024)), [crop]));
    await clock.advance(2_400);
    expect(host(0).isKilled).toBe(false);
    await clock.advance(200);
    expect(host(0).isKilled).toBe(true);
    expect(state.text).toMatch(/host-hung/);
  });

  test("has its whole time for each picture, however long the queue is", async () => {
    const { clock, decoder, host } = startedHost({ pictureMsMax: 2_000 });
    host(0).ready();
    const states = [1, 2, 3].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
    for (let count = 0; count < 3; count++) {
      await clock.advance(1_900);
      host(0).answer();
    }
    await settle();
    expect(states.every(({ text }) => text === "decoded")).toBe(true);
  });

  test("that grows too large is replaced, and no picture is lost by it", async () => {
    const { decoder, host, restart, deaths } = startedHost({ hostBytesMax: 200_000 * 1024 });
    host(0).ready();
    const states = [1, 2].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
    host(0).answer({ residentKilobytes: 200_001 });
    await settle();
    expect(host(0).isKilled).toBe(true);
    (await restart()).answer();
    await settle();
    expect(states.map(({ text }) => text)).toEqual(["decoded", "decoded"]);
    expect(deaths).toEqual([]);
  });

  test("that does not start rejects what waits, and is tried ever more slowly", async () => {
    const { clock, decoder, hosts, host, deaths } = startedHost();
    const state = watched(decoder.decode(pictureOf("east"), [crop]));
    host(0).die("it did not start: no such file");
    await settle();
    expect(state.text).toMatch(/host-died\): it did not start: no such file/);
    for (let count = 1; count < 12; count++) {
      await clock.advance(10_000);
      host(count).die("it did not start: no such file");
    }
    const startedCount = hosts.length;
    await clock.advance(4_900);
    expect(hosts.length).toBe(startedCount);
    expect(deaths.every((text) => text.startsWith("nobody"))).toBe(true);
  });

  test("that says nothing after its start is killed", async () => {
    const { clock, host } = startedHost({ startMsMax: 15_000 });
    await clock.advance(15_000);
    expect(host(0).isKilled).toBe(true);
  });
});

describe("a camera that kills hosts", () => {
  test("is set aside the second time, named, and comes back", async () => {
    const { clock, decoder, host, restart, setAside } = startedHost();
    host(0).ready();
    watched(decoder.decode(pictureOf("poison"), [crop]));
    host(0).die();
    const second = await restart();
    watched(decoder.decode(pictureOf("poison"), [crop]));
    const waiting = watched(decoder.decode(pictureOf("poison"), [crop]));
    const other = watched(decoder.decode(pictureOf("good"), [crop]));
    second.die();
    await settle();
    expect(setAside).toEqual([["poison", 300_000]]);
    expect(waiting.text).toMatch(/set-aside/);
    const refused = watched(decoder.decode(pictureOf("poison"), [crop]));
    const third = await restart();
    third.answer();
    await settle();
    expect(refused.text).toMatch(/set aside for 5 more min/);
    expect(other.text).toBe("decoded");
    expect(decoder.stats().setAside).toEqual(["poison"]);

    await clock.advance(300_000);
    const back = watched(decoder.decode(pictureOf("poison"), [crop]));
    third.answer();
    await settle();
    expect(back.text).toBe("decoded");
  });
});

describe("more than one host", () => {
  const pictures = 220;
  /** Each picture finds what came before it still in work. */
  async function crowded(options: DecoderHostOptions = {}) {
    const made = startedHost({ hostsMax: 2, ...options });
    made.host(0).ready();
    watched(made.decoder.decode(pictureOf("first"), [crop]));
    for (let count = 0; count < pictures; count++) {
      watched(made.decoder.decode(pictureOf(`camera-${count}`), [crop]));
      made.host(0).answer();
      await settle();
    }
    return made;
  }

  test("is started when nearly all pictures find the first at work", async () => {
    const { decoder, hosts } = await crowded();
    expect(hosts).toHaveLength(2);
    expect(decoder.stats()).toMatchObject({
      decodedCount: pictures,
      queuedCount: 1,
      restartCount: 0,
    });
  });

  test("is not started for pictures that come one by one, nor beyond what is allowed", async () => {
    const calm = startedHost({ hostsMax: 2 });
    calm.host(0).ready();
    for (let count = 0; count < 300; count++) {
      watched(calm.decoder.decode(pictureOf("east"), [crop]));
      // Two in three meet another camera's.
      watched(calm.decoder.decode(pictureOf("west"), [crop]));
      watched(calm.decoder.decode(pictureOf("south"), [crop]));
      while (calm.host(0).sent.length > 0) calm.host(0).answer();
    }
    // All cameras at once, as after a loss of power.
    for (let count = 0; count < 60; count++) {
      watched(calm.decoder.decode(pictureOf(`camera-${count}`), [crop]));
    }
    while (calm.host(0).sent.length > 0) calm.host(0).answer();
    expect(calm.hosts).toHaveLength(1);
    expect((await crowded({ hostsMax: 1 })).hosts).toHaveLength(1);
  });

  test("work side by side, and a picture goes where least stands before it", async () => {
    const { decoder, host } = await crowded({ sentPicturesMax: 3 });
    host(1).ready();
    host(0).answer();
    const camerasOf = (index: number) => host(index).sent.map(({ request }) => request.bytes);
    watched(decoder.decode(pictureOf("long", new Uint8Array(5_000)), [crop]));
    for (let count = 0; count < 3; count++) watched(decoder.decode(pictureOf("east"), [crop]));
    expect(camerasOf(0)).toHaveLength(1);
    expect(camerasOf(1)).toHaveLength(3);
  });

  test("a death costs the picture of that host alone, and the other takes what waits", async () => {
    const { decoder, host, deaths } = await crowded();
    host(1).ready();
    host(0).answer();
    const states = ["east", "west", "north", "south"].map((id) =>
      watched(decoder.decode(pictureOf(id), [crop])),
    );
    host(0).die();
    for (let count = 0; count < 3; count++) host(1).answer();
    await settle();
    expect(states.map(({ text }) => text)).toEqual([
      "camera east: picture not decoded (host-died): it ended with SIGSEGV",
      "decoded",
      "decoded",
      "decoded",
    ]);
    expect(deaths).toEqual(["east: it ended with SIGSEGV"]);
    expect(decoder.stats()).toMatchObject({ isReady: true, queuedCount: 0 });
  });

  test("a camera whose pictures end both is set aside", async () => {
    const { decoder, host, setAside } = await crowded();
    host(1).ready();
    host(0).answer();
    for (let count = 0; count < 2; count++) watched(decoder.decode(pictureOf("poison"), [crop]));
    host(0).die();
    host(1).die();
    await settle();
    expect(setAside).toEqual([["poison", 300_000]]);
  });

  test("the second ends when it had nothing to do for long, and comes back when needed", async () => {
    const { clock, decoder, hosts, host } = await crowded();
    host(1).ready();
    host(0).answer();
    for (let minute = 0; minute < 11; minute++) {
      expect(host(1).isKilled).toBe(minute >= 10);
      watched(decoder.decode(pictureOf("east"), [crop]));
      host(0).answer();
      await clock.advance(60_000);
    }
    expect([host(0).isKilled, host(1).isKilled]).toEqual([false, true]);
    expect(decoder.stats()).toMatchObject({ restartCount: 0, isReady: true, queuedCount: 0 });
    watched(decoder.decode(pictureOf("west"), [crop]));
    for (let count = 0; count < pictures; count++) {
      watched(decoder.decode(pictureOf("east"), [crop]));
      host(0).answer();
      await settle();
    }
    expect(hosts).toHaveLength(3);
  });
});

test("a stopped decoder leaves nothing open and starts nothing", async () => {
  const { clock, decoder, hosts, host } = startedHost();
  host(0).ready();
  const states = [1, 2, 3].map(() => watched(decoder.decode(pictureOf("east"), [crop])));
  await decoder.stop();
  expect(host(0).isKilled).toBe(true);
  expect(states.every(({ text }) => text.includes("stopped"))).toBe(true);
  await clock.advance(60_000);
  expect(hosts).toHaveLength(1);
  await expect(decoder.decode(pictureOf("east"), [crop])).rejects.toMatchObject({
    code: "DECODER_FAILED",
  });
});
