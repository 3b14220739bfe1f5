/**
 * Ends the process when its main thread hangs, so that whoever restarts it gets to do so.
 *
 * The main thread moves a counter in shared memory; a thread of our own watches it, writes one
 * line when it stands still for `hangMsMax` and kills the process. Under systemd the same thread
 * says READY, WATCHDOG (only while the counter moves) and STOPPING, so WatchdogSec works too.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface WatchdogOptions {
  readonly hangMsMax?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The program that speaks to systemd; Node has no datagram sockets in the file system. */
  readonly notifyCommand?: string;
}

export interface WatchdogData {
  readonly beats: SharedArrayBuffer;
  readonly tickMs: number;
  readonly ticksMax: number;
  readonly notify: NotifyTarget | undefined;
}

export interface NotifyTarget {
  readonly command: string;
  readonly socket: string;
  readonly path: string;
  /** Undefined: the unit has no WatchdogSec. */
  readonly everyMs: number | undefined;
}

export type WatchdogWord = "ready" | "stopping" | "close";

export interface Watchdog {
  /** The agent runs: systemd counts the start as done. */
  ready(): void;
  /** The agent stops on purpose; it is still watched while it does. */
  stopping(): void;
  close(): Promise<void>;
}

const tickMs = 1_000;
const hangMsDefault = 20_000;

export function startWatchdog(options: WatchdogOptions = {}): Watchdog {
  const { hangMsMax = hangMsDefault, env = process.env } = options;
  if (!Number.isInteger(hangMsMax) || hangMsMax < 2 * tickMs) {
    throw new RangeError(`hangMsMax must be at least ${2 * tickMs}, got ${hangMsMax}`);
  }
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  const data: WatchdogData = {
    beats,
    tickMs,
    ticksMax: Math.ceil(hangMsMax / tickMs),
    notify: notifyTarget(env, options.notifyCommand ?? "systemd-notify"),
  };
  const worker = new Worker(new URL("./watchdog-worker.ts", import.meta.url), {
    workerData: data,
    name: "watchdog",
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  worker.unref();
  // Twice a tick, so that an ordinary delay never looks like a tick without a beat.
  const timer = setInterval(() => Atomics.add(counter, 0, 1), tickMs / 2).unref();
  const say = (word: WatchdogWord) => worker.postMessage(word);
  return {
    ready: () => say("ready"),
    stopping: () => say("stopping"),
    close: async () => {
      worker.ref();
      const ended = once(worker, "exit");
      // Words before it are still said.
      say("close");
      await ended;
      clearInterval(timer);
    },
  };
}

/** What systemd told us in the environment; an agent that it did not start is told nothing. */
export function notifyTarget(
  env: Readonly<Record<string, string | undefined>>,
  command: string,
  pid = process.pid,
): NotifyTarget | undefined {
  const socket = env["NOTIFY_SOCKET"];
  if (!socket) return undefined;
  const watchdogUs = Number(env["WATCHDOG_USEC"]);
  const isForUs = env["WATCHDOG_PID"] === undefined || Number(env["WATCHDOG_PID"]) === pid;
  const isWatched = isForUs && Number.isFinite(watchdogUs) && watchdogUs > 0;
  return {
    command,
    socket,
    path: env["PATH"] ?? "/usr/bin:/bin",
    // Half of what is allowed, as systemd asks for.
    everyMs: isWatched ? Math.max(tickMs, Math.floor(watchdogUs / 2_000)) : undefined,
  };
}
