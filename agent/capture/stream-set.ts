/**
 * The streams of one worker: starts those that came, stops those that went, leaves the others
 * alone. A change of address or TLS restarts its stream; a new period does not.
 */
import { isDeepStrictEqual } from "node:util";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { Clock } from "../runtime/clock.ts";
import type { EncodedPicture, EncodedSpan, StreamName } from "./encoded-picture.ts";
import type { Play } from "./play.ts";
import type { SpanRequest } from "./ring/picture-span.ts";
import type { RingGrants } from "./ring/ring-budget.ts";
import { type ReceiverSink, StreamReceiver } from "./stream-receiver.ts";
import { type StreamSettings, streamKey } from "./stream-settings.ts";
import type { StreamStats } from "./stream-stats.ts";

interface Running {
  settings: StreamSettings;
  readonly receiver: StreamReceiver;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export class StreamSet {
  readonly #clock: Clock;
  readonly #sink: ReceiverSink;
  readonly #play: Play;
  readonly #running = new Map<string, Running>();
  readonly #stopping = new Set<Promise<void>>();

  constructor(options: {
    readonly clock: Clock;
    readonly sink: ReceiverSink;
    readonly play: Play;
  }) {
    this.#play = options.play;
    this.#clock = options.clock;
    this.#sink = options.sink;
  }

  /** Who has no grant takes what it needs. */
  update(streams: readonly StreamSettings[], grants: RingGrants = new Map()): void {
    const wanted = new Map(streams.map((settings) => [streamKey(settings), settings]));
    for (const [key, running] of this.#running) {
      const settings = wanted.get(key);
      if (settings === undefined || !isSameConnection(settings, running.settings)) {
        this.#stop(key, running);
      } else if (settings.everyMs !== running.settings.everyMs) {
        running.receiver.everyMs = settings.everyMs;
        running.settings = settings;
      }
    }
    for (const [key, settings] of wanted) {
      if (!this.#running.has(key)) this.#start(key, settings, grants.get(key));
    }
    this.grantRings(grants);
  }

  /** Those that get less first: together they stay within the total. */
  grantRings(grants: RingGrants): void {
    const receivers = [...this.#running].flatMap(([key, { receiver }]) => {
      const bytes = grants.get(key);
      return bytes === undefined
        ? []
        : [{ receiver, bytes, moreBytes: bytes - receiver.ringBytes }];
    });
    for (const { receiver, bytes } of receivers.sort((a, b) => a.moreBytes - b.moreBytes)) {
      receiver.grantRing(bytes);
    }
  }

  newestPicture(cameraId: CameraId, stream: StreamName): EncodedPicture | undefined {
    return this.#running.get(streamKey({ cameraId, stream }))?.receiver.newestPicture();
  }

  span(cameraId: CameraId, stream: StreamName, request: SpanRequest): EncodedSpan | undefined {
    return this.#running.get(streamKey({ cameraId, stream }))?.receiver.span(request);
  }

  stats(): StreamStats[] {
    return [...this.#running.values()].map(({ receiver }) => receiver.stats());
  }

  async stop(): Promise<void> {
    this.update([]);
    await Promise.all(this.#stopping);
  }

  #start(key: string, settings: StreamSettings, grantedRingBytes: number | undefined): void {
    const abort = new AbortController();
    const receiver = new StreamReceiver({
      settings,
      grantedRingBytes,
      clock: this.#clock,
      sink: this.#sink,
      play: this.#play,
    });
    const done = receiver.run(abort.signal);
    this.#running.set(key, { settings, receiver, abort, done });
  }

  #stop(key: string, running: Running): void {
    this.#running.delete(key);
    running.abort.abort(new Error("the stream is not wanted any more"));
    const stopping = running.done.finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }
}

const isSameConnection = (one: StreamSettings, other: StreamSettings): boolean =>
  isDeepStrictEqual({ ...one, everyMs: 0 }, { ...other, everyMs: 0 });
