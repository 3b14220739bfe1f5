/**
 * What comparable agents do, on cameras of its own in the same run: measured in turns with ours, its
 * pictures held back in between, so that neither takes the other's time.
 */
import { setTimeout as wait } from "node:timers/promises";
import { loadModel } from "../../inference/model-store.ts";
import { type Peer, startPeer } from "../peer/start-peer.ts";
import type { BenchCameras } from "./bench-cameras.ts";

export interface OpponentWindow {
  /** Of it with all its ffmpegs. */
  readonly cores: number;
  readonly looks: number;
  readonly missed: number;
}

/** Its decoders have had a keyframe, and its looks are in their rhythm. */
const settleMs = 2_200;
const windowMs = 5_000;
/** About what a turn takes. */
export const opponentTurnMs = settleMs + windowMs;

export class Opponent {
  readonly cameras: number;
  readonly what: string;
  readonly #peer: Peer;
  readonly #cameras: BenchCameras;

  private constructor(peer: Peer, cameras: BenchCameras) {
    this.cameras = cameras.peer.urls.length;
    this.what = `one ffmpeg a camera, ${peer.kind}; ${peer.session}`;
    this.#peer = peer;
    this.#cameras = cameras;
  }

  static async start(options: {
    readonly cameras: BenchCameras;
    readonly everyMs: number;
    readonly model: string;
    readonly modelsFolder: string;
    readonly dataFolder: string;
    readonly signal: AbortSignal;
  }): Promise<Opponent> {
    const { cameras, everyMs, model: name, signal } = options;
    const model = await loadModel(name, options);
    const peer = await startPeer({ ...cameras.peer, everyMs, model, signal });
    await cameras.pause("peer");
    return new Opponent(peer, cameras);
  }

  async measure(signal: AbortSignal): Promise<OpponentWindow> {
    await this.#cameras.goOn("peer");
    try {
      await wait(settleMs, undefined, { signal });
      const before = await this.#peer.reading();
      await wait(windowMs, undefined, { signal });
      const after = await this.#peer.reading();
      return {
        cores: (after.cpuMs - before.cpuMs) / (after.monoMs - before.monoMs),
        looks: after.looks - before.looks,
        missed: after.missed - before.missed,
      };
    } finally {
      await this.#cameras.pause("peer");
    }
  }

  stop(): Promise<void> {
    return this.#peer.stop();
  }
}
