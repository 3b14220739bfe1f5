/**
 * One camera of the server: its settings, login, faults, and what plays.
 *
 * It outlives its clients; a connection asks it for a playout and tells it when it leaves.
 */
import { type Fault, FaultBoard } from "./fault.ts";
import { LoginGuard } from "./login.ts";
import type { MediaClock } from "./media-clock.ts";
import type { SentCounts } from "./media-sender.ts";
import type { StreamSettings } from "./options.ts";
import { pictureTemplates } from "./picture-template.ts";
import { type PictureSink, Playout, type Reel } from "./playout.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import type { TimerQueue } from "./timer-queue.ts";

export interface FaultListener {
  faultsChanged(): void;
}

export class CameraStream {
  readonly settings: StreamSettings;
  readonly guard: LoginGuard | undefined;
  readonly faults = new FaultBoard();
  readonly counts: SentCounts = {
    bytes: 0,
    packets: 0,
    pictures: 0,
    picturesDropped: 0,
    packetsLost: 0,
  };
  readonly listeners = new Set<FaultListener>();
  readonly #clock: MediaClock;
  readonly #timers: TimerQueue;
  readonly #seed: number;
  readonly #phaseMs: number;
  #reel: Reel;
  /** Everybody's, unless every client gets its own. */
  #shared: Playout | undefined;
  readonly #playouts = new Set<Playout>();
  #sessionCount = 0;

  constructor(options: {
    readonly settings: StreamSettings;
    readonly clock: MediaClock;
    readonly timers: TimerQueue;
    readonly seed: number;
  }) {
    const { settings, clock, timers, seed } = options;
    this.settings = settings;
    this.guard = settings.credentials && new LoginGuard(settings.credentials);
    this.#clock = clock;
    this.#timers = timers;
    this.#seed = seed;
    const { clip, phase } = settings;
    this.#reel = this.#reelOf({ clip, inBand: settings.parameterSets !== "sdp" });
    this.#phaseMs =
      phase === "random"
        ? seededRandom(seed, settings.path, "phase").fraction() * clip.durationMs
        : phase;
    if (settings.begin === "with-server") {
      this.#shared = this.#newPlayout({ beginMediaMs: -this.#phaseMs });
    }
    for (const fault of settings.faults) this.addFault(fault);
    for (const { atMs, fault, forMs } of settings.script) {
      timers.after(atMs, () => this.addFault(fault));
      if (forMs !== undefined) timers.after(atMs + forMs, () => this.removeFault(fault.kind));
    }
  }

  get clip(): Reel["clip"] {
    return this.#reel.clip;
  }

  /** Of a client that starts to play now. */
  playout(): Playout {
    if (this.settings.begin === "each-play") return this.#playoutFromNow();
    this.#shared ??= this.#playoutFromNow();
    return this.#shared;
  }

  leave(playout: Playout, sink: PictureSink): void {
    playout.remove(sink);
    if (playout !== this.#shared) this.#playouts.delete(playout);
  }

  /** A source of random numbers for one session, the same in every run. */
  sessionRandom(): SeededRandom {
    return seededRandom(this.#seed, this.settings.path, "session", this.#sessionCount++);
  }

  replaceFaults(faults: readonly Fault[]): void {
    this.faults.replaceAll([]);
    for (const fault of faults) this.addFault(fault);
    this.#tellListeners();
  }

  addFault(fault: Fault): void {
    if (fault.kind === "switch-clip") {
      this.#reel = this.#reelOf({ clip: fault.clip, inBand: true });
      for (const playout of this.#playouts) playout.switchTo(this.#reel);
      return;
    }
    this.faults.add(fault);
    if (fault.kind === "stall") {
      this.#timers.after(fault.forMs, () => {
        if (this.faults.get("stall") === fault) this.removeFault("stall");
      });
    }
    this.#tellListeners();
  }

  removeFault(kind: Fault["kind"]): void {
    this.faults.remove(kind);
    this.#tellListeners();
  }

  #tellListeners(): void {
    for (const listener of this.listeners) listener.faultsChanged();
  }

  #reelOf({ clip, inBand }: { readonly clip: Reel["clip"]; readonly inBand: boolean }): Reel {
    const { mtuBytes, payloadType, aggregate } = this.settings;
    return {
      clip,
      templates: pictureTemplates(clip, { mtuBytes, payloadType, aggregate, inBand }),
    };
  }

  /** The reply to PLAY takes a moment; the first picture must not be missed for it. */
  #playoutFromNow(): Playout {
    const firstMediaMs = this.#clock.nowMs();
    return this.#newPlayout({ beginMediaMs: firstMediaMs - this.#phaseMs, firstMediaMs });
  }

  #newPlayout(begin: { readonly beginMediaMs: number; readonly firstMediaMs?: number }): Playout {
    const playout = new Playout({
      clock: this.#clock,
      timers: this.#timers,
      isLoop: this.settings.loop,
      reel: this.#reel,
      ...begin,
    });
    this.#playouts.add(playout);
    return playout;
  }
}
