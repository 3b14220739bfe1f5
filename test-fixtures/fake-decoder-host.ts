/**
 * A decoder host that does as a test says, the supervisor above it and a clock that stands still.
 */
import type { CropRequest } from "../agent/capture/decoder/decoder.ts";
import { DecoderHost, type DecoderHostOptions } from "../agent/capture/decoder/decoder-host.ts";
import type { HostEvents, HostLink } from "../agent/capture/decoder/host-link.ts";
import type { DecodeFailure, EncodedRequest } from "../agent/capture/decoder/protocol.ts";
import type { EncodedPicture } from "../agent/capture/encoded-picture.ts";
import { SimulatedClock } from "../agent/runtime/clock.ts";
import { cameraId } from "../pipelines/domain/ids.ts";

export const crop: CropRequest = {
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  width: 4,
  height: 2,
  fit: "stretch",
  fill: 0,
  channels: "rgb",
};

export function pictureOf(camera: string, unit = new Uint8Array(100)): EncodedPicture {
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

export class FakeHost implements HostLink {
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

export function startedHost(options: DecoderHostOptions = {}) {
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
export function watched(promise: Promise<unknown>): { text: string } {
  const state = { text: "open" };
  promise.then(
    () => (state.text = "decoded"),
    (error: unknown) => (state.text = error instanceof Error ? error.message : "rejected"),
  );
  return state;
}

export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};
